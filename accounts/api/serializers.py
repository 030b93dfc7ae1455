"""Shapes of requests and answers. No rule lives here: lengths and types only."""

from typing import Any

from django.conf import settings
from rest_framework import serializers

from accounts.choices import LEVEL_LABELS, LINE_LABELS, PARTY_LABELS, ROLE_LABELS, choices
from accounts.models import HandoverRequest, Membership, Organization, User
from accounts.tokens import LONGEST_DAYS


def password_field() -> serializers.CharField:
    """A password as typed: not trimmed, not echoed, not longer than a hash function should be fed."""
    return serializers.CharField(
        max_length=256, trim_whitespace=False, write_only=True, style={"input_type": "password"}
    )


def otp_field(**options: Any) -> serializers.CharField:
    """A one-time code or a recovery code."""
    return serializers.CharField(max_length=32, write_only=True, **options)


class TokenRequestSerializer(serializers.Serializer[Any]):
    username = serializers.CharField(max_length=254, help_text="User name or e-mail address.")
    password = password_field()
    otp = otp_field(required=False, allow_blank=True, default="", help_text="One-time code or recovery code.")
    label = serializers.CharField(max_length=100, required=False, allow_blank=True, default="")  # type: ignore[assignment]
    days = serializers.IntegerField(
        min_value=1, max_value=LONGEST_DAYS, required=False, allow_null=True, default=None, help_text="For programs."
    )


class TokenSerializer(serializers.Serializer[Any]):
    token = serializers.CharField(help_text="Shown this once.")
    id = serializers.UUIDField()
    expiry = serializers.DateTimeField()


class SignedInSerializer(serializers.Serializer[Any]):
    id = serializers.UUIDField()
    kind = serializers.ChoiceField(choices=["token", "session"])
    label = serializers.CharField()  # type: ignore[assignment]
    begun_at = serializers.DateTimeField()
    last_seen_at = serializers.DateTimeField(allow_null=True)
    ends_at = serializers.DateTimeField(allow_null=True)
    ip = serializers.CharField(allow_null=True)
    current = serializers.BooleanField()


class OrganizationSerializer(serializers.ModelSerializer[Organization]):
    party = serializers.ChoiceField(choices=choices(PARTY_LABELS), read_only=True)
    level = serializers.ChoiceField(choices=choices(LEVEL_LABELS), allow_blank=True, read_only=True)
    line = serializers.ChoiceField(choices=choices(LINE_LABELS), allow_blank=True, read_only=True)

    class Meta:
        model = Organization
        fields = ["id", "name", "party", "level", "line", "jurisdiction"]
        read_only_fields = fields


class MembershipSerializer(serializers.ModelSerializer[Membership]):
    organization = OrganizationSerializer(read_only=True)
    role = serializers.ChoiceField(choices=choices(ROLE_LABELS), read_only=True)

    class Meta:
        model = Membership
        fields = ["id", "organization", "role", "starts_on", "ends_on"]
        read_only_fields = fields


class MeSerializer(serializers.ModelSerializer[User]):
    second_factor = serializers.BooleanField(read_only=True)
    memberships = MembershipSerializer(many=True, read_only=True)
    acting = serializers.UUIDField(read_only=True, allow_null=True, help_text="The membership this request acts with.")

    class Meta:
        model = User
        fields = ["id", "username", "email", "full_name", "language", "second_factor", "memberships", "acting"]
        read_only_fields = fields


class MeChangeSerializer(serializers.Serializer[Any]):
    language = serializers.ChoiceField(choices=settings.LANGUAGES)


class PasswordChangeSerializer(serializers.Serializer[Any]):
    password = password_field()
    new_password = password_field()


class ResetRequestSerializer(serializers.Serializer[Any]):
    email = serializers.EmailField(max_length=254)


class ResetSerializer(serializers.Serializer[Any]):
    uid = serializers.CharField(max_length=64)
    key = serializers.CharField(max_length=200)
    new_password = password_field()


class PasswordSerializer(serializers.Serializer[Any]):
    password = password_field()


class CodeSerializer(serializers.Serializer[Any]):
    code = otp_field()


class PasswordAndOtpSerializer(serializers.Serializer[Any]):
    password = password_field()
    otp = otp_field()


class TotpBegunSerializer(serializers.Serializer[Any]):
    secret = serializers.CharField()
    uri = serializers.CharField(help_text="otpauth://, for a QR code.")


class RecoveryCodesSerializer(serializers.Serializer[Any]):
    recovery_codes = serializers.ListField(child=serializers.CharField(), help_text="Shown this once.")


class ActivateSerializer(serializers.Serializer[Any]):
    code = serializers.CharField(max_length=40)
    credit_code = serializers.CharField(max_length=40)
    username = serializers.CharField(max_length=150)
    email = serializers.EmailField(max_length=254)
    name = serializers.CharField(max_length=150, source="full_name")
    password = password_field()


class PersonSerializer(serializers.ModelSerializer[User]):
    class Meta:
        model = User
        fields = ["id", "username", "email", "full_name"]
        read_only_fields = fields


class MemberSerializer(serializers.ModelSerializer[Membership]):
    user = PersonSerializer(read_only=True)
    role = serializers.ChoiceField(choices=choices(ROLE_LABELS), read_only=True)
    granted_by = serializers.CharField(read_only=True, allow_null=True)
    removed_by = serializers.CharField(read_only=True, allow_null=True)

    class Meta:
        model = Membership
        fields = [
            "id",
            "user",
            "role",
            "starts_on",
            "ends_on",
            "granted_at",
            "granted_by",
            "removed_at",
            "removed_by",
            "removal_reason",
        ]
        read_only_fields = fields


class NewMemberSerializer(serializers.Serializer[Any]):
    email = serializers.EmailField(max_length=254)
    username = serializers.CharField(max_length=150, help_text="Used when the e-mail has no account yet.")
    name = serializers.CharField(
        max_length=150, source="full_name", help_text="Used when the e-mail has no account yet."
    )
    role = serializers.ChoiceField(choices=choices(ROLE_LABELS))
    ends_on = serializers.DateField(required=False, allow_null=True, default=None)


class ReasonSerializer(serializers.Serializer[Any]):
    reason = serializers.CharField(max_length=500)


class HandoverRequestSerializer(serializers.Serializer[Any]):
    organization = serializers.UUIDField(
        required=False, allow_null=True, default=None, help_text="For the authority; else the own organization."
    )
    requested_by_text = serializers.CharField(max_length=300, required=False, allow_blank=True, default="")
    new_username = serializers.CharField(max_length=150)
    new_email = serializers.EmailField(max_length=254)
    new_name = serializers.CharField(max_length=150, source="new_full_name")
    grounds = serializers.CharField(max_length=1000)


class HandoverSerializer(serializers.ModelSerializer[HandoverRequest]):
    organization = OrganizationSerializer(read_only=True)
    requested_by = serializers.CharField(read_only=True, allow_null=True)
    decided_by = serializers.CharField(read_only=True, allow_null=True)

    class Meta:
        model = HandoverRequest
        fields = [
            "id",
            "organization",
            "requested_at",
            "requested_by",
            "requested_by_text",
            "new_username",
            "new_email",
            "new_full_name",
            "grounds",
            "state",
            "decided_by",
            "decided_at",
            "reason",
        ]
        read_only_fields = fields


class HandoverDecisionSerializer(serializers.Serializer[Any]):
    approve = serializers.BooleanField()
    reason = serializers.CharField(max_length=1000)


class ReissueSerializer(serializers.Serializer[Any]):
    organization = serializers.UUIDField()


class ActivationCodeSerializer(serializers.Serializer[Any]):
    organization = serializers.UUIDField()
    code = serializers.CharField()
