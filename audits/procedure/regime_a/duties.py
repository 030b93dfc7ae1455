"""Regime A, what authorities owe each year. Document 151 art. 10; document 54 section 5. They follow the calendar."""

from datetime import date

from audits.procedure.actors import PLANNER
from audits.procedure.articles import UNCERTAIN, huanfa_54, huanfa_151
from audits.procedure.fields import choices, files, long_text, options, text
from audits.procedure.schema import Due, Roll, Step
from audits.procedure.words import Basis, Phase, Subject, Text

SUBMIT_ANNUAL_PLAN = Step(
    key="submit_annual_plan",
    subject=Subject.DUTY,
    phase=Phase.PUBLICATION,
    title=Text("报送并公布年度计划", "Submit and publish the year's plan"),
    actor=PLANNER,
    basis=huanfa_54("5"),
    rows=("P05", "P06"),
    validity=Basis.CALENDAR,
    since=date(2011, 1, 1),
    due=Due(fixed=(3, 31), roll=Roll.NEVER),
    repeatable=True,
    public=True,
    rungs="yearly",
    fields=(
        files("plan", "年度计划", "Plan"),
        long_text("enterprises", "拟审核企业", "Enterprises to audit", public=True),
        long_text("schedule", "审核及评估验收进度安排", "Schedule of audits, assessments and acceptances", public=True),
        long_text("measures", "监督措施", "Supervision measures", public=True),
        long_text(
            "first_rounds",
            "重点行业首轮完成情况（重金属2011年底、产能过剩2012年底、其他2014年底）",
            "First rounds of the priority sectors (heavy metals by end 2011, over-capacity by end 2012, "
            "others by end 2014)",
            required=False,
        ),
        text("page_address", "公布网址", "Web address of the publication", required=False, max_length=500, public=True),
    ),
    missed=Text("由环境保护部通报。", "The ministry may name the province."),
    notes=Text("报环境保护部并向社会公布。", "To the ministry and to the public."),
)
REPORT_COPIES = options(
    ("ndrc", "国家发展改革委", "NDRC"),
)
SUBMIT_ANNUAL_REPORT = Step(
    key="submit_annual_report",
    subject=Subject.DUTY,
    phase=Phase.PUBLICATION,
    title=Text("报送年度工作报告", "Submit the year's report"),
    actor=PLANNER,
    basis=huanfa_151("10", UNCERTAIN),
    rows=("A18",),
    validity=Basis.CALENDAR,
    since=date(2005, 12, 13),
    due=Due(fixed=(12, 31), roll=Roll.NEVER),
    repeatable=True,
    rungs="yearly",
    fields=(
        files("report", "年度报告", "Report"),
        long_text("audits_of_the_year", "本年度审核情况", "Audits of the year"),
        long_text("next_year", "下一年度重点领域和企业", "Key areas and enterprises of next year"),
        choices("copies", "抄送", "Copies to", REPORT_COPIES, required=False),
    ),
    missed=Text("通报批评。", "Criticism."),
    notes=Text("12月31日为回忆所得。", "31 December is recalled, not seen."),
)

DUTY_STEPS: tuple[Step, ...] = (SUBMIT_ANNUAL_PLAN, SUBMIT_ANNUAL_REPORT)
