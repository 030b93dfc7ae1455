"""Reference data is in every database, also after a flush, and loading it again changes nothing."""

import pytest
from django.core.management import call_command

from enterprises.divisions import all_divisions
from enterprises.models import (
    Division,
    Industry,
    ReferenceLoad,
    ReportingUnit,
    RestDayYear,
    Sector,
    SectorKind,
    UnitParameter,
)
from enterprises.reference import load_reference_data

pytestmark = pytest.mark.django_db


def _counts() -> dict[str, int]:
    models = (Division, Industry, ReportingUnit, RestDayYear, Sector, UnitParameter)
    return {model.__name__: model.objects.count() for model in models}


def test_what_a_new_database_holds() -> None:
    assert _counts() == {
        "Division": len(all_divisions()),
        "Industry": 117,
        "ReportingUnit": 37,
        "RestDayYear": 23,
        "Sector": 26,
        "UnitParameter": 15,
    }
    assert Industry.objects.filter(parent=None).count() == 20
    assert Industry.objects.get(pk="26").parent_id == "C"


def test_sectors_have_their_cycles() -> None:
    cycles = {
        (row["kind"], row["cycle_years"], row["first_round_due"].isoformat() if row["first_round_due"] else None)
        for row in Sector.objects.values("kind", "cycle_years", "first_round_due")
    }
    assert cycles == {
        (SectorKind.HEAVY_METALS, 2, "2011-12-31"),
        (SectorKind.OVER_CAPACITY, 3, "2012-12-31"),
        (SectorKind.DIRECTORY, 5, "2014-12-31"),
        (SectorKind.FOCUS, None, None),
    }
    assert Sector.objects.filter(kind=SectorKind.FOCUS).count() == 13


def test_the_table_equals_the_pure_module() -> None:
    stored = {
        row.code: (row.scope_code, row.reporting_unit_id, row.level, row.successor_id) for row in Division.objects.all()
    }
    assert stored == {
        row.code: (row.scope_code, row.reporting_unit, row.level.value, row.successor)
        for row in all_divisions().values()
    }


def test_loading_again_writes_nothing(django_assert_num_queries: object) -> None:
    with django_assert_num_queries(1):  # type: ignore[operator]
        assert load_reference_data() == []


def test_a_changed_source_updates_rows_and_leaves_what_operators_set() -> None:
    ReportingUnit.objects.filter(pk="320000").update(name_en="Kiangsu")
    UnitParameter.objects.filter(reporting_unit="440300").update(note="changed")
    RestDayYear.objects.filter(pk=2026).update(notice_number="corrected")
    ReferenceLoad.objects.update(digest="of an older version")
    before = _counts()
    assert set(load_reference_data()) == set(ReferenceLoad.objects.values_list("name", flat=True))
    assert _counts() == before
    assert ReportingUnit.objects.get(pk="320000").name_en == "Jiangsu"
    assert set(UnitParameter.objects.filter(reporting_unit="440300").values_list("note", flat=True)) == {"changed"}
    assert RestDayYear.objects.get(pk=2026).notice_number == "corrected"


@pytest.mark.django_db(transaction=True)
def test_a_flush_leaves_the_reference_data() -> None:
    from django.db import connection

    from audits.models.triggers import drop_triggers

    drop_triggers(connection)
    call_command("flush", interactive=False, verbosity=0)
    assert ReportingUnit.objects.count() == 37
    assert Division.objects.count() == len(all_divisions())
