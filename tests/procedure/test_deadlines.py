"""Deadlines: how they are computed, moved, explained, stored, and when they are late."""

from datetime import date

from audits.procedure.calendar import builtin_calendar
from audits.procedure.deadlines import Deadline, compute, explain, late_days
from audits.procedure.schema import Actor, Article, Due, Step
from audits.procedure.words import Mark, Party, Phase, Role, Subject, Text

CALENDAR = builtin_calendar()
DOCUMENT_151 = Article("Huanfa [2005] 151", "5", Mark.RECALLED)


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


def due(of=None, **changes):
    values = {
        "anchors": {"published_on": date(2008, 8, 1)},
        "decided": {},
        "params": {"start_months": 2},
        "calendar": CALENDAR,
    }
    return compute(of or step(), **{**values, **changes})


def test_the_sentence_of_the_design_in_both_languages():
    deadline = due()
    assert explain(deadline, "en") == (
        "List published 2008-08-01; +2 months = 2008-10-01, in the National Day holiday, so 2008-10-06"
        " (151 of 2005, art. 5, recalled)."
    )
    assert explain(deadline, "zh-hans") == (
        "名单公布 2008-08-01；加2个月为 2008-10-01，适逢国庆节假期，顺延至 2008-10-06（环发〔2005〕151号第5条，据记忆）。"
    )


def test_a_deadline_survives_storage():
    assert Deadline.from_json(due().as_json()) == due()


def test_no_trigger_is_no_deadline_and_never_due_today():
    assert due(anchors={}) is None
    assert late_days(None, None, date(2026, 1, 1)) == 0
