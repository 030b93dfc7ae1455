"""What a person is told about a faulty field, in both languages."""

import unicodedata
from collections.abc import Sequence

from audits.procedure.words import Text

OBJECT = Text("此处应为字段名与值的对象。", "An object of field names and values is expected here.")
REQUIRED = Text("此项必填。", "This field is required.")
SURPLUS = Text("该步骤没有此字段。", "This step has no such field.")
NOT_APPLICABLE = Text("此项不适用于本案，请留空。", "This field does not apply here; leave it empty.")
TEXT = Text("应为文字。", "Text is expected.")
CONTROL_CHARACTERS = Text("含有不允许的控制字符或换行。", "Line breaks or control characters are not allowed here.")
INTEGER = Text("应为整数。", "A whole number is expected.")
DECIMAL = Text("应为数字，例如 12.5。", "A number is expected, such as 12.5.")
FULL_WIDTH = Text("请使用半角数字（0-9）。", "Use half-width digits (0-9).")
INEXACT = Text("小数位过多，无法精确表示；请以文本形式提交。", "Too many digits for an exact number; send it as text.")
OUT_OF_RANGE = Text("数值超出可记录的范围。", "The number is outside the range that can be recorded.")
BOOLEAN = Text("应为是或否。", "True or false is expected.")
DATE = Text("应为日期，格式 2008-08-01。", "A date is expected, such as 2008-08-01.")
NO_SUCH_DAY = Text("没有这一天。", "There is no such day.")
BEFORE_2003 = Text(
    "公布日期不得早于 2003-01-01（清洁生产促进法施行之日）。",
    "A publication cannot lie before 2003-01-01, when the Cleaner Production Promotion Law took effect.",
)
LIST = Text("应为列表。", "A list is expected.")
UUID = Text("应为有效的标识（UUID）。", "A valid id (UUID) is expected.")
STEP_KEY = Text("应为步骤名称。", "The key of a step is expected.")
UNKNOWN_FILE = Text("找不到该文件，请重新上传。", "This file is not known; upload it again.")


def wrong_digits(raw: str) -> Text | None:
    """The message for digits that only look like digits, else None: they are never silently turned into others."""
    if any(not letter.isascii() and unicodedata.decimal(letter, None) is not None for letter in raw):
        return FULL_WIDTH
    return None


def too_long(limit: int) -> Text:
    """More characters than `limit`."""
    return Text(f"最多 {limit} 个字符。", f"At most {limit} characters.")


def too_many(limit: int) -> Text:
    """More entries than `limit`."""
    return Text(f"最多 {limit} 项。", f"At most {limit} entries.")


def too_few(limit: int) -> Text:
    """Fewer entries than `limit`."""
    return Text(f"至少 {limit} 项。", f"At least {limit} entries.")


def too_small(limit: str, unit: str = "") -> Text:
    """Below `limit` in `unit`."""
    shown = f"{limit} {unit}".strip()
    return Text(f"不得小于 {shown}。", f"Must be at least {shown}.")


def too_large(limit: str, unit: str = "") -> Text:
    """Above `limit` in `unit`."""
    shown = f"{limit} {unit}".strip()
    return Text(f"不得大于 {shown}。", f"Must be at most {shown}.")


def too_many_decimals(limit: int) -> Text:
    """More digits after the point than can be kept."""
    return Text(f"小数点后最多 {limit} 位。", f"At most {limit} digits after the point.")


def future_date(today: str) -> Text:
    """A fact that lies after today."""
    return Text(f"不得晚于今天（{today}）。", f"A date after today ({today}) is not possible here.")


def invalid_choice(allowed: Sequence[str]) -> Text:
    """None of the values to choose from."""
    shown = ", ".join(allowed[:12])
    return Text(f"应为下列之一：{shown}。", f"Must be one of: {shown}.")
