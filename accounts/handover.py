"""A new administrator for an organization that already has users: asked for, decided by the authority, on record."""

import datetime
from typing import Any

from django.db import IntegrityError, transaction
from django.utils.timezone import localdate

from accounts import addresses, errors, mail, people
from accounts.activation import supervises
from accounts.memberships import administering_role, grant, remove
from accounts.models import HandoverRequest, HandoverState, Membership, Organization, User
from audits.procedure.words import Party


@transaction.atomic
def request_handover(
    organization: Organization,
    *,
    requested_by: User | None,
    requested_by_text: str = "",
    new_username: str,
    new_email: str,
    new_full_name: str,
    grounds: str,
    now: datetime.datetime,
) -> HandoverRequest:
    """Ask that the organization's account pass to a new administrator.

    `requested_by` is who enters the request: a user of the organization, or an officer of the authority, then with
    `requested_by_text` saying who asked (a letter, a visit). Whoever it is, another person decides, and the present
    administrators are told by mail: a request made behind their back does not stay unseen until it is approved.
    Errors: `ReasonMissing` without grounds or without anybody asking, `HandoverPending`, `ValidationError` by field.
    """
    if not grounds.strip() or (requested_by is None and not requested_by_text.strip()):
        raise errors.ReasonMissing()
    if not User.objects.filter(email=new_email).exists():
        people.checked(User(username=new_username, email=new_email, full_name=new_full_name), password=None)
    try:
        with transaction.atomic():
            handover: HandoverRequest = HandoverRequest.objects.create(
                organization=organization,
                requested_at=now,
                requested_by=requested_by,
                requested_by_text=requested_by_text.strip(),
                new_username=new_username,
                new_email=new_email,
                new_full_name=new_full_name,
                grounds=grounds.strip(),
            )
    except IntegrityError:
        raise errors.HandoverPending() from None
    for member in _administrators(organization).active(localdate(now)):
        if requested_by is None or member.user_id != requested_by.pk:
            mail.tell(mail.HANDOVER_ASKED, member.user, organization=organization.name, heir=handover.new_full_name)
    return handover


@transaction.atomic
def decide_handover(
    handover: HandoverRequest, *, by: Membership, approve: bool, reason: str, now: datetime.datetime
) -> HandoverRequest:
    """Decide once. Approval removes the former administrators (on record, and told by mail) and lets the new one in.

    Errors: `NotSupervising`, `HandoverNeedsTwo` (who asked cannot decide), `ReasonMissing`, `HandoverDecided`,
    `AddressUnconfirmed` (an account has the e-mail, but whether it is its owner's is not proved).
    """
    if not supervises(by, handover.organization, localdate(now)):
        raise errors.NotSupervising()
    if not reason.strip():
        raise errors.ReasonMissing()
    held: HandoverRequest = HandoverRequest.objects.select_for_update().get(pk=handover.pk)
    if held.state != HandoverState.REQUESTED:
        raise errors.HandoverDecided()
    if held.requested_by_id == by.user_id or (approve and _is_officer(held.new_email, by)):
        raise errors.HandoverNeedsTwo()
    held.state = HandoverState.APPROVED if approve else HandoverState.REFUSED
    held.decided_by, held.decided_at, held.reason = by, now, reason.strip()
    if approve:
        held.new_membership = _pass_on(held, by, now)
    held.save()
    return held


def _administrators(organization: Organization) -> Any:
    """Those whose access as administrators has not been taken away, with their users."""
    role = administering_role(Party(organization.party))
    held = Membership.objects.in_organization(organization).filter(removed_at__isnull=True)
    return held.filter(role=role.value).select_related("user") if role is not None else held.none()


def _is_officer(email: str, by: Membership) -> bool:
    """Whether the new administrator would be the decider, or anybody who acts for an authority."""
    held = Membership.objects.filter(user__email=email, removed_at__isnull=True)
    return held.filter(user_id=by.user_id).exists() or held.filter(organization__party=Party.AUTHORITY.value).exists()


def _pass_on(handover: HandoverRequest, by: Membership, now: datetime.datetime) -> Membership:
    organization = handover.organization
    role = administering_role(Party(organization.party))
    if role is None:
        raise errors.RoleOutsideParty()
    user = User.objects.filter(email=handover.new_email).first()
    if user is None:
        user = people.create_user(
            username=handover.new_username, email=handover.new_email, full_name=handover.new_full_name, password=None
        )
    elif not addresses.may_be_named(user):
        raise errors.AddressUnconfirmed()
    kept: Membership | None = None
    for membership in _administrators(organization):
        if membership.user_id == user.pk and membership.ends_on is None:
            kept = membership
            continue
        remove(membership, by=by, reason=f"hand-over {handover.pk}", now=now, keep_administrator=False)
        if membership.user_id != user.pk:
            mail.tell(
                mail.HANDOVER_APPROVED,
                membership.user,
                organization=organization.name,
                heir=user.get_full_name(),
                authority=by.organization.name,
            )
    if kept is None:
        kept = grant(organization, user, role, by=by, starts_on=localdate(now))
    if not user.has_usable_password():
        people.send_invitation(user, organization)
    return kept
