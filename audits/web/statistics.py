"""Tables and trends of what an authority sees, from the nation down to a county, with what the figures do not tell."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, replace
from decimal import Decimal
from typing import Any
from urllib.parse import urlencode

from django.http import Http404, HttpRequest, HttpResponse
from django.urls import reverse
from django.utils import timezone

from audits.api.errors import words
from audits.api.statistics import FIRST_YEAR
from audits.api.statistics_scoped import factors
from audits.procedure.conversion import FACTORS
from audits.procedure.exclusions import EXCLUSION_REASONS
from audits.procedure.words import CaseKind, Category, Party, Text
from audits.statistics.energy import Energy
from audits.statistics.metrics import METRICS, SPAN_TITLES, Effect, Group, Process, as_text
from audits.statistics.scoped import RATES, Answer, Dimension, Question, table, trend
from audits.statistics.tables import FROM_EVENTS, Row, provinces
from audits.web import places
from audits.web.base import PageView
from audits.workflow.errors import NotVisible
from cpaudit_site.replica import reading_from_replica
from enterprises.models import ReportingUnit

GROUPS: Mapping[str, Text] = {
    Group.PROCESS: Text("审核进度（家）", "Progress (cases)"),
    Group.EFFECT: Text("已核实效果", "Verified effects"),
    Group.PLANNED_EFFECT: Text("计划效果", "Planned effects"),
    Group.OPTIONS: Text("方案（项）", "Options"),
    Group.INVESTMENT: Text("投资（元）", "Investment (CNY)"),
    "energy": Text("节能量折算", "Energy in one unit"),
    "rates": Text("比率", "Rates"),
}
RATE_GROUP = "rates"
ENERGY_GROUP = "energy"
ENERGY_COLUMNS = (
    Text("已核实节能（tce）", "verified energy saved (tce)"),
    Text("已核实减碳（t）", "verified CO2 cut by it (t)"),
    Text("计划节能（tce）", "planned energy saved (tce)"),
    Text("计划减碳（t）", "planned CO2 cut by it (t)"),
)
# Columns that are worked out from the figures: no chart, nothing to choose among.
TITLES: Mapping[str, Sequence[Text]] = {RATE_GROUP: [rate.title for rate in RATES], ENERGY_GROUP: ENERGY_COLUMNS}
DIMENSIONS: Mapping[Dimension, Text] = {
    Dimension.UNIT: Text("填报单位", "Reporting unit"),
    Dimension.CITY: Text("市", "City"),
    Dimension.COUNTY: Text("县（区）", "County"),
    Dimension.CATEGORY: Text("类别", "Category"),
    Dimension.INDUSTRY: Text("行业", "Industry"),
    Dimension.KIND: Text("性质", "Kind"),
    Dimension.LINE: Text("条线", "Line"),
}
PLACES = (Dimension.UNIT, Dimension.CITY, Dimension.COUNTY)
MOST_SERIES = 5
BARS = 40
YEARS_BACK = 20
LEFT_OUT = dict(EXCLUSION_REASONS)


@dataclass(frozen=True, slots=True)
class Shown:
    """One row of the table: its name, where it leads, its cells in the order of the columns."""

    name: Text
    address: str
    cells: Sequence[str]
    doubted: Sequence[bool]

    @property
    def pairs(self) -> list[tuple[str, bool]]:
        """Each cell, and whether a rule doubts it."""
        return list(zip(self.cells, self.doubted, strict=True))


@dataclass(frozen=True, slots=True)
class Told:
    """A return beside the figures of cases: what it covers, and each figure with title and unit; `cases_too` where cases
    tell of the same year as well."""

    scope: str
    lines: Sequence[tuple[Text, str, str]]
    cases_too: bool

    @classmethod
    def of(cls, row: Row) -> "Told":
        """The return as the page shows it."""
        lines = [(METRICS[key].title, grouped(text), METRICS[key].unit) for key, text in row.metrics.items()]
        return cls(row.scope, lines, bool(row.beside))


class StatisticsView(PageView):
    """One table, one bar chart and one trend; every row leads one level down, counties lead to their cases."""

    template = "web/statistics/statistics.html"
    parties = frozenset({Party.AUTHORITY})

    def get(self, request: HttpRequest) -> HttpResponse:
        today = timezone.localdate()
        question = self.question(today.year)
        group = request.GET.get("group", Group.PROCESS.value)
        group = group if group in GROUPS else Group.PROCESS.value
        columns = [key for key, one in METRICS.items() if one.group == group and one.from_cases]
        metric = request.GET.get("metric", "")
        metric = metric if metric in columns else (columns or [Process.LISTED.value])[0]
        timed = metric if metric != Process.OVERDUE else Process.LISTED.value
        try:
            with reading_from_replica():
                answer = table(question, self.membership, today)
                course = trend(replace(question, to_date=False), timed, self.membership, beside=answer)
                told = self.told(question, answer)
        except NotVisible:
            raise Http404 from None
        rows = [self.row(row, question, group, columns) for row in answer.rows]
        drawn = bars(answer, metric)
        return self.shown(
            question=question,
            answer=answer,
            place=place_name(question, answer.place),
            crumbs=self.crumbs(question, answer.place),
            group=str(group),
            groups=[(str(key), title) for key, title in GROUPS.items()],
            metric=metric,
            timed=timed,
            columns=[(key, METRICS[key]) for key in columns],
            titles=TITLES.get(group, ()),
            unknown_factors=unknown_factors(answer) if group == ENERGY_GROUP else (),
            factors=factors(question) if group == ENERGY_GROUP else (),
            each_its_own=group == ENERGY_GROUP and question.to_date,
            rows=rows,
            total=self.row(answer.total, question, group, columns),
            doubts=[
                (row.name, METRICS[one.metric], row.metrics[one.metric], one.rule)
                for row in answer.rows
                for one in row.doubts
            ]
            + [
                (answer.total.name, METRICS[one.metric], answer.total.metrics[one.metric], one.rule)
                for one in answer.total.doubts
            ],
            bars=drawn,
            course=lines(course, question),
            course_rows=course_rows(course),
            years=range(today.year, FIRST_YEAR - 1, -1),
            dimensions=[(one.value, DIMENSIONS[one]) for one in self.dimensions(question)],
            categories=[one.value for one in Category],
            kinds=[one.value for one in CaseKind],
            told=told,
            chosen=METRICS[metric],
            timed_metric=METRICS[timed],
            by=DIMENSIONS[question.by],
            reported=(answer.due or 0) - len(answer.missing),
            missing=[unit.name_zh for unit in answer.missing],
            excluded=[(LEFT_OUT[reason], number) for reason, number in sorted(answer.excluded.items())],
            medians=[(title, *answer.medians[span]) for span, title in SPAN_TITLES.items() if span in answer.medians],
            spans=[title for span, title in SPAN_TITLES.items() if span in answer.medians],
            medians_by_row=medians_by_row(answer),
            nothing=not any(value for one in drawn["series"] for value in one["values"]),
        )

    def question(self, this_year: int) -> Question:
        """What the address asks; what makes no sense is left out."""
        given = self.request.GET
        year = int(given["year"]) if given.get("year", "").isdecimal() and len(given["year"]) == 4 else this_year
        place = given.get("place", "")
        place = place if place.isdecimal() and place.isascii() and len(place) in (2, 4, 6) else ""
        unit = given.get("unit", "")
        unit = unit if unit.isdecimal() and unit.isascii() and len(unit) == 6 else ""
        asked = Question(
            Dimension.UNIT,
            min(max(year, FIRST_YEAR), this_year),
            given.get("to_date") == "true",
            place=place,
            unit=unit,
            category=given.get("category", "") if given.get("category", "") in set(Category) else "",
            kind=given.get("kind", "") if given.get("kind", "") in set(CaseKind) else "",
        )
        allowed = self.dimensions(asked)
        by = given.get("by", "")
        return replace(asked, by=Dimension(by) if by in {one.value for one in allowed} else allowed[0])

    def dimensions(self, question: Question) -> list[Dimension]:
        """By what the rows may be told apart here; the next level down comes first."""
        place = max(self.membership.organization.jurisdiction or "", question.place, key=len)
        if question.unit:
            levels = [Dimension.CITY, Dimension.COUNTY] if question.unit.endswith("0000") else [Dimension.COUNTY]
        elif not place:
            levels = [Dimension.UNIT]
        else:
            levels = [Dimension.CITY, Dimension.COUNTY] if len(place) == 2 else [Dimension.COUNTY]
        return [*levels, Dimension.CATEGORY, Dimension.INDUSTRY, Dimension.KIND, Dimension.LINE]

    def row(self, row: Any, question: Question, group: str, columns: Sequence[str]) -> Shown:
        """One row as the table shows it."""
        doubted = {one.metric for one in row.doubts}
        if group == RATE_GROUP:
            cells = [_rate(*row.rates[rate.key]) for rate in RATES]
            return Shown(row.name, self.down(row.key, question), cells, [False] * len(cells))
        if group == ENERGY_GROUP:
            cells = energy_cells(row.energy)
            return Shown(row.name, self.down(row.key, question), cells, [False] * len(cells))
        cells = [grouped(row.metrics.get(key, "0")) for key in columns]
        return Shown(row.name, self.down(row.key, question), cells, [key in doubted for key in columns])

    def down(self, key: str, question: Question) -> str:
        """Where a row leads; "" for the total and for rows that are no places."""
        if not key or question.by not in PLACES:
            return ""
        if question.by is Dimension.COUNTY:
            # The case list knows what is late today, whatever the year; the other counts are of events.
            late = {"overdue": "true"} if self.request.GET.get("metric") == Process.OVERDUE else {}
            asked = {name: getattr(question, name) for name in ("category", "kind") if getattr(question, name)}
            return f"{reverse('web-cases')}?{urlencode({'place': key} | asked | late)}"
        given = self.request.GET
        kept = {
            name: given[name] for name in ("year", "to_date", "group", "metric", "category", "kind") if given.get(name)
        }
        if question.by is Dimension.UNIT:
            return f"?{urlencode(kept | {'unit': key})}"
        return f"?{urlencode(kept | {'place': key})}"

    def crumbs(self, question: Question, place: str) -> list[tuple[Text | str, str]]:
        """The way back up, as far as the reader's jurisdiction reaches."""
        own = self.membership.organization.jurisdiction or ""
        if not question.unit and len(place) <= len(own):
            return []
        steps: list[tuple[Text | str, str]] = [
            (place_name(replace(question, place="", unit=""), own), f"?{self.years(question)}")
        ]
        if not question.unit and len(place) == 6 and len(own) < 4:
            steps.append(
                (place_name(replace(question, unit=""), place[:4]), f"?{self.years(question)}&place={place[:4]}")
            )
        return steps

    @staticmethod
    def years(question: Question) -> str:
        """The years of the question, as an address says them."""
        return urlencode({"year": question.year} | ({"to_date": "true"} if question.to_date else {}))

    def told(self, question: Question, answer: Answer) -> list[tuple[Text | str, Told]]:
        """For the nation: returns of the year where they speak: of units without cases and of years before the system."""
        if answer.place or question.unit or question.by is not Dimension.UNIT or question.category or question.kind:
            return []
        if question.to_date or question.year >= timezone.localdate().year:
            return []
        found = provinces(question.year, timezone.localdate())
        rows: list[tuple[Text | str, Told]] = [
            (row.unit.name_zh, Told.of(row)) for row in found.rows if row.unit is not None and row.source != FROM_EVENTS
        ]
        national = found.national or (found.total if found.total.source != FROM_EVENTS else None)
        return (
            [*rows, (Text("全国（国家汇总）", "National return"), Told.of(national))] if national is not None else rows
        )


def place_name(question: Question, place: str) -> Text:
    """What the figures are of."""
    if question.unit:
        unit = ReportingUnit.objects.filter(pk=question.unit).first()
        if unit is None:
            raise Http404
        return places.as_entered(unit.name_zh)
    return places.place_name(place)


def grouped(text: str) -> str:
    """An exact number with its thousands apart; nothing is rounded."""
    return f"{Decimal(text):,f}"


def _rate(part: int, whole: int, value: str | None) -> str:
    """A rate as percents, with what was divided; a dash where it is unknown."""
    return "—" if value is None else f"{Decimal(value) * 100:.2f}% ({part}/{whole})"


def energy_cells(told: tuple[Energy, Energy]) -> list[str]:
    """Verified, then planned: tce and tons of CO2; a factor nobody has a source for leaves it unknown."""
    unknown = words(Text("未知", "unknown"))
    found = (value for one in told for value in (one.tce, one.co2))
    return [unknown if value is None else grouped(as_text(Effect.STANDARD_COAL_SAVED, value)) for value in found]


def unknown_factors(answer: Answer) -> list[Text]:
    """The factors that the figures of this table need and no source gives."""
    told = [one for row in (*answer.rows, answer.total) for one in row.energy]
    missing = {key for one in told for key in one.missing}
    return [factor.label for key, factor in FACTORS.items() if key in missing]


def medians_by_row(answer: Answer) -> list[tuple[Text, list[tuple[str, int] | None]]]:
    """The rows that tell medians: for each span that is told in all, days and of how many cases; None where nothing is."""
    spans = [span for span in SPAN_TITLES if span in answer.medians]
    return [
        (row.name, [(row.medians[span][1], row.medians[span][0]) if span in row.medians else None for span in spans])
        for row in answer.rows
        if row.medians
    ]


def bars(answer: Answer, metric: str) -> dict[str, Any]:
    """The bar chart of one metric by row, as the script reads it."""
    rows = sorted(answer.rows, key=lambda row: Decimal(row.metrics.get(metric, "0")), reverse=True)[:BARS]
    title = words(METRICS[metric].title)
    return {
        "kind": "bar",
        "unit": METRICS[metric].unit,
        "labels": [words(row.name) for row in rows],
        "series": [{"name": title, "values": [float(row.metrics.get(metric, "0")) for row in rows]}],
    }


def course_rows(course: Any) -> list[tuple[int, list[str]]]:
    """The trend as a table: for each year the total and the largest rows."""
    return [
        (year, [grouped(course.total.get(year, "0")), *(grouped(row[2].get(year, "0")) for row in largest(course))])
        for year in years_of(course)
    ]


def years_of(course: Any) -> list[int]:
    """From the first year with a figure to the year asked for."""
    told = [year for year in course.total]
    last = course.question.year
    return list(range(max(min(told), last - YEARS_BACK + 1), last + 1)) if told else []


def largest(course: Any) -> list[Any]:
    """The rows that tell most in all years together."""

    def whole(row: Any) -> Decimal:
        return sum((Decimal(value) for value in row[2].values()), Decimal(0))

    return sorted((row for row in course.rows if row[2]), key=whole, reverse=True)[:MOST_SERIES]


def lines(course: Any, question: Question) -> dict[str, Any]:
    """The line chart of one metric over years, as the script reads it."""
    years = years_of(course)
    series = [{"name": words(Text("合计", "Total")), "values": [float(course.total.get(year, "0")) for year in years]}]
    for _, name, values in largest(course):
        series.append({"name": words(name), "values": [float(values.get(year, "0")) for year in years]})
    return {
        "kind": "line",
        "unit": METRICS[course.metric].unit,
        "labels": [str(year) for year in years],
        "series": series,
    }
