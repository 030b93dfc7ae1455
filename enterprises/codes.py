"""Credit codes (GB 32100) and organization codes (GB 11714): what is wrong with one, and what would repair it. Pure.

Normalizing is limited to what cannot change a character's identity: full-width to half-width, spaces and zero-width
characters, hyphens, lower case. Letters typed for digits (O for 0, I for 1, ...) are *proposed* repairs, never applied.
"""

import re
import unicodedata
from dataclasses import dataclass, field
from enum import StrEnum
from functools import lru_cache

from audits.procedure.words import Text

USCC_LENGTH = 18
ORGANIZATION_CODE_LENGTH = 9
NONE_WORDS = frozenset(
    {"", "-", "--", "—", "——", "/", "\\", "0", "无", "暂无", "没有", "不详", "N/A", "NA", "NONE", "NULL"}
)
# Letters that GB 32100 leaves out because they are mistaken for digits, and what they are mistaken for.
LOOK_ALIKES = {"O": "0", "I": "1", "Z": "2", "S": "5", "V": "U"}
_ORGANIZATION_WEIGHTS = (3, 7, 9, 10, 5, 8, 4, 2)
_USCC_CHARACTERS = "0123456789ABCDEFGHJKLMNPQRTUWXY"
_USCC_VALUES = {character: value for value, character in enumerate(_USCC_CHARACTERS)}
_USCC_WEIGHTS = tuple(pow(3, place, 31) for place in range(17))
_INVISIBLE = re.compile(r"[\s\u00ad\u200b-\u200f\u2028-\u202f\u2060\ufeff]+")
_HYPHENS = re.compile(r"[-‐‑‒–—―−_]")


class Scheme(StrEnum):
    """Which standard a code follows; values as `enterprises.models.CodeScheme`."""

    USCC = "uscc"
    ORGANIZATION_CODE = "organization_code"


class Verdict(StrEnum):
    OK = "ok"
    BAD_CHECK = "bad_check"  # possible, but the check character is wrong: seen in published lists, so only a warning
    BAD_CHAR = "bad_char"  # impossible: a character that cannot stand there
    BAD_LENGTH = "bad_length"  # impossible
    MISSING = "missing"


@dataclass(frozen=True, slots=True)
class CodeCheck:
    """What is known about a code. `proposals` are whole codes, checked as right, that a person may choose instead."""

    scheme: Scheme
    given: str
    value: str
    verdict: Verdict
    expected_check: str = ""
    bad_positions: tuple[int, ...] = ()  # counted from 1
    proposals: tuple[str, ...] = ()
    text: Text = field(default=Text("", ""))

    @property
    def possible(self) -> bool:
        """Whether the code may stand in the register (right, or with a wrong check character)."""
        return self.verdict in (Verdict.OK, Verdict.BAD_CHECK)

    @property
    def changed(self) -> bool:
        """Whether normalizing changed what was given."""
        return self.value != self.given


def normalize(given: str) -> str:
    """Half-width, upper case, without spaces, invisible characters and hyphens; "" for the words for none."""
    text = _INVISIBLE.sub("", unicodedata.normalize("NFKC", given)).upper()
    if text in NONE_WORDS:
        return ""
    return _HYPHENS.sub("", text)


def check_credit_code(given: str) -> CodeCheck:
    """The verdict on a unified social credit code (18 characters)."""
    value = normalize(given)
    scheme = Scheme.USCC
    if not value:
        return CodeCheck(
            scheme, given, "", Verdict.MISSING, text=Text("缺少统一社会信用代码。", "No credit code is given.")
        )
    if len(value) != USCC_LENGTH:
        text = Text(
            f"统一社会信用代码应为 18 位，现为 {len(value)} 位。",
            f"A credit code has 18 characters, this one has {len(value)}.",
        )
        return CodeCheck(scheme, given, value, Verdict.BAD_LENGTH, text=text)
    bad = tuple(
        position
        for position, character in enumerate(value, start=1)
        if character not in _USCC_VALUES or (3 <= position <= 8 and not character.isdigit())
    )
    if bad:
        return CodeCheck(
            scheme, given, value, Verdict.BAD_CHAR, "", bad, _proposals(value, scheme), _bad_characters(value, bad)
        )
    expected = credit_check_character(value[:-1])
    if value[-1] != expected:
        return CodeCheck(scheme, given, value, Verdict.BAD_CHECK, expected, text=_bad_check(value, expected))
    return CodeCheck(scheme, given, value, Verdict.OK, expected)


def check_organization_code(given: str) -> CodeCheck:
    """The verdict on an organization code (8 characters and a check character, written with or without a hyphen)."""
    value = normalize(given)
    scheme = Scheme.ORGANIZATION_CODE
    if not value:
        return CodeCheck(
            scheme, given, "", Verdict.MISSING, text=Text("缺少组织机构代码。", "No organization code is given.")
        )
    if len(value) != ORGANIZATION_CODE_LENGTH:
        text = Text(
            f"组织机构代码应为 9 位，现为 {len(value)} 位。",
            f"An organization code has 9 characters, this one has {len(value)}.",
        )
        return CodeCheck(scheme, given, value, Verdict.BAD_LENGTH, text=text)
    bad = tuple(
        position
        for position, character in enumerate(value, start=1)
        if not (character.isascii() and character.isalnum())
        or (position == 9 and not (character.isdigit() or character == "X"))
    )
    if bad:
        return CodeCheck(
            scheme, given, value, Verdict.BAD_CHAR, "", bad, _proposals(value, scheme), _bad_characters(value, bad)
        )
    expected = organization_check_character(value[:8])
    if value[-1] != expected:
        return CodeCheck(scheme, given, value, Verdict.BAD_CHECK, expected, text=_bad_check(value, expected))
    return CodeCheck(scheme, given, value, Verdict.OK, expected)


def check_code(given: str) -> CodeCheck:
    """The verdict on a code of unknown scheme: nine characters are an organization code, all else a credit code."""
    if len(normalize(given)) == ORGANIZATION_CODE_LENGTH:
        return check_organization_code(given)
    return check_credit_code(given)


def credit_check_character(body: str) -> str:
    """Check character of the first seventeen characters of a credit code (GB 32100, modulus 31)."""
    total = sum(_USCC_VALUES[character] * weight for character, weight in zip(body, _USCC_WEIGHTS, strict=True))
    return _USCC_CHARACTERS[-total % 31]


def organization_check_character(body: str) -> str:
    """Check character of the eight characters of an organization code: 0 to 9 or X (GB 11714, modulus 11)."""
    if len(body) != 8 or not (body.isascii() and body.isalnum() and body == body.upper()):
        raise ValueError(
            f"An organization code has eight digits or capital letters before its check character: {body!r}."
        )
    total = sum(int(character, 36) * weight for character, weight in zip(body, _ORGANIZATION_WEIGHTS, strict=True))
    return "0123456789X0"[11 - total % 11]


@lru_cache(maxsize=50_000)
def embedded_organization_code(credit_code: str) -> str:
    """The organization code inside a credit code (characters 9 to 17), or "" if that part fails its own check."""
    part = credit_code[8:17]
    if len(credit_code) == USCC_LENGTH and check_organization_code(part).verdict is Verdict.OK:
        return part
    return ""


def _proposals(value: str, scheme: Scheme) -> tuple[str, ...]:
    """The code with look-alike letters replaced, if that makes it right."""
    if scheme is Scheme.USCC:
        candidate = "".join(
            LOOK_ALIKES.get(character, character) if character not in _USCC_VALUES or 3 <= position <= 8 else character
            for position, character in enumerate(value, start=1)
        )
        right = candidate != value and check_credit_code(candidate).verdict is Verdict.OK
    else:
        candidate = value[:8] + LOOK_ALIKES.get(value[8], value[8])
        right = candidate != value and check_organization_code(candidate).verdict is Verdict.OK
    return (candidate,) if right else ()


def _bad_characters(value: str, positions: tuple[int, ...]) -> Text:
    zh = "、".join(f"第 {position} 位“{value[position - 1]}”" for position in positions)
    en = ", ".join(f"{value[position - 1]!r} at position {position}" for position in positions)
    return Text(f"代码中有不允许的字符：{zh}。", f"Characters that cannot stand there: {en}.")


def _bad_check(value: str, expected: str) -> Text:
    return Text(
        f"校验位“{value[-1]}”不符，应为“{expected}”。",
        f"The check character is {value[-1]!r}, it should be {expected!r}.",
    )
