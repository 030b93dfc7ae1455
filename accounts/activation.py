"""First access: one-time codes for listed enterprises.

Publishing a list issues one code per listed enterprise, printed on the notice letter; code and credit code together
open the enterprise's account; its first user then names a second (`memberships.name_member`). Codes are 60 bits in
Crockford's base 32 ("7QK4-XW2M-9TBC"), derived from the secret key, the row's id and its nonce. The database holds a
keyed hash: a stolen copy of it opens nothing. After a change of SECRET_KEY codes stay good while the old key is in
SECRET_KEY_FALLBACKS.

This room knows no register. `enterprises` tells it, from its AppConfig.ready():
`register_resolver(credit_code -> Organization | None)` and
`register_supervisor((organization, on) -> ids of the organizations of the authorities that supervise it)`.
"""

import datetime
import hmac
import secrets
from collections.abc import Callable, Collection, Iterable, Mapping
from typing import Any
from uuid import UUID

from django.conf import settings
from django.db import transaction
from django.utils.crypto import salted_hmac
from django.utils.timezone import localdate

from accounts import addresses, errors, people
from accounts.memberships import grant
from accounts.models import ActivationCode, Membership, Organization, User
from audits.procedure.words import Party, Role

ALPHABET = "0123456789ABCDEFGHJKMNPQRSTVWXYZ"  # Crockford: no I, L, O, U
CODE_LENGTH = 12
VALID_FOR = datetime.timedelta(days=180)

Resolver = Callable[[str], Organization | None]
Supervisor = Callable[[Collection[UUID], datetime.date], Mapping[UUID, Collection[UUID]]]

_resolver: Resolver | None = None
_supervisor: Supervisor | None = None


def register_resolver(resolver: Resolver) -> None:
    """Tell how an organization is found by its unified social credit code (or older code). Called once, at start."""
    global _resolver
    _resolver = resolver


def register_supervisor(supervisor: Supervisor) -> None:
    """Tell by whom organizations are supervised on a date, in a constant number of queries. Called once, at start."""
    global _supervisor
    _supervisor = supervisor


def organization_of(credit_code: str) -> Organization | None:
    """The organization with that credit code; None when unknown, or when no register is there to ask."""
    return _resolver(credit_code.strip().upper()) if _resolver else None


def supervises(by: Membership, organization: Organization, on: datetime.date) -> bool:
    """Whether `by` may decide on the access of `organization`: a supervising authority's officer, or an operator.

    Without a registered supervisor only operators may.
    """
    return organization.pk in supervised_among(by, [organization.pk], on)


def supervised_among(by: Membership, organizations: Collection[UUID], on: datetime.date) -> set[UUID]:
    """Of these organizations those that `by` supervises, as `supervises` has it; few queries, whatever the number."""
    if by.role == Role.OPERATOR:
        return set(organizations)
    if not organizations or not may_supervise(by) or _supervisor is None:
        return set()
    return {pk for pk, those in _supervisor(organizations, on).items() if by.organization_id in those}


def may_supervise(by: Membership) -> bool:
    """Whether `by` is of the kind that supervises: an operator, or an officer or approver of an authority."""
    if by.role == Role.OPERATOR:
        return True
    return by.organization.party == Party.AUTHORITY and by.role in (Role.OFFICER, Role.APPROVER)


@transaction.atomic
def issue_many(
    organizations: Iterable[Organization],
    *,
    by: Membership,
    now: datetime.datetime,
    valid_for: datetime.timedelta = VALID_FOR,
    store: Callable[[list[ActivationCode]], Any] = ActivationCode.objects.bulk_create,
) -> dict[UUID, str]:
    """A code for every organization that nobody can sign in for yet: `{organization id: code}`.

    An open code is kept and given back; an expired one is revoked and replaced; organizations that have members are
    left out. Four queries (one more where codes expired), whatever the number; the database adapter may split the
    insert. Whether `by` may do this is the caller's question; `store` is how it inserts many rows.
    """
    ids = {organization.pk for organization in organizations}
    # Locking the organizations makes two lists published at once wait for each other, so each gets the same code.
    list(Organization.objects.filter(pk__among=ids).order_by("pk").select_for_update().values_list("pk", flat=True))
    ids -= set(
        Membership.objects.filter(organization_id__among=ids, removed_at__isnull=True).values_list(
            "organization", flat=True
        )
    )
    unused = ActivationCode.objects.filter(organization_id__among=ids, used_at__isnull=True, revoked_at__isnull=True)
    codes: dict[UUID, str] = {}
    stale: list[UUID] = []
    for row in unused:
        code = _code_fitting(row) if row.expires_at > now else None
        if code is None:
            stale.append(row.pk)
        else:
            codes[row.organization_id] = code
    if stale:
        ActivationCode.objects.filter(pk__among=stale).update(revoked_at=now)
    rows = []
    for organization_id in ids - codes.keys():
        row, code = _new_row(organization_id, by, now, valid_for)
        rows.append(row)
        codes[organization_id] = code
    store(rows)
    return codes


def issue(organization: Organization, *, by: Membership, now: datetime.datetime) -> str:
    """`issue_many` for one. Error: `AlreadyActivated` when the organization has members."""
    codes = issue_many([organization], by=by, now=now)
    if organization.pk not in codes:
        raise errors.AlreadyActivated()
    return codes[organization.pk]


@transaction.atomic
def reissue(organization: Organization, *, by: Membership, now: datetime.datetime) -> str:
    """Revoke what is open and issue a new code, for a lost letter.

    Errors: `NotSupervising`, `AlreadyActivated` (somebody can sign in: that is a hand-over).
    """
    if not supervises(by, organization, localdate(now)):
        raise errors.NotSupervising()
    Organization.objects.select_for_update().get(pk=organization.pk)
    ActivationCode.objects.of(organization).filter(used_at__isnull=True, revoked_at__isnull=True).update(revoked_at=now)
    return issue(organization, by=by, now=now)


def code_of(row: ActivationCode, now: datetime.datetime) -> str:
    """The code again, for printing the letter again. Error: `CodeUnavailable` once used, revoked or expired."""
    is_open = row.used_at is None and row.revoked_at is None and row.expires_at > now
    code = _code_fitting(row) if is_open else None
    if code is None:
        raise errors.CodeUnavailable()
    return code


def redeem(
    code: str,
    organization: Organization | None,
    *,
    username: str,
    email: str,
    full_name: str,
    password: str,
    now: datetime.datetime,
) -> Membership:
    """Open the organization's account: its first user, with the role `org_admin`, and the code is used up.

    All or nothing, once, also when two requests race. Errors: `ActivationInvalid` (one answer for whatever is wrong
    with organization or code), then `ValidationError` by field for the new user, which leaves the code unused. The
    address is not proved by the code: a mail asks its owner to confirm it, before anybody else names them by it.
    """
    if organization is None or organization.party != Party.ENTERPRISE:
        raise errors.ActivationInvalid()
    hashes = [_hash(normalize(code), key) for key in _keys()]
    with transaction.atomic():
        Organization.objects.select_for_update().get(pk=organization.pk)
        row = (
            ActivationCode.objects.open(now)
            .of(organization)
            .filter(code_hash__in=hashes)
            .select_for_update(of=("self",))
            .first()
        )
        if row is None or Membership.objects.in_organization(organization).filter(removed_at__isnull=True).exists():
            raise errors.ActivationInvalid()
        user: User = people.create_user(username=username, email=email, full_name=full_name, password=password)
        membership = grant(organization, user, Role.ORG_ADMIN, by=None, starts_on=localdate(now))
        row.used_at, row.used_by = now, user
        row.save(update_fields=["used_at", "used_by"])
        addresses.send_confirmation(user)
    return membership


def normalize(code: str) -> str:
    """The code as issued, from what people type: any case, hyphens or none, O for 0, I and L for 1."""
    plain = "".join(sign for sign in code.upper() if sign.isalnum())
    return _grouped(plain.replace("O", "0").replace("I", "1").replace("L", "1"))


def _new_row(
    organization_id: UUID, by: Membership, now: datetime.datetime, valid_for: datetime.timedelta
) -> tuple[ActivationCode, str]:
    row = ActivationCode(
        organization_id=organization_id,
        nonce=secrets.token_hex(16),
        issued_at=now,
        issued_by=by,
        expires_at=now + valid_for,
    )
    code = _derive(row, settings.SECRET_KEY)
    row.code_hash = _hash(code, settings.SECRET_KEY)
    return row, code


def _code_fitting(row: ActivationCode) -> str | None:
    """The code under the key it was issued with; None when that key is no longer among the service's keys."""
    for key in _keys():
        code = _derive(row, key)
        if hmac.compare_digest(_hash(code, key), row.code_hash):
            return code
    return None


def _derive(row: ActivationCode, key: str) -> str:
    digest = salted_hmac("accounts.activation.code", f"{row.pk}:{row.nonce}", secret=key, algorithm="sha256").digest()
    number = int.from_bytes(digest[:8], "big")
    return _grouped("".join(ALPHABET[(number >> 5 * place) & 31] for place in range(CODE_LENGTH)))


def _hash(code: str, key: str) -> str:
    return salted_hmac("accounts.activation.hash", code, secret=key, algorithm="sha256").hexdigest()


def _grouped(plain: str) -> str:
    return "-".join(plain[start : start + 4] for start in range(0, len(plain), 4))


def _keys() -> list[str]:
    return [settings.SECRET_KEY, *settings.SECRET_KEY_FALLBACKS]
