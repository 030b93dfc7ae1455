"""Worklists: places by name, colleagues, the late first, and what follows a missed date."""

from collections.abc import Callable
from datetime import date
from typing import Any

import pytest
from django.test import Client
from django.urls import reverse
from django.utils import timezone

from accounts.models import Membership
from audits.models import AuditCase, Deadline, Event
from audits.procedure.words import Party
from audits.web import places
from enterprises.divisions import all_divisions

Visitor = Callable[[str], Client]


def member(username: str) -> Membership:
    return Membership.objects.active(timezone.localdate()).filter(user__username=username).order_by("pk")[0]


def codes(groups: list[places.Group]) -> list[str]:
    return [code for _, options in groups for code, _ in options]


# --- places by name ---------------------------------------------------------------------------------------------------


def test_places_to_choose_from_lie_below_the_readers_own(visitor: Visitor) -> None:
    assert len(codes(places.groups(member("national")))) == 37
    province = codes(places.groups(member("province")))
    assert {code[:2] for code in province} == {"32"}
    assert len(province) == len(set(province)) > 100
    assert {len(code) for code in codes(places.groups(member("city")))} == {6}
    assert places.groups(member("county")) == []


def test_a_retired_or_placeholder_division_is_no_choice() -> None:
    present = {
        row.scope_code for row in all_divisions().values() if row.successor is None and row.level.value != "placeholder"
    }
    offered = codes(list(places._below("50")))
    assert set(offered) == {code for code in present if code.startswith("50") and code != "50"}


def test_a_place_chosen_elsewhere_stays_chosen(visitor: Visitor) -> None:
    groups = places.groups(member("national"), "320509")
    assert groups[0] == ("", [("320509", places.place_name("320509"))])
    page = visitor("national").get(reverse("web-cases"), {"place": "320509"})
    assert '<option value="320509" selected>江苏省苏州市吴江区</option>' in page.content.decode()


def test_who_has_but_one_place_is_not_asked_for_it(visitor: Visitor) -> None:
    page = visitor("county").get(reverse("web-cases")).content.decode()
    assert 'name="place"' not in page
    assert 'name="place"' in visitor("province").get(reverse("web-cases")).content.decode()


# --- order ------------------------------------------------------------------------------------------------------------


@pytest.mark.parametrize("username", ["province", "consultancy"])
def test_cases_stand_by_their_next_date_then_without_one_then_closed(visitor: Visitor, username: str) -> None:
    client, address = visitor(username), reverse("web-cases")
    met: list[Any] = []
    query = ""
    while True:
        page = client.get(address + query).context["page"]
        met += page.rows
        if not page.next:
            break
        query = page.next
    assert {row.pk for row in met} == set(AuditCase.objects.visible_to(member(username)).values_list("pk", flat=True))
    assert len(met) == len({row.pk for row in met})

    def standing(case: AuditCase) -> tuple[int, date]:
        if case.closed_on:
            return 2, date.max
        return (0, case.next_due_on) if case.next_due_on else (1, date.max)

    assert [standing(row) for row in met] == sorted(standing(row) for row in met)
    assert {standing(row)[0] for row in met} == {0, 1, 2}


# --- people -----------------------------------------------------------------------------------------------------------


def test_the_board_can_be_narrowed_to_what_a_colleague_worked_on(visitor: Visitor) -> None:
    client, by = visitor("county"), member("county")
    acts = Event.objects.filter(membership__user=by.user, membership__organization=by.organization, subject_kind="case")
    acted = set(acts.order_by().values_list("subject_id", flat=True))
    wanted = Deadline.objects.visible_to(by).open().filter(case_id__in=acted)
    shown = client.get(reverse("web-deadlines"), {"person": str(by.user_id)}).context["columns"]
    assert sum(number for _, number, _ in shown) == wanted.count() > 0
    everything = client.get(reverse("web-deadlines")).context["columns"]
    assert sum(number for _, number, _ in everything) > wanted.count()


def test_somebody_of_another_organization_is_no_colleague(visitor: Visitor) -> None:
    shown = visitor("county").get(reverse("web-deadlines"), {"person": str(member("city").user_id)}).context["columns"]
    assert sum(number for _, number, _ in shown) == 0


def test_who_submits_nothing_is_not_offered_steps_of_an_own_role(visitor: Visitor) -> None:
    assert 'name="mine"' not in visitor("consultancy").get(reverse("web-deadlines")).content.decode()
    assert 'name="mine"' in visitor("county").get(reverse("web-deadlines")).content.decode()


# --- what follows a missed date -----------------------------------------------------------------------------------------


def test_a_case_offers_what_follows_a_missed_date_as_the_start_page_does(visitor: Visitor) -> None:
    client, by = visitor("county"), member("county")
    late = Deadline.objects.visible_to(by).open().filter(due_on__lt=timezone.localdate(), party=Party.ENTERPRISE)
    case = late.filter(step="complete_audit", case__closed_on=None).order_by("due_on")[0].case
    page = client.get(reverse("web-case", args=[case.pk]))
    assert {one.action for one in page.context["course"]} >= {"order_correction"}
    assert "order_correction" not in {one.action for one in page.context["beside"]}
    [row] = [one for one in client.get("/").context["mine"] if one.detail == case.number]
    assert {act.address.rsplit("/", 2)[-2] for act in row.acts} <= {one.action for one in page.context["course"]}


# --- numbers lead to what they count ------------------------------------------------------------------------------------


def test_the_number_of_late_cases_of_a_county_leads_to_the_late_ones(visitor: Visitor) -> None:
    page = visitor("city").get(reverse("web-statistics"), {"metric": "overdue", "by": "county", "kind": "mandatory"})
    addresses = {row.address for row in page.context["rows"]}
    assert addresses
    assert {address.partition("?")[2].partition("&")[2] for address in addresses} == {"kind=mandatory&overdue=true"}
