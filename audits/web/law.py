"""The procedure tables as a page: what the law asks of whom, by when, and where that stands."""

from collections.abc import Iterator
from dataclasses import dataclass

from django.http import Http404, HttpRequest, HttpResponse
from django.utils import timezone

from audits.procedure.articles import DOCUMENTS
from audits.procedure.describe import due_in_words, not_before_in_words
from audits.procedure.predicates import REASONS
from audits.procedure.registry import PROCEDURES, regime_on
from audits.procedure.schema import Procedure, Step
from audits.procedure.words import Phase, RegimeKey, Subject, Text
from audits.web.base import PageView

SUBJECTS = {
    Subject.LIST: Text("名单", "Lists"),
    Subject.CASE: Text("案件", "Cases"),
    Subject.DUTY: Text("主管部门年度职责", "Yearly duties of authorities"),
}


@dataclass(frozen=True, slots=True)
class LawStep:
    """One row of the law as the page tells it."""

    step: Step
    document: Text | str
    dues: list[Text]
    not_before: Text | None
    conditions: list[Text]


class LawView(PageView):
    """One regime (the one in force, unless another is asked for); each step has the anchor `step-<key>`."""

    template = "web/law/regime.html"

    def get(self, request: HttpRequest, regime: str = "") -> HttpResponse:
        key = regime or regime_on(timezone.localdate())
        if key not in set(RegimeKey):
            raise Http404
        procedure = PROCEDURES[RegimeKey(key)]
        cited = {step.basis.document for step in procedure.steps}
        return self.shown(
            procedure=procedure,
            procedures=PROCEDURES.values(),
            groups=list(groups(procedure)),
            sources=[(name, document) for name, document in DOCUMENTS.items() if name in cited],
        )


def groups(procedure: Procedure) -> Iterator[tuple[str, Text, str, list[LawStep]]]:
    """Steps by subject and phase, in reading order: an anchor, the subject, the phase, the steps."""
    for subject in (Subject.LIST, Subject.CASE, Subject.DUTY):
        rows = [step for step in procedure.steps if step.subject is subject]
        for phase in Phase:
            steps = [told(step) for step in rows if step.phase is phase]
            if steps:
                yield f"{subject.value}-{phase.value}", SUBJECTS[subject], phase.value, steps


def told(step: Step) -> LawStep:
    """A row with its sentences."""
    document = DOCUMENTS.get(step.basis.document)
    return LawStep(
        step,
        document.name if document is not None else step.basis.document,
        [due_in_words(due) for due in (step.due, *step.decided_dues) if due is not None],
        not_before_in_words(step.not_before) if step.not_before is not None else None,
        [REASONS[name] for name in step.when],
    )
