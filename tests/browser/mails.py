"""The mails of the demo, which go into files: what a person would find in the inbox."""

import email
import email.policy
import re
from pathlib import Path

DASHES = "-" * 79


def link_to(outbox: Path, address: str, pattern: re.Pattern[str]) -> str:
    """The link in the newest mail to this address that has one. Mails are written before the page is answered."""
    for path in sorted(outbox.glob("*.log"), key=lambda one: one.stat().st_mtime_ns, reverse=True):
        for part in reversed(path.read_text(encoding="utf-8", errors="replace").split(DASHES)):
            message = email.message_from_string(part.lstrip(), policy=email.policy.default)
            if str(message.get("To", "")) != address:
                continue
            body = message.get_body(("plain",))
            found = pattern.search(body.get_content()) if body is not None else None
            if found:
                return found.group(0)
    raise AssertionError(f"no mail to {address} has a link")
