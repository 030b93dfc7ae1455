"""Figures of a return: exact decimal texts of at most three places, in the base unit of their metric."""

from collections.abc import Mapping
from decimal import Decimal, InvalidOperation
from typing import Any

from audits.procedure.words import Text
from audits.statistics.metrics import METRICS, Metric, as_stored, as_text

# Fifteen digits with the three decimals: what a spreadsheet's number holds exactly.
TOO_LARGE = Decimal(10) ** 12
PLACES = 3
COUNT_UNIT = "个 count"


class FigureFault(ValueError):
    """A text that is no figure of the metric: `rule` is a stable code, `words` what to do."""

    def __init__(self, rule: str, zh: str, en: str) -> None:
        self.rule = rule
        self.words = Text(zh, en)
        super().__init__(en)


def unit_of(metric: Metric) -> str:
    """The unit as forms write it; counts have one too, so that no cell is empty."""
    return metric.unit or COUNT_UNIT


def clean_figure(metric: str, text: str) -> str:
    """The figure in its one written form ("12.50" is "12.5").

    Raises `FigureFault`: `not_a_number, negative, too_many_decimals, not_whole, too_large`.
    """
    try:
        if not text.isascii() or "_" in text:
            raise InvalidOperation
        exact = Decimal(text.strip())
    except InvalidOperation:
        raise not_a_number() from None
    if not exact.is_finite():
        raise not_a_number()
    if exact < 0:
        raise FigureFault("negative", "数值不得为负。", "A figure cannot be negative.")
    if exact >= TOO_LARGE:
        raise FigureFault(
            "too_large", "数值过大（须小于一万亿）；请核对计量单位。", "Too large (less than 10^12): check the unit."
        )
    if not METRICS[metric].is_amount and exact != exact.to_integral_value():
        raise FigureFault("not_whole", "件数、人数须为整数。", "A count must be a whole number.")
    if exact != round(exact, PLACES):
        raise FigureFault("too_many_decimals", "小数不得超过三位。", "At most three decimal places.")
    return as_text(metric, as_stored(metric, format(exact, "f")))


def not_a_number() -> FigureFault:
    """The fault of a text where a number belongs."""
    return FigureFault("not_a_number", "此处须为数字，不得为文字。", "A number belongs here, not text.")


def told_figure(metric: str, value: str, *, remark: str = "", drafted: str | None = None) -> dict[str, Any]:
    """A figure as `UnitReturn.metrics` holds it."""
    told: dict[str, Any] = {"value": value, "unit": METRICS[metric].unit, "remark": remark}
    return told if drafted is None else {**told, "drafted": drafted}


def decimals(metrics: Mapping[str, Mapping[str, Any]]) -> dict[str, Decimal]:
    """The figures of a return as numbers, those of metrics we still know."""
    return {key: Decimal(told["value"]) for key, told in metrics.items() if key in METRICS}
