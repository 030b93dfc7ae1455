"""The steps of making a country, each called in a process of its own."""

import datetime as dt
from collections.abc import Sequence
from typing import Any

from django.core.management import call_command
from django.db import connection
from django.db.migrations.executor import MigrationExecutor
from django.test.utils import override_settings

from audits.models import (
    AuditCase,
    CaseFact,
    Deadline,
    Event,
    Notice,
    NoticeIntent,
    OptionEffect,
    ProvinceFact,
    StatisticsWatermark,
)
from audits.procedure.canonical import digest
from audits.reminders import running
from audits.statistics import rebuild, reconcile
from audits.workflow.verify import verify_all
from benchmarks.scale import filling
from benchmarks.scale.plan import AS_OF
from benchmarks.world import moment

EVENING = dt.timedelta(hours=6)  # after all acts of the day
FIRST_CAP = 200  # messages of the quiet first run; they go nowhere
NEVER = (0, 0)  # sending hours: the ledger is written, no message leaves


class Maker:
    """`nation`, `fill` in several processes, `notices`, `facts`, `counted`; `migrate` for a database that was kept."""

    def migrate(self) -> None:
        """Tables as the code wants them. Where they changed, the figures are counted anew."""
        executor = MigrationExecutor(connection)
        pending = executor.migration_plan(executor.loader.graph.leaf_nodes())
        call_command("migrate", verbosity=0, interactive=False)
        if pending and StatisticsWatermark.objects.filter(refreshed_at__isnull=False).exists():
            rebuild(moment(AS_OF) + EVENING)
            _execute("VACUUM ANALYZE")

    def nation(self) -> None:
        """Tables, and what all units share."""
        self.migrate()
        filling.fill_nation()

    def fill(self, units: Sequence[str], cases: int, seed: int) -> dict[str, Any]:
        """The cases of these units."""
        return filling.fill(units, cases=cases, seed=seed)

    def notices(self) -> dict[str, Any]:
        """The ledger of the day before the measured one."""
        _execute("ANALYZE")
        with override_settings(EMAIL_BACKEND="django.core.mail.backends.dummy.EmailBackend"):
            report = running.run(AS_OF, moment(AS_OF) + EVENING, cap=FIRST_CAP)
        return report.as_dict()

    def facts(self) -> dict[str, Any]:
        """The figures."""
        return rebuild(moment(AS_OF) + EVENING).as_dict()

    def counted(self) -> dict[str, Any]:
        """What the database holds; and the server learns it too."""
        _execute("VACUUM ANALYZE")
        rows = {
            model._meta.db_table: model._base_manager.count()
            for model in (AuditCase, Event, Deadline, NoticeIntent, Notice, OptionEffect, CaseFact)
        }
        return {"rows": rows, "figures": figures(), "database_mb": _size()}

    def check(self) -> dict[str, Any]:
        """Whether the log is whole and the figures equal the events."""
        findings = [str(one) for one in verify_all()]
        outcome = reconcile()
        return {
            "findings": findings[:5],
            "differences": [str(one) for one in outcome.differences[:5]],
            "reconciled": outcome.cases,
            "equal": outcome.equal and not outcome.behind,
        }


def figures() -> str:
    """A digest of the facts and deadlines: the same for every making from one seed, though ids differ."""
    facts = ProvinceFact.objects.values_list("reporting_unit", "year", "dimension", "member", "metric", "value")
    due = Deadline.objects.values_list("case__number", "key", "due_on", "met_on", "void")
    return digest(repr([sorted(facts), sorted(map(repr, due))]))


def _execute(statement: str) -> None:
    with connection.cursor() as cursor:
        cursor.execute(statement)


def _size() -> int:
    with connection.cursor() as cursor:
        cursor.execute("SELECT pg_database_size(current_database()) / 1048576")
        return int(cursor.fetchone()[0])
