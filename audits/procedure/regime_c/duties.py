"""Regime C, what authorities owe each year: Order 38 art. 26 fixes no date; document 54's plan is cited locally."""

from audits.procedure.actors import PLANNER
from audits.procedure.amend import amended
from audits.procedure.articles import UNCERTAIN, huanfa_54, order_38
from audits.procedure.fields import files, long_text, text
from audits.procedure.regime_a.duties import SUBMIT_ANNUAL_PLAN, SUBMIT_ANNUAL_REPORT
from audits.procedure.schema import Step
from audits.procedure.words import Basis, Phase, Subject, Text

SUBMIT_PROGRESS_REPORT = Step(
    key="submit_progress_report",
    subject=Subject.DUTY,
    phase=Phase.PUBLICATION,
    title=Text("报送进展情况", "Report progress"),
    actor=PLANNER,
    basis=order_38("26", UNCERTAIN),
    rows=("O38-26", "O38-18"),
    validity=Basis.CALENDAR,
    repeatable=True,
    optional=True,
    rungs="yearly",
    fields=(
        text("period", "所报时段", "Period"),
        long_text("progress", "审核、评估和验收进展", "Progress of audits, assessments and acceptances"),
        files("report", "进展报告", "Report", required=False),
    ),
    notes=Text(
        "国家未定日期；地方有定（如湖北2026年6月30日、12月15日），以参数 local_due 设定。",
        "No national date; local ones (Hubei 2026: 30 June and 15 December) are set by the parameter `local_due`.",
    ),
)

DUTY_STEPS: tuple[Step, ...] = (
    *amended(
        (SUBMIT_ANNUAL_PLAN, SUBMIT_ANNUAL_REPORT),
        changes={
            "submit_annual_plan": {
                "basis": huanfa_54("5", UNCERTAIN),
                "since": None,
                "notes": Text(
                    "54号文在地方仍被引用，是否仍全国适用不明。",
                    "Document 54 is still cited locally; whether it still binds nationally is unknown.",
                ),
            },
            "submit_annual_report": {
                "basis": order_38("26"),
                "rows": ("O38-26",),
                "since": None,
                "due": None,
                "fields": (
                    files("report", "年度报告", "Report"),
                    long_text("audits_of_the_year", "本年度审核情况", "Audits of the year"),
                    long_text("reviews_of_the_year", "本年度评估验收情况", "Assessments and acceptances of the year"),
                ),
                "notes": Text(
                    "每年报上一级；日期国家未定，以参数 local_due 设定。",
                    "To the next level every year; no national date, set by the parameter `local_due`.",
                ),
            },
        },
    ),
    SUBMIT_PROGRESS_REPORT,
)
