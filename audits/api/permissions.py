"""Who may call which route: one map, read by `urls.route`; a route that is not in it cannot be built.

Beyond "anybody", "signed in" and "acting for an organization" nothing is decided here: what a member sees follows from
`visible_to`, what a member may do from the door.
"""

from enum import StrEnum
from typing import Any

from rest_framework.permissions import AllowAny, BasePermission, IsAuthenticated
from rest_framework.request import Request

from accounts.acting import acting_membership


class Access(StrEnum):
    """What a caller must be."""

    PUBLIC = "public"  # anybody; no authentication is tried
    SIGNED_IN = "signed_in"  # a person with a token or a session
    MEMBER = "member"  # a person who acts with an active membership


class IsMember(IsAuthenticated):
    """Signed in and acting for an organization. Raises `MembershipMissing` and its kin (400, 403)."""

    def has_permission(self, request: Request, view: Any) -> bool:
        return super().has_permission(request, view) and acting_membership(request) is not None


PERMISSIONS: dict[Access, type[BasePermission]] = {
    Access.PUBLIC: AllowAny,
    Access.SIGNED_IN: IsAuthenticated,
    Access.MEMBER: IsMember,
}

_PUBLIC, _SIGNED_IN, _MEMBER = Access.PUBLIC, Access.SIGNED_IN, Access.MEMBER

# Name of the route to what its caller must be. Generated routes of actions are named `<subject>-action-<key>`.
ROUTES: dict[str, Access] = {
    # --- accounts.api.urls (each view says so itself with `public`; a test compares) ---
    "auth-token": _PUBLIC,
    "auth-tokens": _SIGNED_IN,
    "auth-one-token": _SIGNED_IN,
    "auth-activate": _PUBLIC,
    "auth-activation-codes": _SIGNED_IN,
    "auth-me": _SIGNED_IN,
    "auth-password-change": _SIGNED_IN,
    "auth-password-reset": _PUBLIC,
    "auth-password-reset-confirm": _PUBLIC,
    "auth-totp": _SIGNED_IN,
    "auth-totp-confirm": _SIGNED_IN,
    "auth-recovery-codes": _SIGNED_IN,
    "auth-memberships": _SIGNED_IN,
    "auth-one-membership": _SIGNED_IN,
    "auth-handovers": _SIGNED_IN,
    "auth-handover-decision": _SIGNED_IN,
    # --- the law and the reference data, for everybody ---
    "procedures": _PUBLIC,
    "one-procedure": _PUBLIC,
    "deadlines-preview": _PUBLIC,
    "divisions": _PUBLIC,
    "industries": _PUBLIC,
    "sectors": _PUBLIC,
    "standards": _PUBLIC,
    "consultancies": _PUBLIC,
    "authorities": _PUBLIC,
    "statistics-provinces": _PUBLIC,
    "nothing-here": _PUBLIC,
    # --- cases ---
    "cases": _MEMBER,
    "one-case": _MEMBER,
    "case-actions": _MEMBER,
    "case-events": _MEMBER,
    "case-deadlines": _MEMBER,
    "case-notices": _MEMBER,
    "case-documents": _MEMBER,
    "case-options": _MEMBER,
    "case-reviews": _MEMBER,
    "case-draft": _MEMBER,
    "case-draft-refusal": _MEMBER,
    # --- lists ---
    "lists": _MEMBER,
    "one-list": _MEMBER,
    "list-actions": _MEMBER,
    "list-events": _MEMBER,
    "list-listings": _MEMBER,
    "list-import": _MEMBER,
    "list-draft": _MEMBER,
    "list-draft-refusal": _MEMBER,
    # --- yearly duties ---
    "duties": _MEMBER,
    "one-duty": _MEMBER,
    "duty-actions": _MEMBER,
    "duty-events": _MEMBER,
    "duty-deadlines": _MEMBER,
    "duty-draft": _MEMBER,
    "duty-draft-refusal": _MEMBER,
    # --- statistics of what the caller may see ---
    "statistics-table": _MEMBER,
    "statistics-trend": _MEMBER,
    "statistics-doubts": _MEMBER,
    # --- annual returns ---
    "returns": _MEMBER,
    "blank-return-form": _MEMBER,
    "returns-import": _MEMBER,
    "one-return": _MEMBER,
    "return-figure": _MEMBER,
    "return-check": _MEMBER,
    "return-submit": _MEMBER,
    "return-revise": _MEMBER,
    "return-form": _MEMBER,
    "return-import": _MEMBER,
    # --- exports ---
    "exports": _MEMBER,
    "one-export": _MEMBER,
    "export-content": _MEMBER,
    # --- registers ---
    "enterprises": _MEMBER,
    "one-enterprise": _MEMBER,
    "contracts": _MEMBER,
    "one-contract": _MEMBER,
    "contract-end": _MEMBER,
    "delegations": _MEMBER,
    "delegation-end": _MEMBER,
    # --- notices and their channels ---
    "inbox": _SIGNED_IN,
    "inbox-read": _SIGNED_IN,
    "inbox-read-all": _SIGNED_IN,
    "notification-settings": _SIGNED_IN,
    "calendar-feed": _MEMBER,
    "webhooks": _MEMBER,
    "one-webhook": _MEMBER,
    "webhook-test": _MEMBER,
    "webhook-deliveries": _MEMBER,
    "case-deliveries": _MEMBER,
    "cases-waiting": _MEMBER,
    "system-tasks": _MEMBER,
    # --- documents ---
    "documents": _MEMBER,
    "one-document": _MEMBER,
    "document-content": _MEMBER,
}
ACTION_ACCESS = Access.MEMBER


def access_of(name: str) -> Access:
    """What the caller of a route must be. `KeyError` for a route nobody declared."""
    return ACTION_ACCESS if "-action-" in name else ROUTES[name]
