"""The demo: fictional enterprises of three provinces, a separately planned city and the XPCC, and what happened to them.

Everything is done through the registers' functions and the one door, at a simulated recording time, so the demo is also
a long test of both. Read `people` (who may sign in), `places`, `enterprises`, then `stories` (what happened).
"""

from typing import Any


def prepare(reset: bool = False) -> dict[str, Any]:
    """See `audits.demo.filling.prepare`."""
    from audits.demo.filling import prepare as fill

    return fill(reset=reset)
