"""An enterprise opens a voluntary audit or a pilot for one of its sites: the form of the step `register`."""

from typing import Any
from uuid import uuid4

from django.contrib import messages
from django.http import HttpRequest, HttpResponse, QueryDict
from django.shortcuts import redirect
from django.utils import timezone

from audits.api.bodies import OF_DRAFTS, RESERVED, split, without_draft
from audits.api.errors import words
from audits.procedure.payloads import FieldError
from audits.procedure.registry import PROCEDURES, regime_on
from audits.procedure.schema import Field, Step
from audits.procedure.words import CaseKind, Party, Subject, Text
from audits.web.base import PageView
from audits.web.boxes import boxes, payload_of
from audits.web.registers import Options, Pair
from audits.web.subjects import staged
from audits.workflow.errors import InvalidPayload, Refusal, WorkflowError
from audits.workflow.opening import open_case
from enterprises.models import Site

OPENED = Text("已登记，案件已建立。", "Registered: the case is open.")


class OwnSites(Options):
    """Choices of a form that has no subject yet: the sites of the enterprise itself."""

    def _site(self) -> list[Pair] | None:
        rows = Site.objects.visible_to(self.by).open().order_by("name", "id")
        return [(str(one.pk), " ".join(filter(None, (one.name, one.address)))) for one in rows]


def register_step() -> Step | None:
    """The row of `register` in force today."""
    steps = PROCEDURES[regime_on(timezone.localdate())].steps
    return next((one for one in steps if one.key == "register" and one.subject is Subject.CASE), None)


class RegisterView(PageView):
    """Open a case without a list."""

    template = "web/register.html"
    parties = frozenset({Party.ENTERPRISE})

    def get(self, request: HttpRequest) -> HttpResponse:
        kind = request.GET.get("kind", CaseKind.VOLUNTARY.value)
        return self._form({"kind": kind}, {"date": timezone.localdate().isoformat()})

    def post(self, request: HttpRequest) -> HttpResponse:
        step = register_step()
        if step is None:
            return self._form({}, {})
        post: QueryDict = request.POST.copy()
        faults = staged(request, post, self.membership)
        payload, told = payload_of(step.fields, post), payload_of(self._extra(step), post)
        if faults:
            return self._form(payload, told, faults, status=422)
        try:
            body, reserved = split({**payload, **told}, [step], timezone.localdate())
            result = open_case(
                by=self.membership,
                payload=body,
                idempotency_key=post.get("key") or uuid4().hex,
                **without_draft(reserved),
            )
        except WorkflowError as error:
            details = error.details if isinstance(error.details, list | tuple) else []
            wrong = [one for one in details if isinstance(one, FieldError)]
            shown = [one.text for one in details if isinstance(one, Refusal)] or [error.text]
            status = 422 if isinstance(error, InvalidPayload) else 409
            return self._form(payload, told, wrong, shown, status=status)
        messages.success(request, words(OPENED))
        return redirect("web-case", result.subject_id)

    def _extra(self, step: Step) -> tuple[Field, ...]:
        own = {one.key for one in step.fields}
        return tuple(one for one in RESERVED if one.key not in own | OF_DRAFTS)

    def _form(
        self,
        payload: dict[str, Any],
        told: dict[str, Any],
        faults: list[FieldError] | None = None,
        shown: list[Text] | None = None,
        status: int = 200,
    ) -> HttpResponse:
        step = register_step()
        options = OwnSites(self.membership, None)
        return self.shown(
            step=step,
            boxes=boxes(step.fields, payload, errors=faults or (), options=options) if step else [],
            extra=boxes(self._extra(step), told, errors=faults or (), options=options) if step else [],
            errors=shown or [],
            wrong=len(faults or []),
            key=uuid4().hex,
            may=step is not None and self.membership.role in step.actor.roles,
            status=status,
        )
