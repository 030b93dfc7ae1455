"""The people of one's organization, hand-over of an account, and new activation codes."""

from typing import Any
from uuid import UUID

from django.contrib import messages
from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import redirect
from django.utils import timezone
from rest_framework.exceptions import NotFound

from accounts import activation, handover, memberships
from accounts.api import serializers as shapes
from accounts.api.members import handovers_for, supervised
from accounts.models import HandoverState, Membership
from audits.api.errors import words
from audits.procedure.words import ROLES_OF_PARTY, Party, Role, Text
from audits.web.base import PageView
from audits.web.refusals import REFUSALS, by_field, checked, complain, sentences
from enterprises.enterprise_search import find
from enterprises.models import Enterprise

MOST_FOUND = 10
NAMED = Text(
    "已授权 {name}。若是新账户，系统已发邮件请其设置密码。",
    "{name} now has access. A new account gets a mail with a link to set its password.",
)
REMOVED = Text("已取消 {name} 的权限，记录保留。", "Access of {name} is taken away; the record stays.")
ASKED = Text(
    "移交申请已提交，由负责监督的主管部门决定。", "The hand-over is asked for; the supervising authority decides."
)
DECIDED = Text("已作出决定并记录。", "The decision is made and on record.")
OPENED = Text("已有人登录；如需更换管理员，请用账户移交", "somebody can sign in already; use a hand-over")
NOT_YOURS = Text("由另一主管部门负责", "another authority supervises it")
STATES = {
    HandoverState.REQUESTED.value: Text("待决定", "to be decided"),
    HandoverState.APPROVED.value: Text("已同意", "approved"),
    HandoverState.REFUSED.value: Text("未同意", "refused"),
}


class MembersPage(PageView):
    """The page and what its forms share; what may be done with whom is asked of `accounts`."""

    template = "web/members/members.html"

    @property
    def administers(self) -> bool:
        """Whether the reader names and removes the people of the organization."""
        return Role(self.membership.role) in memberships.ADMINISTERING_ROLES

    def whole(self, status: int = 200, **context: Any) -> HttpResponse:
        """The page, with what was typed and refused."""
        today, by = timezone.localdate(), self.membership
        people = Membership.objects.in_organization(by.organization).select_related("user", "granted_by", "removed_by")
        if not self.administers:
            people = people.active(today)
        decides = activation.may_supervise(by)
        asked = handovers_for(by) if decides or self.administers else None
        opened = asked.select_related("organization", "requested_by", "decided_by__user") if asked is not None else ()
        return self.shown(
            status=status,
            administers=self.administers,
            decides=decides,
            page=self.page(people, "-granted_at", "-pk", size=50),
            active={one.pk for one in people.active(today)},
            roles=[role.value for role in ROLES_OF_PARTY[self.party]],
            handovers=opened[:50] if asked is not None else (),
            states=STATES,
            may_ask=self.party in (Party.ENTERPRISE, Party.CONSULTANCY),
            **{"typed": {}, "errors": (), "wrong": {}, "form": "", **context},
        )

    def refused(self, form: str, error: Exception) -> HttpResponse:
        """The page again, with what was typed into the form and what is wrong with it."""
        told, wrong = sentences(error), by_field(error)
        return self.whole(422, form=form, typed=self.request.POST, errors=told, wrong=wrong)


class MembersView(MembersPage):
    """Members; a person is let in here."""

    def get(self, request: HttpRequest) -> HttpResponse:
        return self.whole()

    def post(self, request: HttpRequest) -> HttpResponse:
        try:
            body = checked(shapes.NewMemberSerializer, request.POST)
            named = memberships.name_member(by=self.membership, on=timezone.localdate(), **body)
        except REFUSALS as error:
            return self.refused("member", error)
        messages.success(request, words(NAMED).format(name=named.user))
        return redirect("web-members")


class MemberRemoveView(MembersPage):
    """Access is taken away, with a reason."""

    template = "web/members/remove.html"

    def get(self, request: HttpRequest, membership_id: UUID) -> HttpResponse:
        return self.shown(member=self.member(membership_id), own=membership_id == self.membership.pk)

    def post(self, request: HttpRequest, membership_id: UUID) -> HttpResponse:
        member = self.member(membership_id)
        try:
            reason = checked(shapes.ReasonSerializer, request.POST)["reason"]
            memberships.remove(member, by=self.membership, reason=reason, now=timezone.now())
        except REFUSALS as error:
            own = member.pk == self.membership.pk
            return self.shown(member=member, own=own, errors=sentences(error), status=422)
        messages.success(request, words(REMOVED).format(name=member.user))
        return redirect("web-members" if member.pk != self.membership.pk else "home")

    def member(self, membership_id: UUID) -> Membership:
        """A member of the own organization, for its administrator; else 404."""
        if not self.administers:
            raise Http404
        rows = Membership.objects.in_organization(self.membership.organization).filter(removed_at=None)
        found: Membership = self.one(rows.select_related("user"), membership_id)
        return found


class HandoverAskView(MembersPage):
    """A member asks that the account pass to another administrator."""

    parties = frozenset({Party.ENTERPRISE, Party.CONSULTANCY})

    def post(self, request: HttpRequest) -> HttpResponse:
        try:
            body = checked(shapes.HandoverRequestSerializer, request.POST)
            by = self.membership
            body["organization"] = by.organization  # from here always for the own one
            handover.request_handover(requested_by=by.user, now=timezone.now(), **body)
        except REFUSALS as error:
            return self.refused("handover", error)
        messages.success(request, words(ASKED))
        return redirect("web-members")


class HandoverDecideView(MembersPage):
    """The supervising authority decides a hand-over."""

    template = "web/members/handover.html"

    def get(self, request: HttpRequest, handover_id: UUID) -> HttpResponse:
        return self.shown(asked=self.asked(handover_id))

    def post(self, request: HttpRequest, handover_id: UUID) -> HttpResponse:
        asked = self.asked(handover_id)
        try:
            body = checked(shapes.HandoverDecisionSerializer, request.POST)
            now = timezone.now()
            handover.decide_handover(asked, by=self.membership, approve=body["approve"], reason=body["reason"], now=now)
        except REFUSALS as error:
            return self.shown(asked=asked, errors=sentences(error), typed=request.POST, status=422)
        messages.success(request, words(DECIDED))
        return redirect("web-members")

    def asked(self, handover_id: UUID) -> Any:
        """An open hand-over the reader may decide; else 404."""
        if not activation.may_supervise(self.membership):
            raise Http404
        rows = handovers_for(self.membership).filter(state=HandoverState.REQUESTED)
        return self.one(rows.select_related("organization", "requested_by"), handover_id)


class CodesView(PageView):
    """A new activation code for a lost letter: find the enterprise, then issue. The code is shown once."""

    template = "web/members/codes.html"

    def get(self, request: HttpRequest) -> HttpResponse:
        return self.found()

    def post(self, request: HttpRequest) -> HttpResponse:
        try:
            organization = supervised(self.membership, UUID(request.POST.get("organization", "")))
            code = activation.reissue(organization, by=self.membership, now=timezone.now())
        except (ValueError, NotFound):
            raise Http404 from None
        except REFUSALS as error:
            complain(request, error)
            return self.found(status=409)
        return self.found(organization=organization, code=code)

    def found(self, status: int = 200, **context: Any) -> HttpResponse:
        """The page with the enterprises the search finds."""
        if not activation.may_supervise(self.membership):
            raise Http404
        q = self.request.GET.get("q", "").strip()
        among = Enterprise.objects.visible_to(self.membership)
        found = find(q, among).select_related("organization").order_by("name", "pk")[:MOST_FOUND] if q else []
        answer = self.shown(query=q, rows=issuable(list(found), self.membership), status=status, **context)
        answer["Cache-Control"] = "no-store"
        return answer


def issuable(found: list[Enterprise], by: Membership) -> list[tuple[Enterprise, Text | None]]:
    """Enterprises with why the reader cannot issue a code for them (None: they can), as `accounts` has it."""
    today = timezone.localdate()
    homes = [one.organization_id for one in found]
    opened = set(
        Membership.objects.filter(organization__in=homes, removed_at=None).values_list("organization_id", flat=True)
    )
    own = activation.supervised_among(by, homes, today)
    return [
        (one, OPENED if one.organization_id in opened else None if one.organization_id in own else NOT_YOURS)
        for one in found
    ]
