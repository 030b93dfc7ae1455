"""How the service is doing, for operators. Everything is read only here; registers are changed in the admin."""

import email
import email.policy
from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from datetime import UTC, datetime
from itertools import pairwise
from pathlib import Path
from typing import Any

from django.conf import settings
from django.db.models import Count, Model
from django.http import HttpRequest, HttpResponse
from django.utils import timezone
from django.utils.translation import gettext as _

from accounts.models import Organization
from audits.api.errors import words
from audits.models import Channel, Digest, WebhookEndpoint
from audits.procedure import registry
from audits.procedure.parameters import RULES
from audits.procedure.words import Party, Text
from audits.web.base import PageView
from cpaudit_site import health, watchdog
from enterprises.models import (
    Auditor,
    Authority,
    Consultancy,
    Contract,
    Delegation,
    Enterprise,
    RestDayYear,
    Site,
    UnitParameter,
)

PARTS = {
    "database": Text("数据库", "database"),
    "migrations": Text("数据库结构", "database schema"),
    "cache": Text("缓存", "cache"),
    "queue": Text("任务队列", "task queue"),
}
DIGEST_STATES = {
    Digest.State.PENDING: Text("待发送", "waiting"),
    Digest.State.CLAIMED: Text("发送中", "being sent"),
    Digest.State.SENT: Text("已发送", "sent"),
    Digest.State.UNCERTAIN: Text("可能重复发送", "perhaps sent twice"),
    Digest.State.EMPTY: Text("无需发送", "nothing left to say"),
    Digest.State.FAILED: Text("发送失败", "failed"),
}
YES, NO = Text("是", "yes"), Text("否", "no")
CHANGES = {"+": Text("新增", "added"), "~": Text("修改", "changed"), "-": Text("删除", "deleted")}
REGISTERS: tuple[tuple[type[Model], Text], ...] = (
    (Organization, Text("单位", "organization")),
    (Enterprise, Text("企业", "enterprise")),
    (Site, Text("厂址", "site")),
    (Authority, Text("主管部门", "authority")),
    (Consultancy, Text("咨询服务机构", "consultancy")),
    (Auditor, Text("审核师", "auditor")),
    (Contract, Text("合同", "contract")),
    (UnitParameter, Text("参数", "parameter")),
    (Delegation, Text("委托", "delegation")),
)
MOST = 50
MAIL_FILES = 10
MAIL_BYTES = 200_000
DASHES = "-" * 79


class OperationsPage(PageView):
    """A page for operators."""

    parties = frozenset({Party.OPERATOR})


class OperationsView(OperationsPage):
    """Parts, periodic tasks, what could not be sent."""

    template = "web/operations/overview.html"

    def get(self, request: HttpRequest) -> HttpResponse:
        tasks = watchdog.states(timezone.now())
        counted = (
            Digest.objects.order_by("channel", "state").values_list("channel", "state").annotate(number=Count("pk"))
        )
        troubled = Digest.objects.filter(state__in=(Digest.State.FAILED, Digest.State.UNCERTAIN))
        return self.shown(
            parts=[(PARTS.get(name, name), health.passes(name, check)) for name, check in health.CHECKS.items()],
            tasks=[(_(one.name), one) for one in tasks],
            digests=[
                (Channel(channel).label, DIGEST_STATES[Digest.State(state)], number)
                for channel, state, number in counted
            ],
            waiting=watchdog.oldest_message(timezone.now()),
            troubled=troubled.select_related("recipient").order_by("-day", "pk")[:MOST],
            digest_states=DIGEST_STATES,
            parked=WebhookEndpoint.objects.kept()
            .exclude(parked_at=None)
            .select_related("organization")
            .order_by("-parked_at")[:MOST],
            mails=list(mails()),
            in_folder=bool(outbox()),
        )


class TablesView(OperationsPage):
    """The tables dates are computed from: rest days by year, parameters by unit."""

    template = "web/operations/tables.html"

    def get(self, request: HttpRequest) -> HttpResponse:
        this_year = timezone.localdate().year
        years = list(RestDayYear.objects.annotate(number=Count("days")).order_by("-year"))
        held = UnitParameter.objects.select_related("reporting_unit")
        page = self.page(held, "key", "valid_from", "pk", size=50)
        return self.shown(
            years=years,
            missing=[year for year in (this_year, this_year + 1) if year not in {one.year for one in years}],
            page=page,
            parameters=[
                (one, RULES[one.key].label if one.key in RULES else one.key, value_lines(one.value)) for one in page
            ],
            rules=[(rule, value_lines(rule.default)) for rule in RULES.values()],
        )


def value_lines(value: Any) -> list[str]:
    """A value of the tables in words: a table of steps as one line each; nothing where none is set."""
    if isinstance(value, bool):
        return [words(YES if value else NO)]
    if isinstance(value, Mapping):
        return [f"{words(registry.title_of(key))}: {one}" for key, one in value.items()]
    if isinstance(value, list | tuple | set | frozenset):
        return [str(one) for one in value]
    return [] if value is None else [str(value)]


class ChangesView(OperationsPage):
    """Who changed what in the registers, newest first."""

    template = "web/operations/changes.html"

    def get(self, request: HttpRequest) -> HttpResponse:
        wanted = request.GET.get("register", "")
        return self.shown(
            changes=changes(wanted),
            registers=[(model._meta.model_name, name) for model, name in REGISTERS],
            wanted=wanted,
            kinds=CHANGES,
            most=MOST,
        )


@dataclass(frozen=True, slots=True)
class Change:
    """One change of one row."""

    at: datetime
    register: Text
    name: str
    kind: str
    by: Any
    reason: str
    fields: list[tuple[str, str, str]]


def changes(wanted: str = "") -> list[Change]:
    """The newest changes of all registers, or of one, with old and new values; a fixed number of queries."""
    found: list[Change] = []
    for model, name in REGISTERS:
        if wanted in ("", model._meta.model_name):
            found += _changes_of(model, name)
    return sorted(found, key=lambda one: one.at, reverse=True)[:MOST]


def _changes_of(model: Any, name: Text) -> Iterator[Change]:
    records = model.history.select_related("history_user").order_by("-history_date", "-history_id")[:MOST]
    rows = list(records)
    earlier = _earlier(model, rows)
    for row in rows:
        before = earlier.get(row.history_id)
        yield Change(
            row.history_date,
            name,
            _name_of(row),
            row.history_type,
            row.history_user,
            row.history_change_reason or "",
            _differences(model, before, row) if before is not None else [],
        )


def _name_of(row: Any) -> str:
    for field in ("name", "key", "certificate_number", "address"):
        if getattr(row, field, ""):
            return str(getattr(row, field))
    return str(getattr(row, "id", ""))


def _earlier(model: Any, rows: list[Any]) -> dict[Any, Any]:
    """For each record, the one before it of the same row, in one query."""
    key = model._meta.pk.attname
    history = list(
        model.history.filter(**{f"{key}__in": {getattr(row, key) for row in rows}}).order_by(
            key, "history_date", "history_id"
        )[: MOST * 20]
    )
    found: dict[Any, Any] = {}
    for before, after in pairwise(history):
        if getattr(before, key) == getattr(after, key):
            found[after.history_id] = before
    return found


def _differences(model: Any, before: Any, after: Any) -> list[tuple[str, str, str]]:
    told = []
    for field in model._meta.concrete_fields:
        old, new = getattr(before, field.attname, None), getattr(after, field.attname, None)
        if old != new and field.name not in ("updated_at", "revision"):
            told.append((str(field.verbose_name), _short(old), _short(new)))
    return told


def _short(value: Any) -> str:
    text = "" if value is None else str(value)
    return text if len(text) <= 120 else text[:119] + "…"


# --- the outbox of the embedded mode ----------------------------------------------------------------------------------


@dataclass(frozen=True, slots=True)
class Mail:
    """A mail in the folder: to whom and about what. Its text may hold links that open accounts, so it is not shown."""

    at: datetime
    to: str
    subject: str


def outbox() -> Path | None:
    """The folder mails are written to instead of being sent; None where a mail server is set."""
    folder = getattr(settings, "EMAIL_FILE_PATH", None)
    return Path(folder) if folder and settings.EMAIL_BACKEND.endswith("filebased.EmailBackend") else None


def mails() -> Iterator[Mail]:
    """The newest mails of the folder."""
    folder = outbox()
    if folder is None or not folder.is_dir():
        return
    for path in sorted(folder.glob("*.log"), reverse=True)[:MAIL_FILES]:
        written = datetime.fromtimestamp(path.stat().st_mtime, UTC)
        with path.open(encoding="utf-8", errors="replace") as file:
            text = file.read(MAIL_BYTES)
        for part in text.split(DASHES):
            if part.strip():
                message = email.message_from_string(part.lstrip(), policy=email.policy.default)
                yield Mail(written, str(message.get("To", "")), str(message.get("Subject", "")))
