"""How gunicorn serves the site, in production and in the demo (`gunicorn --config python:cpaudit_site.web_server`).

Environment: WEB_BIND (default 0.0.0.0:8000), WEB_WORKERS (2), WEB_THREADS (4).
"""

import os
import signal
from typing import Any

from cpaudit_site.processes import die_with_parent

bind = os.environ.get("WEB_BIND", "0.0.0.0:8000")
workers = int(os.environ.get("WEB_WORKERS", "2"))
threads = int(os.environ.get("WEB_THREADS", "4"))
worker_class = "gthread"
timeout = 60
graceful_timeout = 5
keepalive = 5
# A worker is renewed now and then, so that a slow leak of a library cannot fill the machine.
max_requests = 10_000
max_requests_jitter = 1_000
# Requests are logged by django-structlog, with user and request id.
accesslog = None
control_socket_disable = True
worker_tmp_dir = "/dev/shm" if os.path.isdir("/dev/shm") else None  # noqa: S108 - gunicorn's heartbeat, no data


def post_fork(server: Any, worker: Any) -> None:
    """A worker ends with gunicorn's own process, also when that is killed."""
    die_with_parent(signal.SIGKILL, server.pid)
