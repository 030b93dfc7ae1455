"""Every plausibility rule at its borders: what it doubts, what it leaves alone, and when it has nothing to say."""

from decimal import Decimal
from typing import Any

import pytest

from audits.procedure.words import CostClass, Mark
from audits.statistics.metrics import Effect, investment_actual, options_done, planned
from audits.statistics.plausibility import RULES, THRESHOLDS, Peers, Seen, doubts

WATER, WASTE, COD = Effect.WATER_SAVED, Effect.WASTEWATER_CUT, Effect.COD_CUT
SAVING = Effect.BENEFIT_SAVING
NO_OPTIONS = {options_done(one): "0" for one in CostClass}
NO_MONEY = {investment_actual(one): "0" for one in CostClass}


def exact(figures: dict[Any, Any]) -> dict[str, Decimal]:
    return {key: Decimal(value) for key, value in figures.items()}


def found(rule: str, figures: dict[Any, Any], last_year: Any = None, others: Any = (), unfinished: bool = False) -> Any:
    """The metrics the rule doubts."""
    own = exact(figures)
    peers = Peers([own, *map(exact, others)]) if others else Peers()
    seen = Seen(own, exact(last_year or {}), peers, unfinished)
    return [one.metric for one in doubts(seen) if one.rule.key == rule]


def test_a_rule_says_in_both_languages_what_it_looks_at_and_what_to_check() -> None:
    for key, rule in RULES.items():
        assert (rule.key, rule.mark, rule.finds.__name__) == (key, Mark.OWN, key)
        for text in (rule.message, rule.looks_at):
            assert text.zh
            assert text.en
            assert text.zh != text.en
    assert {one.mark for one in THRESHOLDS.values()} == {Mark.OWN}


def test_nothing_told_is_nothing_doubted() -> None:
    assert doubts(Seen({})) == []
    assert doubts(Seen(exact(dict.fromkeys([*NO_OPTIONS, *NO_MONEY, *Effect], "0")))) == []


# --- columns of one row ---------------------------------------------------------------------------------------------


@pytest.mark.parametrize(("cut", "doubted"), [("100", []), ("100.001", [WASTE]), ("60462646700", [WASTE])])
def test_waste_water_is_compared_with_water(cut: str, doubted: list[str]) -> None:
    assert found("wastewater_exceeds_water_use", {WATER: "10", WASTE: cut}) == doubted
    assert found("wastewater_exceeds_water_use", {WATER: "0", WASTE: cut}) == []
    assert found("wastewater_exceeds_water_use", {WASTE: cut}) == []


def test_saving_without_investment() -> None:
    rule = "saving_without_investment"
    assert found(rule, {SAVING: "1", **NO_MONEY}) == [SAVING]
    assert found(rule, {SAVING: "0", **NO_MONEY}) == []
    assert found(rule, {SAVING: "1", **NO_MONEY, investment_actual(CostClass.LOW): "0.001"}) == []
    partly = {key: value for key, value in NO_MONEY.items() if key != investment_actual(CostClass.HIGH)}
    assert found(rule, {SAVING: "1", **partly}) == []  # investment is not known


def test_effects_without_options() -> None:
    rule = "effects_without_options"
    assert found(rule, {WATER: "1", COD: "0.001", SAVING: "5", **NO_OPTIONS}) == [WATER, COD]
    assert found(rule, {WATER: "1", **NO_OPTIONS, options_done(CostClass.NONE): "1"}) == []
    assert found(rule, {planned(WATER): "1", **NO_OPTIONS}) == []  # only planned
    assert found(rule, {WATER: "1"}) == []  # options are not told


def test_verified_exceeds_planned() -> None:
    rule = "verified_exceeds_planned"
    assert found(rule, {planned(COD): "1", COD: "10"}) == []
    assert found(rule, {planned(COD): "1", COD: "10.001"}) == [COD]
    assert found(rule, {planned(COD): "0", COD: "10.001"}) == []


def test_benefit_out_of_proportion() -> None:
    rule, spent = "benefit_out_of_proportion", {**NO_MONEY, investment_actual(CostClass.LOW): "2"}
    assert found(rule, {SAVING: "200", **spent}) == []
    assert found(rule, {SAVING: "200.001", **spent}) == [SAVING]
    assert found(rule, {SAVING: "200.001", **NO_MONEY}) == []  # the other rule's
    assert found(rule, {SAVING: "200.001"}) == []


# --- against last year ----------------------------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("now", "doubted"),
    [("1000", False), ("1000.001", True), ("10", False), ("9.999", True), ("0", False), ("499000", True)],
)
def test_a_jump_is_more_than_tenfold_either_way(now: str, doubted: bool) -> None:
    assert found("jump_against_last_year", {WATER: now}, {WATER: "100"}) == ([WATER] if doubted else [])
    assert found("jump_against_last_year", {WATER: now}, {WATER: "0"}) == []
    assert found("jump_against_last_year", {WATER: now}, {COD: "100"}) == []


def test_counts_may_jump_and_an_unfinished_year_may_be_small() -> None:
    assert found("jump_against_last_year", {"listed": "5000"}, {"listed": "1"}) == []
    assert found("jump_against_last_year", {WATER: "1"}, {WATER: "100"}, unfinished=True) == []
    assert found("jump_against_last_year", {WATER: "3000"}, {WATER: "100"}, unfinished=True) == [WATER]


@pytest.mark.parametrize(
    ("factor", "slipped"),
    [
        ("499.9", False),
        ("500", True),
        ("2000", True),
        ("2001", False),
        ("4999", False),
        ("5000", True),
        ("10000", True),
        ("20000", True),
        ("20001", False),
        ("1000000", False),
        ("50000000", True),
        ("200000000", True),
        ("200000001", False),
    ],
)
def test_a_slip_of_the_unit_is_about_a_thousand_ten_thousand_or_a_hundred_million(factor: str, slipped: bool) -> None:
    other = "jump_against_last_year"
    for now, before in ((factor, "1"), ("1", factor)):
        assert found("unit_slip", {WATER: now}, {WATER: before}) == ([WATER] if slipped else [])
        assert found(other, {WATER: now}, {WATER: before}) == ([] if slipped else [WATER])  # never both
    assert found("unit_slip", {WATER: "1"}, {WATER: factor}, unfinished=True) == []


# --- between places -------------------------------------------------------------------------------------------------


def of(cases: int, water: str) -> dict[str, str]:
    return {"completed": str(cases), WATER: water}


ORDINARY = [of(2, "200"), of(1, "90"), of(10, "1000"), of(4, "440"), of(3, "300")]  # 90 to 110 a case


@pytest.mark.parametrize(
    ("own", "doubted"),
    [
        (of(1, "1000"), False),
        (of(1, "1001"), True),
        (of(10, "100"), False),
        (of(10, "99"), True),
        (of(0, "1001"), False),
    ],
)
def test_a_figure_per_case_is_compared_with_the_median_of_six_units(own: dict[str, str], doubted: bool) -> None:
    assert found("per_case_out_of_line", own, others=ORDINARY) == ([WATER] if doubted else [])
    assert found("per_case_out_of_line", own, others=ORDINARY[:4]) == []  # five say nothing


def test_a_slip_shows_per_case_too() -> None:
    assert found("unit_slip", of(1, "1000000"), others=ORDINARY) == [WATER]
    assert found("per_case_out_of_line", of(1, "1000000"), others=ORDINARY) == []  # never both
    assert found("unit_slip", of(1, "1000000"), others=ORDINARY[:4]) == []


def test_an_outlier_is_measured_by_what_does_not_follow_it() -> None:
    rule = "outlier_between_units"
    many = [{COD: str(value)} for value in (80, 90, 95, 100, 105, 110, 120, 130)]
    # The deviation is small, so the floor of 0.15 decades holds: 3.5 x 0.15 = a factor of 3.3 above the median of 105.
    assert found(rule, {COD: "350"}, others=many) == []
    assert found(rule, {COD: "360"}, others=many) == [COD]
    assert found(rule, {COD: "1"}, others=many) == []  # small places exist
    assert found(rule, {COD: "100000"}, others=many[:7]) == []  # eight say nothing
    wide = [{COD: str(10**power)} for power in range(8)]
    assert found(rule, {COD: "100000000000"}, others=wide) == []  # where all are far apart, none is outside
    two = [*many, {COD: "90000"}]
    assert found(rule, {COD: "100000"}, others=two) == [COD]  # a second outlier hides neither
