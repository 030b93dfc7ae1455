"""Intents become rows of the ledger: the audience rule is resolved when it is sent, not when the act was done."""

from collections.abc import Sequence
from datetime import date, datetime
from typing import Any

import structlog
from django.db import connection, transaction
from django.db.models import F
from django.db.models.functions import Coalesce

from audits.models import NoticeIntent
from audits.procedure.words import Function, Line, Party
from audits.reminders import ledger
from audits.reminders.ledger import LedgerRow
from audits.reminders.recipients import People, Person, Place, panel_of
from audits.reminders.scan import UNREACHABLE
from audits.reminders.webhooks import queueing
from enterprises.models import KeyEnterpriseList, Listing

log = structlog.get_logger(__name__)

BATCH = 500


def resolve_intents(on: date, now: datetime, people: People) -> tuple[int, int, int]:
    """Resolve every open intent. Returns `(intents, ledger rows, intents set aside)`.

    Safe in parallel: each batch is locked. A batch that fails is resolved one by one; an intent that cannot be resolved
    is set aside with its error, so that it holds up nothing else.
    """
    intents = queued = wrong = 0
    while NoticeIntent.objects.filter(resolved_at=None).exists():
        batch: list[dict[str, Any]] = []
        try:
            with transaction.atomic():
                batch = _claim()
                if not batch:
                    break  # another worker holds the rest
                queued += _resolve(batch, on, now, people)
        except UNREACHABLE:
            raise
        except Exception:
            if not batch:
                raise
            log.exception("intents_resolved_one_by_one", intents=len(batch))
            for intent in batch:
                rows = _resolve_alone(intent["pk"], on, now, people)
                queued += rows or 0
                wrong += rows is None
        people.forget(intent["owner"] for intent in batch if intent["owner"])
        intents += len(batch)
    return intents, queued, wrong


def _resolve(batch: Sequence[dict[str, Any]], on: date, now: datetime, people: People) -> int:
    rows = _rows(batch, on, now, people)
    ledger.store(rows)
    queueing.queue(rows, people, now)
    NoticeIntent.objects.filter(pk__in=[intent["pk"] for intent in batch]).update(resolved_at=now)
    return len(rows)


def _resolve_alone(pk: int, on: date, now: datetime, people: People) -> int | None:
    """Ledger rows of one intent; None when it had to be set aside."""
    with transaction.atomic():
        batch = _claim(pk)
        try:
            with transaction.atomic():
                return _resolve(batch, on, now, people)
        except UNREACHABLE:
            raise
        except Exception as error:
            log.exception("intent_not_resolved", intent=pk)
            NoticeIntent.objects.filter(pk=pk).update(resolved_at=now, error=repr(error)[:2000])
            return None


def _claim(only: int | None = None) -> list[dict[str, Any]]:
    """The oldest open intents (or one) with what their audience is found by; on PostgreSQL those nobody else has locked.

    On SQLite the immediate transaction itself keeps others out.
    """
    opened = NoticeIntent.objects.filter(resolved_at=None).order_by("pk")
    if only is not None:
        opened = opened.filter(pk=only)
    if connection.features.has_select_for_update_skip_locked:
        opened = opened.select_for_update(skip_locked=True, of=("self",))
    ids = [intent.pk for intent in opened[:BATCH]]
    values: Any = (
        NoticeIntent.objects.filter(pk__in=ids)
        .order_by("pk")
        .values(
            "pk",
            "kind",
            "audience",
            "case_id",
            "list_id",
            scope=Coalesce("case__scope_code", "duty__scope_code"),
            unit=Coalesce("case__reporting_unit__scope_code", "duty__reporting_unit__scope_code"),
            environment=Coalesce(F("case__line_environment"), True),
            energy=Coalesce(F("case__line_energy"), False),
            owner=Coalesce("case__enterprise__merged_into__organization_id", "case__enterprise__organization_id"),
        )
    )
    return list(values)


def _rows(batch: Sequence[dict[str, Any]], on: date, now: datetime, people: People) -> list[LedgerRow]:
    lists = {
        row.pk: row
        for row in KeyEnterpriseList.objects.select_related("reporting_unit").filter(
            pk__in={intent["list_id"] for intent in batch if intent["list_id"]}
        )
    }
    panels = panel_of({i["case_id"] for i in batch if i["case_id"] and _party(i) is Party.EXPERT}, on)
    by_function = [
        (_place(i, lists), Function(i["audience"]["function"])) for i in batch if "function" in i["audience"]
    ]
    people.load_competent(by_function)
    nominators = _nominators(batch)
    organizations = {a.organization_id for place, function in by_function for a in people.competent(place, function)}
    organizations |= {one for found in nominators.values() for one in found}
    people.load_members(organizations | {i["owner"] for i in batch if i["owner"] and _party(i) is Party.ENTERPRISE})
    rows: list[LedgerRow] = []
    for intent in batch:
        for person in {p.user_id: p for p in _audience(intent, lists, panels, nominators, people)}.values():
            rows += ledger.about_act(
                person, on, now, kind=intent["kind"], intent_id=intent["pk"], case_id=intent["case_id"]
            )
    return rows


def _nominators(batch: Sequence[dict[str, Any]]) -> dict[tuple[Any, str], list[Any]]:
    """By list and status of its entries, the organizations that proposed them; as far as these intents ask."""
    wanted = {(i["list_id"], i["audience"]["nominators"]) for i in batch if "nominators" in i["audience"]}
    if not wanted:
        return {}
    entries = Listing.objects.filter(
        list_id__in={one for one, _ in wanted}, status__in={status for _, status in wanted}, nominated_by__isnull=False
    )
    found: dict[tuple[Any, str], list[Any]] = {}
    for owner, status, organization in (
        entries.order_by("nominated_by_id").values_list("list_id", "status", "nominated_by_id").distinct()
    ):
        found.setdefault((owner, status), []).append(organization)
    return found


def _party(intent: dict[str, Any]) -> Party | None:
    party = intent["audience"].get("party")
    return Party(party) if party else None


def _place(intent: dict[str, Any], lists: dict[Any, KeyEnterpriseList]) -> Place:
    """Where the subject of an intent lies."""
    listed = lists.get(intent["list_id"])
    if listed is not None:
        scope = listed.reporting_unit.scope_code
        return Place(scope, scope, frozenset({Line(listed.line)}))
    lines = ((Line.ENVIRONMENT, intent["environment"]), (Line.ENERGY, intent["energy"]))
    return Place(intent["scope"], intent["unit"], frozenset(line for line, leads in lines if leads))


def _audience(
    intent: dict[str, Any],
    lists: dict[Any, KeyEnterpriseList],
    panels: dict[Any, list[Person]],
    nominators: dict[tuple[Any, str], list[Any]],
    people: People,
) -> list[Person]:
    """The people an audience rule means today. The enterprises on a list hear by their own cases, not by the list."""
    if "function" in intent["audience"]:
        function = Function(intent["audience"]["function"])
        competent = people.competent(_place(intent, lists), function)
        return [person for authority in competent for person in people.members(authority.organization_id)]
    if "nominators" in intent["audience"]:
        proposed = nominators.get((intent["list_id"], intent["audience"]["nominators"]), [])
        return [person for organization in proposed for person in people.members(organization)]
    if _party(intent) is Party.EXPERT:
        return panels.get(intent["case_id"], [])
    if _party(intent) is Party.ENTERPRISE and intent["owner"]:
        return people.members(intent["owner"])
    return []
