"""Payloads: what is accepted, what is refused and where, and that no JSON brings the check down."""

import json
from datetime import date
from decimal import Decimal
from uuid import UUID

import pytest
from hypothesis import given
from hypothesis import strategies as st

from audits.procedure import registry
from audits.procedure.canonical import canonical_json
from audits.procedure.payloads import FieldError, Reference, clean
from audits.procedure.schema import Field, FieldKind
from audits.procedure.words import Category, Text

TODAY = date(2026, 11, 20)
FILE = "1b671a64-40d5-491e-99b0-da01ff1f3341"
OTHER_FILE = "2b671a64-40d5-491e-99b0-da01ff1f3341"
ROUTES = (("self", Text("自行", "self")), ("entrusted", Text("委托", "entrusted")))
JSON = st.recursive(
    st.none() | st.booleans() | st.integers() | st.floats() | st.text(st.characters(), max_size=30),
    lambda inner: (
        st.lists(inner, max_size=4) | st.dictionaries(st.text(st.characters(), max_size=8), inner, max_size=4)
    ),
    max_leaves=12,
)


def field(key, kind=FieldKind.TEXT, **changes):
    return Field(key=key, label=Text(key, key), kind=kind, **changes)


ONE_OF_EACH = (
    field("text"),
    field("long_text", FieldKind.LONG_TEXT),
    field("integer", FieldKind.INTEGER, minimum="0", maximum="100"),
    field("decimal", FieldKind.DECIMAL, minimum="0"),
    field("boolean", FieldKind.BOOLEAN),
    field("date", FieldKind.DATE),
    field("choice", FieldKind.CHOICE, choices=ROUTES),
    field("choices", FieldKind.CHOICES, choices=ROUTES),
    field("files", FieldKind.FILES),
    field("rows", FieldKind.ROWS, columns=(field("name"), field("amount", FieldKind.DECIMAL, required=False))),
    field("reference", FieldKind.REFERENCE, register="consultancy"),
    field("step", FieldKind.REFERENCE, register="step", required=False, only_if=("choice", ("self",))),
    field("energy", required=False, only_categories=frozenset({Category.ENERGY})),
)


def check(kind, value, **changes):
    """The cleaned value of a single field, or its first fault `(path, code)`."""
    cleaned = clean((field("x", kind, **changes),), {"x": value}, today=TODAY)
    return (cleaned.errors[0].path, cleaned.errors[0].code) if cleaned.errors else cleaned.values["x"]


def faults(fields, payload, **changes):
    return [(error.path, error.code) for error in clean(fields, payload, today=TODAY, **changes).errors]


def code(kind, value, **changes):
    result = check(kind, value, **changes)
    assert isinstance(result, tuple), f"accepted as {result!r}"
    return result[1]


# --- presence -----------------------------------------------------------------------------------------------------


def test_missing_and_surplus_fields_are_named():
    assert faults((field("plan"),), {"plam": "x"}) == [("fields.plan", "required"), ("fields.plam", "surplus")]


@pytest.mark.parametrize("blank", [None, "", "  \u3000", "\u200b\ufeff", []])
def test_blank_is_missing_where_required_and_left_out_where_not(blank):
    assert faults((field("plan"),), {"plan": blank}) == [("fields.plan", "required")]
    cleaned = clean((field("plan", required=False),), {"plan": blank}, today=TODAY)
    assert (cleaned.values, cleaned.errors) == ({}, ())


@pytest.mark.parametrize("payload", [None, [], "text", 5, True])
def test_a_payload_that_is_no_object(payload):
    cleaned = clean(ONE_OF_EACH, payload, today=TODAY)
    assert [(error.path, error.code) for error in cleaned.errors] == [("fields", "invalid_type")]


def test_every_message_speaks_both_languages():
    error = clean((field("plan"),), {}, today=TODAY).errors[0]
    assert error == FieldError("fields.plan", "required", Text("此项必填。", "This field is required."))


def test_a_flood_of_faults_is_told_in_part_and_in_text_that_can_be_sent():
    payload = {f"\ud800{number}" * 50: 1 for number in range(1000)}
    cleaned = clean((), payload, today=TODAY)
    assert len(cleaned.errors) == 200
    assert max(len(error.path.encode()) for error in cleaned.errors) < 400


# --- text ---------------------------------------------------------------------------------------------------------


def test_text_is_kept_but_for_outer_spaces_and_composition():
    assert check(FieldKind.TEXT, "  某某 化工\u3000") == "某某 化工"
    assert check(FieldKind.TEXT, "e\u0301") == "é"
    assert check(FieldKind.TEXT, "ＡＢＣ１２３") == "ＡＢＣ１２３"
    assert check(FieldKind.LONG_TEXT, "一\r\n二") == "一\n二"


@pytest.mark.parametrize("value", ["a\nb", "a\x00b", "\ud800", "a\x1bb", "a\u202eb"])
def test_text_without_control_characters(value):
    assert code(FieldKind.TEXT, value) == "invalid_type"


def test_text_has_a_length():
    assert check(FieldKind.TEXT, "五个字以内", max_length=5) == "五个字以内"
    assert code(FieldKind.TEXT, "五个字以内。", max_length=5) == "too_long"
    assert code(FieldKind.TEXT, 5) == "invalid_type"


# --- numbers ------------------------------------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("value", "stored"),
    [("1.50", "1.50"), (12, "12"), (0.1, "0.1"), ("+3", "3"), ("007.5", "7.5"), ("-0.0", "0.0"), (1e-7, "0.0000001")],
)
def test_decimals_are_stored_exactly(value, stored):
    assert check(FieldKind.DECIMAL, value) == stored


@pytest.mark.parametrize(
    "value",
    [
        "１２",
        "12,5",
        "1e5",
        "much",
        ".5",
        "1.",
        "0x1",
        "١٢",
        "1.1234567891",
        0.1 + 0.2,
        float("nan"),
        float("inf"),
        True,
        [],
        "NaN",
    ],
)
def test_what_is_no_exact_number_is_refused(value):
    assert code(FieldKind.DECIMAL, value) in ("invalid_type", "required")


def test_full_width_digits_are_refused_with_a_clear_message():
    error = clean((field("x", FieldKind.DECIMAL),), {"x": "１２.５"}, today=TODAY).errors[0]
    assert error.text == Text("请使用半角数字（0-9）。", "Use half-width digits (0-9).")


@pytest.mark.parametrize("value", [1.0, 1.5, "1.0", "１", "one", True, "1 000", {}])
def test_whole_numbers_only(value):
    assert code(FieldKind.INTEGER, value) == "invalid_type"


def test_whole_numbers_from_text():
    assert check(FieldKind.INTEGER, " 12 ") == 12
    assert check(FieldKind.INTEGER, -3) == -3


@pytest.mark.parametrize("kind", [FieldKind.INTEGER, FieldKind.DECIMAL])
@pytest.mark.parametrize(
    ("value", "expected"), [(-1, "too_small"), (101, "too_large"), (10**400, "too_large"), (-(10**400), "too_small")]
)
def test_numbers_have_bounds(kind, value, expected):
    assert code(kind, value, minimum="0", maximum="100") == expected


def test_bounds_are_compared_exactly():
    assert check(FieldKind.DECIMAL, "0.3", maximum="0.3") == "0.3"
    assert code(FieldKind.DECIMAL, "0.300000001", maximum="0.3") == "too_large"


@pytest.mark.parametrize("value", ["true", 1, 0, "yes"])
def test_booleans_are_booleans(value):
    assert code(FieldKind.BOOLEAN, value) == "invalid_type"
    assert check(FieldKind.BOOLEAN, False) is False


# --- dates --------------------------------------------------------------------------------------------------------


def test_facts_lie_in_the_past_and_decided_dates_may_lie_ahead():
    assert check(FieldKind.DATE, "2026-11-20") == "2026-11-20"
    assert check(FieldKind.DATE, date(2026, 11, 20)) == "2026-11-20"
    assert code(FieldKind.DATE, "2026-11-21") == "future_date"
    assert check(FieldKind.DATE, "2026-11-21", future_allowed=True) == "2026-11-21"
    assert code(FieldKind.DATE, "2101-01-01", future_allowed=True) == "too_large"
    assert code(FieldKind.DATE, "1899-12-31") == "too_small"


def test_nothing_was_published_before_the_law():
    published = (field("appeared_on", FieldKind.DATE),)
    assert faults(published, {"appeared_on": "2002-12-31"}) == [("fields.appeared_on", "before_2003")]
    assert faults(published, {"appeared_on": "2003-01-01"}) == []
    assert check(FieldKind.DATE, "2002-12-31") == "2002-12-31"


@pytest.mark.parametrize(
    "value",
    ["2025-02-29", "20250228", "2025-2-8", "２０２５-01-01", "2025-W01-1", 20250101, "2025-01-01T00:00:00", True],
)
def test_what_is_no_day(value):
    assert code(FieldKind.DATE, value) == "invalid_type"


# --- choices, files, references -----------------------------------------------------------------------------------


def test_choices():
    assert check(FieldKind.CHOICE, "self", choices=ROUTES) == "self"
    assert code(FieldKind.CHOICE, "Self", choices=ROUTES) == "invalid_choice"
    assert check(FieldKind.CHOICES, ["entrusted", "self", "self"], choices=ROUTES) == ["self", "entrusted"]
    assert check(FieldKind.CHOICES, ["self", "x"], choices=ROUTES) == ("fields.x[1]", "invalid_choice")
    assert code(FieldKind.CHOICES, "self", choices=ROUTES) == "invalid_type"


def test_files_are_asked_for_once_and_named_where_unknown():
    asked = []

    def known(ids):
        asked.append(sorted(ids))
        return {FILE}

    fields = (field("plan", FieldKind.FILES), field("proof", FieldKind.FILES))
    payload = {"plan": [FILE.upper(), FILE], "proof": [FILE, OTHER_FILE]}
    cleaned = clean(fields, payload, today=TODAY, files_known=known)
    assert asked == [[FILE, OTHER_FILE]]
    assert [(error.path, error.code) for error in cleaned.errors] == [("fields.proof[1]", "unknown_file")]
    assert cleaned.values["plan"] == [FILE]
    assert cleaned.files == (FILE, OTHER_FILE)


def test_ids_are_uuids():
    assert check(FieldKind.FILES, ["../etc/passwd"]) == ("fields.x[0]", "invalid_uuid")
    assert code(FieldKind.FILES, FILE) == "invalid_type"
    assert code(FieldKind.REFERENCE, "42", register="auditor") == "invalid_uuid"
    assert check(FieldKind.REFERENCE, UUID(FILE), register="auditor") == FILE


def test_references_are_collected_with_their_register():
    fields = (
        field("staff", FieldKind.ROWS, columns=(field("auditor", FieldKind.REFERENCE, register="auditor"),)),
        field("duty", FieldKind.REFERENCE, register="step"),
        field("division", FieldKind.REFERENCE, register="division"),
    )
    payload = {"staff": [{"auditor": FILE}], "duty": "start_audit", "division": "320509"}
    assert clean(fields, payload, today=TODAY).references == (
        Reference("fields.staff[0].auditor", "auditor", FILE),
        Reference("fields.duty", "step", "start_audit"),
        Reference("fields.division", "division", "320509"),
    )
    assert code(FieldKind.REFERENCE, "Start audit", register="step") == "invalid_choice"


# --- rows ---------------------------------------------------------------------------------------------------------


def test_a_fault_in_a_row_names_the_cell():
    rows = field("emissions", FieldKind.ROWS, columns=(field("concentration", FieldKind.DECIMAL),))
    payload = {"emissions": [{"concentration": "1.5"}, {}, {"concentration": "much", "more": 1}, 5]}
    assert faults((rows,), payload) == [
        ("fields.emissions[1].concentration", "required"),
        ("fields.emissions[2].concentration", "invalid_type"),
        ("fields.emissions[2].more", "surplus"),
        ("fields.emissions[3]", "invalid_type"),
    ]


def test_rows_have_a_number():
    columns = (field("name"),)
    assert code(FieldKind.ROWS, [{"name": "a"}], columns=columns, minimum="2") == "too_small"
    assert code(FieldKind.ROWS, [{"name": "a"}] * 3, columns=columns, maximum="2") == "too_long"
    assert check(FieldKind.ROWS, [{"name": "a"}], columns=columns, minimum="1") == [{"name": "a"}]


# --- conditions ---------------------------------------------------------------------------------------------------

BY_ROUTE = (
    field("staff", only_if=("route", ("self",))),  # before the field it depends on
    field("route", FieldKind.CHOICE, choices=ROUTES),
    field("contract", only_if=("route", ("entrusted",))),
)


def test_a_field_of_the_other_route_is_neither_asked_for_nor_accepted():
    assert faults(BY_ROUTE, {"route": "self", "staff": "five"}) == []
    assert faults(BY_ROUTE, {"route": "self"}) == [("fields.staff", "required")]
    both = {"route": "self", "staff": "five", "contract": "x"}
    assert faults(BY_ROUTE, both) == [("fields.contract", "not_applicable")]
    assert faults(BY_ROUTE, {"route": "self", "staff": "five", "contract": ""}) == []


def test_a_faulty_condition_is_told_once():
    assert faults(BY_ROUTE, {"route": "both", "staff": "five"}) == [("fields.route", "invalid_choice")]


def test_the_route_of_the_case_answers_where_the_payload_does_not():
    only = (BY_ROUTE[0], BY_ROUTE[2])
    assert faults(only, {"contract": "x"}, context={"route": "entrusted"}) == []
    assert faults(only, {"contract": "x"}) == [("fields.contract", "not_applicable")]


def test_conditions_on_flags_and_sets():
    flagged = (field("done", FieldKind.BOOLEAN), field("done_on", FieldKind.DATE, only_if=("done", ("true",))))
    assert faults(flagged, {"done": False}) == []
    assert faults(flagged, {"done": True}) == [("fields.done_on", "required")]
    sets = (field("routes", FieldKind.CHOICES, choices=ROUTES), field("staff", only_if=("routes", ("self",))))
    assert faults(sets, {"routes": ["self", "entrusted"]}) == [("fields.staff", "required")]
    assert faults(sets, {"routes": ["entrusted"]}) == []


def test_fields_that_wait_for_each_other_do_not_hang():
    circle = (field("a", only_if=("b", ("1",))), field("b", only_if=("a", ("1",))))
    assert faults(circle, {"a": "1", "b": "1"}) == []


def test_fields_of_a_category():
    fields = (field("standard", only_categories=frozenset({Category.EXCEEDS_STANDARD, Category.EXCEEDS_QUOTA})),)
    assert faults(fields, {}, categories={Category.EXCEEDS_QUOTA}) == [("fields.standard", "required")]
    assert faults(fields, {}, categories={Category.ENERGY}) == []
    assert faults(fields, {"standard": "x"}, categories={Category.ENERGY}) == [("fields.standard", "not_applicable")]


# --- any JSON -----------------------------------------------------------------------------------------------------


@given(st.fixed_dictionaries({}, optional={one.key: JSON for one in ONE_OF_EACH}) | JSON)
def test_no_json_brings_it_down_and_what_it_accepts_it_accepts_again(payload):
    cleaned = clean(ONE_OF_EACH, payload, today=TODAY, categories={Category.ENERGY})
    assert {type(error.text) for error in cleaned.errors} <= {Text}
    text = canonical_json(cleaned.values)
    if not cleaned.errors:
        again = clean(ONE_OF_EACH, json.loads(text), today=TODAY, categories={Category.ENERGY})
        assert (again.values, again.errors) == (cleaned.values, ())


@given(st.sampled_from([step for found in registry.PROCEDURES.values() for step in found.steps]), st.data())
def test_no_row_of_the_law_has_fields_that_cannot_be_checked(step, data):
    keys = [one.key for one in step.fields]
    payload = data.draw(st.fixed_dictionaries({}, optional={key: JSON for key in keys}))
    cleaned = clean(step.fields, payload, today=TODAY, categories=set(Category), context={"route": "self"})
    assert canonical_json(cleaned.values).startswith("{")


@given(st.decimals(allow_nan=False, allow_infinity=False, min_value=0, max_value=10**17, places=3))
def test_decimals_come_back_as_the_same_number(number):
    assert Decimal(check(FieldKind.DECIMAL, format(number, "f"))) == number
