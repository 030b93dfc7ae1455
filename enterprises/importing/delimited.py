"""Text files with separated values: encoding and delimiter are found, never assumed."""

import csv
import io
from itertools import islice

from enterprises.importing.archive import MAX_COLUMNS, MAX_ROWS, broken, too_many_columns, too_many_rows
from enterprises.importing.errors import FileRefused

DELIMITERS = (",", "\t", ";", "|", "，")
_SAMPLE_LINES = 40


def decode(content: bytes) -> str:
    """The text of a csv file: UTF-16 with its mark, UTF-8 with or without, else GB 18030 (which holds GBK and GB 2312).

    Raises FileRefused `file_encoding`.
    """
    if content.startswith((b"\xff\xfe", b"\xfe\xff")):
        candidates: tuple[str, ...] = ("utf-16",)
    else:
        candidates = ("utf-8-sig", "gb18030")
    for encoding in candidates:
        try:
            text = content.decode(encoding)
        except UnicodeDecodeError:
            continue
        if "\x00" not in text:
            return text
    raise FileRefused(
        "file_encoding",
        "无法识别文件的字符编码。请另存为 UTF-8 或 GB18030 编码的 .csv 文件，或改用 .xlsx。",
        "The character encoding of the file is unknown. Save it as .csv in UTF-8 or GB 18030, or use .xlsx.",
    )


def read_rows(text: str) -> list[list[str]]:
    """The records of a csv text. Raises FileRefused `file_broken`, `file_too_many_rows`, `file_too_many_columns`."""
    try:
        # strict: a quotation mark never closed would otherwise swallow the rest of the list as one cell
        reader = csv.reader(io.StringIO(text, newline=""), delimiter=_delimiter(text), strict=True)
        rows = list(islice(reader, MAX_ROWS + 1))
    except csv.Error as error:
        raise broken() from error
    if len(rows) > MAX_ROWS:
        raise too_many_rows()
    if max(map(len, rows), default=0) > MAX_COLUMNS:
        raise too_many_columns()
    return rows


def _delimiter(text: str) -> str:
    """The delimiter that cuts the most of the first lines into the same number (at least two) of fields."""
    lines = [line for line in islice(io.StringIO(text), _SAMPLE_LINES) if line.strip()]
    best, best_score = ",", 0
    for delimiter in DELIMITERS:
        counts = [line.count(delimiter) for line in lines]
        present = [count for count in counts if count]
        if not present:
            continue
        usual = max(set(present), key=present.count)
        score = counts.count(usual) * 100 + usual
        if score > best_score:
            best, best_score = delimiter, score
    return best
