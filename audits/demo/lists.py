"""Key-enterprise lists of the demo, from nomination to publication, each step by the authority of the place."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date, timedelta
from typing import Any

from audits.demo.world import World
from audits.models import AuditCase
from audits.procedure.words import CaseKind, Category, Function, Line
from audits.workflow.door import perform
from audits.workflow.lists import create_list
from enterprises.competence import competent_authority
from enterprises.divisions import has_city_level
from enterprises.models import KeyEnterpriseList, ReportingUnit, Site

_EVIDENCE = {
    "monitoring_report": ({Category.EXCEEDS_STANDARD, Category.EXCEEDS_QUOTA}, "环境监测报告"),
    "toxic_evidence": ({Category.TOXIC_USE, Category.TOXIC_DISCHARGE}, "有毒有害原料购置凭证"),
    "basis_document": ({Category.DESIGNATED, Category.STATE_OTHER}, "列入依据文件"),
    "energy_data": ({Category.ENERGY}, "单位产品能耗数据"),
}


@dataclass(frozen=True, slots=True)
class Entry:
    """A site on a list: the enterprise's key, which of its sites, why it is listed, and its sector if it has a cycle."""

    firm: str
    categories: tuple[Category, ...]
    site: int = 0
    sector: str = ""


@dataclass
class ListClerk:
    """Draws up one list. Each method is one step of the chain, done by everybody who has to do it."""

    world: World
    row: KeyEnterpriseList
    line: Line

    def nominate(self, entries: Sequence[Entry], on: date) -> dict[str, Site]:
        """Each entry by the authority that supervises its place."""
        groups: dict[Any, list[tuple[Entry, Site]]] = {}
        for entry in entries:
            site = self.world.works[entry.firm].sites[entry.site]
            groups.setdefault(self._competent(site, Function.SUPERVISE, on), []).append((entry, site))
        for organization, members in groups.items():
            by = self.world.people.officer(organization)
            at = self.world.moment(on)
            candidates = [self._candidate(entry, site, by, at) for entry, site in members]
            self._do("nominate", by, on, candidates=candidates)
        return {entry.firm: site for members in groups.values() for entry, site in members}

    def submit(self, sites: Sequence[Site], on: date) -> None:
        """By those who nominated."""
        for organization in self._each(sites, Function.SUPERVISE, on):
            self._do("submit_nominations", self.world.people.officer(organization), on)

    def verify(self, sites: Sequence[Site], on: date) -> None:
        """By the cities, by another person than the one who confirms or submitted."""
        cities = [site for site in sites if has_city_level(site.scope_code)]
        for organization in self._each(cities, Function.VERIFY, on):
            people = self.world.people
            keeps_the_list = organization == self.row.authority_id
            self._do("verify", people.officer(organization) if keeps_the_list else people.approver(organization), on)

    def confirm(self, on: date) -> None:
        """By the list authority."""
        self._do("confirm", self.world.people.approver(self.row.authority_id), on)

    def publish(self, on: date, **dates: date) -> None:
        """By the list authority. `dates` are those the list sets, e.g. `start_by`."""
        self._do(
            "publish",
            self.world.people.approver(self.row.authority_id),
            None,
            at=on,
            medium="示例日报、主管部门网站",
            appeared_on=on.isoformat(),
            document_number=f"演示环〔{on.year}〕{self.row.batch}号",
            page_address="https://news.demo.example/list",
            **{name: day.isoformat() for name, day in dates.items()},
        )

    def do(self, action: str, by: Any, on: date, **payload: Any) -> None:
        """Any other step of the list."""
        self._do(action, by, on, **payload)

    def _do(self, action: str, by: Any, on: date | None, at: date | None = None, **payload: Any) -> None:
        row = KeyEnterpriseList.objects.get(pk=self.row.pk)
        perform(
            row,
            action,
            by=by,
            payload=payload,
            expected_version=row.version,
            idempotency_key=self.world.key(action),
            on=on,
            now=self.world.moment(on or at or self.world.today),
        )

    def _candidate(self, entry: Entry, site: Site, by: Any, at: Any) -> dict[str, Any]:
        found: dict[str, Any] = {"site": str(site.pk), "categories": [one.value for one in entry.categories]}
        if entry.sector:
            found["sector"] = entry.sector
        for name, (categories, title) in _EVIDENCE.items():
            if categories & set(entry.categories):
                found[name] = [self.world.stage(title, site.name, by, at)]
        return found

    def _competent(self, site: Site, function: Function, on: date) -> Any:
        authority = competent_authority(site, function, on, line=self.line)
        if authority is None:
            raise LookupError(f"nobody is competent at {site.scope_code}")
        return authority.organization_id

    def _each(self, sites: Sequence[Site], function: Function, on: date) -> list[Any]:
        return list(dict.fromkeys(self._competent(site, function, on) for site in sites))


def draw_up(
    world: World,
    unit: str,
    *,
    year: int,
    batch: int = 1,
    title: str,
    kind: CaseKind = CaseKind.MANDATORY,
    line: Line = Line.ENVIRONMENT,
) -> ListClerk:
    """An empty list of a reporting unit."""
    reporting_unit = ReportingUnit.objects.get(pk=unit)
    authority = competent_authority(reporting_unit.scope_code, Function.LIST, world.today, line=line)
    if authority is None:
        raise LookupError(f"nobody lists in {unit}")
    by = world.people.approver(authority.organization_id)
    row = create_list(by=by, reporting_unit=reporting_unit, year=year, batch=batch, title=title, kind=kind, line=line)
    return ListClerk(world, row, line)


def published(
    world: World,
    unit: str,
    entries: Sequence[Entry],
    on: date,
    *,
    title: str,
    batch: int = 1,
    line: Line = Line.ENVIRONMENT,
    **dates: date,
) -> dict[str, AuditCase]:
    """A list published on a day, drawn up in the six weeks before. Returns the case of each enterprise by its key."""
    clerk = draw_up(world, unit, year=on.year, batch=batch, title=title, line=line)
    sites = clerk.nominate(entries, on - timedelta(days=40))
    clerk.submit(list(sites.values()), on - timedelta(days=34))
    clerk.verify(list(sites.values()), on - timedelta(days=21))
    clerk.confirm(on - timedelta(days=9))
    clerk.publish(on, **dates)
    cases = {case.site_id: case for case in AuditCase.objects.filter(listing__list=clerk.row)}
    return {firm: cases[site.pk] for firm, site in sites.items()}
