"""Payloads: what is accepted, what is refused and where, and that no JSON brings the check down."""

from datetime import date

from audits.procedure.payloads import clean
from audits.procedure.schema import Field, FieldKind
from audits.procedure.words import Text

TODAY = date(2026, 11, 20)


def field(key, kind=FieldKind.TEXT, **changes):
    return Field(key=key, label=Text(key, key), kind=kind, **changes)


def faults(fields, payload, **changes):
    return [(error.path, error.code) for error in clean(fields, payload, today=TODAY, **changes).errors]


def test_missing_and_surplus_fields_are_named():
    assert faults((field("plan"),), {"plam": "x"}) == [("fields.plan", "required"), ("fields.plam", "surplus")]


def test_a_fault_in_a_row_names_the_cell():
    rows = field("emissions", FieldKind.ROWS, columns=(field("concentration", FieldKind.DECIMAL),))
    payload = {"emissions": [{"concentration": "1.5"}, {"concentration": "2"}, {"concentration": "much"}]}
    assert faults((rows,), payload) == [("fields.emissions[2].concentration", "invalid_type")]
