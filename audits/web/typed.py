"""What browsers send back of what a page wrote, looked at before anything reads it. What people type is the door's matter."""

import re
from collections.abc import Iterator

from django.http import HttpRequest

_OURS = {  # hidden inputs of our forms: what they may hold, written by nobody but a page
    "version": re.compile(r"([0-9]{1,9})?"),
    "revision": re.compile(r"([0-9]{1,9})?"),
    "key": re.compile(r"[!-~]{0,128}"),
}
_ROW = re.compile(r"[0-9]{1,6}")


def is_malformed(request: HttpRequest) -> bool:
    """Whether the request holds what no form of ours sends and no database stores."""
    if any("\x00" in text for text in _texts(request)):
        return True
    return any(not rule.fullmatch(text) for name, rule in _OURS.items() for text in request.POST.getlist(name))


def row_number(text: str) -> int | None:
    """The number of a row of a table in a form; None for what is none. Digits of other scripts are none."""
    return int(text) if _ROW.fullmatch(text) else None


def _texts(request: HttpRequest) -> Iterator[str]:
    for given in (request.GET, request.POST):
        for name, values in given.lists():
            yield name
            yield from (str(value) for value in values)
