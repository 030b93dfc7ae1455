"""Views of the own account: who I am, password, second factor."""

from typing import Any

from django.utils import timezone
from drf_spectacular.utils import extend_schema
from rest_framework import status
from rest_framework.request import Request
from rest_framework.response import Response

from accounts import passwords, second_factor, signin
from accounts.acting import MEMBERSHIP_HEADER, acting_membership, memberships_of
from accounts.api import serializers as shapes
from accounts.api.base import SignedInView, caller, given, plain
from accounts.api.schema import ACTS_AS, answers
from accounts.errors import MembershipMissing


class MeView(SignedInView):
    @extend_schema(
        operation_id="read_me",
        tags=["auth"],
        summary="Who I am",
        parameters=[ACTS_AS],
        responses=answers({200: shapes.MeSerializer}, 400, 401, 403, 429),
    )
    def get(self, request: Request) -> Response:
        """The person, the active memberships, and which of them this request acts with."""
        return Response(_me(request))

    @extend_schema(
        operation_id="change_me",
        tags=["auth"],
        summary="Change my language",
        parameters=[ACTS_AS],
        request=shapes.MeChangeSerializer,
        responses=answers({200: shapes.MeSerializer}, 400, 401, 403, 429),
    )
    def patch(self, request: Request) -> Response:
        """The language of mails and of answers to requests that name none."""
        user = caller(request)
        user.language = given(request, shapes.MeChangeSerializer)["language"]
        user.save(update_fields=["language"])
        return Response(_me(request))


def _me(request: Request) -> dict[str, object]:
    user = caller(request)
    try:
        acting = acting_membership(request).pk
    except MembershipMissing:
        if MEMBERSHIP_HEADER in request.headers:
            raise
        acting = None
    fields = {name: getattr(user, name) for name in ("id", "username", "email", "full_name", "language")}
    more = {"second_factor": second_factor.is_on(user), "memberships": memberships_of(request), "acting": acting}
    answer: Any = fields | more
    data: dict[str, object] = shapes.MeSerializer(answer).data
    return data


class PasswordView(SignedInView):
    throttle_scope = "sign_in"

    @extend_schema(
        operation_id="change_password",
        tags=["auth"],
        summary="Change my password",
        description="Every token and session ends, this one included: sign in again.",
        request=shapes.PasswordChangeSerializer,
        responses=answers({204: None}, 400, 401, 429),
    )
    def post(self, request: Request) -> Response:
        """With the present password."""
        passwords.change(caller(request), **given(request, shapes.PasswordChangeSerializer))
        return Response(status=status.HTTP_204_NO_CONTENT)


class TotpView(SignedInView):
    throttle_scope = "sign_in"

    @extend_schema(
        operation_id="begin_totp",
        tags=["auth"],
        summary="Begin with a second factor",
        description="Confirm within an hour with a first code from the app that holds the secret.",
        request=shapes.PasswordSerializer,
        responses=answers({201: shapes.TotpBegunSerializer}, 400, 401, 409, 429),
    )
    def post(self, request: Request) -> Response:
        """A new secret; nothing is switched on yet."""
        user = caller(request)
        passwords.check(user, given(request, shapes.PasswordSerializer)["password"])
        secret, uri = second_factor.begin(user, now=timezone.now())
        return Response({"secret": secret, "uri": uri}, status=status.HTTP_201_CREATED)

    @extend_schema(
        operation_id="switch_off_totp",
        tags=["auth"],
        summary="Switch the second factor off",
        request=shapes.PasswordAndOtpSerializer,
        responses=answers({204: None}, 400, 401, 409, 429),
    )
    def delete(self, request: Request) -> Response:
        """With password and a one-time or recovery code. (OpenAPI shows no body for DELETE: `{password, otp}`.)"""
        user, body = caller(request), given(request, shapes.PasswordAndOtpSerializer)
        passwords.check(user, body["password"])
        signin.counting_wrong_codes(plain(request), user, lambda: second_factor.switch_off(user, body["otp"]))
        return Response(status=status.HTTP_204_NO_CONTENT)


class TotpConfirmView(SignedInView):
    throttle_scope = "sign_in"

    @extend_schema(
        operation_id="confirm_totp",
        tags=["auth"],
        summary="Switch the second factor on",
        description="Every token and session got without it ends, this one included: sign in again with a code.",
        request=shapes.CodeSerializer,
        responses=answers({200: shapes.RecoveryCodesSerializer}, 400, 401, 409, 429),
    )
    def post(self, request: Request) -> Response:
        """With a first code; the recovery codes are shown this once."""
        codes = second_factor.confirm(
            caller(request), given(request, shapes.CodeSerializer)["code"], now=timezone.now()
        )
        return Response({"recovery_codes": codes})


class RecoveryCodesView(SignedInView):
    throttle_scope = "sign_in"

    @extend_schema(
        operation_id="renew_recovery_codes",
        tags=["auth"],
        summary="New recovery codes",
        request=shapes.PasswordAndOtpSerializer,
        responses=answers({200: shapes.RecoveryCodesSerializer}, 400, 401, 409, 429),
    )
    def post(self, request: Request) -> Response:
        """With password and a one-time or recovery code; the old codes are dead."""
        user, body = caller(request), given(request, shapes.PasswordAndOtpSerializer)
        passwords.check(user, body["password"])
        codes = signin.counting_wrong_codes(
            plain(request), user, lambda: second_factor.renew_recovery_codes(user, body["otp"])
        )
        return Response({"recovery_codes": codes})
