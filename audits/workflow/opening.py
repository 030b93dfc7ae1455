"""Opening cases: one per entry of a published list, or one at a time without a list (voluntary, pilot)."""

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from datetime import date, datetime
from typing import Any
from uuid import UUID, uuid4

from django.db import IntegrityError, transaction
from django.utils import timezone

from accounts import activation
from accounts.acting import acting_of
from accounts.models import Membership, Organization
from audits.models import AuditCase, CaseCounter, Deadline, Event, NoticeIntent
from audits.procedure.registry import PROCEDURES, regime_on
from audits.procedure.words import CaseKind, Subject
from audits.workflow import binding, clock, contexts, intents, projection, wake
from audits.workflow.decide import Context, decide, right
from audits.workflow.door import Request, Result, prepare, replayed
from audits.workflow.errors import Forbidden, NotVisible, Refused, UnknownAction
from audits.workflow.events import Act, Form, actor_of, body_of, link, linked
from audits.workflow.state import State, apply
from audits.workflow.state import _copy as empty_copy
from enterprises.bulk import insert_many, insert_values
from enterprises.models import Enterprise, Listing, ReportingUnit, Site
from enterprises.snapshot import snapshot

LIST_DATE_FIELDS = ("disclose_by", "file_by", "start_by", "complete_by", "report_by")


def take_numbers(unit: ReportingUnit, year: int, count: int) -> list[str]:
    """The next `count` case numbers of a unit and year, e.g. `320000-2026-00017`. Call inside a transaction."""
    CaseCounter.objects.get_or_create(reporting_unit=unit, year=year)
    counter = CaseCounter.objects.select_for_update().get(reporting_unit=unit, year=year)
    first = counter.last + 1
    counter.last += count
    counter.save(update_fields=["last"])
    return [f"{unit.code}-{year}-{number:05d}" for number in range(first, first + count)]


def open_listed(
    listings: Sequence[Listing],
    *,
    unit: ReportingUnit,
    kind: CaseKind,
    by: Membership,
    on: date,
    now: datetime,
    payload: Mapping[str, Any],
    source: str,
    reason: str = "",
) -> list[AuditCase]:
    """One case per listing, with its first event `publish`; queries grow by batch, not by case.

    `source` is the hash of the list's event: the request key of each case event is derived from it, so the same
    publication can never open a case twice. Listings need `enterprise` and `sector` fetched.
    """
    numbers = take_numbers(unit, on.year, len(listings)) if listings else []
    actor = actor_of(by)
    today = timezone.localdate(now)
    alike: dict[Any, _Alike] = {}
    cases: list[AuditCase] = []
    events: list[Event] = []
    deadlines: list[tuple[Any, ...]] = []
    notices: list[NoticeIntent] = []
    for listing, number in zip(listings, numbers, strict=True):
        categories = tuple(sorted(listing.categories))
        sector = listing.sector.key if listing.sector else ""
        group = (categories, sector, listing.scope_code, listing.reporting_unit_id, listing.list_id)
        if group not in alike:
            opening = _opening(kind, on, categories, sector, group[2:4], payload)
            computed, basis = _deadlines_of(opening, listing.scope_code, unit, on, today)
            stored = {**payload, "list": str(listing.list_id), "listing": Form.mark(1), "categories": list(categories)}
            key = f"{source}:{Form.mark(1)}"
            act = Act("publish", on, now, by, stored, key, source, reason, (), (), basis, opening, computed)
            alike[group] = _Alike.of(act, actor)
        form = alike[group]
        case = form.case(
            number=number,
            listing_id=listing.pk,
            enterprise_id=listing.enterprise_id,
            site_id=listing.site_id,
            scope_code=listing.scope_code,
            reporting_unit_id=listing.reporting_unit_id,
            opened_on=on,
        )
        event = form.event(case, f"{source}:{listing.pk}", str(listing.pk))
        cases.append(case)
        events.append(event)
        deadlines += [(case.pk, *row) for row in form.deadlines]
        notices += intents.rows_for(case, "publish", 1, now, payload)
    insert_many(cases)
    insert_many(events)
    insert_values(Deadline, ("case_id", *_DEADLINE), deadlines)
    insert_many(notices)
    return cases


@dataclass(frozen=True, slots=True)
class _Alike:
    """What the cases of one publication with the same categories, sector and place have in common."""

    act: Act
    columns: Mapping[str, Any]
    deadlines: Sequence[tuple[Any, ...]]
    text: Form

    @staticmethod
    def of(act: Act, actor: Mapping[str, str]) -> "_Alike":
        """Worked out on one case that is never stored."""
        one = AuditCase()
        body = {**body_of(Subject.CASE, one.pk, 1, act, actor), "subject": [Subject.CASE.value, Form.mark(0)]}
        projection.columns(one, apply({}, body), Event(seq=1, hash=""), act.basis)
        rows = projection.deadline_rows(one, act.deadlines)
        return _Alike(
            act,
            {name: getattr(one, name) for name in _COLUMNS},
            [tuple(getattr(row, name) for name in _DEADLINE) for row in rows],
            Form(body),
        )

    def case(self, **own: Any) -> AuditCase:
        """A new case; its head follows with its event."""
        return AuditCase(**{**self.columns, **own})

    def event(self, case: AuditCase, key: str, listing: str) -> Event:
        """Its first event, chained to nothing."""
        event = linked(Subject.CASE, case.pk, 1, self.act, self.text.text(str(case.pk), listing), "")
        event.request_key = key
        case.head_hash = event.hash
        return event


_COLUMNS = tuple(name for name in projection.CASE_COLUMNS if name not in ("reporting_unit", "head_hash", "changed_at"))
_DEADLINE = tuple(field.attname for field in Deadline._meta.concrete_fields if field.attname not in ("id", "case_id"))


def issue_codes(enterprises: set[UUID], by: Membership, now: datetime) -> None:
    """Activation codes for listed enterprises whose account nobody has opened yet (design section 3, first access)."""
    organizations = Organization.objects.filter(enterprise__pk__among=enterprises).only("pk")
    activation.issue_many(organizations, by=by, now=now, store=insert_many)


def _opening(
    kind: CaseKind,
    on: date,
    categories: Iterable[str],
    sector: str,
    place: tuple[str, str],
    payload: Mapping[str, Any],
) -> dict[str, Any]:
    """The changes that make a new state out of nothing. `place`: scope code and reporting unit, so that the log knows
    whose case it is."""
    day = on.isoformat()
    listed = kind is CaseKind.MANDATORY
    changes: dict[str, Any] = {
        "set": {
            "kind": kind.value,
            "regime": regime_on(on).value,
            "published_on": day if listed else None,
            "opened_on": day,
            "sector": sector,
        },
        "categories": {category: day for category in categories},
        "values": {"scope_code": place[0], "reporting_unit": place[1]},
    }
    dates = {f"publish.{name}": payload[name] for name in LIST_DATE_FIELDS if payload.get(name)}
    if dates:
        changes["dates"] = dates
    return changes


def _deadlines_of(
    opening: Mapping[str, Any], scope_code: str, unit: ReportingUnit, on: date, today: date
) -> tuple[dict[str, Any], dict[str, str]]:
    """What a case with this opening has to do by when, and with what that was computed."""
    state: State = apply(
        {},
        {
            "action": "publish",
            "on": on.isoformat(),
            "seq": 1,
            "by": {"user": "", "organization": ""},
            "changes": opening,
        },
    )
    ctx = contexts.case_context(state=state, scope_code=scope_code, unit=unit, owner="", on=on, today=today)
    return clock.difference(None, state, ctx), clock.basis_of(ctx)


def open_case(
    *,
    by: Membership,
    payload: Mapping[str, Any],
    idempotency_key: str,
    on: date | None = None,
    reason: str = "",
    evidence: Sequence[str] = (),
    now: datetime | None = None,
) -> Result:
    """`register`: an enterprise opens a voluntary audit or a pilot for one of its sites.

    The same rules as `perform`, on a subject that does not exist yet: right, key, payload, decision, event.
    """
    now = now or timezone.now()
    request = Request("register", payload, 0, idempotency_key, on, reason, tuple(evidence))
    nowhere = UUID(int=0)
    try:
        with snapshot(), transaction.atomic():
            done = _open_locked(request, by, now, nowhere)
    except IntegrityError:
        again = replayed(request, Subject.CASE, nowhere, by)
        if again is None:
            raise
        return again
    return done if isinstance(done, Result) else Result.of(done)


def _open_locked(request: Request, by: Membership, now: datetime, nowhere: UUID) -> Event | Result:
    acting = acting_of(by)
    today = timezone.localdate(now)
    on = request.on or today
    enterprise = Enterprise.objects.select_for_update().filter(organization_id=by.organization_id).first()
    earlier = replayed(request, Subject.CASE, nowhere, by)  # after the lock: of two at once the second finds the first
    if earlier is not None:
        return earlier
    step = next((s for s in PROCEDURES[regime_on(on)].steps if s.key == "register" and s.subject == Subject.CASE), None)
    if step is None:
        raise UnknownAction()
    wanted = str(request.payload.get("kind") or CaseKind.VOLUNTARY.value)
    kind = CaseKind(wanted) if wanted in list(CaseKind) else CaseKind.VOLUNTARY
    site = _site(request.payload.get("site"), by)
    unit = site.reporting_unit if site else None
    state: State = empty_copy({"kind": kind.value, "regime": regime_on(on).value, "opened_on": on.isoformat()})
    if enterprise is None or unit is None or site is None:
        refusal = right(step, _bare(state, on, today, by), acting)
        if refusal is not None:
            raise Forbidden([refusal])
        if enterprise is None:
            raise NotVisible()
    ctx = (
        contexts.case_context(
            state=state,
            scope_code=site.scope_code if site else "",
            unit=unit or ReportingUnit(),
            owner=str(by.organization_id),
            on=on,
            today=today,
            register=_register(enterprise),
        )
        if site and unit
        else _bare(state, on, today, by)
    )
    shell = AuditCase(id=uuid4())
    values, files, act_on, _ = prepare(step, ctx, request, acting, shell)
    decision = decide(step, ctx, acting, values)
    if not decision.allowed:
        raise Refused(list(decision.refusals))
    if site is None or unit is None:  # prepare() refuses an unknown site; one that is not the caller's is invisible
        raise NotVisible()
    opening = _opening(kind, act_on, (), "", (site.scope_code, unit.code), {})
    state = apply(
        {},
        {
            "action": "register",
            "on": act_on.isoformat(),
            "seq": 1,
            "by": {"user": "", "organization": ""},
            "changes": opening,
        },
    )
    ctx = contexts.case_context(state=state, scope_code=site.scope_code, unit=unit, owner="", on=act_on, today=today)
    deadlines = clock.difference(None, state, ctx)
    basis = clock.basis_of(ctx)
    case = AuditCase(
        id=shell.pk,
        number=take_numbers(unit, act_on.year, 1)[0],
        enterprise=site.enterprise,
        site=site,
        scope_code=site.scope_code,
        reporting_unit=unit,
        opened_on=act_on,
        regime=state["regime"],
    )
    act = Act(
        "register",
        act_on,
        now,
        by,
        values,
        request.key,
        request.digest(Subject.CASE, nowhere),
        request.reason,
        files=files,
        basis=basis,
        changes=opening,
        deadlines=deadlines,
    )
    body = body_of(Subject.CASE, case.pk, 1, act)
    event = link(Subject.CASE, case.pk, 1, act, body, "")
    after = apply({}, body)
    projection.columns(case, after, event, basis)
    case.save(force_insert=True)
    event.save(force_insert=True)
    insert_many(projection.deadline_rows(case, deadlines))
    binding.bind(files, case, event)
    transaction.on_commit(wake.wake)
    return event


def _site(given: Any, by: Membership) -> Site | None:
    try:
        wanted = UUID(str(given))
    except ValueError:
        return None
    return Site.objects.visible_to(by).select_related("enterprise", "reporting_unit").filter(pk=wanted).first()


def _register(enterprise: Enterprise | None) -> Any:
    """The one register question `register` asks: is the site another's, or taken by an open case of the same kind."""

    def answer(name: str, *args: Any) -> Any:
        payload = args[0]
        site = Site.objects.filter(pk=payload.get("site")).first()
        if site is None or enterprise is None or site.enterprise_id != enterprise.pk:
            return True
        return AuditCase.objects.filter(site=site, kind=payload.get("kind"), closed_on=None).exists()

    return answer


def _bare(state: State, on: date, today: date, by: Membership) -> Context:
    """A context without a place, to judge party and role only."""
    from enterprises.rest_days import calendar

    steps = contexts.steps_of(Subject.CASE, state, on)
    return Context(
        subject=Subject.CASE,
        state=state,
        steps=steps,
        params={},
        calendar=calendar(),
        on=on,
        today=today,
        owner=str(by.organization_id),
        register=_register(Enterprise.objects.filter(organization_id=by.organization_id).first()),
    )


__all__ = ["open_case", "open_listed", "take_numbers"]
