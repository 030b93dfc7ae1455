"""Every row of the law text is named or explained; nothing is named that the law text does not have."""

from pathlib import Path

from audits.procedure.registry import PROCEDURES
from audits.procedure.rows import NOT_MODELLED, named_rows, rows_of
from audits.procedure.words import Mark

LAW = (Path(__file__).parents[2] / "docs" / "law" / "regulations.md").read_text(encoding="utf-8")
ROWS = rows_of(LAW)


def test_the_law_text_is_read_whole():
    """Counts per family as they stand in the text; a changed copy must be looked at."""
    families = {
        family: sum(row.startswith(family) for row in ROWS)
        for family in ("A", "O16-", "G", "P", "O38-", "V", "D-", "E")
    }
    assert families == {"A": 22, "O16-": 14, "G": 13, "P": 8, "O38-": 28, "V": 17, "D-": 6, "E": 9}
    assert len(set(ROWS)) == len(ROWS)


def test_no_row_is_missing_and_none_is_invented():
    named = set(named_rows())
    assert set(ROWS) - named - set(NOT_MODELLED) == set()
    assert (named | set(NOT_MODELLED)) - set(ROWS) == set()


def test_a_row_is_either_modelled_or_not():
    assert set(named_rows()) & set(NOT_MODELLED) == set()


def test_every_reason_is_given_in_both_languages():
    assert [row for row, reason in NOT_MODELLED.items() if not (reason.zh and reason.en)] == []


def test_no_step_without_row_or_own_mark():
    bare = [
        (procedure.key, step.key)
        for procedure in PROCEDURES.values()
        for step in procedure.steps
        if not step.rows and step.basis.mark is not Mark.OWN
    ]
    assert bare == []


def test_rules_of_this_product_name_no_statute():
    wrong = [
        step.key
        for procedure in PROCEDURES.values()
        for step in procedure.steps
        if (step.basis.mark is Mark.OWN) != (step.basis.document == "cpaudit")
    ]
    assert wrong == []
