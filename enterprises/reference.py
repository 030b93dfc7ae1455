"""Reference data: loaded after every `migrate` and again after a flush.

Decision: the `post_migrate` signal calls `load_after_migrate`, rather than a data migration. `migrate` and `flush`
(which transactional tests use) both send it, so the data is there in every case, and a later schema never meets an
older migration that uses today's models. Unchanged sources cost one query.
"""

import csv
import hashlib
from collections.abc import Callable, Iterable, Sequence
from dataclasses import dataclass
from datetime import date
from typing import Any

from django.db import DEFAULT_DB_ALIAS, connections, models, router, transaction
from django.db.migrations.recorder import MigrationRecorder

from audits.procedure.sectors import SECTORS
from audits.procedure.words import Level, Mark
from enterprises import competence_rules as rules
from enterprises import divisions
from enterprises.models import (
    Division,
    Industry,
    IndustryLevel,
    ReferenceLoad,
    ReportingUnit,
    RestDayYear,
    Sector,
    UnitParameter,
)
from enterprises.rest_days import builtin_rows, load_year

BATCH = 500


@dataclass(frozen=True, slots=True)
class DataSet:
    """A set of reference data: its name, the rows it is made of, and how they are stored."""

    name: str
    rows: Callable[[], Sequence[Any]]
    store: Callable[[Sequence[Any]], None]


def load_reference_data() -> list[str]:
    """Bring every set up to the files of this version; returns the names of the sets that were written. Idempotent.

    Rows are added and updated, never deleted: registers point at them. A set whose sources did not change since it was
    last loaded into this database is passed over. Years of rest days and parameters of units that already stand in the
    database are left as they are: an operator may have changed them.
    """
    stored = dict(ReferenceLoad.objects.values_list("name", "digest"))
    written = []
    for data_set in _data_sets():
        rows = data_set.rows()
        digest = hashlib.sha256("\n".join(map(repr, rows)).encode()).hexdigest()
        if stored.get(data_set.name) == digest:
            continue
        with transaction.atomic():
            data_set.store(rows)
            ReferenceLoad.objects.update_or_create(name=data_set.name, defaults={"digest": digest, "rows": len(rows)})
        written.append(data_set.name)
    return written


def load_after_migrate(sender: Any, using: str = DEFAULT_DB_ALIAS, **kwargs: Any) -> None:
    """Receiver of `post_migrate`: loads, unless this room was only partly migrated (forwards or back)."""
    if using == DEFAULT_DB_ALIAS and router.allow_migrate_model(using, ReferenceLoad) and _at_newest_migration(using):
        load_reference_data()


def _at_newest_migration(using: str) -> bool:
    from pathlib import Path

    names = sorted(path.stem for path in (Path(__file__).parent / "migrations").glob("[0-9]*.py"))
    applied = MigrationRecorder(connections[using]).applied_migrations()
    return all(("enterprises", name) in applied for name in names)


def _data_sets() -> tuple[DataSet, ...]:
    return (
        DataSet("reporting_units", lambda: list(divisions.reporting_units().values()), _store_units),
        DataSet("divisions", lambda: list(divisions.all_divisions().values()), _store_divisions),
        DataSet("industries", _industry_rows, _store_industries),
        DataSet("sectors", _sector_rows, _store_sectors),
        DataSet("rest_days", lambda: sorted(builtin_rows().items()), _store_rest_days),
        DataSet("separately_planned", _separately_planned_rows, _store_parameters),
    )


def _upsert(model: type[models.Model], rows: Iterable[models.Model]) -> None:
    """Insert or update by primary key in batches."""
    key = model._meta.pk
    if key is None:
        raise TypeError(f"{model} has no primary key.")
    columns = [one.name for one in model._meta.concrete_fields if not one.primary_key]
    model._default_manager.bulk_create(
        rows, batch_size=BATCH, update_conflicts=True, unique_fields=[key.name], update_fields=columns
    )


def _store_units(rows: Sequence[divisions.UnitRow]) -> None:
    _upsert(
        ReportingUnit,
        [
            ReportingUnit(
                code=row.code,
                name_zh=row.name_zh,
                name_en=row.name_en,
                kind=row.kind,
                scope_code=row.scope_code,
                parent_id=row.parent,
                order=row.order,
            )
            for row in rows
        ],
    )


def _store_divisions(rows: Sequence[divisions.DivisionRow]) -> None:
    _upsert(
        Division,
        [
            Division(
                code=row.code,
                name_zh=row.name_zh,
                full_name_zh=row.full_name_zh,
                level=row.level.value,
                parent_id=row.parent,
                scope_code=row.scope_code,
                reporting_unit_id=row.reporting_unit,
                retired_in=row.retired_in,
                successor_id=row.successor,
                source=row.source,
            )
            for row in rows
        ],
    )


def _industry_rows() -> list[dict[str, str]]:
    with (divisions.DATA / "gb4754_divisions.csv").open(encoding="utf-8", newline="") as file:
        return list(csv.DictReader(file))


def _store_industries(rows: Sequence[dict[str, str]]) -> None:
    sections = {row["section"]: row for row in rows}
    _upsert(
        Industry,
        [
            Industry(
                code=code,
                level=IndustryLevel.SECTION,
                name_zh=row["section_zh"],
                name_en=row["section_en"],
                source=row["source"],
            )
            for code, row in sections.items()
        ],
    )
    _upsert(
        Industry,
        [
            Industry(
                code=row["division"],
                parent_id=row["section"],
                level=IndustryLevel.DIVISION,
                name_zh=row["name_zh"],
                name_en=row["name_en"],
                source=row["source"],
            )
            for row in rows
        ],
    )


def _sector_rows() -> list[dict[str, Any]]:
    """P01's sectors as the law's table has them, then those only this register needs (`data/sectors.csv`)."""
    rows: list[dict[str, Any]] = [
        {
            "key": sector.key,
            "name_zh": sector.title.zh,
            "name_en": sector.title.en[:1].upper() + sector.title.en[1:],
            "kind": sector.group,
            "cycle_years": sector.cycle_years,
            "first_round_due": sector.first_round_by,
            "valid_from": sector.valid_from,
            "valid_until": sector.valid_until,
            "article": f"{sector.basis.document}, {sector.basis.article}",
            "mark": sector.basis.mark.value,
        }
        for sector in SECTORS.values()
    ]
    with (divisions.DATA / "sectors.csv").open(encoding="utf-8", newline="") as file:
        for row in csv.DictReader(file):
            rows.append(
                {
                    **row,
                    "cycle_years": int(row["cycle_years"]) if row["cycle_years"] else None,
                    "first_round_due": _date(row["first_round_due"]),
                    "valid_from": _date(row["valid_from"]),
                    "valid_until": _date(row["valid_until"]),
                    "mark": Mark(row["mark"]).value,
                }
            )
    return rows


def _store_sectors(rows: Sequence[dict[str, Any]]) -> None:
    _upsert(Sector, [Sector(**row, order=order) for order, row in enumerate(rows, start=1)])


def _store_rest_days(rows: Sequence[Any]) -> None:
    present = set(RestDayYear.objects.values_list("year", flat=True))
    for year, (table, days) in rows:
        if year not in present:
            load_year(year, days, notice_number=table.notice_number, source=table.source, mark=table.mark)


def _separately_planned_rows() -> list[tuple[str, str]]:
    return [
        (unit.code, rules.LEVEL_RULES[function].key)
        for unit in divisions.reporting_units().values()
        if unit.parent
        for function in rules.SEPARATELY_PLANNED_FUNCTIONS
    ]


def _store_parameters(rows: Sequence[tuple[str, str]]) -> None:
    UnitParameter.objects.bulk_create(
        [
            UnitParameter(
                reporting_unit_id=unit,
                key=key,
                value=Level.CITY.value,
                valid_from=rules.SEPARATELY_PLANNED_SINCE,
                source=rules.SEPARATELY_PLANNED_SOURCE,
                article=rules.SEPARATELY_PLANNED_ARTICLE,
                mark=rules.SEPARATELY_PLANNED_MARK.value,
                note=rules.SEPARATELY_PLANNED_NOTE,
            )
            for unit, key in rows
        ],
        ignore_conflicts=True,
    )


def _date(text: str) -> date | None:
    return date.fromisoformat(text) if text else None
