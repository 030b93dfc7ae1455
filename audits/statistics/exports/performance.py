"""The performance table (绩效表) of a case: who, which options by cost class, which effects planned and verified.

Figures are those of the case's options as they stand; amounts are exact decimal texts in base units.
"""

import json
from collections import defaultdict
from collections.abc import Iterable, Iterator, Sequence
from typing import Any

from django.db.models import QuerySet

from audits.models import AuditCase, Option, OptionEffect
from audits.procedure.fields import CATEGORY_NAMES, COST_CLASSES
from audits.procedure.words import CaseKind, Category, CostClass, Text
from audits.statistics.exports.books import Advance, Block, Book, Column, Sheet, label_value, plain
from audits.statistics.metrics import METRICS, Effect, as_text

BATCH = 200
BENEFITS = (Effect.BENEFIT_SAVING, Effect.BENEFIT_REDUCTION)
KIND_NAMES = {
    CaseKind.MANDATORY: Text("强制性", "mandatory"),
    CaseKind.VOLUNTARY: Text("自愿性", "voluntary"),
    CaseKind.PILOT: Text("试点", "pilot"),
}
_CLASS_NAMES = {CostClass(value): text for value, text in COST_CLASSES}


def tables(cases: QuerySet[AuditCase]) -> Iterator[dict[str, Any]]:
    """The tables of these cases, oldest first, in a few queries for each `BATCH`.

    Read by key, so that it may last as long as it likes; a case that leaves the scope meanwhile is left out.
    """
    rows = cases.order_by("pk").select_related(
        "enterprise__industry", "site__division", "site__industry", "listing__industry"
    )
    page = list(rows[:BATCH])
    while page:
        yield from _tables_of(page)
        page = list(rows.filter(pk__gt=page[-1].pk)[:BATCH])


def _tables_of(page: Sequence[AuditCase]) -> Iterator[dict[str, Any]]:
    options: dict[Any, list[Option]] = defaultdict(list)
    for option in Option.objects.filter(case__in=page).order_by("case", "code"):
        options[option.case_id].append(option)
    effects: dict[Any, list[OptionEffect]] = defaultdict(list)
    for effect in OptionEffect.objects.filter(option__case__in=page).select_related("option"):
        effects[effect.option.case_id].append(effect)
    for case in page:
        yield _table(case, options[case.pk], effects[case.pk])


def _table(case: AuditCase, options: list[Option], effects: list[OptionEffect]) -> dict[str, Any]:
    site, enterprise = case.site, case.enterprise
    industry = (case.listing.industry if case.listing else None) or site.industry or enterprise.industry
    summed = _summed(effects)
    return {
        "case": {
            "id": str(case.pk),
            "number": case.number,
            "kind": case.kind,
            "categories": case.categories,
            "published_on": plain(case.published_on),
            "opened_on": plain(case.opened_on),
            "reporting_unit": case.reporting_unit_id,
            "scope_code": case.scope_code,
        },
        "enterprise": {
            "name": enterprise.name,
            "credit_code": enterprise.credit_code,
            "site": site.name,
            "address": site.address,
            "division": site.division_id,
            "division_name": site.division.full_name_zh if site.division else None,
            "industry": industry.code if industry else None,
            "industry_name": industry.name_zh if industry else None,
        },
        "classes": [_class(one, [o for o in options if o.cost_class == one]) for one in CostClass],
        "options": [
            {
                "code": one.code,
                "name": one.name,
                "cost_class": one.cost_class,
                "done_on": plain(one.done_on),
                "investment_planned_cny": amount(one.investment_planned),
                "investment_actual_cny": amount(one.investment_actual),
            }
            for one in options
        ],
        "effects": [
            {
                "metric": metric,
                "unit": METRICS[metric].unit,
                "year": year,
                "planned": amount(planned),
                "verified": amount(verified),
            }
            for (metric, year), (planned, verified) in sorted(summed.items(), key=_reading_order)
        ],
        "benefit": [
            {"year": year, "planned_cny": amount(planned), "verified_cny": amount(verified)}
            for year, (planned, verified) in sorted(_benefit(summed).items())
        ],
    }


Amounts = tuple[int | None, int | None]  # planned, verified


def _summed(effects: Iterable[OptionEffect]) -> dict[tuple[str, int], Amounts]:
    found: dict[tuple[str, int], Amounts] = {}
    for one in effects:
        if one.metric in METRICS:
            held = found.get((one.metric, one.year), (None, None))
            found[one.metric, one.year] = (_plus(held[0], one.planned), _plus(held[1], one.verified))
    return found


def _benefit(summed: dict[tuple[str, int], Amounts]) -> dict[int, Amounts]:
    found: dict[int, Amounts] = {}
    for (metric, year), (planned, verified) in summed.items():
        if metric in BENEFITS:
            held = found.get(year, (None, None))
            found[year] = (_plus(held[0], planned), _plus(held[1], verified))
    return found


def _plus(one: int | None, other: int | None) -> int | None:
    """A sum in which what is not told adds nothing, and nothing told is not nought."""
    return other if one is None else one if other is None else one + other


_PLACES = {metric: place for place, metric in enumerate(Effect)}


def _reading_order(item: tuple[tuple[str, int], Amounts]) -> tuple[int, int]:
    (metric, year), _ = item
    return year, _PLACES[Effect(metric)]


def _class(cost_class: CostClass, options: list[Option]) -> dict[str, Any]:
    planned: int | None = None
    actual: int | None = None
    for one in options:
        planned, actual = _plus(planned, one.investment_planned), _plus(actual, one.investment_actual)
    return {
        "cost_class": cost_class.value,
        "planned": len(options),
        "done": sum(1 for one in options if one.done_on is not None),
        "investment_planned_cny": amount(planned or 0),
        "investment_actual_cny": amount(actual or 0),
    }


def amount(stored: int | None) -> str | None:
    """An integer of 0.001 base unit as an exact decimal text."""
    return None if stored is None else as_text(Effect.BENEFIT_SAVING, stored)


# --- one case -----------------------------------------------------------------------------------------------------


def one_case(table: dict[str, Any], language: str) -> Book:
    """The form of one case: blocks below each other."""
    case, enterprise = table["case"], table["enterprise"]
    who = label_value(
        Text("企业基本情况", "Enterprise"),
        [
            (Text("企业名称", "Name"), enterprise["name"]),
            (Text("统一社会信用代码", "Credit code"), enterprise["credit_code"]),
            (Text("厂址名称", "Site"), enterprise["site"]),
            (Text("地址", "Address"), enterprise["address"] or None),
            (Text("行政区划", "Division"), _named(enterprise["division"], enterprise["division_name"])),
            (Text("行业", "Industry"), _named(enterprise["industry"], enterprise["industry_name"])),
            (Text("案件编号", "Case number"), case["number"]),
            (Text("审核性质", "Kind of audit"), KIND_NAMES[CaseKind(case["kind"])].in_language(language)),
            (Text("列入类别", "Categories"), _categories(case["categories"], language)),
            (Text("名单公布日期", "List published on"), case["published_on"]),
        ],
        language,
    )
    classes = Block(
        (
            Column(Text("方案类别", "Cost class")),
            Column(Text("提出方案数", "Options put forward"), number=True),
            Column(Text("实施方案数", "Options carried out"), number=True),
            Column(Text("计划投资（元）", "Investment planned (CNY)"), number=True),
            Column(Text("实际投资（元）", "Investment made (CNY)"), number=True),
        ),
        [
            [
                _CLASS_NAMES[CostClass(one["cost_class"])].in_language(language),
                str(one["planned"]),
                str(one["done"]),
                one["investment_planned_cny"],
                one["investment_actual_cny"],
            ]
            for one in table["classes"]
        ],
        Text("方案与投资", "Options and investment by class"),
    )
    options = Block(
        (
            Column(Text("方案编号", "Option")),
            Column(Text("方案名称", "Name")),
            Column(Text("方案类别", "Cost class")),
            Column(Text("完成日期", "Carried out on")),
            Column(Text("计划投资（元）", "Investment planned (CNY)"), number=True),
            Column(Text("实际投资（元）", "Investment made (CNY)"), number=True),
        ),
        [
            [
                one["code"],
                one["name"],
                _CLASS_NAMES[CostClass(one["cost_class"])].in_language(language),
                one["done_on"],
                one["investment_planned_cny"],
                one["investment_actual_cny"],
            ]
            for one in table["options"]
        ],
        Text("方案一览", "Options"),
    )
    effects = Block(
        (
            Column(Text("效益年度", "Year of effect"), number=True),
            Column(Text("指标", "Indicator")),
            Column(Text("单位", "Unit")),
            Column(Text("计划", "Planned"), number=True),
            Column(Text("核实", "Verified"), number=True),
        ),
        [
            [
                str(one["year"]),
                METRICS[one["metric"]].title.in_language(language),
                one["unit"],
                one["planned"],
                one["verified"],
            ]
            for one in table["effects"]
        ],
        Text("环境与经济效益", "Environmental and economic effects"),
    )
    benefit = Block(
        (
            Column(Text("效益年度", "Year of effect"), number=True),
            Column(Text("计划经济效益（元）", "Benefit planned (CNY)"), number=True),
            Column(Text("核实经济效益（元）", "Benefit verified (CNY)"), number=True),
        ),
        [[str(one["year"]), one["planned_cny"], one["verified_cny"]] for one in table["benefit"]],
        Text("经济效益合计（节约与减排）", "Economic benefit, savings and pollution cuts"),
    )
    return Book(
        f"performance-{case['number']}",
        [Sheet("绩效表 Performance", [who, classes, options, effects, benefit])],
        lambda: [json.dumps(table, ensure_ascii=False, indent=1)],
    )


def _named(code: str | None, name: str | None) -> str | None:
    return f"{code} {name}" if code and name else code or name


def _categories(names: Iterable[str], language: str) -> str:
    return "; ".join(CATEGORY_NAMES[Category(one)].in_language(language) for one in names)


# --- many cases ---------------------------------------------------------------------------------------------------


def many_cases(cases: QuerySet[AuditCase], name: str, language: str, advance: Advance) -> Book:
    """A row for each case, effects of all years added up; as JSON the whole tables."""

    def rows() -> Iterator[list[str | None]]:
        for table in tables(cases):
            yield _row(table, language)
            advance(1)

    def data() -> Iterator[str]:
        yield '{"cases": ['
        for place, table in enumerate(tables(cases)):
            yield (",\n" if place else "\n") + json.dumps(table, ensure_ascii=False)
            advance(1)
        yield "\n]}\n"

    return Book(name, [Sheet("案件 Cases", [Block(_columns(), rows())])], data)


_WHO = (
    Column(Text("案件编号", "Case number")),
    Column(Text("企业名称", "Enterprise"), width=36),
    Column(Text("统一社会信用代码", "Credit code"), width=22),
    Column(Text("厂址", "Site"), width=30),
    Column(Text("行政区划代码", "Division code")),
    Column(Text("行业代码", "Industry code")),
    Column(Text("审核性质", "Kind of audit")),
    Column(Text("列入类别", "Categories"), width=30),
    Column(Text("名单公布日期", "List published on")),
)


def _columns() -> list[Column]:
    found = list(_WHO)
    for cost_class in CostClass:
        name = _CLASS_NAMES[cost_class]
        found += [
            Column(Text(f"{name.zh}方案提出数", f"options put forward, {name.en}"), number=True),
            Column(Text(f"{name.zh}方案实施数", f"options carried out, {name.en}"), number=True),
            Column(Text(f"{name.zh}方案计划投资（元）", f"investment planned, {name.en} (CNY)"), number=True),
            Column(Text(f"{name.zh}方案实际投资（元）", f"investment made, {name.en} (CNY)"), number=True),
        ]
    for effect in Effect:
        title = METRICS[effect].title
        found += [
            Column(Text(f"{title.zh}，计划", f"{title.en}, planned"), number=True),
            Column(Text(f"{title.zh}，核实", f"{title.en}, verified"), number=True),
        ]
    return found


def _row(table: dict[str, Any], language: str) -> list[str | None]:
    case, enterprise = table["case"], table["enterprise"]
    row: list[str | None] = [
        case["number"],
        enterprise["name"],
        enterprise["credit_code"],
        enterprise["site"],
        enterprise["division"],
        enterprise["industry"],
        KIND_NAMES[CaseKind(case["kind"])].in_language(language),
        _categories(case["categories"], language),
        case["published_on"],
    ]
    for one in table["classes"]:
        row += [str(one["planned"]), str(one["done"]), one["investment_planned_cny"], one["investment_actual_cny"]]
    for effect in Effect:
        of_effect = [one for one in table["effects"] if one["metric"] == effect]
        row += [_total([one["planned"] for one in of_effect]), _total([one["verified"] for one in of_effect])]
    return row


def _total(texts: list[str | None]) -> str | None:
    from audits.statistics.metrics import as_stored

    told = [as_stored(Effect.BENEFIT_SAVING, text) for text in texts if text is not None]
    return amount(sum(told)) if told else None
