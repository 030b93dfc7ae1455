"""The provincial summary of a year as a book: the public table with its coverage and its doubts."""

import json
from collections.abc import Iterator, Mapping
from datetime import date
from decimal import Decimal
from typing import Any

from django.utils import timezone

from audits.procedure.words import Text
from audits.statistics.exports.books import Block, Book, Column, Sheet, label_value
from audits.statistics.metrics import METRICS, Metric
from audits.statistics.tables import Row, Table, flag_text, name, names, provinces, units_of_metrics

TOTAL = Text("合计", "Total")
FROM_CASES = Text("来自系统中的案件，不计入合计", "from cases in the system; in no total")
NATIONAL = Text("全国（国家汇总）", "National return")
IN_TEN_THOUSANDS: Mapping[str, Text] = {
    "kWh": Text("万千瓦时", "10,000 kWh"),
    "t": Text("万吨", "10,000 t"),
    "tce": Text("万吨标准煤", "10,000 tce"),
    "CNY": Text("万元", "10,000 CNY"),
}
_WHO = (
    Column(Text("代码", "Code")),
    Column(Text("填报单位", "Reporting unit"), width=26),
    Column(Text("来源", "Source")),
)


def summary(year: int, today: date, language: str) -> Book:
    """The table of `tables.provinces`: what it shows, this file shows."""
    table = provinces(year, today)
    rows = [*table.rows, table.total, *([table.national] if table.national is not None else [])]
    figures = Block(
        [
            *_WHO,
            *(
                Column(
                    Text(metric.title.zh, f"{metric.title.en}{f' [{metric.unit}]' if metric.unit else ''}"), number=True
                )
                for metric in METRICS.values()
            ),
        ],
        [
            [_code(row), _who(row, table, language), row.source, *(row.metrics.get(key) for key in METRICS)]
            for row in rows
        ],
    )
    amounts = [metric for metric in METRICS.values() if metric.unit in IN_TEN_THOUSANDS]
    in_ten_thousands = Block(
        [*_WHO, *(Column(_title_in_ten_thousands(metric), number=True) for metric in amounts)],
        [
            [
                _code(row),
                _who(row, table, language),
                row.source,
                *(_ten_thousands(row.metrics.get(one.key)) for one in amounts),
            ]
            for row in rows
        ],
    )
    coverage = label_value(
        None,
        [
            (Text("年度", "Year"), str(year)),
            (Text("数据截至", "Figures as of"), _as_of(table)),
            (Text("应报单位数", "Units due"), str(table.due)),
            (Text("已报单位数", "Units that reported"), str(table.due - len(table.missing))),
            (Text("未报单位", "Units that did not report"), "; ".join(names(table.missing, language)) or None),
            (Text("总计范围", "Scope of the total"), table.total.scope or None),
            (
                Text("国家汇总范围", "Scope of the national return"),
                (table.national.scope if table.national is not None else "") or None,
            ),
        ],
        language,
    )
    doubts = Block(
        (
            Column(Text("填报单位", "Reporting unit"), width=26),
            Column(Text("指标", "Indicator"), width=30),
            Column(Text("规则", "Rule"), width=30),
            Column(Text("提示", "Doubt"), width=80),
        ),
        [
            [_who(row, table, language), _title(flag["metric"], language), flag["rule"], flag_text(flag, language)]
            for row in rows
            for flag in row.flags
        ],
    )
    told_too = Block(
        (
            Column(Text("填报单位", "Reporting unit"), width=26),
            Column(Text("内容", "What"), width=40),
            Column(Text("期间", "Period"), width=20),
            Column(Text("数值", "Value"), width=20),
            Column(Text("计量单位", "Unit")),
            Column(Text("说明", "Remark"), width=60),
        ),
        [line for row in rows for line in _told_too(row, table, language)],
    )
    return Book(
        f"provincial-summary-{year}",
        [
            Sheet("汇总 Summary", [figures]),
            Sheet("汇总（万） In ten thousands", [in_ten_thousands]),
            Sheet("覆盖 Coverage", [coverage]),
            Sheet("提示 Doubts", [doubts]),
            Sheet("其他数据 Further", [told_too]),
        ],
        lambda: [json.dumps(_data(table, language), ensure_ascii=False, indent=1)],
    )


def _told_too(row: Row, table: Table, language: str) -> Iterator[list[str | None]]:
    """What a return tells beside its metrics: further figures, remarks, and the figures of cases in its year."""
    who = _who(row, table, language)
    for one in row.further:
        yield [who, *(one.get(key) or None for key in ("label", "period", "value", "unit", "remark"))]
    for metric, remark in (row.remarks or {}).items():
        yield [who, _title(metric, language), None, row.metrics.get(metric), _unit(metric), remark]
    for metric, text in (row.beside or {}).items():
        yield [
            *(who, _title(metric, language), str(table.year), text, _unit(metric)),
            FROM_CASES.in_language(language),
        ]


def _ten_thousands(text: str | None) -> str | None:
    """An exact decimal text divided by 10,000, exact as well."""
    if text is None:
        return None
    divided = format(Decimal(text).scaleb(-4), "f")
    return divided.rstrip("0").rstrip(".") if "." in divided else divided


def _title_in_ten_thousands(metric: Metric) -> Text:
    """The title without its unit in brackets, and the unit people expect."""
    unit = IN_TEN_THOUSANDS[metric.unit]
    # A title has its unit, where it names one, in its first brackets; what follows them stays.
    name, _, rest = metric.title.zh.partition("（")
    return Text(f"{name}{rest.partition('）')[2]}（{unit.zh}）", f"{metric.title.en} [{unit.en}]")


def _data(table: Table, language: str) -> dict[str, Any]:
    return {
        "year": table.year,
        "as_of": _as_of(table),
        "coverage": {
            "reported": table.due - len(table.missing),
            "due": table.due,
            "missing": names(table.missing, language),
        },
        "units": units_of_metrics(),
        "rows": [{"code": _code(row), "unit": _who(row, table, language), **_figures(row)} for row in table.rows],
        "total": _figures(table.total),
        "national_return": _figures(table.national) if table.national is not None else None,
    }


def _figures(row: Row) -> Mapping[str, Any]:
    return {
        "metrics": {str(key): value for key, value in row.metrics.items()},
        "flags": [dict(flag) for flag in row.flags],
        "source": row.source,
        "scope": row.scope,
        "remarks": dict(row.remarks or {}),
        "further": [dict(one) for one in row.further],
        "events_beside": dict(row.beside) if row.beside is not None else None,
    }


def _code(row: Row) -> str | None:
    return row.unit.code if row.unit is not None else None


def _who(row: Row, table: Table, language: str) -> str:
    if row.unit is not None:
        return name(row.unit, language)
    return (NATIONAL if row is table.national else TOTAL).in_language(language)


def _title(metric: str, language: str) -> str:
    return METRICS[metric].title.in_language(language) if metric in METRICS else metric


def _unit(metric: str) -> str | None:
    return (METRICS[metric].unit if metric in METRICS else "") or None


def _as_of(table: Table) -> str | None:
    return timezone.localtime(table.as_of).isoformat() if table.as_of else None
