"""Who must hear: people found from roles and jurisdiction at the moment of sending.

Whoever was removed, whose membership is over or who is disabled is not found, and so hears nothing.
"""

from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from datetime import date
from uuid import UUID

from accounts.models import Membership
from audits.models import Channel, ReviewAssignment
from audits.procedure.words import Function, Line, Party, Role
from audits.reminders.sms import is_on
from enterprises.competence import competence_map
from enterprises.models import Authority, Contract
from enterprises.scopes import ancestry

# Who in an organization hears what it owes.
ROLES: Mapping[Party, tuple[Role, ...]] = {
    Party.ENTERPRISE: (Role.PREPARER, Role.CERTIFIER, Role.ORG_ADMIN),
    Party.AUTHORITY: (Role.OFFICER, Role.APPROVER),
    Party.CONSULTANCY: (Role.MANAGER, Role.AUDITOR),
}


@dataclass(frozen=True, slots=True)
class Person:
    """Somebody to tell, as holder of which membership, and what that person changed of the usual channels."""

    user_id: UUID
    membership_id: UUID
    email_off: frozenset[str] = frozenset()
    sms_on: frozenset[str] = frozenset()

    def channels(self, kind: str) -> list[Channel]:
        """In the app always, by e-mail unless switched off, by text message where switched on."""
        chosen = [Channel.IN_APP]
        if kind not in self.email_off:
            chosen.append(Channel.EMAIL)
        if kind in self.sms_on:
            chosen.append(Channel.SMS)
        return chosen


# What a query of memberships reads to make a `Person`.
PERSON = (
    "user_id",
    "pk",
    "user__notification_settings__email_off",
    "user__notification_settings__sms_on",
    "user__notification_settings__phone",
)


def person_of(
    user: UUID, membership: UUID, email_off: list[str] | None, sms_on: list[str] | None, phone: str | None
) -> Person:
    """A person from the values of `PERSON`. Without a phone number nothing is sent to it."""
    reachable = bool(phone) and sms_on is not None and is_on()
    return Person(user, membership, frozenset(email_off or ()), frozenset(sms_on or ()) if reachable else frozenset())


@dataclass(frozen=True, slots=True)
class Place:
    """Where a subject lies and which lines lead it: what its authorities are found by."""

    scope_code: str
    unit_scope: str
    lines: frozenset[Line]


class People:
    """Finds people for one day, each batch in a few queries; what was found before is kept for the run."""

    def __init__(self, on: date) -> None:
        self.on = on
        self._competent: dict[tuple[str, Function, Line], Authority | None] = {}
        self._above: dict[tuple[str, Line], UUID | None] = {}
        self._members: dict[UUID, list[Person]] = {}
        self._organizations: dict[UUID, UUID] = {}
        self._contracts: dict[UUID, list[tuple[UUID | None, UUID]]] = {}

    # --- asking ahead: one query for many ---------------------------------------------------------------------------

    def load_competent(self, wanted: Iterable[tuple[Place, Function]]) -> None:
        """Find the competent authorities of these places."""
        for line in Line:
            missing = {
                (place.scope_code, function)
                for place, function in wanted
                if line in place.lines and (place.scope_code, function, line) not in self._competent
            }
            if not missing:
                continue
            found = competence_map(
                {scope for scope, _ in missing}, {function for _, function in missing}, self.on, line=line
            )
            self._competent.update({(scope, function, line): one for (scope, function), one in found.items()})

    def load_above(self, authorities: Iterable[Authority]) -> None:
        """Find who stands above these authorities on their lines."""
        missing: dict[Line, set[str]] = {}
        for authority in authorities:
            for scope in ancestry(authority.scope_code)[1:]:
                if (scope, authority.line) not in self._above:
                    missing.setdefault(authority.line, set()).add(scope)
        for line, scopes in missing.items():
            rows = Authority.objects.acting(self.on).filter(
                organization__line=line.value, organization__jurisdiction__in=scopes
            )
            self._above.update({(scope, line): None for scope in scopes})
            for row in rows.order_by("valid_from", "pk"):
                self._above[(row.scope_code, line)] = row.organization_id

    def load_members(self, organizations: Iterable[UUID]) -> None:
        """Read the people of these organizations."""
        missing = set(organizations) - self._members.keys()
        if not missing:
            return
        found: dict[UUID, dict[UUID, Person]] = {one: {} for one in missing}
        rows = Membership.objects.active(self.on).filter(organization_id__among=missing).order_by("starts_on", "pk")
        for organization, party, role, *own in rows.values_list(
            "organization_id", "organization__party", "role", *PERSON
        ):
            if role in ROLES.get(Party(party), ()):
                person = person_of(*own)
                found[organization].setdefault(person.user_id, person)
                self._organizations[person.membership_id] = organization
        self._members.update({organization: list(people.values()) for organization, people in found.items()})

    def load_contracts(self, clients: Iterable[UUID]) -> None:
        """Read which consultancies work for these enterprises today, and for which site (None: for all)."""
        missing = set(clients) - self._contracts.keys()
        if not missing:
            return
        found: dict[UUID, dict[tuple[UUID | None, UUID], None]] = {one: {} for one in missing}
        rows = Contract.objects.running(self.on).filter(enterprise_id__among=missing).order_by("starts_on", "pk")
        for client, site, organization in rows.values_list("enterprise_id", "site_id", "consultancy__organization_id"):
            found[client][site, organization] = None
        self._contracts.update({client: list(pairs) for client, pairs in found.items()})

    def forget_clients(self, clients: Iterable[UUID]) -> None:
        """Let go of the contracts of these enterprises."""
        for client in clients:
            self._contracts.pop(client, None)

    def forget(self, organizations: Iterable[UUID]) -> None:
        """Let go of the people of these organizations: owners are many, authorities are kept."""
        for organization in organizations:
            for person in self._members.pop(organization, ()):
                self._organizations.pop(person.membership_id, None)

    # --- answers ----------------------------------------------------------------------------------------------------

    def competent(self, place: Place, function: Function) -> list[Authority]:
        """The authorities competent for a function, one for each line that leads the subject."""
        self.load_competent([(place, function)])
        found = (self._competent[(place.scope_code, function, line)] for line in sorted(place.lines))
        return [authority for authority in found if authority is not None]

    def above(self, authority: Authority, unit_scope: str) -> list[UUID]:
        """Organizations above an authority on its line, nearest first: those inside its reporting unit, then the nation.

        A separately planned city reports beside its province: what is overdue there climbs to the nation.
        """
        self.load_above([authority])
        scopes = [scope for scope in ancestry(authority.scope_code)[1:] if scope == "" or scope.startswith(unit_scope)]
        found = (self._above[(scope, authority.line)] for scope in scopes)
        return [organization for organization in found if organization is not None]

    def consultancies(self, client: UUID, site: UUID | None) -> list[UUID]:
        """The consultancies whose contract with an enterprise covers this site of it today, each once."""
        self.load_contracts([client])
        return list(dict.fromkeys(own for covered, own in self._contracts[client] if covered in (None, site)))

    def organization(self, membership: UUID) -> UUID | None:
        """The organization of a membership that was read before; None for experts of a panel."""
        return self._organizations.get(membership)

    def members(self, organization: UUID) -> list[Person]:
        """The people of an organization in the roles that hear, each once."""
        if organization not in self._members:
            self.load_members([organization])
        return self._members[organization]


def panel_of(cases: Iterable[UUID], on: date) -> dict[UUID, list[Person]]:
    """The experts whose assignment to these cases runs, and whose membership is active."""
    people: dict[UUID, list[Person]] = {}
    active = Membership.objects.active(on)
    rows = ReviewAssignment.objects.filter(case_id__in=list(cases), ended_on=None, membership__in=active)
    for case, *own in rows.order_by("pk").values_list("case_id", *(f"membership__{name}" for name in PERSON)):
        people.setdefault(case, []).append(person_of(*own))
    return people
