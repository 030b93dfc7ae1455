"""Every page that shows a list asks the database as much for one item as for three and for very many."""

from collections.abc import Callable, Iterator
from dataclasses import dataclass
from datetime import date, timedelta
from functools import cached_property
from itertools import count
from typing import Any

import pytest
from django.db import connection
from django.test import Client
from django.test.utils import CaptureQueriesContext
from django.urls import reverse
from django.utils import timezone

from accounts.models import HandoverRequest, Membership
from audits.models import AuditCase, Channel, Digest, Document, DutyYear, Notice, UnitReturn
from audits.procedure.words import CaseKind, Function, Line, Mark, Role
from audits.statistics import refresh
from audits.web import urls
from audits.workflow.door import perform
from audits.workflow.lists import create_list
from enterprises.models import Contract, Delegation, KeyEnterpriseList, ReportingUnit, Site, UnitParameter
from enterprises.models import Listing as Entry
from tests.api.conftest import publish
from tests.factories import World
from tests.factories_audits import make_case, make_deadline, record

pytestmark = pytest.mark.django_db
MANY = 300
# Counted with few and many rows where the page itself is tested.
ELSEWHERE = {
    "web-lists": "test_lists",
    "web-list": "test_lists",
    "web-list-letters": "test_lists",
    "web-list-history": "test_lists",
    "web-list-import-check": "test_list_import_pages",
    "web-exports": "test_more",
    "web-portfolio": "test_more",
    "web-case": "test_queries",
    "web-case-record": "test_record",
    "web-case-effects": "test_queries",
    "web-case-public": "test_enterprise_side",
    "web-case-again": "test_enterprise_side",
    "web-act": "test_enterprise_side",
    "web-changes": "test_enterprise_side",
    "web-cases-bulk": "test_bulk",
    "web-case-correct": "test_corrections",
    "web-lookup": "test_lookups",
}
# Forms of one thing, files, answers to a press of a button, and tables of the law that are not in the database.
NO_LIST = frozenset(
    [
        "web-act-as",
        "web-activate",
        "web-activate-people",
        "web-calendar-address",
        "web-contract-end",
        "web-delegation-end",
        "web-document",
        "web-draft",
        "web-draft-file",
        "web-export-content",
        "web-handover",
        "web-handover-ask",
        "web-inbox-read",
        "web-inbox-read-all",
        "web-law",
        "web-law-regime",
        "web-list-import",
        "web-list-new",
        "web-list-nominate-line",
        "web-list-template",
        "web-list-verdicts",
        "web-list-work",
        "web-member-remove",
        "web-portfolio-forms",
        "web-return-blank",
        "web-return-check",
        "web-return-discard",
        "web-return-figure",
        "web-return-form",
        "web-return-import",
        "web-return-revise",
        "web-return-submit",
        "web-save-filter",
        "web-saved-filter",
        "web-session",
        "web-settings",
        "web-stage",
        "web-theme",
        "web-version",
    ]
)
SUZHOU = ("320505", "320506", "320507", "320508", "320509", "320581", "320582", "320583")
FORMS = ("nominate", "verify", "confirm", "confirm-each", "publish")  # on a list
_numbers = count(1)


class Stage:
    """One plant of Wujiang with a case, and who reads."""

    def __init__(self) -> None:
        self.world = World()
        self.place = self.world.place("320509")
        self.plant = self.world.enterprise("320509")

    @cached_property
    def county(self) -> Membership:
        return self.world.person(self.place.local, Role.OFFICER)

    @cached_property
    def province(self) -> Membership:
        return self.world.person(self.place.province, Role.OFFICER)

    @cached_property
    def approver(self) -> Membership:
        return self.world.person(self.place.province, Role.APPROVER)

    @cached_property
    def preparer(self) -> Membership:
        return self.plant.preparer

    @cached_property
    def org_admin(self) -> Membership:
        return self.plant.org_admin

    @cached_property
    def operator(self) -> Membership:
        from accounts.models import Organization
        from audits.procedure.words import Party

        home = Organization.objects.create(party=Party.OPERATOR.value, name="运维")
        return self.world.person(home, Role.OPERATOR)

    @cached_property
    def case(self) -> AuditCase:
        scene = publish(self.world, 1)
        self.plant = scene.plant
        return scene.case

    @cached_property
    def unit(self) -> ReportingUnit:
        return ReportingUnit.objects.get(pk="320000")

    @cached_property
    def duty(self) -> DutyYear:
        return next(iter(self.duties(1)))

    def duties(self, number: int) -> list[DutyYear]:
        rows = [
            DutyYear(reporting_unit=self.unit, year=2100 + next(_numbers), scope_code="32", regime="D")
            for _ in range(number)
        ]
        return DutyYear.objects.bulk_create(rows)

    @cached_property
    def returned(self) -> UnitReturn:
        return UnitReturn.objects.create(reporting_unit=self.unit, year=2020, source="facts")


def documents(stage: Stage, number: int) -> None:
    now = timezone.now()
    held = {"content_type": "application/pdf", "size": 1, "sha256": "0" * 64, "storage_name": "x"}
    Document.objects.bulk_create(
        Document(
            name=f"{at}.pdf",
            case=stage.case,
            uploaded_by=stage.preparer,
            staged_at=now,
            bound_at=now,
            event_seq=1,
            **held,
        )
        for at in range(number)
    )


def notices(stage: Stage, number: int) -> None:
    for_all = {"case": stage.case, "kind": "deadline", "recipient": stage.county.user, "membership": stage.county}
    due = timezone.localdate()
    Notice.objects.bulk_create(
        Notice(
            **for_all,
            deadline=make_deadline(stage.case, due),
            due_on=due,
            rung=0,
            channel=Channel.IN_APP,
            send_on=due,
            created_at=timezone.now(),
        )
        for _ in range(number)
    )


def acts(subject: str) -> Callable[[Stage, int], None]:
    """Acts of the system on a subject, which all its readers are told of."""

    def make(stage: Stage, number: int) -> None:
        for _ in range(number):
            record(getattr(stage, subject), "correct", "2008-09-01")

    return make


def readers(stage: Stage, number: int) -> None:
    for _ in range(number):
        contract(stage, stage.world.firm(senior=0, intermediate=0).consultancy)


def contract(stage: Stage, consultancy: Any) -> None:
    today = timezone.localdate()
    Contract.objects.create(
        consultancy=consultancy,
        enterprise=stage.plant.enterprise,
        site=stage.plant.site,
        signed_on=today,
        starts_on=today,
    )


def sites(stage: Stage, number: int) -> None:
    kept = {
        one.attname: getattr(stage.plant.site, one.attname)
        for one in Site._meta.concrete_fields
        if not one.primary_key and not one.unique
    }
    Site.objects.bulk_create(Site(**{**kept, "name": f"厂区{next(_numbers)}"}) for _ in range(number))


def duties(stage: Stage, number: int) -> None:
    stage.duties(number)


def returns(stage: Stage, number: int) -> None:
    UnitReturn.objects.bulk_create(
        UnitReturn(reporting_unit=stage.unit, year=1000 + next(_numbers), source="facts") for _ in range(number)
    )


def corrections(stage: Stage, number: int) -> None:
    told = {"metric": "auditors", "old": "5", "new": "6", "reason": "更正", "by": "", "name": "甲"}
    stage.returned.corrections += [told | {"at": "2026-01-01T00:00:00+08:00"}] * number
    stage.returned.save()


def people(stage: Stage, number: int) -> None:
    for _ in range(number):
        stage.world.person(stage.plant.organization, Role.PREPARER, str(next(_numbers)))


def handovers(stage: Stage, number: int) -> None:
    HandoverRequest.objects.bulk_create(
        HandoverRequest(
            organization=plant.organization,
            requested_at=timezone.now(),
            requested_by=stage.preparer.user,
            new_username=f"new{plant.enterprise.pk}",
            new_email="new@example.com",
            new_full_name="甲",
            grounds="乙",
        )
        for plant in stage.world.enterprises("320509", number)
    )


def plants(stage: Stage, number: int) -> None:
    stage.world.enterprises("320509", number)


def cases(stage: Stage, number: int) -> None:
    for plant in stage.world.enterprises("320509", number):
        make_deadline(make_case(plant.enterprise), timezone.localdate() + timedelta(days=number % 3))


def published(stage: Stage, number: int) -> None:
    publish(stage.world, number, year=2008, batch=next(_numbers))


def counties(stage: Stage, number: int) -> None:
    """A published case in each of some further counties of the province, counted."""
    free = [code for code in SUZHOU if not AuditCase.objects.filter(scope_code=code).exists()]
    for code in free[:number]:
        publish(stage.world, 1, division=code, batch=next(_numbers))
    refresh(timezone.now())


def delegations(stage: Stage, number: int) -> None:
    Delegation.objects.bulk_create(
        Delegation(
            function=Function.SUPERVISE.value,
            scope_code="320509",
            from_authority=stage.place.province,
            to_authority=stage.place.verifier,
            document="文",
            valid_from=date(2008, 1, 1) + timedelta(days=next(_numbers)),
        )
        for _ in range(number)
    )


def troubles(stage: Stage, number: int) -> None:
    Digest.objects.bulk_create(
        Digest(
            recipient=stage.county.user,
            channel=Channel.EMAIL,
            day=date(2008, 1, 1) + timedelta(days=next(_numbers)),
            state=Digest.State.FAILED,
            try_at=timezone.now(),
        )
        for _ in range(number)
    )


def parameters(stage: Stage, number: int) -> None:
    UnitParameter.objects.exclude(key__startswith="key").delete()
    UnitParameter.objects.bulk_create(
        UnitParameter(
            reporting_unit=stage.unit,
            key=f"key{next(_numbers)}",
            value=1,
            source="文",
            mark=Mark.RECALLED.value,
            valid_from=date(2008, 1, 1),
        )
        for _ in range(number)
    )


def rows(name: str) -> Callable[[Any], int]:
    """How many items stand under a name of the page's context."""
    return lambda context: len(context[name])


def lines_of(context: Any) -> int:
    """How many lines the small table of a form has."""
    return sum(len(one.rows) for one in context["form"].boxes)


def sites_to_choose(context: Any) -> int:
    """The choices of the form that opens a case."""
    return next(len([one for one in box.choices if one.value]) for box in context["boxes"] if box.field.key == "site")


SHOWN: dict[str, Callable[[Any], int]] = {"nominate": lambda context: 0, "confirm-each": lines_of}


@dataclass(frozen=True)
class Listing:
    """One page: who reads it, how its items come about, how many it shows, at most."""

    name: str
    reader: str
    make: Callable[[Stage, int], None]
    shown: Callable[[Any], int]
    subject: str = ""
    query: str = ""
    many: int = MANY
    most: int = 25
    before: int = 0

    @property
    def id(self) -> str:
        return f"{self.name}-{self.make.__name__}"


PAGES = [
    Listing("home", "county", published, lambda told: len(told["mine"]) + len(told["waiting"]), many=30, most=20),
    Listing("web-cases", "county", cases, rows("page"), many=100, most=50),
    Listing(
        "web-deadlines", "county", cases, lambda told: sum(len(one[2]) for one in told["columns"]), many=100, most=20
    ),
    Listing("web-waiting", "county", published, rows("rows"), many=30),
    Listing("web-search", "county", cases, rows("found"), query="?q=实例", many=100, before=1),
    Listing("web-site-search", "county", plants, rows("found"), query="?q=实例", most=10, before=1),
    Listing("web-codes", "county", plants, rows("rows"), query="?q=实例", most=10, before=1),
    Listing("web-inbox", "county", notices, rows("entries")),
    Listing("web-case-told", "county", notices, rows("told"), subject="case"),
    Listing("web-case-documents", "county", documents, rows("page"), subject="case", most=50),
    Listing("web-case-history", "county", acts("case"), rows("acts"), subject="case", many=24, before=1),
    Listing("web-case-readers", "county", readers, lambda told: len(told["readers"][1][1]), "case", many=30, most=30),
    Listing("web-duties", "province", duties, rows("page")),
    Listing("web-duty", "province", acts("duty"), rows("acts"), subject="duty"),
    Listing("web-register", "preparer", sites, sites_to_choose, most=999, before=1),
    Listing("web-company", "preparer", sites, rows("sites"), most=999, before=1),
    Listing("web-returns", "province", returns, rows("page")),
    Listing("web-return", "province", corrections, lambda told: len(told["told"]["corrections"]), "returned", most=999),
    Listing("web-members", "org_admin", people, rows("page"), many=60, most=50, before=1),
    Listing("web-members", "county", handovers, rows("handovers"), most=50),
    Listing("web-statistics", "province", counties, rows("rows"), query="?by=county&year=2008&to_date=true", many=8),
    Listing("web-delegations", "approver", delegations, rows("page"), most=50),
    Listing("web-operations", "operator", troubles, rows("troubled"), most=50),
    Listing("web-operations-tables", "operator", parameters, rows("page"), most=50),
    Listing(
        "web-operations-changes", "operator", plants, rows("changes"), query="?register=enterprise", most=50, before=1
    ),
]


def signed_in(by: Membership) -> Client:
    client = Client()
    client.force_login(by.user, backend="accounts.backends.AuthenticationBackend")
    return client


def asked(client: Client, address: str, shown: Callable[[Any], int]) -> tuple[int, int]:
    """Items and queries of a page, on its second showing."""
    client.get(address)
    with CaptureQueriesContext(connection) as queries:
        answer = client.get(address)
    assert answer.status_code == 200, address
    return shown(answer.context), len(queries)


def counted(page: Listing) -> Iterator[tuple[int, int]]:
    """Items and queries with one, three and many."""
    stage = Stage()
    by: Membership = getattr(stage, page.reader)
    client, made = signed_in(by), 0
    arguments = [getattr(stage, page.subject).pk] if page.subject else []
    for number in (1, 3, page.many):
        page.make(stage, number - made)
        made = number
        yield asked(client, reverse(page.name, args=arguments) + page.query, page.shown)


@pytest.mark.parametrize("page", PAGES, ids=lambda page: page.id)
def test_a_page_asks_as_much_for_one_item_as_for_many(page: Listing) -> None:
    found = list(counted(page))
    assert [items for items, _ in found] == [min(number + page.before, page.most) for number in (1, 3, page.many)]
    assert len({queries for _, queries in found}) == 1, found


@pytest.mark.parametrize("name", FORMS)
def test_a_form_over_entries_asks_as_much_for_one_as_for_many(name: str) -> None:
    found = []
    # Entry by entry the names of more than a few are looked up: the smaller numbers are above that.
    for number in (1, 3, 100) if name != "confirm-each" else (60, 80, 100):
        row, by = waiting(World(), number, name.removesuffix("-each"))
        address = reverse(f"web-list-{name}", args=[row.pk])
        found.append(asked(signed_in(by), address, SHOWN.get(name, rows("page"))))
        assert found[-1][0] == (number if name != "nominate" else 0)  # the candidates of others are not shown again
    assert len({queries for _, queries in found}) == 1, found


def test_categories_of_one_entry_are_changed_when_the_list_is_confirmed() -> None:
    row, by = waiting(World(), 3, "confirm")
    client, address = signed_in(by), reverse("web-list-confirm-each", args=[row.pk])
    assert address in client.get(reverse("web-list-confirm", args=[row.pk])).content.decode()

    page = client.get(address)
    table = next(one for one in page.context["form"].boxes if one.field.key == "entries")
    first, second, _ = (
        {cell.field.key: (cell.name, cell.value) for cell in line if cell.value not in (None, "")}
        for line in table.rows
    )
    assert (first["categories"][1], second["categories"][1]) == (["exceeds_standard"], ["exceeds_standard"])
    form = page.context["form"]
    sent = {"version": form.version, "key": form.key, "date": timezone.localdate().isoformat()}
    sent |= {name: value for name, value in [*first.values(), *second.values()]}
    sent[second["categories"][0]] = ["toxic_use", "toxic_discharge"]
    assert client.post(address, sent).status_code == 302

    entries = {str(one.pk): (one.status, one.categories) for one in Entry.objects.filter(list=row)}
    assert entries.pop(first["listing"][1]) == ("confirmed", ["exceeds_standard"])
    assert entries.pop(second["listing"][1]) == ("confirmed", ["toxic_use", "toxic_discharge"])
    assert list(entries.values()) == [("verified", ["exceeds_standard"])]  # the line that was removed


def test_without_a_line_nobody_is_confirmed() -> None:
    row, by = waiting(World(), 2, "confirm")
    row.refresh_from_db()
    client, address = signed_in(by), reverse("web-list-confirm-each", args=[row.pk])
    answer = client.post(address, {"version": row.version, "key": "k", "date": timezone.localdate().isoformat()})
    assert (answer.status_code, set(Entry.objects.filter(list=row).values_list("status", flat=True))) == (
        422,
        {"verified"},
    )


def test_a_line_without_categories_is_confirmed_as_nominated() -> None:
    row, by = waiting(World(), 2, "confirm")
    row.refresh_from_db()
    first = str(Entry.objects.filter(list=row).order_by("created_at", "id")[0].pk)
    sent = {"version": row.version, "key": "k", "date": timezone.localdate().isoformat(), "entries.0.listing": first}
    assert signed_in(by).post(reverse("web-list-confirm-each", args=[row.pk]), sent).status_code == 302
    assert (Entry.objects.get(pk=first).status, Entry.objects.get(pk=first).categories) == (
        "confirmed",
        ["exceeds_standard"],
    )


def test_lines_somebody_prepared_are_what_the_one_who_confirms_sees() -> None:
    row, by = waiting(World(), 3, "confirm")
    client, address = signed_in(by), reverse("web-list-confirm-each", args=[row.pk])
    first = str(Entry.objects.filter(list=row).order_by("created_at", "id")[0].pk)
    draft = reverse("web-draft", args=["list", row.pk, "confirm"])
    prepared = {"revision": 0, "entries.0.listing": first, "entries.0.categories": ["toxic_use"]}
    assert client.post(draft, prepared).status_code == 200

    page = client.get(reverse("web-list-confirm", args=[row.pk]), follow=True)
    assert page.redirect_chain == [(address, 302)]
    lines = [[cell.value for cell in line] for box in page.context["form"].boxes for line in box.rows]
    assert [line[:2] for line in lines] == [[first, ["toxic_use"]]]
    assert "2" in str(next(iter(page.context["messages"])))


def test_a_long_list_is_not_shown_entry_by_entry(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("audits.web.list_acts.LINES", 2)
    row, by = waiting(World(), 3, "confirm")
    client, address = signed_in(by), reverse("web-list-confirm-each", args=[row.pk])
    assert client.get(address).status_code == 404
    assert address not in client.get(reverse("web-list-confirm", args=[row.pk])).content.decode()


def waiting(world: World, number: int, action: str) -> tuple[KeyEnterpriseList, Membership]:
    """A list some entries of which wait for an action, and who takes it."""
    place, plants = world.place("320509"), world.enterprises("320509", number)
    approver, officer = world.person(place.province, Role.APPROVER), world.person(place.local, Role.OFFICER)
    row = create_list(
        by=approver,
        reporting_unit=ReportingUnit.objects.get(pk="320000"),
        year=2008,
        batch=next(_numbers),
        title="第一批",
        kind=CaseKind.MANDATORY,
        line=Line.ENVIRONMENT,
    )
    candidates = [
        {
            "site": str(plant.site.pk),
            "categories": ["exceeds_standard"],
            "monitoring_report": [world.staged(officer)],
        }
        for plant in plants
    ]
    turns: list[tuple[str, Membership, dict[str, Any]]] = [
        ("nominate", officer, {"candidates": candidates}),
        ("submit_nominations", officer, {}),
        ("verify", world.person(place.verifier, Role.OFFICER), {}),
        ("confirm", approver, {}),
        ("publish", world.person(place.province, Role.APPROVER, "2"), {}),
    ]
    if action == "nominate":  # the page of one who nominates while candidates of the same kind stand there
        done, by = turns[:1], officer
    else:
        at = next(at for at, turn in enumerate(turns) if turn[0] == action)
        done, by = turns[:at], turns[at][1]
    for step, who, payload in done:
        row.refresh_from_db()
        perform(row, step, by=who, payload=payload, expected_version=row.version, idempotency_key=world.key())
    return row, by


def test_every_page_with_a_list_is_counted() -> None:
    named = {str(one.name) for one in urls.urlpatterns}
    tested = {page.name for page in PAGES} | {f"web-list-{name}" for name in FORMS}
    assert named - tested - set(ELSEWHERE) - NO_LIST == set()  # a new page: add it to PAGES, or say it shows no list
    assert (tested | set(ELSEWHERE)) - named == set()
    assert NO_LIST & (tested | set(ELSEWHERE)) == set()
