"""How annual returns look from outside, and what may be sent about them."""

from collections.abc import Iterable
from typing import Any

from django.utils import timezone
from django.utils.translation import gettext_lazy as _
from rest_framework import serializers

from accounts.api.schema import ErrorSerializer
from accounts.models import Membership
from audits.api.actions import ResultSerializer
from audits.api.errors import words
from audits.models import UnitReturn
from audits.statistics.metrics import METRICS
from audits.statistics.returns.checking import Finding, findings
from audits.statistics.returns.drafting import MAX_TEXT
from audits.statistics.returns.layout import MAX_REMARK
from audits.statistics.tables import name
from enterprises.models import ReportingUnit

FIRST_YEAR, LAST_YEAR = 2003, 2100
UNIT = {"help_text": "Code of the reporting unit."}


# --- what is sent -------------------------------------------------------------------------------------------------


class YearOfUnitSerializer(serializers.Serializer[Any]):
    unit = serializers.RegexField(r"^[0-9]{6}$", **UNIT)  # type: ignore[arg-type]
    year = serializers.IntegerField(min_value=FIRST_YEAR, max_value=LAST_YEAR)

    def validate_unit(self, code: str) -> ReportingUnit:
        """The unit itself."""
        unit = ReportingUnit.objects.filter(pk=code).first()
        if unit is None:
            raise serializers.ValidationError(_("There is no such reporting unit."), code="invalid_choice")
        return unit


class ReturnFilterSerializer(serializers.Serializer[Any]):
    unit = serializers.RegexField(r"^[0-9]{6}$", required=False, **UNIT)  # type: ignore[arg-type]
    year = serializers.IntegerField(min_value=FIRST_YEAR, max_value=LAST_YEAR, required=False)
    frozen = serializers.BooleanField(required=False, allow_null=True, default=None)


class FigureChangeSerializer(serializers.Serializer[Any]):
    """One figure. Without `remark` the remark stays."""

    value = serializers.CharField(
        allow_null=True, max_length=40, help_text="Exact decimal as text in the metric's unit; null: not told."
    )
    reason = serializers.CharField(
        default="", allow_blank=True, max_length=MAX_TEXT, help_text="Needed where a figure stood before."
    )
    remark = serializers.CharField(required=False, allow_blank=True, max_length=MAX_REMARK)


class AnswerSerializer(serializers.Serializer[Any]):
    rule = serializers.CharField(max_length=100)
    metric = serializers.CharField(max_length=100, allow_blank=True, default="")
    text = serializers.CharField(max_length=MAX_TEXT)


class CheckSerializer(serializers.Serializer[Any]):
    acknowledgements = AnswerSerializer(many=True, default=list, help_text="Answers to warnings.")


class ReasonForSerializer(serializers.Serializer[Any]):
    reason = serializers.CharField(max_length=MAX_TEXT)


# --- what is told -------------------------------------------------------------------------------------------------


class ReturnBriefSerializer(serializers.Serializer[Any]):
    """One return in a list."""

    id = serializers.UUIDField()
    unit = serializers.CharField(allow_null=True, help_text="Code; null: national.")
    unit_name = serializers.CharField(allow_blank=True)
    year = serializers.IntegerField()
    revision = serializers.IntegerField()
    version = serializers.IntegerField(help_text="Of the draft: the If-Match of the next change.")
    frozen = serializers.BooleanField()
    source = serializers.CharField(  # type: ignore[assignment]
        help_text="facts, form or revision; of returns from outside the log, where they come from."
    )
    supersedes = serializers.UUIDField(allow_null=True)
    created_at = serializers.DateTimeField()
    frozen_at = serializers.DateTimeField(allow_null=True)


class FigureSerializer(serializers.Serializer[Any]):
    """One metric of the form; `value` null where nothing is told."""

    metric = serializers.CharField()
    title = serializers.CharField()
    group = serializers.CharField()
    unit = serializers.CharField(allow_blank=True)
    value = serializers.CharField(allow_null=True)
    drafted = serializers.CharField(allow_null=True, help_text="What facts, or the return before it, said.")
    remark = serializers.CharField(allow_blank=True)


class ReturnFindingSerializer(serializers.Serializer[Any]):
    """A doubt. An error blocks the submission; a warning must be acknowledged with a text."""

    rule = serializers.CharField()
    severity = serializers.CharField()
    metric = serializers.CharField(allow_blank=True, help_text="Empty: the return as a whole.")
    message = serializers.CharField()
    acknowledged = serializers.CharField(allow_null=True)


class CorrectionSerializer(serializers.Serializer[Any]):
    metric = serializers.CharField()
    old = serializers.CharField(allow_null=True)
    new = serializers.CharField(allow_null=True)
    reason = serializers.CharField()
    name = serializers.CharField(help_text="Who corrected it.")
    at = serializers.CharField()


class FurtherFigureSerializer(serializers.Serializer[Any]):
    """A figure that is no metric of ours."""

    label = serializers.CharField()  # type: ignore[assignment]
    period = serializers.CharField()
    value = serializers.CharField()
    unit = serializers.CharField()
    remark = serializers.CharField(allow_blank=True)


class ReturnSerializer(ReturnBriefSerializer):
    """A return with everything that stands in it."""

    as_of = serializers.DateTimeField(allow_null=True, help_text="When the facts it was drafted from were computed.")
    reason = serializers.CharField(allow_blank=True, help_text="Of a revision.")
    figures = FigureSerializer(many=True)
    further = FurtherFigureSerializer(many=True)
    notes = serializers.CharField(allow_blank=True)
    findings = ReturnFindingSerializer(many=True, help_text="As of today.")
    corrections = CorrectionSerializer(many=True)
    authors = serializers.ListField(child=serializers.CharField())
    submitted_by = serializers.CharField(allow_null=True)
    superseded_by = serializers.UUIDField(allow_null=True)
    digest = serializers.CharField(
        allow_blank=True, help_text="SHA-256 of what was frozen; the event of the duty holds a file of this digest."
    )
    duty = serializers.UUIDField(allow_null=True)
    duty_version = serializers.IntegerField(allow_null=True, help_text="The event of the duty that reported it.")


class SubmittedSerializer(serializers.Serializer[Any]):
    """A frozen return, and the act of the duty that reported it."""

    result = ResultSerializer(allow_null=True, help_text="null: a year before the system, for which no duty is open.")
    replayed = serializers.BooleanField()

    def get_fields(self) -> Any:
        """`return` is a word of Python, so the field is declared here."""
        return {"return": ReturnSerializer(), **super().get_fields()}


class CellErrorSerializer(ErrorSerializer):
    """One fault. Those of a form name the cell; `code` is the rule."""

    sheet = serializers.CharField(required=False, allow_blank=True)
    cell = serializers.CharField(required=False, allow_blank=True, help_text="D7; empty: the whole sheet.")
    value = serializers.CharField(required=False, allow_blank=True)
    rule = serializers.CharField(required=False)


class FormErrorsSerializer(serializers.Serializer[Any]):
    """Why nothing of a form was stored."""

    type = serializers.CharField()
    errors = CellErrorSerializer(many=True)  # type: ignore[assignment]


def brief(row: UnitReturn, reader: str) -> dict[str, Any]:
    """One return in a list, in the reader's language."""
    return {
        "id": str(row.pk),
        "unit": row.reporting_unit_id,
        "unit_name": name(row.reporting_unit, reader) if row.reporting_unit is not None else row.scope_label,
        "year": row.year,
        "revision": row.revision,
        "version": row.version,
        "frozen": row.frozen_at is not None,
        "source": row.source,
        "supersedes": str(row.supersedes_id) if row.supersedes_id else None,
        "created_at": _time(row.created_at),
        "frozen_at": _time(row.frozen_at),
    }


def whole(row: UnitReturn, reader: str, found: Iterable[Finding] | None = None) -> dict[str, Any]:
    """A return with everything, in the reader's language. `found` spares judging it again."""
    judged = findings(row, timezone.localdate()) if found is None else found
    after = UnitReturn.objects.filter(supersedes=row).values_list("pk", flat=True).first()
    return {
        **brief(row, reader),
        "as_of": _time(row.as_of),
        "reason": row.reason,
        "figures": [_figure(row, key) for key in METRICS],
        "further": row.further,
        "notes": row.notes,
        "findings": [
            {
                "rule": one.rule,
                "severity": one.severity.value,
                "metric": one.metric,
                "message": words(one.message),
                "acknowledged": row.acknowledgements.get(one.key, {}).get("text"),
            }
            for one in judged
        ],
        "corrections": [{key: one[key] for key in CorrectionSerializer().fields} for one in row.corrections],
        "authors": _names([one["membership"] for one in row.authors]),
        "submitted_by": _names([str(row.submitted_by_id)])[0] if row.submitted_by_id else None,
        "superseded_by": str(after) if after else None,
        "digest": row.digest,
        "duty": str(row.duty_id) if row.duty_id else None,
        "duty_version": row.event_seq,
    }


def _figure(row: UnitReturn, key: str) -> dict[str, Any]:
    metric, told = METRICS[key], row.metrics.get(key, {})
    return {
        "metric": str(key),
        "title": words(metric.title),
        "group": metric.group.value,
        "unit": metric.unit,
        "value": told.get("value"),
        "drafted": told.get("drafted"),
        "remark": told.get("remark") or "",
    }


def _names(memberships: list[str]) -> list[str]:
    people = {
        str(one.pk): str(one.user) for one in Membership.objects.filter(pk__in=memberships).select_related("user")
    }
    return [people[pk] for pk in memberships if pk in people]


def _time(moment: Any) -> str | None:
    return timezone.localtime(moment).isoformat() if moment is not None else None
