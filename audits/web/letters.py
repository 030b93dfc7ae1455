"""Written notices to the enterprises of a published list: one page each, to be printed, with the code of first access.

The letter is in Chinese whatever the reader's language: it goes to the enterprise.
"""

from collections.abc import Collection, Mapping
from dataclasses import dataclass
from datetime import date, datetime
from typing import Any
from uuid import UUID

from django.db.models import Prefetch
from django.http import Http404, HttpRequest, HttpResponse
from django.urls import reverse
from django.utils import timezone

from accounts import activation
from accounts.errors import CodeUnavailable
from accounts.models import ActivationCode, Membership
from audits.models import AuditCase, Deadline
from audits.procedure import registry
from audits.procedure.explanations import citation
from audits.procedure.fields import CATEGORY_NAMES
from audits.procedure.schema import Article
from audits.procedure.words import Category, EntryStatus, Function, Line, Mark, Party
from audits.web.lists import OneListPage
from enterprises.competence import competence_map
from enterprises.models import KeyEnterpriseList, Listing

SIZE = 50


@dataclass(frozen=True, slots=True)
class Duty:
    """One line of the letter."""

    title: str
    due_on: date
    basis: str
    doubtful: bool
    missed: str


@dataclass(frozen=True, slots=True)
class Letter:
    """One enterprise's notice, from the authority competent for its place whoever prints it. `code` is empty where none is
    open or the reader may not hand it out."""

    entry: Any
    case: Any
    categories: str
    duties: list[Duty]
    opened: bool
    code: str
    valid_until: date | None
    sender: str


class LettersView(OneListPage):
    """The letters of a list, to be printed. Never kept by the browser: the codes open accounts."""

    template = "web/lists/letters.html"
    parties = frozenset({Party.AUTHORITY})
    part = "letters"

    def get(self, request: HttpRequest, subject_id: UUID) -> HttpResponse:
        row = self.find(subject_id)
        if row.published_on is None:
            raise Http404
        rows = Listing.objects.visible_to(self.membership).filter(list=row, status=EntryStatus.PUBLISHED.value)
        rows = rows.select_related("enterprise", "site", "enterprise__organization").defer("source_row")
        chosen = request.GET.get("entry", "")
        if chosen:
            try:
                rows = rows.filter(pk=UUID(chosen))
            except ValueError:
                raise Http404 from None
        page = self.page(rows, "created_at", "id", size=SIZE)
        now = timezone.now()
        handed = may_hand_out(row, page.rows, self.membership, timezone.localdate(now))
        answer = self.about(
            row,
            page=page,
            letters=letters_of(row, page.rows, handed, now),
            may_codes=bool(handed),
            size=SIZE,
            activation_address=request.build_absolute_uri(reverse("web-activate")),
            sign_in_address=request.build_absolute_uri(reverse("account_login")),
        )
        answer["Cache-Control"] = "private, no-store"
        return answer


def may_hand_out(row: KeyEnterpriseList, entries: Collection[Any], by: Membership, on: date) -> frozenset[UUID]:
    """Ids of the entries whose code the reader may print: of the authority that publishes the list, or of one that
    supervises the site (the one that may also issue the code anew)."""
    if not activation.may_supervise(by):
        return frozenset()
    if row.authority_id == by.organization_id:
        return frozenset(entry.pk for entry in entries)
    scopes = {entry.scope_code for entry in entries}
    held: set[str] = set()
    for line in Line:
        competent = competence_map(scopes, [Function.SUPERVISE], on, line=line)
        held |= {scope for (scope, _), one in competent.items() if one and one.organization_id == by.organization_id}
    return frozenset(entry.pk for entry in entries if entry.scope_code in held)


def letters_of(
    row: KeyEnterpriseList, entries: Collection[Any], handed: Collection[UUID], now: datetime
) -> list[Letter]:
    """The letters of some entries. A constant number of queries."""
    scopes = {one.scope_code for one in entries}
    notifying = competence_map(scopes, [Function.SUPERVISE], timezone.localdate(now), line=Line(row.line))
    senders = {scope: one.organization.name for (scope, _), one in notifying.items() if one is not None}
    owed = Deadline.objects.filter(party=Party.ENTERPRISE.value, void=False).order_by("due_on", "key")
    cases = AuditCase.objects.filter(listing__in=[one.pk for one in entries])
    by_entry = {case.listing_id: case for case in cases.prefetch_related(Prefetch("deadlines", queryset=owed))}
    organizations = {one.enterprise.organization_id for one in entries}
    codes = {
        one.organization_id: one for one in ActivationCode.objects.open(now).filter(organization_id__in=organizations)
    }
    joined = Membership.objects.filter(organization_id__in=organizations, removed_at=None)
    opened = set(joined.values_list("organization_id", flat=True))
    return [
        _letter(one, by_entry.get(one.pk), codes, opened, one.pk in handed, now, senders.get(one.scope_code, ""))
        for one in entries
    ]


def _letter(
    entry: Any,
    case: Any,
    codes: Mapping[UUID, ActivationCode],
    opened: Collection[UUID],
    handed: bool,
    now: datetime,
    sender: str,
) -> Letter:
    organization = entry.enterprise.organization_id
    held = codes.get(organization) if handed and organization not in opened else None
    try:
        code = activation.code_of(held, now) if held is not None else ""
    except CodeUnavailable:
        code = ""
    return Letter(
        entry,
        case,
        "、".join(CATEGORY_NAMES[Category(one)].zh for one in entry.categories),
        [_duty(one) for one in case.deadlines.all()] if case is not None else [],
        organization in opened,
        code,
        timezone.localdate(held.expires_at) if held is not None and code else None,
        sender,
    )


def _duty(row: Deadline) -> Duty:
    steps = registry.find(row.step)
    step = steps[-1] if steps else None
    title = (step.title_enterprise or step.title).zh if step is not None else row.step
    mark = Mark(row.detail["mark"])
    basis = "" if mark is Mark.OWN else citation(Article(row.detail["document"], row.detail["article"], mark)).zh
    missed = step.missed.zh if step is not None and step.missed is not None else ""
    return Duty(title, row.due_on, basis, mark in (Mark.RECALLED, Mark.UNCERTAIN), missed)
