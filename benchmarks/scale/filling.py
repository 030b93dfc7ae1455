"""Makes the planned country in the database: registers and people, then lists and acts through the one door.

Runs in several processes, each with reporting units of its own. Lists come in as files, cases are opened by publishing,
and every later act goes through `perform_many`: an enterprise does all that it does about a list in one call, a county
and a list authority all of theirs. Accounts and memberships are stored in bulk.
"""

import datetime as dt
import io
import time
from collections import Counter, defaultdict
from collections.abc import Iterable, Mapping, Sequence
from typing import Any
from uuid import UUID

import xlsxwriter
from django.contrib.auth.hashers import make_password
from stdnum.cn import uscc

from accounts.models import Membership, Organization, User
from audits.models import AuditCase
from audits.procedure.words import CaseKind, Level, Line, Role
from audits.workflow import imports
from audits.workflow.door import perform
from audits.workflow.lists import create_list
from audits.workflow.many import Job, perform_many
from benchmarks.scale import acts
from benchmarks.scale.plan import AS_OF, Entry, ListPlan, Place, by_unit
from benchmarks.world import FIRST_DAY, moment
from enterprises.authority_register import create_authority
from enterprises.bulk import insert_many
from enterprises.codes import organization_check_character
from enterprises.divisions import has_city_level, reporting_units
from enterprises.models import Enterprise, KeyEnterpriseList, ReportingUnit

HEADINGS = ("企业名称", "统一社会信用代码", "行政区划代码", "生产地址", "行业代码", "类别")
NOBODY = make_password(None)  # nobody signs in with a password
JOBS = 800  # of one call of perform_many: beyond that memory grows and nothing is gained
Todo = tuple[UUID, str, list[acts.Act]]  # case, its request key's beginning, acts


def fill_nation() -> None:
    """What all units share."""
    nation = create_authority("国家主管部门", scope_code="", level=Level.NATION).organization
    _staff([(nation, "nation", (Role.APPROVER,))])


def fill(units: Sequence[str], *, cases: int, seed: int) -> dict[str, Any]:
    """Make these units with all their cases. Returns seconds by kind of work and how much was done."""
    planned = by_unit(cases, seed)
    spent: dict[str, float] = defaultdict(float)
    done: Counter[str] = Counter()
    for unit in units:
        UnitFilling(unit, planned[unit], spent, done).run()
    return {"seconds": dict(spent), "done": dict(done)}


class UnitFilling:
    """One reporting unit: its authorities, its lists, their cases."""

    def __init__(self, unit: str, lists: Sequence[ListPlan], spent: dict[str, float], done: Counter[str]) -> None:
        self.unit, self.lists, self.spent, self.done = unit, lists, spent, done
        self.counties: dict[str, Membership] = {}
        self.cities: dict[str, Membership] = {}
        self.listers: list[Membership] = []
        self.known: list[tuple[ListPlan, dict[int, AuditCase]]] = []
        self._people: dict[int, list[Membership]] = {}

    def run(self) -> None:
        """Everything, in the order in which it happened within the unit."""
        self._timed("authorities", self._authorities)
        for one in self.lists:
            self._one_list(one)
        self._timed("county acts", self._county_acts)
        self._timed("province acts", self._province_acts)

    # --- authorities --------------------------------------------------------------------------------------------------

    def _authorities(self) -> None:
        row = reporting_units()[self.unit]
        found = {entry.place.scope: entry.place for one in self.lists for entry in one.entries}
        top = Level.CITY if row.parent else Level.PROVINCE
        people: list[tuple[Organization, str, tuple[Role, ...]]] = [
            (self._authority(row.name_zh, row.scope_code, top), "u", (Role.APPROVER,) * 3)
        ]
        for scope in sorted({scope[:4] for scope in found if has_city_level(scope)} - {row.scope_code}):
            people.append((self._authority(f"{scope}市", scope, Level.CITY), "c", (Role.APPROVER,)))
        for scope, place in sorted(found.items()):
            people.append((self._authority(place.name, scope, Level.COUNTY), "x", (Role.APPROVER, Role.OFFICER)))
        made = _staff([(one, f"{kind}{one.jurisdiction}", roles) for one, kind, roles in people])
        for organization, kind, _ in people:
            members = made[organization.pk]
            if kind == "u":
                self.listers = members
            elif kind == "c":
                self.cities[organization.jurisdiction or ""] = members[0]
            else:
                self.counties[organization.jurisdiction or ""] = members[0]

    @staticmethod
    def _authority(name: str, scope: str, level: Level) -> Organization:
        organization: Organization = create_authority(f"{name}主管部门", scope_code=scope, level=level).organization
        return organization

    # --- lists --------------------------------------------------------------------------------------------------------

    def _one_list(self, one: ListPlan) -> None:
        lister, verifier, confirmer = self.listers
        target = create_list(
            by=lister,
            reporting_unit=ReportingUnit.objects.get(pk=self.unit),
            year=one.year,
            batch=one.batch,
            title=f"{one.year}年第{one.batch}批名单（合成）",
            kind=CaseKind.MANDATORY,
            line=Line.ENVIRONMENT,
        )
        self._timed("import", lambda: self._import(target, one, lister))
        self._timed("enterprise people", lambda: self._enterprise_people(one))
        self._do(target, "submit_nominations", lister, one.published_on - dt.timedelta(days=28), one)
        scopes = {entry.place.scope for entry in one.entries}
        verifiers = {scope[:4]: self.cities.get(scope[:4], verifier) for scope in scopes if has_city_level(scope)}
        for member in {by.pk: by for by in verifiers.values()}.values():
            self._do(target, "verify", member, one.published_on - dt.timedelta(days=20), one)
        self._do(target, "confirm", confirmer, one.published_on - dt.timedelta(days=10), one)
        told = {
            "medium": "示例日报",
            "appeared_on": one.published_on.isoformat(),
            "document_number": f"合成{one.number}",
        }
        self._timed("publish", lambda: self._do(target, "publish", confirmer, one.published_on, one, told))
        rows = AuditCase.objects.filter(listing__list=target).order_by("listing__row_number").defer("state")
        cases = dict(enumerate(rows))
        if len(cases) != len(one.entries):
            raise RuntimeError(f"list {one.number}: {len(one.entries)} rows planned, {len(cases)} cases opened")
        self.done["cases"] += len(cases)
        self.done["lists"] += 1
        self.known.append((one, cases))
        if not one.wave:
            self._timed("enterprise acts", lambda: self._enterprise_acts(one, cases))

    def _import(self, target: KeyEnterpriseList, one: ListPlan, by: Membership) -> None:
        now = moment(one.published_on - dt.timedelta(days=30))
        _, report = imports.check(target, by=by, content=_file(one), filename="名单.xlsx", now=now)
        if report.accepted != len(one.entries):
            raise RuntimeError(f"list {one.number}: {report.rejected[:3]}")
        imports.apply_import(
            target,
            by=by,
            digest=report.digest,
            rows="accepted",
            repairs="all",
            expected_version=0,
            idempotency_key=f"s{one.number}-import",
            now=now,
        )

    def _do(
        self,
        target: KeyEnterpriseList,
        action: str,
        by: Membership,
        on: dt.date,
        one: ListPlan,
        payload: Mapping[str, Any] | None = None,
    ) -> None:
        fresh = KeyEnterpriseList.objects.get(pk=target.pk)
        key = f"s{one.number}-{action}-{fresh.version}"
        perform(
            fresh,
            action,
            by=by,
            payload=payload or {},
            expected_version=fresh.version,
            idempotency_key=key,
            now=moment(on),
        )

    # --- enterprises --------------------------------------------------------------------------------------------------

    def _enterprise_people(self, one: ListPlan) -> None:
        firms = {_code(one, entry): entry.firm for entry in reversed(one.entries)}
        rows = Enterprise.objects.filter(credit_code__in=list(firms)).select_related("organization")
        roles = (Role.PREPARER,) if one.wave else (Role.PREPARER, Role.CERTIFIER)
        by_firm = {firms[row.credit_code or ""]: row.organization for row in rows}
        made = _staff(
            [(organization, f"e{one.number}x{firm}", roles) for firm, organization in sorted(by_firm.items())]
        )
        self._people = {firm: made[organization.pk] for firm, organization in by_firm.items()}

    def _enterprise_acts(self, one: ListPlan, cases: Mapping[int, AuditCase]) -> None:
        firms: dict[int, list[int]] = {}
        for place, entry in enumerate(one.entries):
            firms.setdefault(entry.firm, []).append(place)
        now = moment(min(one.published_on + dt.timedelta(days=360), AS_OF))
        for firm, places in firms.items():
            preparer, certifier = self._people[firm]
            todo = [
                (cases[place].pk, f"firm-{one.number}-{place}", acts.by_enterprise(one, one.entries[place]))
                for place in places
            ]
            self._perform(todo, certifier, now, preparer)

    # --- authorities act ----------------------------------------------------------------------------------------------

    def _county_acts(self) -> None:
        todo: dict[str, list[Todo]] = {}
        for one, cases in self.known:
            for place, entry in enumerate(one.entries):
                key = f"county-{one.number}-{place}"
                todo.setdefault(entry.place.scope, []).append((cases[place].pk, key, acts.by_county(one, entry)))
        for scope, rows in sorted(todo.items()):
            self._perform(rows, self.counties[scope], moment(AS_OF))

    def _province_acts(self) -> None:
        for one, cases in self.known:
            rows = [
                (cases[place].pk, f"province-{one.number}-{place}", acts.by_province(one, entry))
                for place, entry in enumerate(one.entries)
            ]
            self._perform(rows, self.listers[0], moment(AS_OF))

    def _perform(
        self, todo: Iterable[Todo], by: Membership, now: dt.datetime, prepared_by: Membership | None = None
    ) -> None:
        jobs: list[Job] = []
        for case, key, wanted in todo:
            jobs += [
                Job(case, action, payload, f"{key}-{number}", on, prepared_by=prepared_by)
                for number, (action, payload, on) in enumerate(wanted)
            ]
            if len(jobs) >= JOBS:
                self._send(jobs, by, now)
                jobs = []
        if jobs:
            self._send(jobs, by, now)

    def _send(self, jobs: list[Job], by: Membership, now: dt.datetime) -> None:
        perform_many(jobs, by=by, now=now)
        self.done["acts"] += len(jobs)
        self.done["calls"] += 1

    def _timed(self, name: str, work: Any) -> None:
        start = time.perf_counter()
        work()
        self.spent[name] += time.perf_counter() - start


def _staff(wanted: Sequence[tuple[Organization, str, Sequence[Role]]]) -> dict[UUID, list[Membership]]:
    """People for organizations, each role another person. In bulk: 10,000 accounts one by one would take minutes."""
    users: list[User] = []
    members: dict[UUID, list[Membership]] = {}
    for organization, name, roles in wanted:
        for number, role in enumerate(roles):
            username = f"{name}p{number}"
            user = User(
                username=username, email=f"{username}@example.com", full_name=f"合成人员{username}", password=NOBODY
            )
            users.append(user)
            one = Membership(user=user, organization=organization, role=role.value, starts_on=FIRST_DAY)
            members.setdefault(organization.pk, []).append(one)
    insert_many(users)
    insert_many([one for held in members.values() for one in held])
    return members


def _code(one: ListPlan, entry: Entry) -> str:
    """The credit code of an enterprise: of nobody, with a right check character."""
    body = f"{one.number:04d}{entry.firm:04d}"
    start = f"91{_seat(one).code}{body}{organization_check_character(body)}"
    return start + uscc.calc_check_digit(start)


def _seat(one: ListPlan) -> Place:
    return one.entries[0].place


def _file(one: ListPlan) -> bytes:
    """The list as a file, as the province sends it."""
    target = io.BytesIO()
    book = xlsxwriter.Workbook(target, {"in_memory": True, "constant_memory": False})
    sheet = book.add_worksheet("名单")
    sheet.write_row(0, 0, HEADINGS)
    for number, entry in enumerate(one.entries):
        sheet.write_row(
            number + 1,
            0,
            (
                f"示例{one.number}号{entry.firm}{_FIRM[entry.firm % len(_FIRM)]}有限公司",
                _code(one, entry),
                entry.place.code,
                f"{entry.place.name}合成路{number + 1}号",
                entry.industry,
                entry.label,
            ),
        )
    book.close()
    return target.getvalue()


_FIRM = ("化工", "纺织", "印染", "电镀", "造纸", "机械", "电子材料", "涂料", "金属制品", "医药")
