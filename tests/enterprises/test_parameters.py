"""Values units set: dated, sourced, only tighter than the nation's, noticed by every process."""

from datetime import date
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from audits.procedure.articles import own
from audits.procedure.parameters import RULES
from audits.procedure.schema import ParameterRule
from audits.procedure.words import Mark, Text
from enterprises.errors import RegisterError
from enterprises.models import UnitParameter
from enterprises.parameter_values import loosens, merged
from enterprises.parameters import end_parameter, parameters_for, set_parameter

pytestmark = pytest.mark.django_db

ON = date(2022, 6, 1)
FROM = date(2022, 1, 1)


def _set(key: str, value: Any, **changes: Any) -> UnitParameter:
    values = {"valid_from": FROM, "source": "notice", "mark": Mark.SEEN, **changes}
    if not {"reporting_unit", "scope_code"} & set(values):
        values["reporting_unit"] = "320000"
    return set_parameter(key, value, **values)


def test_without_rows_the_national_defaults_hold_with_their_articles() -> None:
    found = parameters_for("320509", "320000", ON)
    assert dict(found.values) == {key: rule.default for key, rule in RULES.items()}
    assert found.sources["start_months"].source == RULES["start_months"].basis.document
    assert found.digest == parameters_for("440305", "440300", ON).digest
    assert len(found.digest) == 64


def test_a_unit_shortens_a_period_from_a_day_on() -> None:
    before = parameters_for("320509", "320000", date(2021, 12, 31))
    _set("start_months", 1, article="第5条")
    found = parameters_for("320509", "320000", ON)
    assert found.values["start_months"] == 1
    assert (found.sources["start_months"].place, found.sources["start_months"].article) == ("320000", "第5条")
    assert found.digest != before.digest
    assert parameters_for("320509", "320000", date(2021, 12, 31)) == before
    assert parameters_for("330106", "330000", ON).values["start_months"] == 2


def test_a_provinces_unit_row_spares_its_separately_planned_city_and_a_scope_row_does_not() -> None:
    _set("start_months", 1, reporting_unit="330000")
    assert parameters_for("330106", "330000", ON).values["start_months"] == 1
    assert parameters_for("330212", "330200", ON).values["start_months"] == 2
    _set("report_months", 10, scope_code="33")
    assert parameters_for("330106", "330000", ON).values["report_months"] == 10
    assert parameters_for("330212", "330200", ON).values["report_months"] == 10


def test_the_narrowest_place_decides_what_is_free() -> None:
    _set("redo_mode", "next_list")
    _set("redo_mode", "reopen_case", scope_code="3205")
    assert parameters_for("320509", "320000", ON).values["redo_mode"] == "reopen_case"
    assert parameters_for("320106", "320000", ON).values["redo_mode"] == "next_list"


def test_local_dates_of_province_and_city_are_joined() -> None:
    _set("local_due", {"submit_report": "10-31", "start_audit": "03-31"})
    _set("local_due", {"submit_report": "09-30"}, scope_code="3205")
    assert parameters_for("320509", "320000", ON).values["local_due"] == {
        "submit_report": "09-30",
        "start_audit": "03-31",
    }


@pytest.mark.parametrize(
    ("key", "value", "code"),
    [
        ("start_months", 3, "parameter_loosens"),
        ("arrangement_working_days", 60, "parameter_loosens"),
        ("firm_senior", 1, "parameter_loosens"),
        ("stable_months", 2, "parameter_loosens"),
        ("accept_min", 70, "parameter_fixed"),
        ("start_months", "1", "parameter_type"),
        ("start_months", True, "parameter_type"),
        ("start_months", 0, "parameter_type"),
        ("arrangement_local_months", -1, "parameter_type"),
        ("forward_required", 1, "parameter_type"),
        ("local_due", ["10-31"], "parameter_type"),
        ("redo_mode", "perhaps", "parameter_choice"),
        ("disclosure_categories", ["noise"], "parameter_choice"),
        ("level_list", "nation", "parameter_choice"),
        ("no_such_key", 1, "parameter_unknown"),
    ],
)
def test_values_that_are_refused(key: str, value: Any, code: str) -> None:
    with pytest.raises(RegisterError) as caught:
        _set(key, value)
    assert caught.value.code == code
    assert not UnitParameter.objects.filter(reporting_unit="320000").exists()


def test_a_city_may_not_loosen_what_its_province_tightened() -> None:
    _set("complete_months", 10)
    with pytest.raises(RegisterError) as caught:
        _set("complete_months", 11, scope_code="3205")
    assert (caught.value.code, caught.value.details["above"], caught.value.details["place"]) == (
        "parameter_loosens",
        10,
        "320000",
    )
    _set("complete_months", 9, scope_code="3205")
    assert parameters_for("320509", "320000", ON).values["complete_months"] == 9


def test_a_province_that_tightens_below_its_city_wins_there_too() -> None:
    _set("complete_months", 11, scope_code="3205")
    _set("complete_months", 8)
    assert parameters_for("320509", "320000", ON).values["complete_months"] == 8


@pytest.mark.parametrize(
    ("changes", "code"),
    [
        ({"reporting_unit": "320000", "scope_code": "3205"}, "parameter_target"),
        ({"reporting_unit": "", "scope_code": ""}, "parameter_target"),
        ({"reporting_unit": "999999"}, "parameter_target"),
        ({"source": " "}, "source_missing"),
        ({"valid_until": date(2021, 1, 1)}, "parameter_dates"),
        ({"valid_from": date(2004, 9, 30)}, "parameter_dates"),
    ],
)
def test_rows_that_are_refused(changes: dict[str, Any], code: str) -> None:
    with pytest.raises(RegisterError) as caught:
        _set("start_months", 1, **changes)
    assert caught.value.code == code


def test_a_new_value_ends_the_open_one_and_keeps_the_history() -> None:
    first = _set("start_months", 1)
    with pytest.raises(RegisterError) as caught:
        _set("start_months", 1, valid_from=FROM)
    assert caught.value.code == "parameter_overlap"
    second = _set("start_months", 2, valid_from=date(2023, 1, 1))
    first.refresh_from_db()
    assert (first.valid_until, first.history.count()) == (date(2022, 12, 31), 2)
    assert parameters_for("320509", "320000", date(2022, 12, 31)).values["start_months"] == 1
    assert parameters_for("320509", "320000", date(2023, 1, 1)).values["start_months"] == 2
    end_parameter(second, on=date(2023, 6, 30), reason="repealed")
    assert parameters_for("320509", "320000", date(2023, 7, 1)).sources["start_months"].place == ""


def test_reading_costs_one_query_and_a_change_by_another_process_is_noticed(django_assert_num_queries: Any) -> None:
    parameters_for("320509", "320000", ON)
    with django_assert_num_queries(1):
        parameters_for("320509", "320000", ON)
    # As another process would, without our caches being told.
    UnitParameter.objects.create(
        reporting_unit_id="320000", key="start_months", value=1, valid_from=FROM, source="notice", mark=Mark.SEEN.value
    )
    assert parameters_for("320509", "320000", ON).values["start_months"] == 1


def _rule(tighten: str) -> ParameterRule:
    return ParameterRule("x", Text("", ""), 12, own(), tighten=tighten)


@given(st.sampled_from(["min", "max"]), st.lists(st.integers(1, 24), max_size=4))
def test_what_is_in_force_never_loosens_any_value_above(tighten: str, values: list[int]) -> None:
    rule = _rule(tighten)
    effective = merged(rule, values)
    assert not any(loosens(rule, effective, above) for above in (rule.default, *values))
    assert effective in (rule.default, *values)
