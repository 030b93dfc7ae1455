"""What every spreadsheet we write keeps to: text is never a formula, numbers are exact.

A text that begins like a formula is harmless inside xlsx (it is stored as text), but not once somebody saves it as csv,
and not in csv itself: there it is preceded by an apostrophe, which spreadsheet programs read as "this is text".
"""

from decimal import Decimal
from typing import Any

FORMULA_STARTS = ("=", "+", "-", "@", "\t", "\r", "\n")


def workbook_options() -> dict[str, Any]:
    """Options of xlsxwriter: nothing is guessed from a text."""
    return {
        "in_memory": True,
        "strings_to_formulas": False,
        "strings_to_urls": False,
        "strings_to_numbers": False,
    }


def number(text: str) -> float:
    """An exact decimal text as the number of a cell. `ValueError` where the cell would not hold it exactly."""
    value = float(text)
    if Decimal(repr(value)) != Decimal(text):
        raise ValueError(f"{text} has more digits than a spreadsheet's number.")
    return value


def begins_like_formula(text: str) -> bool:
    """Whether a spreadsheet program could take the text for a formula. Leading spaces do not hide one."""
    return text.lstrip(" \u00a0\u3000\ufeff").startswith(FORMULA_STARTS) or text.startswith(FORMULA_STARTS)


def csv_text(text: str) -> str:
    """The text as a csv cell that no program evaluates."""
    return f"'{text}" if begins_like_formula(text) else text
