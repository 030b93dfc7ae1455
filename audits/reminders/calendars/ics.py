"""iCalendar text (RFC 5545) of all-day events: pure values in, bytes out. All-day dates need no time zone."""

import re
from collections.abc import Iterable, Iterator
from dataclasses import dataclass
from datetime import UTC, date, datetime, timedelta

PRODUCT = "-//cpaudit//deadlines 1//ZH"
REFRESH = "PT6H"
_OCTETS = 75  # of a line, without its end
_CONTROL = re.compile(r"[\x00-\x08\x0b-\x1f\x7f]")


@dataclass(frozen=True, slots=True)
class Event:
    """One all-day event. `sequence` never falls; `changed_at` is aware."""

    uid: str
    on: date
    summary: str
    description: str
    url: str
    categories: tuple[str, ...]
    tentative: bool
    sequence: int
    changed_at: datetime


def calendar(name: str, language: str, events: Iterable[Event], note: str = "") -> bytes:
    """A whole calendar."""
    return b"".join(fold(line) for line in _lines(name, language, events, note))


def _lines(name: str, language: str, events: Iterable[Event], note: str) -> Iterator[str]:
    yield from ("BEGIN:VCALENDAR", "VERSION:2.0", f"PRODID:{PRODUCT}", "CALSCALE:GREGORIAN", "METHOD:PUBLISH")
    yield f"NAME:{escape(name)}"
    yield f"X-WR-CALNAME:{escape(name)}"
    if note:
        yield f"X-WR-CALDESC:{escape(note)}"
    yield f"REFRESH-INTERVAL;VALUE=DURATION:{REFRESH}"
    yield f"X-PUBLISHED-TTL:{REFRESH}"
    for event in events:
        yield from _event(event, language)
    yield "END:VCALENDAR"


def _event(event: Event, language: str) -> Iterator[str]:
    changed = event.changed_at.astimezone(UTC).strftime("%Y%m%dT%H%M%SZ")
    yield "BEGIN:VEVENT"
    yield f"UID:{escape(event.uid)}"
    yield f"DTSTAMP:{changed}"
    yield f"LAST-MODIFIED:{changed}"
    yield f"SEQUENCE:{event.sequence}"
    yield f"DTSTART;VALUE=DATE:{event.on:%Y%m%d}"
    yield f"DTEND;VALUE=DATE:{event.on + timedelta(days=1):%Y%m%d}"
    yield f"SUMMARY;LANGUAGE={language}:{escape(event.summary)}"
    yield f"DESCRIPTION;LANGUAGE={language}:{escape(event.description)}"
    yield f"URL:{event.url}"
    if event.categories:
        yield f"CATEGORIES:{','.join(escape(one) for one in event.categories)}"
    yield f"STATUS:{'TENTATIVE' if event.tentative else 'CONFIRMED'}"
    yield "TRANSP:TRANSPARENT"
    yield "END:VEVENT"


def escape(text: str) -> str:
    """A TEXT value: backslash, semicolon, comma and line ends escaped, other control characters left out."""
    plain = _CONTROL.sub("", text.replace("\r\n", "\n"))
    return plain.replace("\\", "\\\\").replace(";", "\\;").replace(",", "\\,").replace("\n", "\\n")


def fold(line: str) -> bytes:
    """A content line cut into pieces of at most 75 octets, never inside a character."""
    pieces: list[bytes] = []
    piece = b""
    for character in line:
        octets = character.encode()
        if len(piece) + len(octets) > _OCTETS:
            pieces.append(piece)
            piece = b" "
        piece += octets
    return b"\r\n".join([*pieces, piece]) + b"\r\n"
