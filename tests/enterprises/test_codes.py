"""Credit codes and organization codes: verdicts on real, wrong and impossible ones."""

import csv
from pathlib import Path

import pytest
from hypothesis import given
from hypothesis import strategies as st

from enterprises.codes import (
    Scheme,
    Verdict,
    check_code,
    check_credit_code,
    check_organization_code,
    embedded_organization_code,
    normalize,
    organization_check_character,
)

with (Path(__file__).parent / "data" / "uscc_examples.csv").open(encoding="utf-8", newline="") as file:
    EXAMPLES = list(csv.DictReader(file))
VERDICTS = {"valid": Verdict.OK}


@pytest.mark.parametrize("row", EXAMPLES, ids=[row["code"] for row in EXAMPLES])
def test_published_codes_get_the_verdict_known_for_them(row: dict[str, str]) -> None:
    check = check_credit_code(row["code"])
    assert check.verdict == VERDICTS.get(row["check_computed"], row["check_computed"])
    assert check.expected_check == row["expected_check_char"]
    assert len(check.value) == int(row["length"])
    if row["org_code_check_GB11714"] in ("yes", "no"):
        part = check_organization_code(row["code"][8:17]).verdict
        assert (part is Verdict.OK) == (row["org_code_check_GB11714"] == "yes")
    assert check.possible == (check.verdict in (Verdict.OK, Verdict.BAD_CHECK))


def test_letter_o_for_zero_is_proposed_and_never_applied() -> None:
    check = check_credit_code("91640300MA75WONY35")
    assert check.verdict is Verdict.BAD_CHAR
    assert check.value == "91640300MA75WONY35"
    assert check.bad_positions == (14,)
    assert check.proposals == ("91640300MA75W0NY35",)
    assert "'O' at position 14" in check.text.en


def test_nothing_is_proposed_that_would_not_be_right() -> None:
    assert check_credit_code("91640300MA75WONY36").proposals == ()


@pytest.mark.parametrize("given", ["", " ", "-", "—", "0", "无", "暂无", "N/A", "\u200b", "/"])
def test_words_for_none_are_missing(given: str) -> None:
    assert check_credit_code(given).verdict is Verdict.MISSING
    assert check_organization_code(given).verdict is Verdict.MISSING


@pytest.mark.parametrize(
    "given",
    [
        "９１１１０１０５７７１５８３２８３Ｄ",
        " 91110105 771583283 d",
        "91110105\u200b771583283D\ufeff",
        "91110105-77158328-3D",
    ],
)
def test_normalizing_keeps_every_character(given: str) -> None:
    check = check_credit_code(given)
    assert (check.value, check.verdict, check.changed) == ("91110105771583283D", Verdict.OK, True)


def test_a_letter_in_the_division_part_is_impossible() -> None:
    check = check_credit_code("91A10105771583283D")
    assert (check.verdict, check.bad_positions) == (Verdict.BAD_CHAR, (3,))


@pytest.mark.parametrize(
    ("given", "verdict", "expected"),
    [
        ("77158328-3", Verdict.OK, "3"),
        ("D2143569X", Verdict.OK, "X"),  # worked example of GB 11714
        ("771583284", Verdict.BAD_CHECK, "3"),
        ("7715832", Verdict.BAD_LENGTH, ""),
        ("77158328A", Verdict.BAD_CHAR, ""),
    ],
)
def test_organization_codes(given: str, verdict: Verdict, expected: str) -> None:
    check = check_organization_code(given)
    assert (check.verdict, check.expected_check) == (verdict, expected)


def test_the_scheme_follows_the_length() -> None:
    assert check_code("77158328-3").scheme is Scheme.ORGANIZATION_CODE
    assert check_code("91110105771583283D").scheme is Scheme.USCC
    assert check_code("330100000000123").verdict is Verdict.BAD_LENGTH  # a business licence number


def test_the_organization_code_inside_a_credit_code() -> None:
    assert embedded_organization_code("91110105771583283D") == "771583283"
    assert embedded_organization_code("91640000788225076K") == ""  # fails its own check
    assert embedded_organization_code("") == ""


@given(st.text(alphabet="0123456789ABCDEFGHJKLMNPQRTUWXY", min_size=8, max_size=8))
def test_one_wrong_character_never_passes(body: str) -> None:
    check_character = organization_check_character(body)
    assert check_organization_code(body + check_character).verdict is Verdict.OK
    for other in set("0123456789X") - {check_character}:
        assert check_organization_code(body + other).verdict is Verdict.BAD_CHECK


@given(st.text(max_size=40))
def test_any_text_gets_a_verdict(text: str) -> None:
    check = check_code(text)
    assert check.value == normalize(text)
    assert (check.verdict is Verdict.MISSING) == (check.value == "")
    assert check.text.zh or check.verdict is Verdict.OK
