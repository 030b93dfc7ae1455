"""Who calls the API, from `Authorization: Token …`."""

import binascii
from hmac import compare_digest

from django.utils import timezone, translation
from django.utils.translation import gettext_lazy as _
from knox.auth import TokenAuthentication as KnoxTokenAuthentication
from knox.crypto import hash_token
from knox.settings import CONSTANTS
from rest_framework.exceptions import AuthenticationFailed
from rest_framework.request import Request

from accounts import tokens
from accounts.models import AccessToken, User
from accounts.system import SYSTEM_USER_ID


class TokenAuthentication(KnoxTokenAuthentication):
    """knox's hashed tokens under our rule of when one works (`accounts.tokens.works`); one query, nothing written.

    A caller who names no language is answered in the one of the account.
    """

    def authenticate(self, request: Request) -> tuple[User, AccessToken] | None:
        found: tuple[User, AccessToken] | None = super().authenticate(request)
        if found is not None and "Accept-Language" not in request.headers:
            translation.activate(found[0].language)
        return found

    def authenticate_credentials(self, token: bytes) -> tuple[User, AccessToken]:
        refused = AuthenticationFailed(_("The access token is not valid, or no longer valid."))
        try:
            text = token.decode("ascii")
            digest = hash_token(text)
        except (UnicodeDecodeError, TypeError, binascii.Error):
            raise refused from None
        rows = AccessToken.objects.filter(token_key=text[: CONSTANTS.TOKEN_KEY_LENGTH]).select_related("user")
        now = timezone.now()
        for row in rows:
            if compare_digest(digest, row.digest) and tokens.works(row, now=now) and row.user_id != SYSTEM_USER_ID:
                return row.user, row
        raise refused
