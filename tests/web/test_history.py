"""What was done is told by names: of sites, firms, experts and steps, never by the ids that the record holds."""

import re
from collections.abc import Callable

import pytest
from django.test import Client
from django.urls import reverse
from django.utils import timezone, translation

from accounts.models import Membership, User
from audits.models import AuditCase
from audits.web.history import acts_of
from audits.workflow import reading

pytestmark = pytest.mark.django_db
Visitor = Callable[[str], Client]
ID = re.compile(r"[0-9a-f]{8}(-[0-9a-f]{4}){3}-[0-9a-f]{12}")


def member(username: str) -> Membership:
    """The membership a demo user acts with."""
    return Membership.objects.active(timezone.localdate()).of(User.objects.get(username=username)).with_people()[0]


def said_in(case: AuditCase, by: Membership) -> dict[str, str]:
    """Version and label to text, for everything the acts on a case said."""
    with translation.override("zh-hans"):
        acts = acts_of(case, list(reading.events_of(case, by)), by)
    return {f"{act['version']} {label}": str(value) for act, lines in acts for label, value in lines}


@pytest.mark.parametrize("username", ["province", "city", "enterprise", "consultancy"])
def test_no_act_on_a_case_is_told_with_a_bare_id(visitor: Visitor, username: str) -> None:
    by = member(username)
    said = [said_in(case, by) for case in AuditCase.objects.visible_to(by).select_related("enterprise")]
    assert any("审核师" in label or "咨询服务机构" in label or "列入类别" in label for lines in said for label in lines)
    assert [(label, text) for lines in said for label, text in lines.items() if ID.search(text)] == []


def test_the_history_asks_one_query_a_register(
    visitor: Visitor, django_assert_max_num_queries: Callable[[int], object]
) -> None:
    client, by = visitor("province"), member("province")
    case = max(AuditCase.objects.visible_to(by), key=lambda one: one.version)
    address = reverse("web-case-history", args=[case.pk])
    assert client.get(address).status_code == 200
    with django_assert_max_num_queries(16):  # type: ignore[attr-defined]
        client.get(address)
