"""Deadlines: how they are computed, moved, explained, stored, and when they are late."""

import json
from dataclasses import replace
from datetime import date, timedelta

import pytest
from hypothesis import given
from hypothesis import strategies as st

from audits.procedure import registry
from audits.procedure.calendar import YearTable, builtin_calendar
from audits.procedure.canonical import canonical_json
from audits.procedure.deadlines import (
    Deadline,
    DeadlineError,
    Extension,
    Nature,
    Suspension,
    compute,
    compute_all,
    effective,
    explain,
    late_days,
    not_before,
)
from audits.procedure.explanations import article_text
from audits.procedure.previews import preview
from audits.procedure.schema import Actor, Article, Due, Roll, Step
from audits.procedure.words import CaseKind, Category, Mark, Party, Phase, Role, Route, Subject, Text

CALENDAR = builtin_calendar()
DOCUMENT_151 = Article("Huanfa [2005] 151", "5", Mark.RECALLED)
PUBLISHED_ON = date(2008, 8, 1)
ACCEPTANCE = Due(
    decided_in=("decide_assessment", "acceptance_due_on"),
    roll=Roll.NEVER,
    soft_cap=Due(since="decide_assessment", parameter="acceptance_max_months", roll=Roll.NEVER),
)


def step(key="start_audit", **changes):
    values = {
        "subject": Subject.CASE,
        "phase": Phase.AUDIT,
        "title": Text("开始审核", "Start the audit"),
        "actor": Actor(Party.ENTERPRISE, (Role.PREPARER,)),
        "basis": DOCUMENT_151,
        "due": Due(parameter="start_months"),
    }
    return Step(key=key, **{**values, **changes})


def given_facts(**changes):
    values = {
        "anchors": {"published_on": PUBLISHED_ON},
        "decided": {},
        "params": {"start_months": 2, "acceptance_max_months": 24},
        "calendar": CALENDAR,
    }
    return {**values, **changes}


def due(of=None, **changes):
    return compute(of or step(), **given_facts(**changes))


def decided_deadline(day=date(2010, 6, 1), **changes):
    facts = {
        "anchors": {"published_on": PUBLISHED_ON, "decide_assessment": date(2009, 12, 15)},
        "decided": {"decide_assessment.acceptance_due_on": day},
    }
    return due(step("apply_acceptance", due=ACCEPTANCE), **{**facts, **changes})


# --- explanations -------------------------------------------------------------------------------------------------


def test_the_sentence_of_the_design_in_both_languages():
    assert explain(due(), "en") == (
        "List published 2008-08-01; +2 months = 2008-10-01, in the National Day holiday, so 2008-10-06"
        " (151 of 2005, art. 5, recalled)."
    )
    assert explain(due(), "zh-hans") == (
        "名单公布 2008-08-01；加2个月为 2008-10-01，适逢国庆节假期，顺延至 2008-10-06"
        "（环发〔2005〕151号第5条，据记忆）。"
    )


def test_working_days_a_plain_period_and_a_saturday_explain_themselves():
    row = step("file_arrangement", due=Due(working_days=45))
    assert explain(due(row), "en") == (
        "List published 2008-08-01; +45 working days = 2008-10-09 (151 of 2005, art. 5, recalled)."
    )
    assert (
        explain(due(row), "zh") == "名单公布 2008-08-01；加45个工作日为 2008-10-09（环发〔2005〕151号第5条，据记忆）。"
    )
    year = due(step("complete_audit", due=Due(years=1)))
    assert "+1 year = 2009-08-01, a Saturday, so 2009-08-03" in explain(year, "en")
    assert "加1年为 2009-08-01，适逢星期六，顺延至 2009-08-03" in explain(year, "zh")


def test_a_decided_date_names_the_decision():
    assert explain(decided_deadline(), "en") == (
        "Assessment decided 2009-12-15; date set there: 2010-06-01 (151 of 2005, art. 5, recalled)."
    )
    assert explain(decided_deadline(), "zh") == (
        "评估决定 2009-12-15；其中确定的日期为 2010-06-01（环发〔2005〕151号第5条，据记忆）。"
    )


def test_doubts_are_told():
    late = due(anchors={"published_on": date(2026, 11, 20)})
    assert explain(late, "en").endswith("Provisional: a year's rest days are not yet published.")
    early = due(anchors={"published_on": date(2003, 1, 10)})
    assert explain(early, "zh").endswith("有关年份无放假安排数据，仅按周末计算。")


def test_a_trigger_is_called_by_the_title_of_its_step():
    deadline = due(step(due=Due(since="notify", months=1)), anchors={"notify": PUBLISHED_ON})
    titles = {"notify": Text("书面通知企业", "Notify the enterprise in writing")}
    assert explain(deadline, "en", titles).startswith("Notify the enterprise in writing 2008-08-01;")
    assert explain(deadline, "en").startswith("Notify 2008-08-01;")


@pytest.mark.parametrize(
    ("article", "english", "chinese"),
    [
        (
            Article("Huanfa [2008] 60, annex 2", "ch. 3", Mark.RECALLED),
            "60 of 2008, annex 2, ch. 3, recalled",
            "环发〔2008〕60号附件2第3章，据记忆",
        ),
        (Article("cpaudit", "", Mark.OWN), "rule of this product", "本系统规则"),
        (
            Article("Huanfa [2005] 151", "5, last paragraph", Mark.RECALLED),
            "151 of 2005, art. 5, last paragraph, recalled",
            "环发〔2005〕151号第5条末款，据记忆",
        ),
        (
            Article("Order 16 (2004)", "16, 17", Mark.RECALLED),
            "Interim Measures for Cleaner Production Audit (Order 16 of 2004), art. 16, 17, recalled",
            "《清洁生产审核暂行办法》（2004年第16号令）第16、17条，据记忆",
        ),
        (
            Article("Huanfa [2005] 151", "3(1)", Mark.SEEN),
            "151 of 2005, art. 3(1), seen",
            "环发〔2005〕151号第3条（1），已核对原文",
        ),
        (
            Article("Huanbankeji [2018] 5", "12", Mark.UNCERTAIN),
            "5 of 2018, art. 12, uncertain",
            "环办科技〔2018〕5号第12条，存疑",
        ),
    ],
)
def test_articles_are_cited_as_people_cite_them(article, english, chinese):
    assert article_text(article) == Text(chinese, english)


# --- rules --------------------------------------------------------------------------------------------------------


def test_a_deadline_knows_its_rule_and_what_it_depends_on():
    deadline = due(table_version="7f")
    assert (deadline.key, deadline.nature, deadline.rule) == ("start_audit:published_on", Nature.STATUTORY, "+2 months")
    assert (deadline.raw_end, deadline.due_on, deadline.rolled) == (date(2008, 10, 1), date(2008, 10, 6), True)
    assert deadline.depends_on == ("anchor:published_on", "parameter:start_months", "calendar:2008")
    assert (deadline.table_version, deadline.calendar_version) == ("7f", CALENDAR.version)


def test_a_units_parameter_changes_the_date():
    assert due(params={"start_months": 1}).due_on == date(2008, 9, 1)


@pytest.mark.parametrize("params", [{}, {"start_months": None}])
def test_an_unset_parameter_is_no_deadline(params):
    assert due(params=params) is None


@pytest.mark.parametrize("value", ["two", 0, -1, 1.5])
def test_a_parameter_that_is_no_length_is_a_fault_of_the_table(value):
    with pytest.raises(DeadlineError, match="start_months"):
        due(params={"start_months": value})


def test_a_parameter_without_unit_is_a_fault_of_the_table():
    with pytest.raises(DeadlineError, match="unit"):
        due(step(due=Due(parameter="start")), params={"start": 2})


def test_no_trigger_is_no_deadline_and_never_due_today():
    assert due(anchors={}) is None
    assert due(step(due=None)) is None
    assert decided_deadline(decided={}) is None
    assert late_days(None, None, date(2026, 1, 1)) == 0
    assert effective([]) is None


def test_a_fixed_date_never_rolls_and_takes_the_year_of_the_duty():
    report = step("submit_annual_report", subject=Subject.DUTY, due=Due(fixed=(12, 31), roll=Roll.NEVER))
    deadline = due(report, anchors={}, year=2011)  # a Saturday, and worked; 31 December 2005 was one too
    assert (deadline.due_on, deadline.rolled, deadline.provisional) == (date(2011, 12, 31), False, False)
    plan = step("submit_annual_plan", subject=Subject.DUTY, due=Due(fixed=(3, 31)))
    assert due(plan, anchors={}, year=2013).due_on == date(2013, 3, 31)  # a Sunday
    assert due(plan, anchors={}) is None
    assert due(plan).due_on == date(2008, 3, 31)


def test_an_interval_between_rounds_never_rolls():
    row = step("propose_next_round", due=Due(since="round_anchor_on", parameter="interval_years", roll=Roll.NEVER))
    deadline = due(row, anchors={"round_anchor_on": date(2006, 10, 1)}, params={"interval_years": 5})
    assert (deadline.due_on, deadline.rolled) == (date(2011, 10, 1), False)


def test_a_decided_date_is_softly_capped():
    deadline = decided_deadline(date(2012, 6, 1))
    assert deadline.due_on == date(2012, 6, 1)
    assert deadline.soft_cap == date(2011, 12, 15)
    assert deadline.nature is Nature.DECIDED


def test_not_before_is_no_deadline():
    row = step(due=None, not_before=Due(since="completion_accepted_on", parameter="stable_months", roll=Roll.NEVER))
    facts = given_facts(anchors={"completion_accepted_on": date(2010, 11, 30)}, params={"stable_months": 3})
    assert not_before(row, **facts).due_on == date(2011, 2, 28)
    assert compute_all(row, **facts) == ()
    assert not_before(row, **given_facts()) is None
    assert not_before(step(), **given_facts()) is None


# --- national, local, ordered -------------------------------------------------------------------------------------


def test_the_earlier_of_national_and_local_binds_and_both_are_shown():
    row = step("complete_audit", due=Due(years=1))
    facts = given_facts(params={"local_due": {"complete_audit": "year_end", "start_audit": "10-31"}})
    found = effective(compute_all(row, **facts))
    assert [(one.nature, one.due_on) for one in found.shown] == [
        (Nature.LOCAL, date(2008, 12, 31)),
        (Nature.STATUTORY, date(2009, 8, 3)),
    ]
    assert found.binding.nature is Nature.LOCAL
    assert found.binding.depends_on == ("anchor:published_on", "parameter:local_due")
    start = effective(compute_all(step(), **given_facts(params={"start_months": 2, **facts["params"]})))
    assert (start.binding.nature, start.binding.due_on) == (Nature.STATUTORY, date(2008, 10, 6))


@pytest.mark.parametrize("value", ["31 October", "13-01", "2008-10-31", 1031])
def test_a_local_date_that_is_none_is_a_fault_of_the_table(value):
    with pytest.raises(DeadlineError, match="local_due"):
        compute_all(step(), **given_facts(params={"start_months": 2, "local_due": {"start_audit": value}}))


def test_a_date_in_the_list_is_local_and_one_in_an_order_is_decided():
    row = step(
        decided_dues=(
            Due(decided_in=("publish", "start_by"), roll=Roll.NEVER),
            Due(decided_in=("order_audit", "start_by"), roll=Roll.NEVER),
        )
    )
    facts = given_facts(
        anchors={"published_on": PUBLISHED_ON, "order_audit": date(2009, 1, 5)},
        decided={
            "publish.start_by": date(2008, 9, 20),
            "order_audit.start_by": date(2009, 3, 1),
            "order_audit.x": PUBLISHED_ON,
        },
    )
    found = {one.key: one for one in compute_all(row, **facts)}
    listed, ordered = found["start_audit:publish:start_audit"], found["start_audit:order_audit:start_audit"]
    assert len(found) == 3
    assert (listed.nature, listed.due_on, listed.trigger_on) == (Nature.LOCAL, date(2008, 9, 20), PUBLISHED_ON)
    assert (ordered.nature, ordered.due_on, ordered.trigger_on) == (Nature.DECIDED, date(2009, 3, 1), date(2009, 1, 5))
    shown = effective(found.values())
    assert shown.binding == listed
    assert [one.due_on for one in shown.shown] == [date(2008, 9, 20), date(2008, 10, 6), date(2009, 3, 1)]


def test_a_date_set_directly_and_through_the_row_is_one_deadline():
    row = step(decided_dues=(Due(decided_in=("order_audit", "start_by")),))
    decided = {"order_audit.start_by": date(2009, 3, 1), "order_audit:start_audit": date(2009, 3, 1)}
    assert [one.key for one in compute_all(row, **given_facts(decided=decided))] == [
        "start_audit:published_on",
        "start_audit:order_audit:start_audit",
    ]


def test_an_order_does_not_undo_the_missed_date():
    found = effective(compute_all(step(), **given_facts(decided={"order_audit:start_audit": date(2009, 3, 1)})))
    assert found.binding.due_on == date(2008, 10, 6)
    assert late_days(found.binding, date(2009, 2, 1), date(2009, 2, 1)) == 118
    assert late_days(found.shown[1], date(2009, 2, 1), date(2009, 2, 1)) == 0


# --- extension and suspension -------------------------------------------------------------------------------------


def test_an_extension_moves_a_decided_date_and_keeps_its_identity():
    plain = decided_deadline()
    moved = decided_deadline(extensions=[Extension(date(2010, 9, 1), date(2010, 5, 20), "apply_acceptance")])
    assert (moved.due_on, moved.raw_end, moved.adjusted_due_on) == (date(2010, 9, 1), date(2010, 6, 1), None)
    assert moved.key == plain.key
    assert explain(moved, "en").endswith("moved to 2010-09-01 (151 of 2005, art. 5, recalled). Extended to 2010-09-01.")


def test_an_extension_stands_beside_a_statutory_date_and_lateness_counts_by_the_statutory_one():
    moved = due(extensions=[Extension(date(2008, 12, 6), date(2008, 9, 20))])
    assert (moved.due_on, moved.adjusted_due_on) == (date(2008, 10, 6), date(2008, 12, 8))  # 6 December is a Saturday
    assert late_days(moved, None, date(2008, 10, 8)) == 2
    assert explain(moved, "en").endswith(
        "Extended to 2008-12-06. Adjusted date 2008-12-08; lateness still counts from 2008-10-06."
    )


def test_an_extension_of_another_step_or_to_an_earlier_day_changes_nothing():
    assert due(extensions=[Extension(date(2009, 1, 1), date(2008, 9, 1), "complete_audit")]) == due()
    assert due(extensions=[Extension(date(2008, 9, 1), date(2008, 8, 20))]) == due()


def test_a_suspension_moves_a_decided_date_by_its_days():
    moved = decided_deadline(suspensions=[Suspension(date(2010, 3, 1), date(2010, 3, 31))])
    assert moved.due_on == date(2010, 7, 1)
    assert moved.adjustments == ("suspension:2010-03-01/2010-03-31",)
    both = decided_deadline(
        suspensions=[Suspension(date(2010, 3, 1), date(2010, 3, 31))],
        extensions=[Extension(date(2010, 8, 1), date(2010, 4, 1))],
    )
    assert both.due_on == date(2010, 8, 1)


def test_a_suspension_before_the_decision_or_after_the_date_does_not_count():
    assert decided_deadline(suspensions=[Suspension(date(2009, 1, 1), date(2009, 2, 1))]) == decided_deadline()
    assert decided_deadline(suspensions=[Suspension(date(2010, 6, 2), date(2010, 7, 1))]) == decided_deadline()
    half = decided_deadline(suspensions=[Suspension(date(2009, 12, 1), date(2009, 12, 25))])
    assert half.due_on == date(2010, 6, 11)  # ten days after the decision of 15 December


def test_while_suspended_a_decided_date_is_not_late_and_a_statutory_one_is():
    standing = decided_deadline(suspensions=[Suspension(date(2010, 5, 1))])
    assert standing.suspended_since == date(2010, 5, 1)
    assert late_days(standing, None, date(2011, 1, 1)) == 0
    statutory = due(suspensions=[Suspension(date(2008, 9, 1))])
    assert (statutory.adjusted_due_on, late_days(statutory, None, date(2008, 10, 7))) == (None, 1)


@given(
    st.dates(date(2009, 12, 1), date(2010, 12, 31)),
    st.integers(0, 200),
    st.dates(date(2009, 12, 1), date(2010, 12, 31)),
)
def test_no_change_ever_makes_a_date_earlier(starts_on, days, until):
    changes = {
        "suspensions": [Suspension(starts_on, starts_on + timedelta(days=days))],
        "extensions": [Extension(until, starts_on)],
    }
    assert decided_deadline(**changes).due_on >= decided_deadline().due_on
    statutory = due(**changes)
    assert statutory.due_on == due().due_on
    assert statutory.adjusted_due_on is None or statutory.adjusted_due_on > statutory.due_on


# --- lateness -----------------------------------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("done_on", "on", "days"),
    [
        (None, "2008-10-05", 0),
        (None, "2008-10-06", 0),  # on the due day nothing is late
        (None, "2008-10-07", 1),
        ("2008-10-06", "2009-01-01", 0),  # recorded late, done in time
        ("2008-10-08", "2009-01-01", 2),
        ("2008-10-08", "2008-10-07", 1),  # as seen before it was done
        ("2008-07-01", "2009-01-01", 0),  # done before the trigger
    ],
)
def test_late_days(done_on, on, days):
    assert late_days(due(), date.fromisoformat(done_on) if done_on else None, date.fromisoformat(on)) == days


# --- storage, recomputation ---------------------------------------------------------------------------------------


@pytest.mark.parametrize(
    "deadline",
    [
        due(),
        decided_deadline(),
        decided_deadline(suspensions=[Suspension(date(2010, 5, 1))]),
        due(extensions=[Extension(date(2008, 12, 6), date(2008, 9, 20))]),
    ],
)
def test_a_deadline_survives_storage(deadline):
    stored = json.loads(canonical_json(deadline.as_json()))
    assert Deadline.from_json(stored) == deadline
    assert Deadline.from_json(stored).as_json() == deadline.as_json()


def test_loading_a_year_moves_a_provisional_date_but_not_its_identity():
    row = step("disclose", due=Due(months=1))
    before = due(row, anchors={"published_on": date(2026, 12, 1)})
    assert (before.due_on, before.provisional) == (date(2027, 1, 1), True)
    assert "calendar:2027" in before.depends_on
    loaded = CALENDAR.with_table(YearTable(2027, frozenset({date(2027, 1, 1)}), frozenset({date(2027, 1, 3)})))
    after = due(row, anchors={"published_on": date(2026, 12, 1)}, calendar=loaded)
    assert (after.due_on, after.provisional, after.key) == (date(2027, 1, 3), False, before.key)
    assert after.calendar_version != before.calendar_version


# --- preview ------------------------------------------------------------------------------------------------------


def previewed(published_on, *categories, route=Route.ENTRUSTED, **changes):
    steps = registry.steps_for(Subject.CASE, published_on=published_on, acted_on=published_on)
    params = {
        "disclosure_months": 1,
        "arrangement_working_days": 45,
        "start_months": 2,
        "complete_months": 12,
        "report_months": 12,
    }
    found = preview(
        published_on,
        categories,
        route,
        params={**params, **changes},
        calendar=CALENDAR,
        steps=steps.values(),
    )
    return [(one.step, one.due_on.isoformat()) for one in found]


def test_preview_of_regime_a_follows_the_categories():
    shared = [
        ("start_audit", "2008-10-06"),
        ("file_arrangement", "2008-10-09"),
        ("complete_audit", "2009-08-03"),
        ("submit_report", "2009-08-03"),
    ]
    assert previewed(PUBLISHED_ON, Category.EXCEEDS_STANDARD) == [("disclose", "2008-09-01"), *shared]
    assert previewed(PUBLISHED_ON, Category.TOXIC_USE) == shared


def test_preview_shows_local_dates_beside():
    found = previewed(PUBLISHED_ON, Category.TOXIC_USE, local_due={"complete_audit": "year_end"})
    assert ("complete_audit", "2008-12-31") in found
    assert ("complete_audit", "2009-08-03") in found


def test_preview_leaves_out_what_is_not_for_a_listed_enterprise():
    rows = [
        step("other_subject", subject=Subject.DUTY),
        step("voluntary", kinds=frozenset({CaseKind.VOLUNTARY})),
        step("other_category", categories=frozenset({Category.ENERGY})),
        step("later", due=Due(since="start_audit", months=1)),
        step("undated", due=None),
        step("kept"),
    ]
    found = preview(
        PUBLISHED_ON, [Category.TOXIC_USE], Route.SELF, params={"start_months": 2}, calendar=CALENDAR, steps=rows
    )
    assert [one.step for one in found] == ["kept"]
    refused = preview(
        PUBLISHED_ON,
        [Category.TOXIC_USE],
        Route.SELF,
        params={"start_months": 2},
        calendar=CALENDAR,
        steps=[replace(step("kept"), when=("disclosure_overdue",))],
    )
    assert refused == []
