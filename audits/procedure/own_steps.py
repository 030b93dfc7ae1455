"""Rows that no text orders: rules of this product."""

from dataclasses import replace

from audits.procedure.actors import LIST_DECIDES
from audits.procedure.articles import own
from audits.procedure.schema import Step
from audits.procedure.words import Phase, Subject, Text


def own_step(key: str, zh: str, en: str, **more: object) -> Step:
    """A step of this product on a case, by the list authority where nothing else is said; `more` are columns."""
    row = Step(
        key=key,
        subject=Subject.CASE,
        phase=Phase.ORDERS,
        title=Text(zh, en),
        actor=LIST_DECIDES,
        basis=own(),
        optional=True,
    )
    return replace(row, **more)  # type: ignore[arg-type]
