"""A small, readable world for tests: authorities of a place, an enterprise with its people, a consultancy, experts.

Everything is made through the registers' own functions. All enterprises are fictional. A `World` makes what is asked for
once and remembers it, so a test names people by what they are::

    world = World()
    place = world.place("320509")            # Wujiang: nation, province 32, city 3205, county 320509
    world.person(place.county, Role.OFFICER)
    plant = world.enterprise("320509")       # with one site; plant.preparer, plant.certifier
"""

from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import date, datetime
from functools import cached_property
from itertools import count
from typing import Any

from django.utils import timezone
from stdnum.cn import uscc

from accounts.acting import acting_of
from accounts.memberships import grant
from accounts.models import Membership, Organization, User
from audits.models import Document, Draft
from audits.models.drafts import side_of
from audits.procedure.words import Level, Line, Party, Role
from enterprises import parameters
from enterprises.authority_register import create_authority
from enterprises.codes import organization_check_character
from enterprises.consultancy_register import create_consultancy, employ
from enterprises.contract_register import record_contract
from enterprises.divisions import has_city_level, scope_code_of
from enterprises.enterprise_register import EnterpriseDraft, SiteDraft, create_with_sites
from enterprises.models import Auditor, Authority, Consultancy, Contract, Enterprise, Site

FIRST_DAY = date(2003, 1, 1)
_LEVEL_OF_LENGTH = {0: Level.NATION, 2: Level.PROVINCE, 4: Level.CITY, 6: Level.COUNTY}
_PLACE_NAMES = {Level.NATION: "国家", Level.PROVINCE: "省", Level.CITY: "市", Level.COUNTY: "县"}
_LINE_NAMES = {Line.ENVIRONMENT: "生态环境局", Line.ENERGY: "节能主管部门", Line.COORDINATING: "综合协调部门"}
_numbers = count(1)


def credit_code(number: int, division: str = "320509") -> str:
    """A valid, fictional credit code."""
    body = f"{number:08d}"
    start = f"91{division}{body}{organization_check_character(body)}"
    return start + uscc.calc_check_digit(start)


@dataclass(frozen=True)
class Place:
    """The authorities around one place on one line; `None` where the level does not exist there."""

    scope_code: str
    line: Line
    nation: Authority
    province: Authority
    city: Authority | None
    county: Authority | None

    @property
    def local(self) -> Authority:
        """The lowest authority of the place."""
        return self.county or self.city or self.province

    @property
    def verifier(self) -> Authority:
        """Who verifies candidates: the city, where there is one."""
        return self.city or self.province


@dataclass
class Plant:
    """An enterprise with one site and its people."""

    world: "World"
    enterprise: Enterprise
    site: Site
    _staff: list[Auditor] = field(default_factory=list)

    @property
    def organization(self) -> Organization:
        return self.enterprise.organization

    @cached_property
    def preparer(self) -> Membership:
        return self.world.person(self.organization, Role.PREPARER)

    @cached_property
    def certifier(self) -> Membership:
        return self.world.person(self.organization, Role.CERTIFIER)

    @cached_property
    def org_admin(self) -> Membership:
        return self.world.person(self.organization, Role.ORG_ADMIN)

    @property
    def staff(self) -> list[Auditor]:
        """Five trained auditors of its own, the first of them senior with long experience."""
        if not self._staff:
            self._staff = self.world.auditors(self.organization, senior=1, intermediate=4)
        return self._staff


@dataclass
class Firm:
    """A consultancy that meets every condition, with its people."""

    world: "World"
    consultancy: Consultancy

    @property
    def organization(self) -> Organization:
        return self.consultancy.organization

    @cached_property
    def manager(self) -> Membership:
        return self.world.person(self.organization, Role.MANAGER)

    @cached_property
    def auditor(self) -> Membership:
        return self.world.person(self.organization, Role.AUDITOR)


class World:
    """Makes people, organizations and documents on demand. Two worlds in one database do not meet."""

    def __init__(self) -> None:
        # Kept by a version that tells committed changes apart; a test that was rolled back leaves what never was.
        parameters._table_of.cache_clear()
        self._people: dict[tuple[Any, Role, str], Membership] = {}
        self._authorities: dict[tuple[str, Line], Authority] = {}
        self._keys = count(1)

    # --- authorities ----------------------------------------------------------------------------------------------

    def authority(self, scope_code: str, line: Line = Line.ENVIRONMENT, level: Level | None = None) -> Authority:
        """The authority of a scope on a line, at the level its place has (or a higher one)."""
        key = (scope_code, line)
        if key not in self._authorities:
            level = level or _LEVEL_OF_LENGTH[len(scope_code)]
            held = Authority.objects.filter(
                organization__jurisdiction=scope_code, organization__line=line.value
            ).first()
            name = f"{scope_code}{_PLACE_NAMES[level]}{_LINE_NAMES[line]}"
            self._authorities[key] = held or create_authority(name, scope_code=scope_code, level=level, line=line)
        return self._authorities[key]

    def place(self, division_code: str, line: Line = Line.ENVIRONMENT) -> Place:
        """All authorities from the nation down to a division. Districts of a municipality, counties administered by a
        province and the like have no city; Dongguan has no county."""
        scope = scope_code_of(division_code)
        return Place(
            scope,
            line,
            self.authority("", line),
            self.authority(scope[:2], line),
            self.authority(scope[:4], line) if has_city_level(scope) else None,
            self.authority(scope, line) if len(scope) == 6 else None,
        )

    # --- people ---------------------------------------------------------------------------------------------------

    def person(self, organization: Organization | Authority, role: Role, name: str = "") -> Membership:
        """A person in a role of an organization: the same one each time, another for each further `name`."""
        home = organization.organization if isinstance(organization, Authority) else organization
        key = (home.pk, role, name)
        if key not in self._people:
            number = next(_numbers)
            user = User.objects.create(
                username=f"p{number}", email=f"p{number}@example.com", full_name=f"测试人员{number}", password="!"
            )
            self._people[key] = grant(home, user, role, by=None, starts_on=FIRST_DAY)
        return self._people[key]

    @cached_property
    def experts(self) -> Organization:
        """The organization experts belong to."""
        return Organization.objects.create(party=Party.EXPERT.value, name=f"专家库{next(_numbers)}")

    def expert(self, name: str = "1") -> Membership:
        """One expert of the pool."""
        return self.person(self.experts, Role.EXPERT, name)

    def stranger(self, scope_code: str) -> Membership:
        """An officer of another province, who must see nothing."""
        other = "61" if scope_code[:2] != "61" else "62"
        return self.person(self.authority(other), Role.OFFICER)

    # --- enterprises and consultancies ----------------------------------------------------------------------------

    def enterprise(self, division_code: str, name: str = "") -> Plant:
        """An enterprise with one site."""
        return self.enterprises(division_code, 1, name)[0]

    def enterprises(self, division_code: str, number: int, name: str = "") -> list[Plant]:
        """Many enterprises at once, with one site each."""
        drafts = []
        for _ in range(number):
            own = next(_numbers)
            drafts.append(
                EnterpriseDraft(
                    name=name or f"实例染织{own}有限公司",
                    credit_code=credit_code(20_000_000 + own),
                    registered_address=f"实例路{own}号",
                    sites=(SiteDraft(division_code=division_code, address=f"实例路{own}号"),),
                    known_from=FIRST_DAY,
                )
            )
        return [Plant(self, enterprise, sites[0]) for enterprise, sites in create_with_sites(drafts)]

    def firm(self, name: str = "", senior: int = 2, intermediate: int = 5) -> Firm:
        """A consultancy that meets the conditions of document 151 and of Order 38 (unless given fewer auditors)."""
        declared = (
            "legal_person",
            "quality_system",
            "premises",
            "equipment",
            "archives",
            "competence",
            "no_serious_offence",
        )
        consultancy = create_consultancy(
            name or f"实例咨询{next(_numbers)}有限公司", status_since=FIRST_DAY, **dict.fromkeys(declared, True)
        )
        self.auditors(consultancy.organization, senior=senior, intermediate=intermediate)
        return Firm(self, consultancy)

    def auditors(self, organization: Organization, *, senior: int, intermediate: int) -> list[Auditor]:
        """Nationally trained auditors in the organization's employment since 2003."""
        titles = ["senior"] * senior + ["intermediate"] * intermediate
        found = []
        for title in titles:
            number = next(_numbers)
            auditor = Auditor.objects.create(
                name=f"审核师{number}",
                certificate_number=f"CP{number:06d}",
                nationally_trained=True,
                title=title,
                experience_since=date(1998, 1, 1),
            )
            employ(auditor, organization, on=FIRST_DAY)
            found.append(auditor)
        return found

    def contract(self, firm: Firm, plant: Plant, *, signed_on: date, ends_on: date | None = None) -> Contract:
        """A contract for the plant's site from the day it is signed."""
        return record_contract(
            consultancy=firm.consultancy,
            enterprise=plant.enterprise,
            site=plant.site,
            signed_on=signed_on,
            starts_on=signed_on,
            ends_on=ends_on,
            today=timezone.localdate(),
            by=plant.preparer,
        )

    # --- documents and drafts -------------------------------------------------------------------------------------

    def staged(self, by: Membership, at: datetime | None = None) -> str:
        """The id of a document that waits for an action. The row only: reading and storing files is tested elsewhere."""
        number = next(self._keys)
        row = Document.objects.create(
            name=f"附件{number}.pdf",
            content_type="application/pdf",
            size=number,
            sha256=f"{number:064x}",
            storage_name=f"test/{number}",
            uploaded_by=by,
            staged_at=at or timezone.now(),
        )
        return str(row.pk)

    def draft(self, subject: Any, action: str, payload: Mapping[str, Any], by: Membership) -> Draft:
        """What one person prepared of an action."""
        return Draft.objects.create(
            subject_kind=subject.subject_kind,
            subject_id=subject.pk,
            side=side_of(subject, acting_of(by)),
            action=action,
            payload=dict(payload),
            authors=[{"user": str(by.user_id), "membership": str(by.pk), "organization": str(by.organization_id)}],
            updated_at=timezone.now(),
        )

    def key(self) -> str:
        """A fresh Idempotency-Key."""
        return f"test-{next(self._keys)}"
