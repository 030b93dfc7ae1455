"""The history says of everything an act changed what it was before: on the page and in the API, in the reader's language."""

import re
from datetime import date
from typing import Any

import pytest
import yaml
from django.db import connection
from django.test import Client
from django.test.utils import CaptureQueriesContext
from django.urls import reverse
from django.utils import timezone, translation

from accounts import tokens
from accounts.models import Membership
from audits.api.readable import shown as shown_value
from audits.procedure import registry
from audits.procedure.words import Mark
from audits.workflow import reading, recompute
from audits.workflow.changed import What, changes_of
from enterprises.parameters import set_parameter
from tests.api.conftest import Caller
from tests.scenarios.runner import day
from tests.workflow.making import Made, made

pytestmark = pytest.mark.django_db
STORY = """
- "on": 2008-10-10
  who: province approver
  does: order_audit
  with: {file_by: 2008-11-30, start_by: 2008-11-30, complete_by: 2009-10-31, report_by: 2009-11-30}
- {"on": 2008-11-20, who: province approver, does: extend, with: {step: start_audit, until: 2008-12-15}}
- {"on": 2008-12-01, who: province approver, does: rename, with: {new_name: 实例新名染织有限公司}}
- {"on": 2008-12-10, who: preparer, does: start_audit}
- {"on": 2009-02-01, who: province approver, does: suspend}
- {"on": 2009-04-02, who: province approver, does: resume}
- "on": 2009-05-10
  who: preparer
  does: record_implementation
  with:
    {option: F1, title: 旧名, cost_class: low, investment_cny: "120.5",
     effects: [{metric: water_saved_t, year: 2009, planned: "7"}]}
- "on": 2009-05-11
  who: preparer
  does: record_implementation
  with:
    {option: F1, title: 新名, cost_class: medium, investment_cny: "130.5",
     effects: [{metric: water_saved_t, year: 2009, planned: "9"}]}
"""


def lived(story: str = STORY, state: str = "disclosed", **setting: Any) -> Made:
    told = made(state, **{"categories": ["exceeds_quota"], **setting})
    for number, step in enumerate(yaml.safe_load(story), start=1):
        told.runner.take(number, step)
    return told


def then(told: Made, **step: Any) -> None:
    told.runner.take(99, step)


def caller(by: Membership, language: str = "en") -> Caller:
    token = tokens.issue(by.user, with_second_factor=False, now=timezone.now())[1]
    return Caller(headers={"authorization": f"Token {token}", "x-membership": str(by.pk), "accept-language": language})


def events(told: Made, who: str = "province approver", language: str = "en") -> list[dict[str, Any]]:
    rows: list[dict[str, Any]] = (
        caller(told.person(who), language).see(f"cases/{told.case.pk}/events/").json()["results"]
    )
    return rows


def told_of(rows: list[dict[str, Any]], action: str) -> list[tuple[str, str | None, str | None]]:
    """Name, old and new of the last act of that kind."""
    act = next(row for row in rows if row["action"] == action)
    return [(one["name"], one["old"], one["new"]) for one in act["changes"]]


def page(told: Made, who: str = "province approver", language: str = "zh-hans", name: str = "web-case-history") -> str:
    client = Client()
    client.force_login(told.person(who).user, backend="accounts.backends.AuthenticationBackend")
    client.cookies["django_language"] = language
    return client.get(reverse(name, args=[told.case.pk])).content.decode()


def shown(html: str) -> list[str]:
    """The changes of a page as they read."""
    items = re.findall(r'<li data-what="[a-z_]+">(.*?)</li>', html, re.S)
    bare = [re.sub(r'<span class="visually-hidden">.*?</span>', "", one) for one in items]
    return [re.sub(r"\s+", " ", re.sub("<[^>]+>", "", one)).strip() for one in bare]


def test_an_extension_says_from_which_date_to_which_a_deadline_moved() -> None:
    assert told_of(events(lived()), "extend") == [
        ("Adjusted date of “Start the audit”", None, "2008-12-15"),
        ("Date set for “Start the audit”", "2008-11-30", "2008-12-15"),
    ]


def test_a_suspension_and_its_end_tell_the_clock_and_the_dates() -> None:
    rows = events(lived())
    assert told_of(rows, "suspend") == [("Clock", "running", "suspended since 2009-02-01")]
    assert told_of(rows, "resume") == [
        ("Clock", "suspended since 2009-02-01", "running again from 2009-04-02"),
        ("Adjusted date of “Complete the audit”", None, "2009-10-09"),
        ("Adjusted date of “Submit the audit report”", None, "2009-10-09"),
        ("Date set for “Complete the audit”", "2009-10-31", "2009-12-30"),
        ("Date set for “Submit the audit report”", "2009-11-30", "2010-01-29"),
    ]


def test_a_rename_tells_the_name_before_and_a_second_one_the_first() -> None:
    told = made("published", categories=["exceeds_quota"])
    first = told.case.enterprise.name
    then(told, on=date(2008, 9, 1), who="province approver", does="rename", **{"with": {"new_name": "实例甲厂"}})
    assert told_of(events(told), "rename") == [("Name", first, "实例甲厂")]
    then(told, on=date(2008, 9, 5), who="province approver", does="rename", **{"with": {"new_name": "实例乙厂"}})
    assert told_of(events(told), "rename") == [("Name", "实例甲厂", "实例乙厂")]
    assert [line for line in shown(page(told)) if line.startswith("名称")] == [
        "名称：实例甲厂 → 实例乙厂",
        f"名称：{first} → 实例甲厂",
    ]


def test_a_transfer_tells_the_place_before() -> None:
    told = made("published", categories=["exceeds_quota"], **{"other place": "330106"})
    then(told, on=date(2008, 10, 10), who="province approver", does="transfer")
    rows = events(told, "other province approver", "zh-hans")
    assert told_of(rows, "transfer")[0] == ("管辖地区", "江苏省苏州市吴江区", "浙江省杭州市西湖区")


def test_an_option_that_is_told_again_says_each_value_before() -> None:
    rows = events(lived())
    assert told_of(rows, "record_implementation") == [
        ("Option F1, name", "旧名", "新名"),
        ("Option F1, cost class", "low cost", "medium cost"),
        ("Option F1, done on", "2009-05-10", "2009-05-11"),
        ("Option F1, actual investment (CNY)", "120.5", "130.5"),
        ("Option F1, water saved (t), 2009, planned", "7", "9"),
    ]
    assert [row["changes"] for row in rows if row["action"] == "record_implementation"][1] == []


def test_a_changed_category_tells_those_before_in_the_case_and_in_the_list() -> None:
    told = made("published", categories=["toxic_use"])
    wanted = {"kind": "change_categories", "categories": ["toxic_use", "exceeds_quota"]}
    then(told, on=date(2008, 9, 10), who="province approver", does="amend_list", plant=1, **{"with": wanted})
    before, after = "uses toxic or hazardous feedstock", "exceeds the total quota, uses toxic or hazardous feedstock"
    assert told_of(events(told), "amend_list")[0] == ("Categories", before, after)
    address = {"kind": "correct_details", "address": "实例路更正号"}
    old = told.plant.site.address
    then(told, on=date(2008, 9, 12), who="province approver", does="amend_list", plant=1, **{"with": address})
    rows = caller(told.person("province approver")).see(f"lists/{told.list.pk}/events/").json()["results"]
    assert told_of(rows, "amend_list") == [("Address", old or None, "实例路更正号")]
    assert told_of(rows[1:], "amend_list") == [("Categories", before, after)]


def test_a_correction_tells_the_field_by_its_label_with_the_value_it_had() -> None:
    told = made("started")
    seq = told.case.state["done"]["start_audit"]["seq"]
    for value in ("2008-09-19", "2008-09-18"):
        told_now = {"event": seq, "field": "date", "value": value}
        then(told, on=date(2008, 10, 12), who="county approver", does="correct", **{"with": told_now})
    rows = events(told)
    name = f"Act {seq} “Start the audit”, date"
    assert told_of(rows, "correct")[0] == (name, "2008-09-19", "2008-09-18")
    assert told_of(rows[1:], "correct")[0] == (name, "2008-09-20", "2008-09-19")
    html = page(told)
    assert f"第 {seq} 条记录“启动审核”的日期：2008-09-19 → 2008-09-18" in shown(html)
    assert re.findall(r"<dd>(date|日期)\s*</dd>", html) == ["日期", "日期"]


def test_what_is_computed_again_is_told_by_the_steps_title_and_in_the_readers_language() -> None:
    told = made("started")
    set_parameter(
        "complete_months", 10, valid_from=date(2008, 1, 1), source="实例", mark=Mark.OWN, reporting_unit="320000"
    )
    with day(date(2008, 11, 1)):
        assert recompute.recompute_changed(timezone.now()) == 1
    assert told_of(events(told), "recompute") == [("Deadline of “Complete the audit”", "2009-08-03", "2009-06-01")]
    chinese, english = page(told), page(told, language="en")
    assert shown(chinese)[0] == "“完成审核”的期限：2009-08-03 → 2009-06-01 （参数变更）"
    assert shown(english)[0] == "Deadline of “Complete the audit”: 2009-08-03 → 2009-06-01 (a parameter changed)"
    for html in (chinese, english):
        assert "complete_audit:published_on" not in html
        assert "parameters" not in html
    newest = events(told)[0]
    assert newest["payload"]["changes"][0]["why"] == "parameters"  # what is stored stays as it was stored


def test_what_was_taken_back_is_to_be_done_again() -> None:
    told = made("started")
    then(told, on=date(2008, 10, 10), who="preparer", does="withdraw", **{"with": {"step": "file_arrangement"}})
    changes = told_of(events(told), "withdraw")
    pairs = [(old, new) for _, old, new in changes]
    assert pairs[0] == ("organized by the enterprise itself", None)  # what it had chosen is open again too
    assert [one for one in pairs if one[0] == "done on 2008-10-08"] == [("done on 2008-10-08", "to be done again")]
    assert ("met on 2008-10-08", "open") in pairs


def test_who_knows_of_fewer_acts_gets_no_value_that_only_the_others_tell() -> None:
    told = made("paneled")
    by = told.world.expert("1")
    seen = reading.history(told.case, list(reading.events_of(told.case, by)), by)
    whole = reading.history(
        told.case,
        list(reading.events_of(told.case, told.person("province approver"))),
        told.person("province approver"),
    )
    assert len(seen) < len(whole)
    moved = [
        (seq, one)
        for seq, changes in changes_of(seen).items()
        for one in changes
        if one.what is What.DUE_ON and one.old
    ]
    assert moved == []


@pytest.mark.parametrize("acts", [1, 3])
def test_old_values_cost_one_query_whatever_the_number_of_acts(acts: int) -> None:
    told = made("notified")
    for n in range(acts):
        then(
            told,
            on=date(2008, 9, 1 + n),
            who="province approver",
            does="rename",
            **{"with": {"new_name": f"实例{n}厂"}},
        )
    reader = caller(told.person("province approver"))
    path = f"cases/{told.case.pk}/events/"
    reader.see(path)
    with CaptureQueriesContext(connection) as asked:
        rows = reader.see(path).json()["results"]
    assert len([row for row in rows if row["action"] == "rename"]) == acts
    assert len(asked) == 5


def test_the_second_page_knows_what_the_acts_before_it_said() -> None:
    told = lived()
    by = told.person("province approver")
    found = list(reading.events_of(told.case, by))
    whole = changes_of(reading.history(told.case, found, by))
    last = reading.history(told.case, found[-2:][::-1], by)
    with translation.override("en"):
        part = reading.changes_by(told.case, last, by)
    assert [part[one["seq"]] for one in last] == [whole[one["seq"]] for one in last]
    assert [one.old for one in part[last[0]["seq"]]] == ["旧名", "low", "2009-05-10", 120500, 7000]


@pytest.mark.parametrize(("language", "score"), [("zh-hans", "94 分"), ("en", "94 points")])
def test_a_score_has_its_unit_in_the_readers_language(language: str, score: str) -> None:
    field = next(one for step in registry.find("submit_opinion") for one in step.fields if one.unit == "points")
    with translation.override(language):
        assert shown_value(field, "94") == score
