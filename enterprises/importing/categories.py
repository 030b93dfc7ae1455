"""Why an enterprise is on the list, in the words lists use for it."""

import re
from functools import lru_cache

from audits.procedure.words import CaseKind, Category
from enterprises.importing.headers import heading_key

_SPLIT = re.compile(r"[、,;/+和及与\n|]|并且|以及")
_TRIM = re.compile(r"企业$|类$|^属于|^列入")

STANDARD, QUOTA = Category.EXCEEDS_STANDARD, Category.EXCEEDS_QUOTA
USE, DISCHARGE = Category.TOXIC_USE, Category.TOXIC_DISCHARGE

# The short names 双超 and 双有 leave open which of the two applies: both are taken, and a warning says so.
_BROAD: dict[frozenset[Category], str] = {
    frozenset({STANDARD, QUOTA}): (
        "双超 超标超总量 第一类 第一类重点 一类 1 一 i ⅰ 超标或超总量 超标准或超总量 污染物超标或超总量"
    ),
    frozenset({USE, DISCHARGE}): (
        "双有 有毒有害 第二类 第二类重点 二类 2 二 ii 涉有毒有害 使用有毒有害原料或排放有毒有害物质 "
        "使用或排放有毒有害物质 使用有毒有害原料进行生产或在生产中排放有毒有害物质"
    ),
    frozenset({STANDARD, QUOTA, USE, DISCHARGE}): "双超双有 双有双超",
}
_WORDS: dict[Category, str] = {
    STANDARD: "超标 超标准 超标排放 污染物超标 超过排放标准 污染物排放超标 排放超标 超过污染物排放标准",
    QUOTA: "超总量 超总量排放 总量超标 超总量控制 超过总量控制指标 排放总量超标 超过排放总量 超过总量",
    USE: "使用有毒有害 使用有毒有害原料 使用有毒有害物质 有毒有害原料 使用有毒有害原料进行生产",
    DISCHARGE: "排放有毒有害 排放有毒有害物质 有毒有害物质排放 生产中排放有毒有害物质 排放有毒有害污染物",
    Category.ENERGY: (
        "高耗能 高能耗 超能耗 能耗超标 能耗超限额 超过单位产品能源消耗限额 单位产品能耗超限额 超能耗限额 "
        "能源超限额 超过单位产品能源消耗限额标准构成高耗能 第三类 三类 3 三 iii"
    ),
    Category.DESIGNATED: "减排指定 指定 减排重点 污染减排 减排任务 总量减排",
    Category.STATE_OTHER: "其他 其它 国家规定的其他情形 其他情形 国家其他规定 其他法律规定",
}
_MEANINGS: dict[str, frozenset[Category]] = {
    **{word: frozenset({category}) for category, words in _WORDS.items() for word in words.split()},
    **{word: meaning for meaning, words in _BROAD.items() for word in words.split()},
    **{category.value: frozenset({category}) for category in Category},
}
# A list of volunteers may say just that in its category column.
KIND_WORDS: dict[CaseKind, frozenset[str]] = {
    CaseKind.VOLUNTARY: frozenset({"自愿", "自愿性", "自愿审核", "自愿性审核", "自愿性清洁生产审核", "voluntary"}),
    CaseKind.MANDATORY: frozenset({"强制", "强制性", "强制审核", "强制性审核", "强制性清洁生产审核", "mandatory"}),
    CaseKind.PILOT: frozenset({"试点", "试点审核", "pilot"}),
}


@lru_cache(maxsize=4096)
def parse(text: str, kind: CaseKind) -> tuple[frozenset[Category], bool, tuple[str, ...]]:
    """The categories a text names, whether one of them leaves open which of two is meant, and unknown words."""
    found: set[Category] = set()
    broad = False
    unknown: list[str] = []
    whole = heading_key(text)
    for part in [whole] if whole in _MEANINGS else _SPLIT.split(whole):
        part = part.strip("()·. ")
        meaning = _MEANINGS.get(part) or _MEANINGS.get(_TRIM.sub("", part))
        if meaning:
            found |= meaning
            broad = broad or len(meaning) > 1
        elif part and part not in KIND_WORDS[kind] and part not in ("0", "无", "-", "—"):
            unknown.append(part)
    return frozenset(found), broad, tuple(unknown)
