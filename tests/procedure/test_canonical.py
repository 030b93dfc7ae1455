"""The canonical text: one text for one value, nothing that programs write differently, and a chain that shows cuts."""

import json
from datetime import UTC, date, datetime
from decimal import Decimal
from uuid import UUID

import pytest
from hypothesis import given
from hypothesis import strategies as st

from audits.procedure.canonical import NotCanonicalError, canonical_json, chain_hash, digest
from audits.procedure.words import Category

JSON = st.recursive(
    st.none() | st.booleans() | st.integers() | st.text(st.characters(exclude_categories=["Cs"])),
    lambda inner: st.lists(inner) | st.dictionaries(st.from_regex(r"[a-z_]{1,8}", fullmatch=True), inner),
    max_leaves=20,
)


def test_the_form_is_fixed_for_ever():
    value = {"b": [1, True, None], "a": "企业", "on": date(2008, 8, 1), "by": UUID(int=1), "kg": Decimal("1.50")}
    text = '{"a":"企业","b":[1,true,null],"by":"00000000-0000-0000-0000-000000000001","kg":"1.50","on":"2008-08-01"}'
    assert canonical_json(value) == text
    assert digest(text) == "700f9a61d2a6c0f907dc4636a8f2112d14a10de69060d1af82080db3ec007d36"


@given(JSON)
def test_reading_and_writing_again_changes_nothing(value):
    text = canonical_json(value)
    assert canonical_json(json.loads(text)) == text


@given(st.dictionaries(st.from_regex(r"[a-z]{1,5}", fullmatch=True), st.integers() | st.text(), min_size=2))
def test_order_of_keys_does_not_matter(value):
    assert canonical_json(dict(reversed(value.items()))) == canonical_json(value)


def test_composed_and_decomposed_letters_are_one_text():
    assert canonical_json({"é": "é"}) == canonical_json({"e\u0301": "e\u0301"})


def test_enums_and_dates_are_their_values():
    assert (
        canonical_json([Category.ENERGY, datetime(2008, 8, 1, 9, tzinfo=UTC)])
        == '["energy","2008-08-01T09:00:00+00:00"]'
    )
    assert canonical_json({Category.ENERGY: 1}) == '{"energy":1}'
    assert canonical_json(Decimal("1E+3")) == '"1000"'


@pytest.mark.parametrize(
    "value",
    [
        1.5,
        float("nan"),
        {"deep": [0.1]},
        {1, 2},
        b"bytes",
        {1: "a"},
        {None: "a"},
        datetime(2008, 8, 1),  # noqa: DTZ001 - the naive datetime that must be refused
        Decimal("NaN"),
        {"é": 1, "e\u0301": 2},
        "\ud800",
        {"\udfff": 1},
        object(),
    ],
)
def test_what_has_no_single_text_is_refused(value):
    with pytest.raises(NotCanonicalError):
        canonical_json(value)


def test_each_link_covers_all_before_it():
    first = chain_hash("", "a")
    second = chain_hash(first, "b")
    assert second == digest(f"{first}\nb")
    assert len({first, second, chain_hash("", "b"), chain_hash(first, "a")}) == 4
