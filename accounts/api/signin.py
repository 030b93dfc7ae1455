"""Views for callers who are not signed in: token, password reset, activation; and the list of own sessions."""

import logging
from smtplib import SMTPException
from uuid import UUID

from django.utils import timezone
from drf_spectacular.utils import extend_schema
from rest_framework import status
from rest_framework.exceptions import NotFound
from rest_framework.request import Request
from rest_framework.response import Response

from accounts import activation, passwords, signin, tokens
from accounts.api import serializers as shapes
from accounts.api.base import PublicView, SignedInView, caller, given, plain
from accounts.api.schema import answers
from accounts.models import AccessToken

logger = logging.getLogger(__name__)


class TokenView(PublicView):
    @extend_schema(
        operation_id="sign_in",
        tags=["auth"],
        summary="Sign in",
        description=(
            "Codes of 401: `invalid_credentials` (also for an unknown user), `otp_required` (right password, but the "
            "account has a second factor and `otp` is missing). Code of 429 after too many failures: `locked_out`."
        ),
        request=shapes.TokenRequestSerializer,
        responses=answers({201: shapes.TokenSerializer}, 400, 401, 429),
    )
    def post(self, request: Request) -> Response:
        """Sign in with user name or e-mail, password and, where switched on, a second factor."""
        body = given(request, shapes.TokenRequestSerializer)
        user, with_second_factor = signin.sign_in(
            plain(request), username=body["username"], password=body["password"], otp=body["otp"]
        )
        token, text = tokens.issue(
            user,
            with_second_factor=with_second_factor,
            now=timezone.now(),
            label=body["label"],
            days=body["days"],
        )
        answer = {"token": text, "id": token.public_id, "expiry": token.expiry}
        return Response(shapes.TokenSerializer(answer).data, status=status.HTTP_201_CREATED)


class TokensView(SignedInView):
    @extend_schema(
        operation_id="list_signed_in",
        tags=["auth"],
        summary="Where I am signed in",
        responses=answers({200: shapes.SignedInSerializer(many=True)}, 401, 429),
    )
    def get(self, request: Request) -> Response:
        """Own tokens and own sessions that still work, newest first."""
        places = tokens.signed_in(
            caller(request),
            now=timezone.now(),
            token=request.auth if isinstance(request.auth, AccessToken) else None,
            session_key=getattr(getattr(request, "session", None), "session_key", None),
        )
        return Response(shapes.SignedInSerializer(places, many=True).data)

    @extend_schema(
        operation_id="revoke_all",
        tags=["auth"],
        summary="Sign out everywhere",
        responses=answers({204: None}, 401, 429),
    )
    def delete(self, request: Request) -> Response:
        """End every own token and session, this one included."""
        tokens.revoke_all(caller(request))
        return Response(status=status.HTTP_204_NO_CONTENT)


class OneTokenView(SignedInView):
    @extend_schema(
        operation_id="revoke_one",
        tags=["auth"],
        summary="Sign out in one place",
        responses=answers({204: None}, 401, 404, 429),
    )
    def delete(self, request: Request, public_id: UUID) -> Response:
        """End one own token or session."""
        if not tokens.revoke(caller(request), public_id):
            raise NotFound()
        return Response(status=status.HTTP_204_NO_CONTENT)


class ResetView(PublicView):
    @extend_schema(
        operation_id="request_password_reset",
        tags=["auth"],
        summary="Ask for a link to set a new password",
        description="The answer is the same whether or not an account has that e-mail address.",
        request=shapes.ResetRequestSerializer,
        responses=answers({202: None}, 400, 429),
    )
    def post(self, request: Request) -> Response:
        """Mail the link, if there is an account."""
        body = given(request, shapes.ResetRequestSerializer)
        try:
            passwords.send_reset(plain(request), body["email"])
        except (SMTPException, OSError):  # the answer must not tell that there was somebody to write to
            logger.exception("A mail to reset a password could not be sent")
        return Response(status=status.HTTP_202_ACCEPTED)


class ResetConfirmView(PublicView):
    @extend_schema(
        operation_id="confirm_password_reset",
        tags=["auth"],
        summary="Set a new password with the mailed link",
        description="The link ends in `{uid}-{key}`. Every token and session of the account ends.",
        request=shapes.ResetSerializer,
        responses=answers({204: None}, 400, 429),
    )
    def post(self, request: Request) -> Response:
        """Set the password, once."""
        passwords.reset(**given(request, shapes.ResetSerializer))
        return Response(status=status.HTTP_204_NO_CONTENT)


class ActivateView(PublicView):
    @extend_schema(
        operation_id="activate",
        tags=["auth"],
        summary="Open an enterprise's account with its activation code",
        description="Code of 400 for whatever is wrong with either code: `activation_invalid`. Then sign in.",
        request=shapes.ActivateSerializer,
        responses=answers({201: shapes.MembershipSerializer}, 400, 429),
    )
    def post(self, request: Request) -> Response:
        """The first user of the enterprise, who administers it."""
        body = given(request, shapes.ActivateSerializer)
        organization = activation.organization_of(body.pop("credit_code"))
        membership = activation.redeem(organization=organization, now=timezone.now(), **body)
        return Response(shapes.MembershipSerializer(membership).data, status=status.HTTP_201_CREATED)
