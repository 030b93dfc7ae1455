"""Texts kept beside the tests as they should read. To renew one after a wanted change: delete it, run its test, read it."""

from pathlib import Path

import pytest


def assert_reads_as_kept(kept: Path, text: str) -> None:
    """The text is the kept one. Where none is kept it is written and the test fails, so that somebody reads it."""
    if not kept.exists():
        kept.parent.mkdir(exist_ok=True)
        kept.write_text(text, encoding="utf-8")
        pytest.fail(f"{kept.name} had no snapshot; it was written to {kept}: read it and commit it.")
    assert text == kept.read_text(encoding="utf-8")
