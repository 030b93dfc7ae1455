"""One step on many cases at once, where every case would be told the same.

Offered are the steps of an authority that need no certifier and that require nothing of the single case: no field at
all but the date of the act and what one announcement says of itself. Files are left out (a paper belongs to one act).
Each case goes through the door by itself, on the version that was shown and under a key of its own which stands in the
form: sending the form again repeats nothing, and one refusal stops no other.
"""

import re
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, field
from typing import Any, NamedTuple
from uuid import UUID, uuid4

from django.contrib import messages
from django.http import Http404, HttpRequest, HttpResponse, QueryDict
from django.shortcuts import redirect
from django.urls import reverse
from django.utils import timezone

from accounts.models import Membership
from audits.api.actions import caution_text
from audits.api.bodies import RESERVED, split
from audits.api.errors import words
from audits.models import AuditCase
from audits.procedure.payloads import FieldError, clean
from audits.procedure.registry import PROCEDURES, title_of
from audits.procedure.schema import Field, FieldKind, Step
from audits.procedure.words import Party, Role, Subject, Text
from audits.web.base import PageView
from audits.web.boxes import Box, boxes, payload_of
from audits.web.refusals import sentences
from audits.web.registers import Options
from audits.workflow.actions import ActionStatus, actions_for
from audits.workflow.door import perform
from audits.workflow.errors import InvalidPayload, NotVisible, WorkflowError

MOST = 50  # a page of the list holds as many: all of it can be ticked
LONGEST_BACK = 1000
OF_ANNOUNCEMENT = frozenset({"review", "medium"})  # one page or paper names many enterprises: the same for all of them
ASKED_BESIDE = frozenset({"date", "reason"})
NONE_TICKED = Text("请先勾选案件并选择要办理的步骤。", "Tick some cases first, and choose the step to do.")
TOO_MANY = Text(
    "一次最多办理 {most} 个案件，您勾选了 {n} 个。请减少后再试。",
    "At most {most} cases can be done at once; you ticked {n}. Tick fewer and try again.",
)
NO_SUCH_STEP = Text("该案件的程序中没有这一步。", "The procedure of this case has no such step.")
BY_ITSELF = Text(
    "该案件的这一步须逐件填写，请在案件页面办理。", "For this case the step asks more: do it on the page of the case."
)
_SHOWN = re.compile(r"([0-9a-f-]{36}):([0-9]{1,9}):([0-9a-f]{32})")


class Shown(NamedTuple):
    """A case as the confirmation page had it: the version that was seen, and the key of its request."""

    case: UUID
    version: int
    key: str


@dataclass(frozen=True, slots=True)
class Line:
    """One ticked case on the confirmation page: `act` is sent back if the step is allowed, else `reasons` say why not."""

    case: AuditCase
    act: str = ""
    left_out: bool = False
    reasons: tuple[Text, ...] = ()


@dataclass(slots=True)
class Outcome:
    """What became of one case; `case` is None for one the reader may not see (any more)."""

    case: AuditCase | None
    done: bool = False
    replayed: bool = False
    told: list[str] = field(default_factory=list)


def is_for_many(step: Step) -> bool:
    """Whether every case would be told the same by this step (see the module docstring)."""
    return (
        step.subject == Subject.CASE
        and step.actor.party is Party.AUTHORITY
        and not step.certified
        and all(not one.required or one.key in {step.date_field, *OF_ANNOUNCEMENT} for one in step.fields)
    )


def steps_for_many(by: Membership) -> dict[str, Text]:
    """Steps a member may choose for many cases, with their titles. Whether a case admits one is asked case by case."""
    if by.organization.party != Party.AUTHORITY:
        return {}
    rows = (step for procedure in PROCEDURES.values() for step in procedure.steps)
    return {step.key: title_of(step.key) for step in rows if is_for_many(step) and Role(by.role) in step.actor.roles}


def asked(step: Step) -> tuple[tuple[Field, ...], tuple[Field, ...]]:
    """The fields of the step that are asked once for all cases, and those every act may carry."""
    own = {one.key for one in step.fields}
    dated = {"date"} if step.date_field in own else set()
    return (
        tuple(one for one in step.fields if one.kind is not FieldKind.FILES),
        tuple(one for one in RESERVED if one.key in ASKED_BESIDE - own - dated),
    )


class BulkView(PageView):
    """The ticked cases, each with what the door says of the step; then what became of each."""

    template = "web/cases/bulk.html"
    parties = frozenset({Party.AUTHORITY})
    action: str

    def shown(self, template: str = "", *, status: int = 200, **context: Any) -> HttpResponse:
        """The page, with the way back to the list as it was left."""
        return super().shown(template, status=status, back=self.back, cases=self.list_address, **context)

    @property
    def back(self) -> str:
        """The conditions of the list the ticks were set on."""
        given = self.request.POST if self.request.method == "POST" else self.request.GET
        return conditions(given.get("back", ""))

    @property
    def list_address(self) -> str:
        """The list of cases under these conditions."""
        return address_with("web-cases", self.back)

    def get(self, request: HttpRequest) -> HttpResponse:
        ticked = case_ids(request.GET.getlist("case"))
        self.action = request.GET.get("action", "")
        if not ticked or not self.action:
            messages.warning(request, words(NONE_TICKED))
            return redirect(self.list_address)
        self._check_step()
        if len(ticked) > MOST:
            return self._too_many(len(ticked))
        found = self._found(ticked)
        if not found:
            raise Http404
        cases = [found[one] for one in ticked if one in found]
        return self._confirm(cases, {}, {"date": timezone.localdate().isoformat()}, unknown=len(ticked) - len(cases))

    def post(self, request: HttpRequest) -> HttpResponse:
        self.action = request.POST.get("action", "")
        self._check_step()
        sent = [_SHOWN.fullmatch(text) for text in request.POST.getlist("act")]
        ids = [_uuid(one[1]) if one else None for one in sent]
        if None in ids:
            return self.shown("web/malformed.html", status=400)
        acts = {pk: Shown(pk, int(one[2]), one[3]) for pk, one in zip(ids, sent, strict=True) if pk and one}
        if not acts:
            messages.warning(request, words(NONE_TICKED))
            return redirect(self.list_address)
        if len(acts) > MOST:
            return self._too_many(len(acts))
        found = self._found(acts)
        if not found:
            raise Http404
        asking = ((case, self._step(case)) for case in found.values())
        first, step = next(((case, step) for case, step in asking if step is not None), (None, None))
        if first is None or step is None:
            raise Http404
        payload, reserved, errors = self._typed(step, request.POST, first)
        if errors:
            ticked = case_ids(request.POST.getlist("case"))
            found = self._found([*acts, *ticked][: 2 * MOST])
            told = payload_of(asked(step)[1], request.POST)
            return self._confirm(list(found.values()), payload, told, acts=acts, errors=errors, status=422)
        outcomes = [self._done(found.get(one.case), one, payload, reserved) for one in acts.values()]
        done = sum(one.done for one in outcomes)
        return self.shown(
            "web/cases/bulk_done.html",
            outcomes=outcomes,
            done=done,
            refused=len(outcomes) - done,
            step_title=title_of(self.action),
            status=200 if done else 409,
        )

    def _check_step(self) -> None:
        if self.action not in steps_for_many(self.membership):
            raise Http404

    def _too_many(self, count: int) -> HttpResponse:
        return self.shown(
            step_title=title_of(self.action), error=words(TOO_MANY).format(most=MOST, n=count), status=422
        )

    def _found(self, ids: Iterable[UUID]) -> dict[UUID, AuditCase]:
        """Those of the cases that the reader may see, in the order they were asked for."""
        rows = AuditCase.objects.visible_to(self.membership).select_related("enterprise", "site", "reporting_unit")
        found = rows.in_bulk(list(ids))
        return {pk: found[pk] for pk in ids if pk in found}

    def _status(self, case: AuditCase) -> ActionStatus | None:
        return next((one for one in actions_for(case, self.membership) if one.action == self.action), None)

    def _step(self, case: AuditCase) -> Step | None:
        status = self._status(case)
        return status.step if status is not None and is_for_many(status.step) else None

    def _typed(
        self, step: Step, post: QueryDict, case: AuditCase
    ) -> tuple[dict[str, Any], dict[str, Any], Sequence[FieldError]]:
        """What is told of all cases: payload, reserved values, and what is wrong with either."""
        fields, extra = asked(step)
        payload, today = payload_of(fields, post), timezone.localdate()
        errors: list[FieldError] = []
        reserved: dict[str, Any] = {}
        try:
            payload, reserved = split({**payload, **payload_of(extra, post)}, [step], today)
        except InvalidPayload as error:
            errors += error.details
        errors += clean(
            fields, payload, categories=frozenset(case.categories), today=today, context={"route": case.route}
        ).errors
        return payload, reserved, errors

    def _line(self, case: AuditCase, acts: Mapping[UUID, Shown] | None) -> tuple[Line, Step | None]:
        status = self._status(case)
        if status is None:
            return Line(case, reasons=(NO_SUCH_STEP,)), None
        if not is_for_many(status.step):
            return Line(case, reasons=(BY_ITSELF,)), None
        if not status.allowed:
            return Line(case, reasons=tuple(one.text for one in status.reasons)), status.step
        kept = (acts or {}).get(case.pk)
        act = kept or Shown(case.pk, case.version, uuid4().hex)
        return Line(case, f"{act.case}:{act.version}:{act.key}", acts is not None and kept is None), status.step

    def _confirm(
        self,
        cases: Sequence[AuditCase],
        payload: Mapping[str, Any],
        told: Mapping[str, Any],
        *,
        acts: Mapping[UUID, Shown] | None = None,
        errors: Sequence[FieldError] = (),
        unknown: int = 0,
        status: int = 200,
    ) -> HttpResponse:
        lines = [self._line(case, acts) for case in cases]
        first = next(((line.case, step) for line, step in lines if line.act and step is not None), None)
        drawn: list[Box] = []
        if first is not None:
            case, step = first
            fields, extra = asked(step)
            options = Options(self.membership, case, [])
            drawn = [
                *boxes(
                    fields,
                    {step.date_field: timezone.localdate().isoformat(), **payload},
                    errors=errors,
                    options=options,
                ),
                *boxes(extra, told, errors=errors, options=options),
            ]
        allowed = sum(bool(line.act) for line, _ in lines)
        return self.shown(
            action=self.action,
            step_title=title_of(self.action),
            lines=[line for line, _ in lines],
            allowed=allowed,
            refused=len(lines) - allowed,
            unknown=unknown,
            boxes=drawn,
            wrong=len(errors),
            most=MOST,
            status=status,
        )

    def _done(
        self, case: AuditCase | None, act: Shown, payload: Mapping[str, Any], reserved: Mapping[str, Any]
    ) -> Outcome:
        """One case through the door."""
        if case is None:
            return Outcome(None, told=[words(NotVisible.text)])
        try:
            result = perform(
                case,
                self.action,
                by=self.membership,
                payload=payload,
                expected_version=act.version,
                idempotency_key=act.key,
                **reserved,
            )
        except WorkflowError as error:
            return Outcome(case, told=sentences(error))
        return Outcome(case, True, result.replayed, [caution_text(code) for code in result.cautions])


def conditions(typed: str) -> str:
    """A query that was sent along to come back to, read and written anew: conditions, never an address."""
    return QueryDict(typed[:LONGEST_BACK]).urlencode()


def address_with(name: str, query: str) -> str:
    """A page of that name under these conditions."""
    return f"{reverse(name)}?{query}" if query else reverse(name)


def case_ids(given: Iterable[str]) -> list[UUID]:
    """The ids that were ticked, each once, in their order; what is no id is left out."""
    return list(dict.fromkeys(pk for pk in map(_uuid, given) if pk is not None))


def _uuid(text: str) -> UUID | None:
    try:
        return UUID(text)
    except ValueError:
        return None
