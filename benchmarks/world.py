"""The world the benchmarks act in: one province with its authorities, their people, enterprises and lists.

Built through the registers' functions and the door, from a seed; the acts are dated 2008, when the first regime held.
"""

import datetime as dt
import random
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from itertools import count
from typing import Any

from accounts.memberships import grant
from accounts.models import Membership, Organization, User
from audits.procedure.words import CaseKind, Level, Line, Role
from audits.workflow import imports
from audits.workflow.door import Result, perform
from audits.workflow.lists import create_list
from benchmarks import workbooks
from enterprises.authority_register import create_authority
from enterprises.enterprise_register import EnterpriseDraft, SiteDraft, create_with_sites
from enterprises.models import KeyEnterpriseList, ReportingUnit

SEED = 20080801
FIRST_DAY = dt.date(2003, 1, 1)
PUBLISHED = dt.date(2008, 8, 1)
PROVINCE, CITY, COUNTY = "32", "3205", "320509"


def moment(day: dt.date) -> dt.datetime:
    """Ten in the morning of a day in Shanghai."""
    return dt.datetime(day.year, day.month, day.day, 2, 0, tzinfo=dt.UTC)


@dataclass
class World:
    """Authorities of a province, a city and all its counties, with the people the benchmarks act as."""

    seed: int = SEED
    chance: random.Random = field(init=False)
    _users: Any = field(default_factory=lambda: count(1))
    _keys: Any = field(default_factory=lambda: count(1))
    _batches: Any = field(default_factory=lambda: count(1))

    def __post_init__(self) -> None:
        self.chance = random.Random(self.seed)
        create_authority("国家主管部门", scope_code="", level=Level.NATION)
        province = create_authority("江苏省主管部门", scope_code=PROVINCE, level=Level.PROVINCE).organization
        city = create_authority("苏州市主管部门", scope_code=CITY, level=Level.CITY).organization
        self.places = workbooks.counties(PROVINCE)
        self.city_places = [place for place in self.places if place[0].startswith(CITY)]
        county = None
        for code, name in self.city_places:
            made = create_authority(f"{name}主管部门", scope_code=code, level=Level.COUNTY).organization
            county = made if code == COUNTY else county
        if county is None:
            raise LookupError(f"No division {COUNTY}.")
        self.lister = self.person(province, Role.APPROVER)
        self.confirmer = self.person(province, Role.APPROVER)
        self.verifier = self.person(city, Role.OFFICER)
        self.county_approver = self.person(county, Role.APPROVER)

    def person(self, organization: Organization, role: Role) -> Membership:
        """A new person in a role."""
        number = next(self._users)
        user = User.objects.create(username=f"b{number}", email=f"b{number}@example.com", full_name=f"人员{number}")
        membership = grant(organization, user, role, by=None, starts_on=FIRST_DAY)
        found: Membership = Membership.objects.with_people().get(pk=membership.pk)
        return found

    def key(self) -> str:
        """A fresh idempotency key."""
        return f"bench-{next(self._keys)}"

    def act(
        self, subject: Any, action: str, by: Membership, on: dt.date, payload: Mapping[str, Any] | None = None
    ) -> Result:
        """One act on the subject as it stands now."""
        fresh = type(subject)._default_manager.get(pk=subject.pk)
        return perform(
            fresh,
            action,
            by=by,
            payload=payload or {},
            expected_version=fresh.version,
            idempotency_key=self.key(),
            now=moment(on),
        )

    def new_list(self) -> KeyEnterpriseList:
        """An empty list of the province."""
        return create_list(
            by=self.lister,
            reporting_unit=ReportingUnit.objects.get(pk="320000"),
            year=PUBLISHED.year,
            batch=next(self._batches),
            title="强制性清洁生产审核重点企业名单",
            kind=CaseKind.MANDATORY,
            line=Line.ENVIRONMENT,
        )

    def register(self, lines: list[workbooks.Line]) -> None:
        """Put enterprises on record before a list names them."""
        create_with_sites(
            [
                EnterpriseDraft(
                    name=line.name,
                    credit_code=line.code,
                    registered_address=line.address,
                    industry=line.industry,
                    sites=(SiteDraft(division_code=line.division, address=line.address),),
                    known_from=FIRST_DAY,
                )
                for line in lines
            ]
        )

    def import_list(self, target: KeyEnterpriseList, content: bytes) -> Result:
        """Check a file and put all its accepted rows, with all repairs, on a list."""
        now = moment(dt.date(2008, 7, 1))
        _, report = imports.check(target, by=self.lister, content=content, filename="名单.xlsx", now=now)
        return imports.apply_import(
            target,
            by=self.lister,
            digest=report.digest,
            rows="accepted",
            repairs="all",
            expected_version=0,
            idempotency_key=self.key(),
            now=now,
        )

    def confirmed_list(
        self, number: int, places: Sequence[tuple[str, str]], categories: Sequence[str] = workbooks.CATEGORIES
    ) -> KeyEnterpriseList:
        """A list with so many new entries in these counties of the city, ready to be published."""
        target = self.new_list()
        lines = workbooks.lines(number, places, self.chance, categories)
        self.import_list(target, workbooks.workbook(lines, self.chance))
        self.act(target, "submit_nominations", self.lister, dt.date(2008, 7, 2))
        self.act(target, "verify", self.verifier, dt.date(2008, 7, 10))
        self.act(target, "confirm", self.confirmer, dt.date(2008, 7, 20))
        return target

    def publish(self, target: KeyEnterpriseList) -> Result:
        """Publish a confirmed list."""
        payload = {"medium": "新华日报", "appeared_on": PUBLISHED.isoformat(), "document_number": "苏环[2008]1号"}
        return self.act(target, "publish", self.confirmer, PUBLISHED, payload)
