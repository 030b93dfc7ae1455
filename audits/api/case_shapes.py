"""How cases and their parts look from outside. Shapes only; what may be seen was decided before."""

from typing import Any

from drf_spectacular.utils import extend_schema_field
from rest_framework import serializers

from audits.api.amounts import amount
from audits.api.course_shapes import DeadlineSerializer, shown_deadline, title_of, titles
from audits.api.errors import body_path, words
from audits.api.shown import ShownSerializer
from audits.models import AuditCase, Deadline, Document, Notice, Option, WebhookDelivery
from audits.procedure.exclusions import EXCLUSION_REASONS
from audits.procedure.fields import CATEGORY_NAMES, EFFECTS_OF_OPTIONS
from audits.procedure.words import Category
from audits.workflow import reading
from audits.workflow.state import is_suspended
from enterprises.models import Enterprise, Site

_METRICS = dict(EFFECTS_OF_OPTIONS)
_EXCLUSIONS = dict(EXCLUSION_REASONS)


class EnterpriseBriefSerializer(ShownSerializer[Enterprise]):
    class Meta:
        model = Enterprise
        fields = ["id", "name", "credit_code", "organization_code"]


class SiteBriefSerializer(ShownSerializer[Site]):
    division = serializers.CharField(source="division_id", allow_null=True, read_only=True, help_text="GB/T 2260 code.")

    class Meta:
        model = Site
        fields = ["id", "name", "address", "division", "scope_code"]


class CaseSerializer(ShownSerializer[AuditCase]):
    """One case in a list."""

    reporting_unit = serializers.CharField(source="reporting_unit_id", read_only=True)
    listing = serializers.UUIDField(source="listing_id", read_only=True, allow_null=True)
    enterprise = EnterpriseBriefSerializer(read_only=True)
    site = SiteBriefSerializer(read_only=True)
    categories = serializers.ListField(child=serializers.CharField(), read_only=True)
    regime = serializers.CharField(read_only=True)
    overdue = serializers.SerializerMethodField(help_text="As of today, by the dates that count in law.")

    class Meta:
        model = AuditCase
        fields = [
            "id",
            "number",
            "version",
            "kind",
            "phase",
            "route",
            "regime",
            "categories",
            "attempt",
            "reporting_unit",
            "scope_code",
            "listing",
            "enterprise",
            "site",
            "published_on",
            "opened_on",
            "closed_on",
            "next_due_on",
            "next_due_step",
            "overdue",
            "created_at",
        ]

    def get_overdue(self, case: AuditCase) -> bool:
        return case.closed_on is None and case.next_due_on is not None and case.next_due_on < self.context["today"]


class DoneSerializer(serializers.Serializer[Any]):
    action = serializers.CharField()
    title = serializers.CharField()
    date = serializers.DateField(help_text="When it last happened in law, in this attempt.")
    first_date = serializers.DateField()
    count = serializers.IntegerField()


class CategorySerializer(serializers.Serializer[Any]):
    category = serializers.CharField()
    name = serializers.CharField()
    since = serializers.DateField(allow_null=True, help_text="Its own duties count from here.")


class CaseDetailSerializer(CaseSerializer):
    """One case: what has happened, what comes next and by when."""

    category_dates = serializers.SerializerMethodField()
    sector = serializers.SerializerMethodField()
    suspended = serializers.SerializerMethodField()
    done = serializers.SerializerMethodField()
    results = serializers.SerializerMethodField(help_text="Outcome of each deciding step of this attempt.")
    next_deadline = serializers.SerializerMethodField()
    statistics_exclusion = serializers.SerializerMethodField(help_text="Why it is not counted; null when it is.")

    class Meta(CaseSerializer.Meta):
        fields = [
            *CaseSerializer.Meta.fields,
            "category_dates",
            "sector",
            "suspended",
            "done",
            "results",
            "next_deadline",
            "statistics_exclusion",
        ]

    def get_statistics_exclusion(self, case: AuditCase) -> dict[str, Any] | None:
        why = case.state.get("values", {}).get("exclusion")
        if not why:
            return None
        return {"reason": why["reason"], "title": words(_EXCLUSIONS[why["reason"]]), "since": why["on"]}

    @extend_schema_field(CategorySerializer(many=True))
    def get_category_dates(self, case: AuditCase) -> list[dict[str, Any]]:
        held = case.state.get("categories", {})
        return [
            {"category": one, "name": words(CATEGORY_NAMES[Category(one)]), "since": held[one]} for one in sorted(held)
        ]

    def get_sector(self, case: AuditCase) -> str:
        return str(case.state.get("sector", ""))

    def get_suspended(self, case: AuditCase) -> bool:
        return bool(case.state.get("suspended")) and is_suspended(case.state)

    @extend_schema_field(DoneSerializer(many=True))
    def get_done(self, case: AuditCase) -> list[dict[str, Any]]:
        done = case.state.get("done", {})
        return [
            {
                "action": key,
                "title": title_of(key),
                "date": entry["on"],
                "first_date": entry["first"],
                "count": entry["count"],
            }
            for key, entry in sorted(done.items(), key=lambda pair: (pair[1]["on"], pair[1]["seq"]))
        ]

    def get_results(self, case: AuditCase) -> dict[str, str]:
        return dict(case.state.get("results", {}))

    @extend_schema_field(DeadlineSerializer(allow_null=True))
    def get_next_deadline(self, case: AuditCase) -> dict[str, Any] | None:
        row: Deadline | None = self.context.get("next_deadline")
        return shown_deadline(row, self.context["today"], self.context["language"], titles()) if row else None


class NoticeSerializer(serializers.Serializer[Any]):
    """Who was told what, and when. Needs `reader` in the context: the names of those told are not for everybody."""

    id = serializers.UUIDField()
    kind = serializers.CharField(help_text="`reminder`, or the key of the act it tells of.")
    party = serializers.CharField(source="membership.organization.party", help_text="What kind of organization.")
    recipient = serializers.SerializerMethodField(help_text="Null for those who may not know.")
    organization = serializers.SerializerMethodField(help_text="Null for those who may not know.")
    channel = serializers.CharField()
    state = serializers.CharField()
    deadline = serializers.CharField(source="deadline.key", default=None, allow_null=True)
    due_on = serializers.DateField(allow_null=True)
    rung = serializers.IntegerField(allow_null=True, help_text="Days before (negative) or after the date.")
    climb = serializers.IntegerField(help_text="0: told because they owe it; more: it came up to them.")
    send_on = serializers.DateField()
    sent_at = serializers.DateTimeField(allow_null=True)
    read_at = serializers.DateTimeField(allow_null=True)
    created_at = serializers.DateTimeField()

    def get_recipient(self, notice: Notice) -> str | None:
        return notice.recipient.get_full_name() if self._known(notice) else None

    def get_organization(self, notice: Notice) -> str | None:
        return notice.membership.organization.name if self._known(notice) else None

    def _known(self, notice: Notice) -> bool:
        return reading.may_know_recipient(self.context["reader"], notice.membership.organization)


class CaseDeliverySerializer(serializers.Serializer[Any]):
    """What was sent to the programs of an organization about a case."""

    id = serializers.UUIDField()
    kind = serializers.CharField()
    party = serializers.CharField(source="endpoint.organization.party")
    organization = serializers.SerializerMethodField(help_text="Null for those who may not know.")
    state = serializers.CharField()
    due_on = serializers.DateField(allow_null=True)
    rung = serializers.IntegerField(allow_null=True)
    climb = serializers.IntegerField()
    attempts = serializers.IntegerField()
    sent_at = serializers.DateTimeField(allow_null=True)
    created_at = serializers.DateTimeField()

    def get_organization(self, delivery: WebhookDelivery) -> str | None:
        organization = delivery.endpoint.organization
        known = reading.may_know_recipient(self.context["reader"], organization)
        return organization.name if known else None


class DocumentSerializer(ShownSerializer[Document]):
    """A file: staged until an action binds it, from then on unchangeable."""

    case = serializers.UUIDField(source="case_id", read_only=True, allow_null=True)
    list = serializers.UUIDField(source="list_id", read_only=True, allow_null=True)
    duty = serializers.UUIDField(source="duty_id", read_only=True, allow_null=True)
    field = serializers.SerializerMethodField(help_text="The field of the action that named it.")
    version = serializers.IntegerField(
        source="event_seq", read_only=True, allow_null=True, help_text="Of the act that bound it."
    )

    class Meta:
        model = Document
        fields = [
            "id",
            "name",
            "content_type",
            "size",
            "sha256",
            "staged_at",
            "bound_at",
            "case",
            "list",
            "duty",
            "version",
            "action",
            "field",
        ]

    def get_field(self, document: Document) -> str:
        return body_path(document.field) or ""


class OptionEffectSerializer(serializers.Serializer[Any]):
    metric = serializers.CharField()
    name = serializers.SerializerMethodField()
    year = serializers.IntegerField()
    planned = serializers.SerializerMethodField(help_text="A decimal in the base unit its metric names.")
    verified = serializers.SerializerMethodField()

    def get_name(self, effect: Any) -> str:
        text = _METRICS.get(effect.metric)
        return words(text) if text else str(effect.metric)

    def get_planned(self, effect: Any) -> str | None:
        return amount(effect.planned)

    def get_verified(self, effect: Any) -> str | None:
        return amount(effect.verified)


class OptionSerializer(ShownSerializer[Option]):
    """A cleaner production option; amounts as exact decimals in base units, planned apart from verified."""

    investment_planned = serializers.SerializerMethodField(help_text="CNY.")
    investment_actual = serializers.SerializerMethodField(help_text="CNY.")
    effects = OptionEffectSerializer(many=True, read_only=True)

    class Meta:
        model = Option
        fields = ["code", "name", "cost_class", "done_on", "investment_planned", "investment_actual", "effects"]

    def get_investment_planned(self, option: Option) -> str | None:
        return amount(option.investment_planned)

    def get_investment_actual(self, option: Option) -> str | None:
        return amount(option.investment_actual)


class PanelMemberSerializer(serializers.Serializer[Any]):
    membership = serializers.UUIDField()
    name = serializers.CharField()
    expertise = serializers.CharField()
    leader = serializers.BooleanField()


class OpinionSerializer(serializers.Serializer[Any]):
    date = serializers.DateField()
    name = serializers.CharField(help_text="Empty where the reader may not know.")
    payload = serializers.DictField()
    redacted = serializers.BooleanField()


class ReviewSerializer(serializers.Serializer[Any]):
    """One assessment or acceptance of one attempt, put together from its events."""

    review = serializers.CharField(help_text="assessment or acceptance.")
    attempt = serializers.IntegerField()
    applied_on = serializers.DateField(allow_null=True)
    panel = PanelMemberSerializer(many=True)
    met_on = serializers.ListField(child=serializers.DateField())
    opinions = OpinionSerializer(many=True)
    decided_on = serializers.DateField(allow_null=True)
    result = serializers.CharField()
    decision = serializers.DictField(help_text="What was decided, field by field.")
