"""Regime A before document 151: the bare law (2003-01-01 to 2004-09-30), then Order 16 (to 2005-12-12).

The one month, two months and one year run since Order 16, the 45 working days and the head-counts only since document
151 (law text 19.5). Each row here is the later row with another article, other dates and, where none was set, no
period. What the later texts only name, and nobody forbade before, is recorded as a rule of this product. The interval
between two audits is Order 16's, so before it no next round is proposed.
"""

from dataclasses import replace
from datetime import date, timedelta

from audits.procedure.articles import ORDER_16_FROM, UNCERTAIN, law_2002, order_16, own
from audits.procedure.common import PROPOSE_NEXT_ROUND, REGISTER
from audits.procedure.regime_a import audit, listing, report, review
from audits.procedure.regime_a.listing import SINCE_151
from audits.procedure.schema import Article, Step

_LAW_UNTIL = ORDER_16_FROM - timedelta(days=1)
_ORDER_UNTIL = SINCE_151 - timedelta(days=1)


def _law(step: Step, article: Article, *rows: str) -> Step:
    """The duty under the bare law: no period, no orders by document 151."""
    return replace(
        step,
        basis=article,
        rows=rows,
        since=None,
        until=_LAW_UNTIL,
        due=None,
        guards=tuple(name for name in step.guards if not name.endswith("_151")),
        missed_actions=tuple(name for name in step.missed_actions if name != "order_audit"),
    )


def _order(step: Step, article: Article, *rows: str) -> Step:
    """The duty under Order 16, with its period."""
    return replace(
        _law(step, article, *rows),
        since=ORDER_16_FROM,
        until=_ORDER_UNTIL,
        due=step.due,
    )


def _unnamed(step: Step, until: date) -> Step:
    """The step before any text named it."""
    return replace(step, basis=own(), rows=(), since=None, until=until)


_CHAIN = (
    listing.NOMINATE,
    listing.SUBMIT_NOMINATIONS,
    listing.VERIFY,
    listing.DROP,
    listing.RETURN_NOMINATIONS,
    listing.CONFIRM,
)
EARLY_LISTING: tuple[Step, ...] = (
    *(_law(step, law_2002("17"), *step.rows) for step in _CHAIN),
    *(_order(step, order_16("9"), *step.rows) for step in _CHAIN),
    _law(listing.PUBLISH, law_2002("17"), "A05"),
    _order(listing.PUBLISH, order_16("9"), "A05", "O16-9"),
)
EARLY_CASE: tuple[Step, ...] = (
    _order(audit.NOTIFY, order_16("9"), "A06", "O16-9"),
    _law(audit.DISCLOSE, law_2002("31"), "A07"),
    _order(audit.DISCLOSE, order_16("10"), "A07", "O16-10"),
    _law(audit.START_AUDIT, law_2002("28"), "A10"),
    _order(audit.START_AUDIT, order_16("11"), "A10", "O16-11"),
    _law(audit.COMPLETE_AUDIT, law_2002("28"), "A12"),
    _order(audit.COMPLETE_AUDIT, order_16("16, 17"), "A12", "O16-16-17"),
    _law(report.SUBMIT_REPORT, law_2002("28(3)"), "A13"),
    _order(report.SUBMIT_REPORT, order_16("16, 17"), "A13", "O16-16-17"),
    _law(report.RECEIVE_REPORT, law_2002("28(3)"), "A13"),
    _order(report.RECEIVE_REPORT, order_16("16, 17"), "A13", "O16-16-17"),
    _law(report.RETURN_REPORT, law_2002("28(3)"), "G02"),
    _order(report.RETURN_REPORT, order_16("16, 17"), "G02"),
    _law(REGISTER, law_2002("28"), "O16-6-7"),
    _unnamed(audit.CHECK_DISCLOSURE, _LAW_UNTIL),
    _unnamed(audit.COMPLETE_STAGE, _LAW_UNTIL),
    _unnamed(report.RECORD_IMPLEMENTATION, _ORDER_UNTIL),
    _unnamed(
        review.ORDER_REDO, review.REVIEW_RESULTS_UNTIL
    ),  # after a review of results under document 151, which names no redo
    _order(PROPOSE_NEXT_ROUND, order_16("11", UNCERTAIN), "A19", "O16-11"),
)
