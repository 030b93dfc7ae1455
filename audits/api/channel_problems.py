"""Refusals of the channels in the one shape of errors."""

from collections.abc import Iterator
from contextlib import contextmanager

from audits.api.errors import Problem
from audits.reminders.errors import ChannelRefused


@contextmanager
def channel_problems() -> Iterator[None]:
    """Turn `ChannelRefused` into an answer."""
    try:
        yield
    except ChannelRefused as refused:
        raise Problem(refused.http_status, [(refused.code, refused.text, refused.path)]) from None
