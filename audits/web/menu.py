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
    Line("web-lists", Text("名单", "Lists"), "list-check", _ALL - {Party.EXPERT}),
    Line("web-portfolio", Text("客户", "Clients"), "layout-kanban", frozenset({Party.CONSULTANCY})),
    Line("web-company", Text("本企业", "My enterprise"), "building-factory-2", frozenset({Party.ENTERPRISE})),
    Line("web-duties", Text("年度职责", "Yearly duties"), "calendar", _AUTHORITY),
    Line("web-statistics", Text("统计", "Statistics"), "chart-bar", _AUTHORITY),
    Line("web-operations", Text("运行", "Operations"), "heartbeat", frozenset({Party.OPERATOR})),
    Line("web-members", Text("成员", "Members"), "users", _ALL - {Party.EXPERT} | {Party.OPERATOR}),
    Line("web-law", Text("依据", "Law"), "scale", _ALL | {Party.OPERATOR}),
)
