"""The timeline of a case tells orders, extensions, suspensions and objections too, and what does not belong to the case."""

import re
from datetime import date
from typing import Any

import pytest
import yaml
from django.db import connection
from django.test import Client
from django.test.utils import CaptureQueriesContext
from django.urls import reverse

from tests.workflow.making import Made, made

pytestmark = pytest.mark.django_db
STORY = """
- "on": 2008-10-10
  who: province approver
  does: order_audit
  with: {file_by: 2008-11-30, start_by: 2008-11-30, complete_by: 2009-10-31, report_by: 2009-11-30}
- {"on": 2008-11-20, who: province approver, does: extend, with: {step: start_audit, until: 2008-12-15}}
- {"on": 2008-11-25, who: preparer, does: object, with: {against: 责令文件}}
- {"on": 2008-12-01, who: province approver, does: extend, with: {step: file_arrangement, until: 2008-12-20}}
- {"on": 2009-02-01, who: province approver, does: suspend}
"""


def page(told: Made, who: str = "province approver", language: str = "en") -> str:
    client = Client()
    client.force_login(told.person(who).user, backend="accounts.backends.AuthenticationBackend")
    client.cookies["django_language"] = language
    return client.get(reverse("web-case", args=[told.case.pk])).content.decode()


def lines(html: str, phase: str) -> list[tuple[str, str, str]]:
    """Step, standing and title of the lines of a phase."""
    found = re.search(rf'<h3 class="phase">{phase}</h3>(.*?)</ol>', html, re.S)
    part = found.group(1) if found else ""
    rows = re.findall(r'data-step="(\w+)" data-standing="(\w+)".*?<div class="step-title">(.*?)</div>', part, re.S)
    return [(step, standing, title.strip()) for step, standing, title in rows]


def lived(**setting: Any) -> Made:
    told = made("disclosed", **{"categories": ["exceeds_quota"], **setting})
    for number, step in enumerate(yaml.safe_load(STORY), start=1):
        told.runner.take(number, step)
    return told


def test_what_was_ordered_extended_suspended_or_objected_stands_in_order_of_dates() -> None:
    told = lived()
    assert lines(page(told), "Orders and clock") == [
        ("order_audit", "done", "Order the audit"),
        ("extend", "done", "Extend a date: Start the audit"),
        ("object", "done", "Object: 责令文件"),
        ("extend", "done", "Extend a date: File the audit arrangement"),
        ("suspend", "done", "Suspend"),
    ]
    assert [title for _, _, title in lines(page(told, language="zh-hans"), "命令与时限")][1] == "延长期限：启动审核"


def test_what_never_came_between_makes_no_phase() -> None:
    assert lines(page(made("disclosed")), "Orders and clock") == []


def test_what_was_taken_back_stands_no_longer_but_its_taking_back_does() -> None:
    told = made("disclosed", categories=["exceeds_quota"])
    told.runner.take(1, {"on": date(2008, 9, 2), "who": "preparer", "does": "object", "with": {"against": "误列"}})
    told.runner.take(2, {"on": date(2008, 9, 3), "who": "preparer", "does": "withdraw", "with": {"step": "object"}})
    assert [step for step, _, _ in lines(page(told), "Orders and clock")] == ["withdraw"]


def test_the_timeline_asks_as_much_for_one_act_between_as_for_three() -> None:
    told, counted = made("disclosed", categories=["exceeds_quota"]), []
    for number in (1, 2, 3):
        said = {"on": date(2008, 9, number), "who": "preparer", "does": "object", "with": {"against": "误列"}}
        told.runner.take(number, said)
        page(told)
        with CaptureQueriesContext(connection) as asked:
            html = page(told)
        assert len(lines(html, "Orders and clock")) == number
        counted.append(len(asked))
    assert counted[0] == counted[2]


def test_the_legend_names_what_does_not_belong_to_the_case() -> None:
    html = page(made("disclosed"), language="zh-hans")
    legend = re.search(r'class="ms-auto small text-secondary legend.*?</div>', html, re.S)
    assert legend is not None
    assert re.findall(r"</svg>(\S+?)</span>", legend.group()) == ["已完成", "进行中", "逾期", "以后", "不适用"]
    assert 'data-standing="not_here"' in html
