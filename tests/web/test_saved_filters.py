"""Saved filters: kept for one membership alone, valid conditions only, one of them by itself, few queries."""

from urllib.parse import urlencode

import pytest
from django.db import connection
from django.test import Client
from django.test.utils import CaptureQueriesContext
from django.urls import reverse

from accounts.models import Membership
from audits.models import Deadline, SavedFilter
from audits.procedure.words import CaseKind, Party, Phase
from audits.web.board import steps_of
from audits.web.saved_filters import LONGEST, MOST
from tests.web.test_late import signed_in
from tests.workflow.making import made

pytestmark = pytest.mark.django_db
LATE = {"overdue": "true", "phase": Phase.AUDIT.value}


def save(client: Client, name: str, query: dict[str, str], page: str = "cases") -> str:
    """Where the browser is sent."""
    target = f"{reverse('web-save-filter', args=[page])}?{urlencode(query)}"
    answer = client.post(target, {"filter_name": name})
    assert answer.status_code == 302
    return str(answer["Location"])


def kept(by: Membership) -> dict[str, dict[str, str]]:
    return {one.name: one.query for one in SavedFilter.objects.of(by)}


def test_conditions_are_kept_opened_and_changed_under_their_name() -> None:
    by = made("notified").person("county officer")
    client = signed_in(by)
    assert save(client, " 本县  逾期 ", LATE) == f"{reverse('web-cases')}?{urlencode(LATE)}"
    assert kept(by) == {"本县 逾期": LATE}
    context = client.get(reverse("web-cases"), LATE).context["kept"]
    assert (context["on"].name, context["query"]) == ("本县 逾期", {})
    save(client, "本县 逾期", {"overdue": "false"})
    assert kept(by) == {"本县 逾期": {"overdue": "false"}}


@pytest.mark.parametrize(
    "query", [{}, {"place": "3"}, {"overdue": "true", "nonsense": "1"}, {"phase": "x"}, {"all": "1"}]
)
def test_wrong_conditions_are_not_kept(query: dict[str, str]) -> None:
    by = made("notified").person("county officer")
    save(signed_in(by), "甲", query)
    assert kept(by) == {}


def test_a_name_is_needed_and_has_an_end_and_there_is_a_most() -> None:
    by = made("notified").person("county officer")
    client = signed_in(by)
    for name in ("", "  ", "长" * (LONGEST + 1)):
        save(client, name, LATE)
    assert kept(by) == {}
    for at in range(MOST + 1):
        save(client, f"条件{at}", LATE)
    assert len(kept(by)) == MOST
    save(client, "条件0", {"overdue": "false"})
    assert kept(by)["条件0"] == {"overdue": "false"}


def test_one_opens_by_itself_and_everything_stays_within_reach() -> None:
    by = made("notified").person("county officer")
    client = signed_in(by)
    save(client, "甲", LATE)
    save(client, "乙", {"kind": CaseKind.MANDATORY.value})
    first, second = (SavedFilter.objects.get(name=name) for name in "甲乙")
    assert client.get(reverse("web-cases")).status_code == 200
    for one in (first, second):
        client.post(reverse("web-saved-filter", args=[one.pk]), {"default": "1"})
    assert list(SavedFilter.objects.filter(is_default=True)) == [second]
    opened = client.get(reverse("web-cases"))
    assert (opened.status_code, opened["Location"]) == (302, f"{reverse('web-cases')}?{urlencode(second.query)}")
    everything = client.get(opened["Location"]).context["kept"]["all"]
    page = client.get(everything)
    assert (page.status_code, page.context["narrowed"]) == (200, False)
    assert client.get(reverse("web-deadlines")).status_code == 200  # another list has its own
    client.post(reverse("web-saved-filter", args=[second.pk]), {"usual": "1"})
    assert client.get(reverse("web-cases")).status_code == 200
    client.post(reverse("web-saved-filter", args=[second.pk]), {"delete": "1"})
    assert set(kept(by)) == {"甲"}


def test_nobody_else_sees_uses_or_deletes_it() -> None:
    told = made("notified")
    by, colleague = told.person("county officer"), told.person("county approver")
    client = signed_in(by)
    save(client, "只给自己", LATE)
    (one,) = SavedFilter.objects.all()
    client.post(reverse("web-saved-filter", args=[one.pk]), {"default": "1"})
    other = signed_in(colleague)
    page = other.get(reverse("web-cases"))
    assert page.status_code == 200
    assert "只给自己" not in page.content.decode()
    for act in ("delete", "default", "usual"):
        assert other.post(reverse("web-saved-filter", args=[one.pk]), {act: "1"}).status_code == 404
    one.refresh_from_db()
    assert (one.membership, one.is_default) == (by, True)
    assert other.post(reverse("web-save-filter", args=["lists"]), {"filter_name": "x"}).status_code == 404


def test_the_board_keeps_its_own_and_finds_what_the_readers_role_submits() -> None:
    told = made("notified")
    preparer, certifier = told.person("preparer"), told.person("certifier")
    client = signed_in(preparer)
    save(client, "我的", {"mine": "true"}, "deadlines")
    assert kept(preparer) == {"我的": {"mine": "true"}}
    for by in (preparer, certifier):
        expected = {
            row.pk
            for row in Deadline.objects.visible_to(by).open()
            if row.party == Party.ENTERPRISE and row.step in steps_of(by)
        }
        columns = signed_in(by).get(reverse("web-deadlines"), {"mine": "true"}).context["columns"]
        assert sum(number for _, number, _ in columns) == len(expected)
    assert steps_of(preparer) != steps_of(certifier)


@pytest.mark.parametrize("name", ["web-cases", "web-deadlines"])
def test_a_list_asks_as_much_with_one_filter_as_with_many(name: str) -> None:
    by = made("notified").person("county officer")
    client = signed_in(by)
    counted = []
    for number in (1, 3, MOST):
        for at in range(SavedFilter.objects.count(), number):
            SavedFilter.objects.create(
                membership=by, page=name.removeprefix("web-"), name=f"条件{at}", query={"kind": "mandatory"}
            )
        client.get(reverse(name), {"all": "1"})
        with CaptureQueriesContext(
            connection,
        ) as asked:
            assert len(client.get(reverse(name), {"all": "1"}).context["kept"]["rows"]) == number
        counted.append(len(asked))
    assert len(set(counted)) == 1
