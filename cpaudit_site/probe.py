"""Does this container's process still do its work? Exit status 0 for yes, 1 for no.

    python -m cpaudit_site.probe web | worker | beat

web: `/health/ready` on WEB_BIND's port; worker: Celery's ping to the worker of this machine; beat: it turned its loop
within the last two minutes.
"""

import os
import socket
import sys
import time
import urllib.error
import urllib.request
from collections.abc import Callable, Mapping, Sequence

OLDEST_PULSE = 120.0


def web() -> bool:
    port = os.environ.get("WEB_BIND", "0.0.0.0:8000").rpartition(":")[2]
    try:
        with urllib.request.urlopen(f"http://127.0.0.1:{port}/health/ready", timeout=8) as response:
            return bool(response.status == 200)
    except (urllib.error.URLError, OSError):
        return False


def worker() -> bool:
    from cpaudit_site.celery import app

    return bool(app.control.inspect([f"celery@{socket.gethostname()}"], timeout=10).ping())


def beat() -> bool:
    from cpaudit_site.celery import beat_pulse

    path = beat_pulse()
    return path.exists() and time.time() - path.stat().st_mtime < OLDEST_PULSE


PROBES: Mapping[str, Callable[[], bool]] = {"web": web, "worker": worker, "beat": beat}


def main(arguments: Sequence[str]) -> int:
    """Ask one probe by name."""
    if len(arguments) != 1 or arguments[0] not in PROBES:
        sys.stderr.write(f"usage: python -m cpaudit_site.probe {' | '.join(PROBES)}\n")
        return 2
    return 0 if PROBES[arguments[0]]() else 1


if __name__ == "__main__":
    sys.exit(main(sys.argv[1:]))
