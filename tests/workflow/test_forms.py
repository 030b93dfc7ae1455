"""Texts that are filled in say exactly what the canonical text of the whole body says."""

from uuid import uuid4

import pytest

from audits.procedure.canonical import canonical_json
from audits.workflow.events import Form


def body(first: str, second: str) -> dict[str, object]:
    return {
        "subject": ["case", first],
        "payload": {"listing": second, "medium": '《新华日报》"第1版"\n', "z": None},
        "request": {"key": f"{'0' * 64}:{second}", "digest": "é"},  # in NFC once it is canonical
        "again": [first, {"b": 1, "a": first}],
    }


def test_a_filled_form_is_the_canonical_text() -> None:
    form = Form(body(Form.mark(0), Form.mark(1)))
    for _ in range(3):
        first, second = str(uuid4()), str(uuid4())
        assert form.text(first, second) == canonical_json(body(first, second))


@pytest.mark.parametrize("bad", ['a"b', "a\\b", "é", "", "a b", "a\n"])
def test_what_json_would_write_otherwise_is_refused(bad: str) -> None:
    form = Form(body(Form.mark(0), Form.mark(1)))
    with pytest.raises(ValueError, match="is no id"):
        form.text(bad, "x")
