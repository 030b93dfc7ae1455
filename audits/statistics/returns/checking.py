"""What speaks against a return: errors block its submission, warnings need a written answer."""

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import date, datetime
from decimal import Decimal
from uuid import UUID

from django.db import transaction
from django.utils import timezone

from accounts.models import Membership
from audits.models import UnitReturn
from audits.procedure.words import Text
from audits.statistics.plausibility import Seen, doubts
from audits.statistics.returns import rights
from audits.statistics.returns.drafting import FROM_FACTS, facts_of, required_text
from audits.statistics.returns.figures import decimals
from audits.statistics.returns.rules import RETURN_RULES, Severity, Told
from audits.workflow.errors import Refusal, one_field


@dataclass(frozen=True, slots=True)
class Finding:
    """One doubt: `metric` is "" for the return as a whole. `key` names it when a warning is acknowledged."""

    rule: str
    severity: Severity
    metric: str
    message: Text

    @property
    def key(self) -> str:
        """Rule and metric."""
        return f"{self.rule}:{self.metric}"


def findings(row: UnitReturn, today: date) -> list[Finding]:
    """Everything the rules find in a return, errors first. A frozen one is judged as it would be today."""
    told = _told(row, today)
    found = [
        Finding(rule.key, rule.severity, metric, rule.message)
        for rule in RETURN_RULES.values()
        for metric in rule.finds(told)
    ]
    seen = Seen(told.figures, last_year=told.last_year, unfinished=row.year >= today.year)
    found += [Finding(one.rule.key, Severity.WARNING, one.metric, one.rule.message) for one in doubts(seen)]
    return sorted(found, key=lambda one: one.severity)


def _told(row: UnitReturn, today: date) -> Told:
    from_facts = row.source == FROM_FACTS
    drafted = {key: one["drafted"] for key, one in row.metrics.items() if "drafted" in one} if from_facts else {}
    facts = facts_of(row.reporting_unit_id, row.year, today) if from_facts and row.reporting_unit_id else {}
    before = (
        UnitReturn.objects.frozen()
        .filter(reporting_unit_id=row.reporting_unit_id, year=row.year - 1)
        .order_by("-revision")
        .first()
    )
    return Told(
        figures=decimals(row.metrics),
        from_facts=from_facts,
        drafted={key: Decimal(value) for key, value in drafted.items()},
        facts={key: Decimal(value) for key, value in facts.items()},
        last_year=decimals(before.metrics) if before is not None else {},
    )


def check(
    pk: UUID,
    *,
    by: Membership,
    acknowledged: Mapping[str, str],
    expected_version: int,
    now: datetime | None = None,
) -> tuple[UnitReturn, list[Finding]]:
    """Judge a draft, and store what is answered to warnings: `{"<rule>:<metric>": text}`.

    Raises `NotVisible`, `Forbidden`, `Refused` (`return_frozen`), `StaleVersion`, `InvalidPayload` (an answer to
    something that is no warning of this return).
    """
    now = now or timezone.now()
    today = timezone.localdate(now)
    with transaction.atomic():
        row = rights.locked(pk, by, rights.DRAFTERS, today)
        rights.editable(row, expected_version)
        found = findings(row, today)
        open_to_answer = {one.key for one in found if one.severity is Severity.WARNING}
        answers = {}
        for key, text in acknowledged.items():
            if key not in open_to_answer:
                raise one_field(
                    "acknowledgements",
                    "unknown_finding",
                    f"没有这一提示：{key}。",
                    f"There is no such warning: {key}.",
                )
            answers[key] = {
                "text": required_text(text, "acknowledgements"),
                "by": str(by.pk),
                "name": str(by.user),
                "at": timezone.localtime(now).isoformat(timespec="seconds"),
            }
        if answers:
            row.acknowledgements = {**row.acknowledgements, **answers}
            rights.sign(row, by)
            row.save(update_fields=["acknowledgements", "authors", "version"])
    return row, found


def obstacles(row: UnitReturn, found: list[Finding]) -> list[Refusal]:
    """Why the return cannot be submitted as it stands: each error, and each warning nobody answered."""
    return [
        Refusal(one.rule, _about(one))
        for one in found
        if one.severity is Severity.ERROR or one.key not in row.acknowledgements
    ]


def _about(one: Finding) -> Text:
    from audits.statistics.metrics import METRICS

    if one.metric not in METRICS:
        return one.message
    title = METRICS[one.metric].title
    return Text(f"{title.zh}:{one.message.zh}", f"{title.en}: {one.message.en}")
