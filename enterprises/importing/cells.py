"""Cleaning of cells: small named steps, each change a proposed repair, none of them silent.

A step is `(rule, function from text to text)`. `clean_column` runs the steps of the column's kind over all its cells
and notes each step that changed something; a step a person did not agree to is left out, the following ones go on.
"""

import re
from collections.abc import Callable, Collection, Mapping, Sequence
from dataclasses import dataclass
from datetime import date, datetime

from audits.procedure.words import Text
from enterprises.codes import NONE_WORDS
from enterprises.importing.columns import Column
from enterprises.importing.workbook import Cell

Step = tuple[str, Callable[[str], str]]

_WIDE_ALL = {code: code - 0xFEE0 for code in range(0xFF01, 0xFF5F)} | {0x3000: 0x20}
# In names and addresses Chinese punctuation is right; letters, digits and a few signs of full width are typing slips.
_WIDE_WORDS = {code: half for code, half in _WIDE_ALL.items() if chr(half).isalnum() or chr(half) in " &+-.%#@/_'"}
_INVISIBLE = re.compile(r"[\x00-\x08\x0e-\x1f\x7f-\x9f\u00ad\u200b-\u200f\u202a-\u202e\u2060-\u2064\ufeff]+")
_SPACES = re.compile(r"[\s\u00a0]+")
_CJK = r"\u2e80-\u9fff\uf900-\ufaff\uff00-\uffef"
_SPACE_BETWEEN_CHINESE = re.compile(rf"(?<=[{_CJK}]) (?=[{_CJK}])")
_HYPHENS = re.compile(r"[-‐‑‒–—―−_.·]+")
_TEXT_GUARD = re.compile(r"""^(?:="(.*)"|'(.*))$""", re.DOTALL)
_HAS_CJK = re.compile(r"[\u4e00-\u9fff]")
_BRACKETS = str.maketrans("()﹙﹚〔〕❨❩⦅⦆", "（）（）（）（）（）")
_LOOK_ALIKES = str.maketrans("АВСЕНКМРТХУОΑΒΕΗΚΜΝΡΤΧΥΟ", "ABCEHKMPTXYOABEHKMNPTXYO")  # Cyrillic and Greek capitals
_DIGIT_LETTERS = str.maketrans("OI", "01")
_DIGIT_LETTERS_IN_DIVISIONS = str.maketrans("OoIlL", "00111")
_WITH_EXPONENT = re.compile(r"\d(?:\.\d+E\+?|E\+)\d+")  # 1E2345678 could be an organization code
_WHOLE_NUMBER = re.compile(r"\d{6}\.0+")
_LONG_DIVISION = re.compile(r"(\d{6})(?:\d{3}|\d{6})")
_NONE_WORDS = frozenset(word.upper() for word in NONE_WORDS if word) | {"－", "---", "无。", "(空)", "空", "NIL", "×"}

# What is clean at a glance: nothing in it that any step of its kind could change.
_CLEAN_CODE = re.compile(r"[0-9A-HJ-NP-Z]{9,}")
_CLEAN_DIVISION = re.compile(r"[1-9]\d{5}")
_CLEAN_TEXT = re.compile(r"[\u4e00-\u9fff（）、，。：；0-9A-Za-z]{2,}")


@dataclass(frozen=True, slots=True)
class Repair:
    """A proposed change of one cell. `id` names it for good: row, column and rule."""

    row: int
    column: Column
    rule: str
    old: str
    new: str
    text: Text

    @property
    def id(self) -> str:
        return f"{self.row}.{self.column.value}.{self.rule}"


_TEXTS: dict[str, Text] = {
    "text_guard": Text("去掉为防止变成数字而加的符号", "remove the marks that kept it from turning into a number"),
    "full_width": Text("全角字符改为半角", "full-width characters to half-width"),
    "invisible": Text("删除不可见字符", "remove invisible characters"),
    "spaces": Text("删除多余空格", "remove surplus spaces"),
    "none_marker": Text("该内容表示“无”，按空白处理", "this means none: leave the cell empty"),
    "upper_case": Text("小写字母改为大写", "lower case to upper case"),
    "look_alike": Text("外文相似字母改为拉丁字母", "look-alike letters of another script to Latin ones"),
    "letter_for_digit": Text(
        "字母 O、I 改为数字 0、1（代码中不使用这两个字母）",
        "letters O and I to digits 0 and 1: codes do not use them",
    ),
    "hyphen": Text("删除代码中的连字符", "remove hyphens from the code"),
    "brackets": Text("括号统一为全角（）", "brackets to the full-width form of registered names"),
    "decimal_point": Text("去掉数字格式带来的小数点", "remove the decimal point of a number format"),
    "long_division_code": Text("统计用区划代码取前六位", "first six digits of the statistical division code"),
    "leading_zero": Text("补回行业代码的首位 0", "restore the leading zero of the industry code"),
    "merged_cell": Text("取自合并单元格", "taken from the merged cell"),
}


def repair(row: int, column: Column, rule: str, old: str, new: str) -> Repair:
    """A repair with the standing text of its rule."""
    return Repair(row, column, rule, old, new, _TEXTS[rule])


def text_of(cell: Cell) -> str:
    """A cell as text. Whole numbers a spreadsheet holds exactly have no point; larger ones show what they are."""
    if type(cell) is str:
        return cell
    if cell is None:
        return ""
    if type(cell) is bool:
        return "TRUE" if cell else "FALSE"
    if type(cell) is float:
        return str(int(cell)) if cell.is_integer() and abs(cell) < 1e15 else repr(cell).upper()
    if isinstance(cell, datetime | date):
        return cell.isoformat()
    return str(cell)


def lost_as_number(text: str) -> bool:
    """Whether a code was turned into a number with an exponent (9.1320509E+17): its last digits are gone for good."""
    return _WITH_EXPONENT.fullmatch(text) is not None


def is_none_marker(text: str) -> bool:
    """Whether a text only says that there is nothing: "-", "/", "0", "无"."""
    return text.strip().upper() in _NONE_WORDS


def _unguarded(text: str) -> str:
    match = _TEXT_GUARD.match(text.strip())
    return (match.group(1) or match.group(2) or "") if match else text


def _collapsed(text: str) -> str:
    return _SPACE_BETWEEN_CHINESE.sub("", _SPACES.sub(" ", text).strip())


def _code_digits(text: str) -> str:
    if len(text) == 18:
        return text.translate(_DIGIT_LETTERS)
    if len(text) == 9 and text[8] in "OI":  # organization codes use all letters but at their end
        return text[:8] + text[8].translate(_DIGIT_LETTERS)
    return text


def _without_hyphens(text: str) -> str:
    # Not where they are all there is, and not in a number with an exponent: those are for the rules to judge.
    bare = _HYPHENS.sub("", text)
    return bare if len(bare) in (9, 18) and "." not in text else text


def _no_marker(text: str) -> str:
    return "" if text.upper() in _NONE_WORDS else text


def _whole(text: str) -> str:
    return text.split(".", 1)[0] if _WHOLE_NUMBER.fullmatch(text) else text


def _six_digits(text: str) -> str:
    match = _LONG_DIVISION.fullmatch(text)
    return match.group(1) if match else text


def _chinese_brackets(text: str) -> str:
    return text.translate(_BRACKETS) if _HAS_CJK.search(text) else text


def _two_digits(text: str) -> str:
    return f"0{text}" if len(text) == 1 and text.isdigit() and text != "0" else text


def _step_wide(text: str) -> str:
    return text.translate(_WIDE_ALL)


def _step_wide_words(text: str) -> str:
    return text.translate(_WIDE_WORDS)


def _visible(text: str) -> str:
    return _INVISIBLE.sub("", text)


def _spaceless(text: str) -> str:
    return _SPACES.sub("", text)


def _latin(text: str) -> str:
    return text.translate(_LOOK_ALIKES)


def _division_digits(text: str) -> str:
    return text.translate(_DIGIT_LETTERS_IN_DIVISIONS) if len(text) in (6, 9, 12) else text


_GUARD: Step = ("text_guard", _unguarded)
_UNSEEN: Step = ("invisible", _visible)
_MARKER: Step = ("none_marker", _no_marker)
_TEXT_STEPS: tuple[Step, ...] = (_GUARD, _UNSEEN, ("full_width", _step_wide_words), ("spaces", _collapsed), _MARKER)
_CODE_STEPS: tuple[Step, ...] = (
    _GUARD,
    _UNSEEN,
    ("full_width", _step_wide),
    ("spaces", _spaceless),
    ("upper_case", str.upper),
    ("look_alike", _latin),
    ("hyphen", _without_hyphens),
    ("letter_for_digit", _code_digits),
)
STEPS: dict[Column, tuple[Step, ...]] = {column: _TEXT_STEPS for column in Column}
# A name of "无" or a code of "无" is no name and no code: the rules say so and show what stood there.
STEPS[Column.NAME] = (*_TEXT_STEPS[:-1], ("brackets", _chinese_brackets))
STEPS[Column.CODE] = STEPS[Column.ORGANIZATION_CODE] = _CODE_STEPS
STEPS[Column.DIVISION_CODE] = (
    _GUARD,
    _UNSEEN,
    ("full_width", _step_wide),
    ("spaces", _spaceless),
    ("letter_for_digit", _division_digits),
    ("decimal_point", _whole),
    ("long_division_code", _six_digits),
    _MARKER,
)
STEPS[Column.INDUSTRY] = (*_TEXT_STEPS, ("leading_zero", _two_digits))
_CLEAN: dict[Column, re.Pattern[str]] = {column: _CLEAN_TEXT for column in Column} | {
    Column.CODE: _CLEAN_CODE,
    Column.ORGANIZATION_CODE: _CLEAN_CODE,
    Column.DIVISION_CODE: _CLEAN_DIVISION,
}


def clean_cell(cell: Cell, column: Column, row: int, refused: Collection[str] = ()) -> tuple[str, Sequence[Repair]]:
    """One cell cleaned, with the repairs that takes. `refused` are ids of repairs proposed but not applied."""
    text = text_of(cell)
    repairs: list[Repair] = []
    for rule, step in STEPS[column]:
        new = step(text)
        if new != text:
            proposed = repair(row, column, rule, text, new)
            repairs.append(proposed)
            if proposed.id not in refused:
                text = new
    return text, repairs


def clean_column(
    cells: Sequence[Cell], column: Column, rows: Sequence[int], refused: Collection[str] = ()
) -> tuple[list[str], list[Repair]]:
    """All cells of a column cleaned: texts beside `cells`, and the proposed repairs. `rows` are the sheet's numbers."""
    clean = _CLEAN[column].fullmatch
    texts: list[str] = []
    repairs: list[Repair] = []
    unchanged: set[str] = {""}
    for cell, row in zip(cells, rows, strict=True):
        if type(cell) is str and (cell in unchanged or (clean(cell) and cell not in _NONE_WORDS)):
            texts.append(cell)
            continue
        text, found = clean_cell(cell, column, row, refused)
        if found:
            repairs.extend(found)
        elif type(cell) is str:
            unchanged.add(cell)
        texts.append(text)
    return texts, repairs


def by_id(repairs: Sequence[Repair]) -> Mapping[str, Repair]:
    """Repairs under their ids."""
    return {one.id: one for one in repairs}
