"""The menu: which page each party finds where."""

from dataclasses import dataclass

from audits.procedure.words import Party, Role, Text

_ALL = frozenset({Party.AUTHORITY, Party.ENTERPRISE, Party.CONSULTANCY, Party.EXPERT})
_AUTHORITY = frozenset({Party.AUTHORITY})


@dataclass(frozen=True, slots=True)
class Line:
    """One line of the menu: a route, for whom."""

    route: str
    title: Text
    icon: str
    parties: frozenset[Party]
    roles: frozenset[Role] = frozenset()


MENU: tuple[Line, ...] = (
    Line("home", Text("下一步", "Next steps"), "home", _ALL),
    Line("web-deadlines", Text("时限", "Deadlines"), "calendar-due", _ALL - {Party.EXPERT}),
    Line("web-cases", Text("案件", "Cases"), "clipboard-list", _ALL),
)
