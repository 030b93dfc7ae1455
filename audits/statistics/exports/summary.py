"""The provincial summary of a year as a book: the public table with its coverage and its doubts."""

import json
from collections.abc import Mapping
from datetime import date
from decimal import Decimal
from typing import Any

from django.utils import timezone

from audits.procedure.words import Text
from audits.statistics.exports.books import Block, Book, Column, Sheet, label_value
from audits.statistics.metrics import METRICS, Metric
from audits.statistics.tables import Row, Table, flag_text, name, names, provinces, units_of_metrics

TOTAL = Text("合计", "Total")
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
    rows = [*table.rows, table.total]
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
        [[_code(row), _who(row, language), row.source, *(row.metrics.get(key) for key in METRICS)] for row in rows],
    )
    amounts = [metric for metric in METRICS.values() if metric.unit in IN_TEN_THOUSANDS]
    in_ten_thousands = Block(
        [*_WHO, *(Column(_title_in_ten_thousands(metric), number=True) for metric in amounts)],
        [
            [
                _code(row),
                _who(row, language),
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
            [_who(row, language), _title(flag["metric"], language), flag["rule"], flag_text(flag, language)]
            for row in rows
            for flag in row.flags
        ],
    )
    return Book(
        f"provincial-summary-{year}",
        [
            Sheet("汇总 Summary", [figures]),
            Sheet("汇总（万） In ten thousands", [in_ten_thousands]),
            Sheet("覆盖 Coverage", [coverage]),
            Sheet("提示 Doubts", [doubts]),
        ],
        lambda: [json.dumps(_data(table, language), ensure_ascii=False, indent=1)],
    )


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
        "rows": [{"code": _code(row), "unit": _who(row, language), **_figures(row)} for row in table.rows],
        "total": {**_figures(table.total), "scope": table.total.scope, "remarks": dict(table.total.remarks or {})},
    }


def _figures(row: Row) -> Mapping[str, Any]:
    return {
        "metrics": {str(key): value for key, value in row.metrics.items()},
        "flags": [dict(flag) for flag in row.flags],
        "source": row.source,
    }


def _code(row: Row) -> str | None:
    return row.unit.code if row.unit is not None else None


def _who(row: Row, language: str) -> str:
    return name(row.unit, language) if row.unit is not None else TOTAL.in_language(language)


def _title(metric: str, language: str) -> str:
    return METRICS[metric].title.in_language(language) if metric in METRICS else metric


def _as_of(table: Table) -> str | None:
    return timezone.localtime(table.as_of).isoformat() if table.as_of else None
