"""The vocabulary shared by every room. Values are part of the API and of stored events: never rename one."""

from dataclasses import dataclass
from enum import StrEnum


@dataclass(frozen=True, slots=True)
class Text:
    """A label in both languages, chosen at the edge by `Text.in_language`."""

    zh: str
    en: str

    def in_language(self, language: str) -> str:
        """The wording for a language code such as `zh-hans` or `en`; Chinese unless English is asked for."""
        return self.en if language.lower().startswith("en") else self.zh


class Party(StrEnum):
    """The kind of organization (or non-organization) that acts."""

    AUTHORITY = "authority"
    ENTERPRISE = "enterprise"
    CONSULTANCY = "consultancy"
    EXPERT = "expert"
    OPERATOR = "operator"
    SYSTEM = "system"


class Role(StrEnum):
    """What a membership lets its holder do inside the organization."""

    OFFICER = "officer"
    APPROVER = "approver"
    ORG_ADMIN = "org_admin"
    PREPARER = "preparer"
    CERTIFIER = "certifier"
    MANAGER = "manager"
    AUDITOR = "auditor"
    EXPERT = "expert"
    OPERATOR = "operator"
    SYSTEM = "system"


ROLES_OF_PARTY: dict[Party, tuple[Role, ...]] = {
    Party.AUTHORITY: (Role.OFFICER, Role.APPROVER, Role.ORG_ADMIN),
    Party.ENTERPRISE: (Role.ORG_ADMIN, Role.PREPARER, Role.CERTIFIER),
    Party.CONSULTANCY: (Role.MANAGER, Role.AUDITOR),
    Party.EXPERT: (Role.EXPERT,),
    Party.OPERATOR: (Role.OPERATOR,),
    Party.SYSTEM: (Role.SYSTEM,),
}


class Line(StrEnum):
    """The administrative line of an authority."""

    ENVIRONMENT = "environment"
    ENERGY = "energy"
    COORDINATING = "coordinating"


class Level(StrEnum):
    """The level of an authority. `LEVEL_RANK` orders them, the nation highest."""

    NATION = "nation"
    PROVINCE = "province"
    CITY = "city"
    COUNTY = "county"


LEVEL_RANK: dict[Level, int] = {Level.COUNTY: 1, Level.CITY: 2, Level.PROVINCE: 3, Level.NATION: 4}


class Function(StrEnum):
    """What `competent_authority(site, function, on)` finds an authority for. L, C, U, R, N of the step table."""

    SUPERVISE = "supervise"  # L: authority of the place, county or above
    VERIFY = "verify"  # C: the city's authority
    LIST = "list"  # U: the list authority
    REVIEW = "review"  # R: the review authority
    PLAN = "plan"  # yearly plan and report of the reporting unit
    ORDER = "order"  # province or separately planned city
    NATIONAL = "national"  # N


class Category(StrEnum):
    """Why an enterprise is under duty to audit. A listing carries a set of them."""

    EXCEEDS_STANDARD = "exceeds_standard"
    EXCEEDS_QUOTA = "exceeds_quota"
    TOXIC_USE = "toxic_use"
    TOXIC_DISCHARGE = "toxic_discharge"
    ENERGY = "energy"
    DESIGNATED = "designated"
    STATE_OTHER = "state_other"


EXCESS = frozenset({Category.EXCEEDS_STANDARD, Category.EXCEEDS_QUOTA})
TOXIC = frozenset({Category.TOXIC_USE, Category.TOXIC_DISCHARGE})


class CaseKind(StrEnum):
    MANDATORY = "mandatory"
    VOLUNTARY = "voluntary"
    PILOT = "pilot"


class Route(StrEnum):
    """Who runs the audit: the enterprise itself or an entrusted consultancy."""

    SELF = "self"
    ENTRUSTED = "entrusted"


class Mark(StrEnum):
    """How sure a fact of the law is. `OWN` marks rules of this product."""

    SEEN = "seen"
    RECALLED = "recalled"
    UNCERTAIN = "uncertain"
    OWN = "own"


class RegimeKey(StrEnum):
    A = "A"
    B = "B"
    C = "C"
    D = "D"


class Subject(StrEnum):
    """What an action is performed on."""

    LIST = "list"
    CASE = "case"
    DUTY = "duty"  # a reporting unit and a year


class Phase(StrEnum):
    """Where a case is, for people; derived from the steps done, never stored as truth."""

    LISTING = "listing"
    PREPARATION = "preparation"
    AUDIT = "audit"
    REPORT = "report"
    ASSESSMENT = "assessment"
    IMPLEMENTATION = "implementation"
    ACCEPTANCE = "acceptance"
    PUBLICATION = "publication"
    CLOSED = "closed"
    ORDERS = "orders"  # orders, clock, corrections, life of the site: possible in any phase


class Basis(StrEnum):
    """Which date decides whether a row is in force (design section 2, law text section 19.5)."""

    PUBLICATION = "publication"  # listing and audit rows
    APPLICATION = "application"  # review rows: date of the application for assessment or acceptance
    ACT = "act"  # penalty rows
    CALENDAR = "calendar"  # duties of authorities


class CostClass(StrEnum):
    NONE = "none"
    LOW = "low"
    MEDIUM = "medium"
    HIGH = "high"


class ReviewKind(StrEnum):
    ASSESSMENT = "assessment"
    ACCEPTANCE = "acceptance"


class EntryStatus(StrEnum):
    """Where one entry of a list stands."""

    NOMINATED = "nominated"
    SUBMITTED = "submitted"
    VERIFIED = "verified"
    DOUBTFUL = "doubtful"
    RETURNED = "returned"
    DROPPED = "dropped"
    CONFIRMED = "confirmed"
    PUBLISHED = "published"
    REMOVED = "removed"


class ListStatus(StrEnum):
    """Where a list as a whole stands."""

    COLLECTING = "collecting"
    CONFIRMED = "confirmed"
    PUBLISHED = "published"
