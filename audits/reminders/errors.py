"""What a person asks of the channels and cannot have."""

from typing import Any


class ChannelRefused(Exception):
    """`code` is stable, `path` the key of the request it concerns (None: all of it), `text` says why in their language."""

    def __init__(self, code: str, text: Any, path: str | None = None, http_status: int = 400) -> None:
        self.code, self.text, self.path, self.http_status = code, text, path, http_status
        super().__init__(code)
