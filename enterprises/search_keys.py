"""Search and sort keys of Chinese names. Pure.

Readings come from pypinyin's tables. Only characters that begin a phrase with an unusual reading (重庆 is chongqing)
are looked at as phrases: ten thousand names take a fraction of a second, where segmenting each takes over one.
"""

import re
import unicodedata
from functools import lru_cache

from pypinyin.constants import PHRASES_DICT, PINYIN_DICT
from pypinyin.contrib.tone_convert import to_normal

MAX_LENGTH = 1000  # of the column
LONGEST_PHRASE = 4
_RUN = re.compile(r"[a-z0-9]+")


def name_key(name: str) -> str:
    """Full pinyin, a space, initials: "苏州实例化工有限公司" gives "suzhoushilihuagongyouxiangongsi szslhgyxgs".

    Latin letters and digits stay; everything else is left out. Cut to the column's length.
    """
    text = unicodedata.normalize("NFKC", name).lower()
    parts: list[str] = []
    initials: list[str] = []
    unusual = _unusual_phrases()
    position = 0
    while position < len(text):
        character = text[position]
        if character.isascii():
            run = _RUN.match(text, position)
            if run is None:
                position += 1
                continue
            parts.append(run.group())
            initials.append(run.group())
            position = run.end()
            continue
        syllables = _phrase(text, position) if character in unusual else _one(character)
        parts.extend(syllables)
        initials.extend(syllable[:1] for syllable in syllables)
        position += max(len(syllables), 1)
    return f"{''.join(parts)} {''.join(initials)}"[:MAX_LENGTH].strip()


def query_key(query: str) -> str:
    """What a person typed, in the form of the keys; "" if it holds Chinese or nothing to look for."""
    normalized = unicodedata.normalize("NFKC", query).lower()
    return "".join(_RUN.findall(normalized)) if normalized.isascii() else ""


def _phrase(text: str, position: int) -> tuple[str, ...]:
    """Syllables of the longest unusual phrase that begins here, where some do, else of the one character; () if it has no reading."""
    starting = _unusual_phrases()[text[position]]
    for length in range(LONGEST_PHRASE, 1, -1):
        syllables = starting.get(text[position : position + length])
        if syllables is not None:
            return syllables
    return _one(text[position])


@lru_cache(maxsize=30_000)
def _one(character: str) -> tuple[str, ...]:
    syllable = _syllable(character)
    return (syllable,) if syllable else ()


@lru_cache(maxsize=30_000)
def _syllable(character: str) -> str:
    readings = PINYIN_DICT.get(ord(character), "")
    return _plain(readings.split(",")[0]) if readings else ""


@lru_cache(maxsize=1)
def _unusual_phrases() -> dict[str, dict[str, tuple[str, ...]]]:
    """Phrases that read otherwise than their characters one by one, by first character."""
    found: dict[str, dict[str, tuple[str, ...]]] = {}
    for phrase, readings in PHRASES_DICT.items():
        if len(phrase) > LONGEST_PHRASE or len(readings) != len(phrase):
            continue
        syllables = tuple(_plain(reading[0]) for reading in readings)
        if any(syllable != _syllable(character) for syllable, character in zip(syllables, phrase, strict=True)):
            found.setdefault(phrase[0], {})[phrase] = syllables
    return found


@lru_cache(maxsize=5_000)
def _plain(reading: str) -> str:
    return str(to_normal(reading)).replace("ü", "v")
