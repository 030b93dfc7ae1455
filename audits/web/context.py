"""What the frame of every page shows: the menu of the reader, memberships to act with, unread notices."""

from dataclasses import dataclass
from typing import Any

from django.http import HttpRequest
from django.urls import reverse
from django.utils.functional import SimpleLazyObject

from accounts.acting import chosen_membership, memberships_of
from audits.procedure.words import Party, Text
from audits.reminders.inbox import inbox_of
from audits.web.menu import MENU

THEMES = ("light", "dark")


@dataclass(frozen=True, slots=True)
class Entry:
    """One line of the menu."""

    address: str
    title: Text
    icon: str
    here: bool


def frame(request: HttpRequest) -> dict[str, Any]:
    """Context processor. The database is asked only when a template shows the frame."""
    theme = request.COOKIES.get("theme", THEMES[0])
    return {
        "theme": theme if theme in THEMES else THEMES[0],
        "frame": SimpleLazyObject(lambda: _frame(request)),
    }


def who(request: HttpRequest) -> str:
    """Who is signed in, and as which member they act; empty for nobody. What an open page was made for is compared with it."""
    if not request.user.is_authenticated:
        return ""
    acting = chosen_membership(request).pk if memberships_of(request) else ""
    return f"{request.user.pk}/{acting}"


def _frame(request: HttpRequest) -> dict[str, Any]:
    own = memberships_of(request) if request.user.is_authenticated else []
    if not own:
        return {"menu": [], "memberships": [], "acting": None, "unread": 0, "who": who(request)}
    acting = chosen_membership(request)
    party = Party(acting.organization.party)
    menu = []
    for line in MENU:
        if party in line.parties and (not line.roles or acting.role in line.roles):
            address = reverse(line.route)
            here = request.path == address if address == "/" else request.path.startswith(address)
            menu.append(Entry(address, line.title, line.icon, here))
    unread = inbox_of(request.user, own).filter(read_at=None).order_by().count()  # type: ignore[arg-type]
    return {"menu": menu, "memberships": own, "acting": acting, "unread": unread, "who": who(request)}
