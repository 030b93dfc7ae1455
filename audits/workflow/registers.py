"""Register questions that guards ask, and references a payload makes. Reads only."""

from collections.abc import Callable, Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from datetime import date
from functools import partial
from typing import Any
from uuid import UUID

from django.db.models import Q

from accounts.acting import Acting
from accounts.models import Membership, Organization
from audits.models import Event
from audits.procedure.payloads import FieldError, Reference
from audits.procedure.words import LEVEL_RANK, Level, Line, Party, Role, Text
from audits.workflow.events import read_body
from enterprises.consultancy_register import barred, consultancy_conditions, staffing_of
from enterprises.divisions import reporting_units
from enterprises.models import (
    Auditor,
    Authority,
    Consultancy,
    Contract,
    Division,
    EmploymentPeriod,
    Enterprise,
    Listing,
    Site,
)
from enterprises.scopes import ancestry, within
from enterprises.snapshot import remembered

_EXISTS: dict[str, Callable[[Iterable[str]], set[str]]] = {
    "consultancy": lambda ids: _known(Consultancy.objects, ids),
    "auditor": lambda ids: _known(Auditor.objects, ids),
    "membership": lambda ids: _known(Membership.objects.filter(role=Role.EXPERT, removed_at=None), ids),
    "authority": lambda ids: _known(Authority.objects, ids),
    "listing": lambda ids: _known(Listing.objects, ids),
    "site": lambda ids: _known(Site.objects, ids),
    "division": lambda ids: {str(pk) for pk in Division.objects.filter(pk__in=list(ids)).values_list("pk", flat=True)},
}


def _known(rows: Any, ids: Iterable[str]) -> set[str]:
    return {str(pk) for pk in rows.filter(pk__in=list(ids)).values_list("pk", flat=True)}


def unknown_references(references: Sequence[Reference]) -> list[FieldError]:
    """An error for each reference to a register row that does not exist."""
    errors = []
    by_register: dict[str, list[Reference]] = {}
    for reference in references:
        by_register.setdefault(reference.register, []).append(reference)
    for register, wanted in by_register.items():
        if register not in _EXISTS:  # steps are checked by the guards against the table
            continue
        known = _EXISTS[register]({r.id for r in wanted})
        errors += [
            FieldError(
                r.path,
                f"unknown_{register}",
                Text("登记册中没有该条目。", "There is no such entry in the register."),
            )
            for r in wanted
            if r.id not in known
        ]
    return errors


def standing(row: Any) -> Enterprise:
    """The enterprise that acts for a case: its own, after a merger the one it went into (contracts and staff moved there)."""
    own: Enterprise = row.enterprise
    return own.merged_into or own


@dataclass(frozen=True, slots=True)
class _Standing:
    """Where an authority stands."""

    level: Level
    line: Line
    jurisdiction: str


def _authorities(here: Q) -> dict[str, _Standing]:
    """Where authorities stand, by the id of their organization."""
    rows = Organization.objects.filter(here, party=Party.AUTHORITY).values_list("pk", "level", "line", "jurisdiction")
    return {str(pk): _Standing(Level(level), Line(line), place or "") for pk, level, line, place in rows}


def _standings(unit: str, organizations: Iterable[str]) -> Iterator[_Standing]:
    """Those of the organizations that are authorities: the ones of a reporting unit and above it are read at once, whoever
    acted before the case came there one by one."""
    here = within(unit, "jurisdiction") | Q(jurisdiction__in=ancestry(unit))
    known = remembered(("authorities", unit), partial(_authorities, here))
    for one in organizations:
        found = known.get(one) or remembered(("authority", one), partial(_authorities, Q(pk=one))).get(one)
        if found is not None:
            yield found


class Registers:
    """Answers guards about one case on one day. Called as `register(name, *args)`."""

    def __init__(self, row: Any, on: date) -> None:
        self.row, self.on = row, on
        self.enterprise = standing(row) if getattr(row, "enterprise_id", None) is not None else None

    def __call__(self, name: str, *args: Any) -> Any:
        return getattr(self, name)(*args)

    def bodies(self) -> list[dict[str, Any]]:
        """The bodies of the subject's events, in order."""
        return [read_body(event) for event in Event.objects.filter(subject_id=self.row.pk).order_by("seq")]

    def contract(self, consultancy: str | None) -> bool:
        """Whether a contract with that consultancy runs for this site on the day."""
        if not consultancy or self.enterprise is None:
            return False
        rows = Contract.objects.running(self.on).filter(consultancy_id=consultancy, enterprise=self.enterprise)
        return any(c.site_id in (None, self.row.site_id) for c in rows)

    def consultancy_conditions_151(self, consultancy: str, params: Mapping[str, Any]) -> dict[str, Text]:
        """The conditions of document 151 the consultancy fails on the day, by name."""
        row = Consultancy.objects.select_related("organization").get(pk=consultancy)
        met = consultancy_conditions(
            row, self.on, senior=params.get("firm_senior"), intermediate=params.get("firm_intermediate")
        )
        names = {
            "legal_person": Text("独立法人、质量保证体系", "legal person with a quality assurance system"),
            "premises": Text("固定场所、数字化处理、档案", "premises, digital processing, archives"),
            "staff": Text("高级和中级职称的经培训审核师人数", "the number of senior and intermediate trained auditors"),
            "competence": Text(
                "熟悉法规标准工艺、能做平衡和报告", "knows law, standards, processes; balances and reports"
            ),
            "record": Text("无严重不良记录、未被暂停", "no serious offence, not suspended"),
        }
        return {name: names[name] for name, holds in met.items() if not holds}

    def consultancy_conditions_o38(self, consultancy: str, payload: Mapping[str, Any]) -> dict[str, Text]:
        """The conditions of Order 38 art. 16 the consultancy fails on the day."""
        row = Consultancy.objects.select_related("organization").get(pk=consultancy)
        met = consultancy_conditions(row, self.on)
        wanted = {
            "legal_person": Text("独立法人、质量保证体系", "independent legal person with a quality assurance system"),
            "premises": Text("具备平衡测试的仪器或手段", "instruments or means for balance tests"),
            "competence": Text("熟悉行业工艺、掌握审核方法", "staff who know the sector and master the method"),
        }
        failed = {name: text for name, text in wanted.items() if not met[name]}
        if barred(row, self.on):
            failed["record"] = Text("被暂停或取消", "suspended or removed")
        return failed

    def self_audit_shortfall(self, staff: Sequence[str], params: Mapping[str, Any]) -> Text | None:
        """What the named staff lack for a self-organized audit, or None. Only the enterprise's own auditors count."""
        organizations = Enterprise.objects.filter(Q(pk=standing(self.row).pk) | Q(merged_into=standing(self.row)))
        own = set(
            EmploymentPeriod.objects.employed(self.on)
            .filter(organization_id__in=organizations.values("organization_id"), auditor_id__in=list(staff))
            .values_list("auditor_id", flat=True)
        )
        found = staffing_of(Auditor.objects.filter(pk__in=own), self.on)
        trained, senior = params.get("self_auditors_min", 5), params.get("self_senior_min", 1)
        years = params.get("self_senior_years", 5)
        experienced = found.senior_with_years(int(years))
        if found.trained >= trained and experienced >= senior:
            return None
        return Text(
            f"须有本企业经国家培训的审核人员{trained}名以上，其中{senior}名以上具有高级职称和{years}年审核经历；"
            f"现有{found.trained}名、{experienced}名。",
            f"Needs {trained} nationally trained auditors of the enterprise's own, {senior} of them senior with {years} years "
            f"of experience; found {found.trained} and {experienced}.",
        )

    def expert_conflicts(self, experts: Sequence[str]) -> list[str]:
        """Memberships of experts who also act for the enterprise, its consultancies, or the reviewing authority."""
        people = dict(Membership.objects.filter(pk__in=list(experts)).values_list("pk", "user_id"))
        consultancies = Contract.objects.filter(enterprise=standing(self.row)).values_list(
            "consultancy__organization_id", flat=True
        )
        parties = [standing(self.row).organization_id, *consultancies]
        tied = set(
            Membership.objects.active(self.on)
            .filter(user_id__in=people.values(), organization_id__in=parties)
            .values_list("user_id", flat=True)
        )
        reviewers = set(
            Membership.objects.active(self.on)
            .filter(user_id__in=people.values(), organization__party=Party.AUTHORITY)
            .filter(organization__jurisdiction__in=_above(self.row.scope_code))
            .values_list("user_id", flat=True)
        )
        return [str(pk) for pk, user in people.items() if user in tied | reviewers]

    def is_auditor_of_case(self, user: str) -> bool:
        """Whether a person belongs to a consultancy that works or worked on this case."""
        if self.enterprise is None:
            return False
        firms = Contract.objects.filter(enterprise=self.enterprise).values("consultancy__organization_id")
        return Membership.objects.filter(
            user_id=UUID(user), removed_at=None, organization_id__in=firms, organization__party=Party.CONSULTANCY
        ).exists()

    def is_above(self, acting: Acting, organizations: Iterable[str]) -> bool:
        """Whether an authority stands above one of these on its line. Inside the case's reporting unit, or nationally: a
        province reads its separately planned city and is not its superior here."""
        unit = reporting_units()[self.row.reporting_unit_id].scope_code
        if acting.level is None or acting.jurisdiction is None:
            return False
        if acting.jurisdiction and not acting.jurisdiction.startswith(unit):
            return False
        return any(
            LEVEL_RANK[one.level] < LEVEL_RANK[acting.level]
            and one.line == acting.line
            and one.jurisdiction.startswith(acting.jurisdiction)
            for one in _standings(unit, organizations)
        )

    def site_taken(self, payload: Mapping[str, Any]) -> bool:
        """Only asked when a case is opened, see `opening`."""
        return False


def _above(scope_code: str) -> list[str]:
    return [scope_code[:length] for length in range(0, len(scope_code) + 1, 2)]
