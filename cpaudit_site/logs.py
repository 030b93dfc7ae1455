"""Logs: one JSON object per line (LOG_FORMAT=json), or lines for people (LOG_FORMAT=console), all through structlog."""

import logging.config
import re
from collections.abc import MutableMapping
from typing import Any

import structlog

# The secret addresses of calendars: whoever reads the log must not read the calendars.
_CALENDAR = re.compile(r"/calendar/[^/\s\"']+\.ics")


def hide_calendar_addresses(logger: Any, method: str, event: MutableMapping[str, Any]) -> MutableMapping[str, Any]:
    """Leave the secret out of logged requests."""
    for name in ("request", "event"):
        value = event.get(name)
        if isinstance(value, str) and "/calendar/" in value:
            event[name] = _CALENDAR.sub("/calendar/….ics", value)
    return event


# Time in the log is UTC and marked as such; legal dates are never taken from it.
_SHARED: list[Any] = [
    structlog.contextvars.merge_contextvars,
    hide_calendar_addresses,
    structlog.stdlib.add_logger_name,
    structlog.stdlib.add_log_level,
    structlog.processors.TimeStamper(fmt="iso", utc=True),
    structlog.processors.StackInfoRenderer(),
]


def logging_config(*, level: str, form: str) -> None:
    """Set up the standard library's logging and structlog. `form` is "json" or "console"; anything else is refused."""
    if form == "json":
        end: list[Any] = [
            # Without the values of local variables: they may be passwords or tokens.
            structlog.processors.ExceptionRenderer(structlog.tracebacks.ExceptionDictTransformer(show_locals=False)),
            structlog.processors.JSONRenderer(ensure_ascii=False),
        ]
    elif form == "console":
        end = [structlog.dev.ConsoleRenderer(colors=False)]
    else:
        raise ValueError(f"LOG_FORMAT is json or console, not {form!r}")
    logging.config.dictConfig(
        {
            "version": 1,
            "disable_existing_loggers": False,
            "formatters": {
                "cpaudit": {
                    "()": structlog.stdlib.ProcessorFormatter,
                    "foreign_pre_chain": _SHARED,
                    "processors": [structlog.stdlib.ProcessorFormatter.remove_processors_meta, *end],
                }
            },
            "handlers": {"stderr": {"class": "logging.StreamHandler", "formatter": "cpaudit"}},
            "root": {"handlers": ["stderr"], "level": level},
            "loggers": {
                # A client's mistake is an answer, not an incident.
                "django.request": {"level": "ERROR"},
                "django.utils.autoreload": {"level": "WARNING"},
            },
        }
    )
    structlog.configure(
        processors=[*_SHARED, structlog.stdlib.ProcessorFormatter.wrap_for_formatter],
        logger_factory=structlog.stdlib.LoggerFactory(),
        wrapper_class=structlog.stdlib.BoundLogger,
        cache_logger_on_first_use=True,
    )
