"""Returns for years outside the log: the paper's national figures of 2007."""

import csv
from collections.abc import Mapping
from decimal import Decimal
from pathlib import Path
from typing import Any

from django.apps import AppConfig
from django.db import DEFAULT_DB_ALIAS, connections, router, transaction
from django.db.migrations.recorder import MigrationRecorder
from django.db.models.signals import post_migrate
from django.utils import timezone

from audits.models import UnitReturn
from audits.statistics.metrics import Capacity, Effect
from audits.statistics.plausibility import Seen, doubts

SEED = Path(__file__).parent.parent / "data" / "seed_2007_totals.csv"
SEED_YEAR = 2007

# How the paper's words name our metrics. The other rows are kept as further figures.
SEED_METRICS: Mapping[str, str] = {
    "electricity saved": Effect.ELECTRICITY_SAVED,
    "coal saved": Effect.COAL_SAVED,
    "water saved": Effect.WATER_SAVED,
    "wastewater reduced": Effect.WASTEWATER_CUT,
    "COD reduced": Effect.COD_CUT,
    "SO2 reduced": Effect.SO2_CUT,
    "economic benefit of emission reduction": Effect.BENEFIT_REDUCTION,
    "economic benefit of saving": Effect.BENEFIT_SAVING,
    "CP centres/consultancies (more than)": Capacity.CONSULTANCIES,
    "trained at national level since 2001": Capacity.TRAINED_NATIONAL,
    "trained at province and city level": Capacity.TRAINED_LOCAL,
}


def load_seed_returns() -> bool:
    """Store the national return of 2007 as the paper tells it, unless it is there. Returns whether it was stored.

    A return is frozen: one that stands is never altered.
    """
    with transaction.atomic():
        if UnitReturn.objects.filter(reporting_unit=None, year=SEED_YEAR).exists():
            return False
        UnitReturn.objects.bulk_create([_seed_return()], ignore_conflicts=True)
    return True


def _seed_return() -> UnitReturn:
    with SEED.open(encoding="utf-8", newline="") as file:
        rows = list(csv.DictReader(file))
    metrics: dict[str, dict[str, str]] = {}
    further: list[dict[str, str]] = []
    for row in rows:
        told = {"value": row["value"], "unit": row["unit"], "period": row["period"], "remark": row["remark"]}
        if row["metric"] in SEED_METRICS:
            # The paper's word stays beside the figure: "more than" is part of what it says.
            metrics[SEED_METRICS[row["metric"]]] = {**told, "label": row["metric"]}
        else:
            further.append({**told, "label": row["metric"]})
    return UnitReturn(
        scope_label=rows[0]["scope"],
        year=SEED_YEAR,
        metrics=metrics,
        further=further,
        flags=flags_of(metrics),
        source=rows[0]["source"],
        frozen_at=timezone.now(),
    )


def flags_of(metrics: Mapping[str, Mapping[str, Any]]) -> list[dict[str, str]]:
    """The plausibility flags of a return's figures, looked at by themselves."""
    figures = {metric: Decimal(told["value"]) for metric, told in metrics.items()}
    return [one.flag for one in doubts(Seen(figures))]


def load_after_migrate(app: AppConfig) -> None:
    """Load the returns whenever this application has been migrated or the database flushed."""

    def handler(*, using: str = DEFAULT_DB_ALIAS, **kwargs: Any) -> None:
        if using == DEFAULT_DB_ALIAS and router.allow_migrate_model(using, UnitReturn) and _at_newest_migration(using):
            load_seed_returns()

    post_migrate.connect(handler, sender=app, weak=False, dispatch_uid="audits.seed_returns")


def _at_newest_migration(using: str) -> bool:
    folder = Path(__file__).parent.parent.parent / "migrations"
    names = {path.stem for path in folder.glob("[0-9]*.py")}
    applied = MigrationRecorder(connections[using]).applied_migrations()
    return all(("audits", name) in applied for name in names)
