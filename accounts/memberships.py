"""Giving and taking away access. Nothing else in the project writes memberships."""

import datetime
import unicodedata
from collections.abc import Iterable

from django.db import IntegrityError, transaction
from django.utils.timezone import localdate

from accounts import addresses, errors, people
from accounts.models import Membership, Organization, User
from accounts.system import SYSTEM_MEMBERSHIP_ID, SYSTEM_ORGANIZATION_ID, SYSTEM_USER_ID
from audits.procedure.words import ROLES_OF_PARTY, Party, Role

# Who names and removes the people of an organization. A consultancy's managers do it for theirs.
ADMINISTERING_ROLES = frozenset({Role.ORG_ADMIN, Role.MANAGER, Role.OPERATOR})


def administering_role(party: Party) -> Role | None:
    """The role that administers an organization of this party; None where only operators do (experts)."""
    return next((role for role in ROLES_OF_PARTY[party] if role in ADMINISTERING_ROLES), None)


@transaction.atomic
def grant(
    organization: Organization,
    user: User,
    role: Role,
    *,
    by: User | Membership | None,
    starts_on: datetime.date,
    ends_on: datetime.date | None = None,
) -> Membership:
    """Let `user` act for `organization` in `role` from `starts_on` (to `ends_on`, the last day).

    `by` is who grants it, None for the program itself. Whether that person may is the caller's question.
    Errors: `RoleOutsideParty`, `AlreadyMember`, `SystemIsFixed` (nobody but the system acts for the system).
    """
    role = Role(role)
    check_grant(organization, user, role)
    try:
        with transaction.atomic():
            membership: Membership = Membership.objects.create(
                organization=organization,
                user=user,
                role=role.value,
                starts_on=starts_on,
                ends_on=ends_on,
                granted_by=person(by),
            )
    except IntegrityError:
        if not Membership.objects.of(user).in_organization(organization).filter(role=role.value).exists():
            raise
        raise errors.AlreadyMember() from None
    return membership


def check_grant(organization: Organization, user: User, role: Role) -> None:
    """Raise `SystemIsFixed` or `RoleOutsideParty` where this role can never be given to this person there."""
    if organization.pk == SYSTEM_ORGANIZATION_ID or user.pk == SYSTEM_USER_ID or role is Role.SYSTEM:
        raise errors.SystemIsFixed()
    if role not in ROLES_OF_PARTY[Party(organization.party)]:
        raise errors.RoleOutsideParty()


@transaction.atomic
def remove(
    membership: Membership,
    *,
    by: User | Membership,
    reason: str,
    now: datetime.datetime,
    keep_administrator: bool = True,
) -> Membership:
    """Take access away at once. The row stays, with who, when and why.

    With `keep_administrator` the last administrator of an organization cannot be removed (hand-over and operators pass
    False). Errors: `ReasonMissing`, `AlreadyRemoved`, `LastAdministrator`, `SystemIsFixed`.
    """
    if membership.pk == SYSTEM_MEMBERSHIP_ID:
        raise errors.SystemIsFixed()
    if not reason.strip():
        raise errors.ReasonMissing()
    # The organization's row is the lock: two administrators removing each other at once cannot both succeed.
    organization = Organization.objects.select_for_update().get(pk=membership.organization_id)
    held: Membership = Membership.objects.select_for_update().get(pk=membership.pk)
    if held.removed_at is not None:
        raise errors.AlreadyRemoved()
    if keep_administrator and held.role == administering_role(Party(organization.party)):
        others = Membership.objects.active(localdate(now)).in_organization(organization).filter(role=held.role)
        if not others.exclude(pk=held.pk).exists():
            raise errors.LastAdministrator()
    held.removed_at, held.removed_by, held.removal_reason = now, person(by), reason.strip()[:500]
    held.save(update_fields=["removed_at", "removed_by", "removal_reason"])
    return held


@transaction.atomic
def name_member(
    *,
    by: Membership,
    email: str,
    username: str,
    full_name: str,
    role: Role,
    on: datetime.date,
    ends_on: datetime.date | None = None,
) -> Membership:
    """An administrator gives a person a role in the own organization, making the account where there is none.

    A new person gets a mail with a link to set a password; an account with that e-mail is taken as it is, if it bears the
    name that was given: whoever knows an e-mail learns no name with it. And only if its owner has confirmed the address:
    anybody could have made an account with the e-mail of somebody else, to be given that person's role.
    Errors: `OnlyAdministrators`, `NamedOtherwise`, `AddressUnconfirmed`, those of `grant`, `ValidationError` by field
    for a new account.
    """
    require_administrator(by)
    user = User.objects.filter(email=email).first()
    if user is not None and not _is_known(user, by.organization) and _plain(str(user)) != _plain(full_name):
        raise errors.NamedOtherwise()
    if user is not None and user.pk != by.user_id and not addresses.may_be_named(user):
        raise errors.AddressUnconfirmed()
    if user is None:
        user = people.create_user(username=username, email=email, full_name=full_name, password=None)
    membership = grant(by.organization, user, role, by=by, starts_on=on, ends_on=ends_on)
    if not user.has_usable_password():
        people.send_invitation(user, by.organization)
    return membership


def _is_known(user: User, organization: Organization) -> bool:
    """Whether the organization knows the person's name already: a member, now or before."""
    return Membership.objects.of(user).in_organization(organization).exists()


def _plain(name: str) -> str:
    """A name without what people write one way or the other: spaces, case, width."""
    return "".join(unicodedata.normalize("NFKC", name).casefold().split())


def require_administrator(membership: Membership) -> None:
    """Raise `OnlyAdministrators` unless this membership administers its organization."""
    if membership.role not in ADMINISTERING_ROLES:
        raise errors.OnlyAdministrators()


def holds_role(user: User, roles: Iterable[Role], on: datetime.date) -> bool:
    """Whether the person holds one of these roles in any organization on that date."""
    return Membership.objects.active(on).of(user).filter(role__in=[role.value for role in roles]).exists()


def is_operator(user: User, on: datetime.date) -> bool:
    """Whether the person runs the service: staff of Django's admin or a membership with the role `operator`."""
    return user.is_active and (user.is_staff or holds_role(user, [Role.OPERATOR], on))


def person(by: User | Membership | None) -> User | None:
    """The person behind a membership, or the person."""
    return by.user if isinstance(by, Membership) else by
