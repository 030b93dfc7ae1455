"""Conditions of a list kept under a name: saved from the list, opened by a link, one of them by itself."""

from uuid import UUID

from django.contrib import messages
from django.db import transaction
from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import redirect

from accounts.models import Membership
from audits.api.errors import words
from audits.models import SavedFilter
from audits.procedure.words import Text
from audits.web.base import PageView
from audits.web.board import BoardView
from audits.web.cases import CasesView
from audits.web.filtered import FilteredPage

MOST = 20
LONGEST = 40
LISTS: dict[str, type[FilteredPage]] = {view.kept_as.value: view for view in (CasesView, BoardView)}
SAVED = Text("筛选条件“{name}”已保存。", "The filter “{name}” is saved.")
DELETED = Text("筛选条件“{name}”已删除。", "The filter “{name}” is deleted.")
OPENS = Text("今后打开此页时自动使用“{name}”。", "“{name}” now opens by itself.")
OPENS_NOT = Text("今后打开此页时显示全部。", "This page opens with everything again.")
NO_NAME = Text(
    f"没有保存：请填写名称（不超过 {LONGEST} 个字）。",
    f"Not saved: give the filter a name of at most {LONGEST} characters.",
)
NO_CONDITION = Text("没有保存：请先设置有效的筛选条件。", "Not saved: set valid conditions first.")
TOO_MANY = Text(
    f"没有保存：最多保存 {MOST} 个，请先删除不用的。", f"Not saved: {MOST} at most, delete one that is no longer used."
)


class SaveFilterView(PageView):
    """The conditions in the address, kept under the name that was typed; a name that exists gets the new conditions."""

    def post(self, request: HttpRequest, page: str) -> HttpResponse:
        view = LISTS.get(page)
        if view is None or (view.parties and self.party not in view.parties):
            raise Http404
        asked = self.filters(view.shape)
        name = " ".join(request.POST.get("filter_name", "").split())
        if not asked.wanted or asked.errors or set(asked.given) != set(asked.wanted):
            messages.error(request, words(NO_CONDITION))
        elif not name or len(name) > LONGEST:
            messages.error(request, words(NO_NAME))
        elif not _save(self.membership, page, name, asked.given):
            messages.error(request, words(TOO_MANY))
        else:
            messages.success(request, words(SAVED).format(name=name))
        return redirect(view.address(request.GET.dict()))


def _save(by: Membership, page: str, name: str, query: dict[str, str]) -> bool:
    with transaction.atomic():
        Membership.objects.select_for_update().get(pk=by.pk)  # two tabs do not pass the limit together
        own = SavedFilter.objects.of(by).filter(page=page)
        if own.count() >= MOST and not own.filter(name=name).exists():
            return False
        SavedFilter.objects.update_or_create(membership=by, page=page, name=name, defaults={"query": query})
    return True


class SavedFilterView(PageView):
    """One of the reader's own: opened by itself from now on, not any more, or deleted."""

    def post(self, request: HttpRequest, filter_id: UUID) -> HttpResponse:
        one: SavedFilter = self.one(SavedFilter.objects.of(self.membership), filter_id)
        query = one.query
        if "delete" in request.POST:
            one.delete()
            query, text = {}, DELETED
        elif "default" in request.POST:
            with transaction.atomic():
                Membership.objects.select_for_update().get(pk=self.membership.pk)
                SavedFilter.objects.of(self.membership).filter(page=one.page).update(is_default=False)
                SavedFilter.objects.filter(pk=one.pk).update(is_default=True)
            text = OPENS
        else:
            SavedFilter.objects.filter(pk=one.pk).update(is_default=False)
            text = OPENS_NOT
        messages.success(request, words(text).format(name=one.name))
        return redirect(LISTS[one.page].address(query))
