"""A file to be written, whatever its format: sheets of blocks of rows, and the same as data."""

from collections.abc import Callable, Iterable, Sequence
from dataclasses import dataclass, field
from typing import Any

from audits.procedure.words import Text

Row = Sequence[str | None]
Advance = Callable[[int], None]  # told how many more pieces of the work are done


@dataclass(frozen=True, slots=True)
class Column:
    """`number`: cells are exact decimal texts, written as numbers where a spreadsheet holds them exactly."""

    title: Text
    number: bool = False
    width: int = 18


@dataclass(frozen=True, slots=True)
class Block:
    """A table with headings, under a title of its own or none. `rows` may be a generator; it is read once."""

    columns: Sequence[Column]
    rows: Iterable[Row]
    title: Text | None = None


@dataclass(frozen=True, slots=True)
class Sheet:
    name: str
    blocks: Sequence[Block]


@dataclass(frozen=True, slots=True)
class Book:
    """`sheets` for xlsx (csv takes the first), `data` for JSON: pieces of text that together are one document."""

    name: str  # of the file, without its suffix
    sheets: Sequence[Sheet] = field(default_factory=tuple)
    data: Callable[[], Iterable[str]] = lambda: ()


def label_value(title: Text | None, pairs: Iterable[tuple[Text, str | None]], language: str) -> Block:
    """A block of two columns: what, and what it is."""
    columns = (Column(Text("项目", "Item"), width=34), Column(Text("内容", "Content"), width=60))
    return Block(columns, [[label.in_language(language), value] for label, value in pairs], title)


def plain(value: Any) -> str | None:
    """A value as the text of a cell; None stays an empty cell."""
    return None if value is None else str(value)
