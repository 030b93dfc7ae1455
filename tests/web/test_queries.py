"""No page asks the database the same thing twice."""

import re
from collections import Counter
from collections.abc import Callable

import pytest
from django.db import connection
from django.test import Client
from django.test.utils import CaptureQueriesContext
from django.urls import reverse
from django.utils import timezone

from accounts.models import Membership, User
from audits.models import AuditCase
from audits.statistics import refresh
from audits.workflow.actions import actions_for
from enterprises.models import KeyEnterpriseList

pytestmark = pytest.mark.django_db
Visitor = Callable[[str], Client]
PLAIN = ("home", "web-deadlines", "web-cases", "web-lists", "web-inbox", "web-members")
OF_CASES = (
    "web-case",
    "web-case-documents",
    "web-case-effects",
    "web-case-history",
    "web-case-record",
    "web-case-told",
    "web-case-readers",
)
OF_LISTS = ("web-list", "web-list-history")
# The session list of allauth reads the person of the session once more, on every page.
BY_OTHERS = 'FROM "accounts_user" WHERE "accounts_user"."id" ='
# What a column is looked for in: the same values in another order are the same question.
CHOICE = re.compile(r"(?<= IN \()[^()]+(?=\))")


def in_order(values: re.Match[str]) -> str:
    return ", ".join(sorted(values[0].split(", ")))


def asked_twice(client: Client, address: str) -> list[str]:
    """The queries of a page that it sends more than once, on its second showing."""
    assert client.get(address).status_code == 200, address
    with CaptureQueriesContext(connection) as asked:
        client.get(address)
    sent = (one["sql"] for one in asked.captured_queries if BY_OTHERS not in one["sql"])
    counted = Counter(CHOICE.sub(in_order, sql) for sql in sent)
    return [sql for sql, times in counted.items() if times > 1 and "SAVEPOINT" not in sql]


@pytest.mark.parametrize("username", ["county", "province", "national"])
def test_tables_and_trends_ask_nothing_twice(visitor: Visitor, username: str) -> None:
    refresh(timezone.now())
    page = reverse("web-statistics")
    asked = [page, f"{page}?to_date=true", f"{page}?by=category", f"{page}?by=industry&group=effect"]
    assert {one: twice for one in asked if (twice := asked_twice(visitor(username), one))} == {}


@pytest.mark.parametrize("username", ["enterprise", "county", "province"])
def test_no_page_asks_the_same_twice(visitor: Visitor, username: str) -> None:
    client = visitor(username)
    by = Membership.objects.active(timezone.localdate()).of(User.objects.get(username=username)).with_people()[0]
    cases = AuditCase.objects.visible_to(by).select_related("enterprise", "site", "reporting_unit")
    case = max(cases, key=lambda one: one.version)
    act = next(one.action for one in actions_for(case, by) if one.allowed or one.drafting)
    pages = [reverse(name) for name in PLAIN]
    pages += [reverse(name, args=[case.pk]) for name in OF_CASES]
    pages += [reverse(name, args=[row.pk]) for name in OF_LISTS for row in KeyEnterpriseList.objects.visible_to(by)[:2]]
    pages.append(reverse("web-act", args=["case", case.pk, act]))
    if username != "enterprise":
        pages.append(reverse("web-waiting"))
    assert {page: twice for page in pages if (twice := asked_twice(client, page))} == {}
