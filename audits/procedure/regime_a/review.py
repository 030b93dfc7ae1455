"""Regime A, the reviews: document 151 art. 9 until 2008-06-30, the Guidance of 2008 from 2008-07-01.

These rows follow the date of the application, so they also serve applications under B and, until the Guide of 2018, C.
"""

from datetime import date

from audits.procedure.actors import ENTERPRISE_CERTIFIES, EXPERT, LIST_DECIDES, LOCAL_DECIDES, REVIEW_DECIDES, REVIEWER
from audits.procedure.articles import RECALLED, UNCERTAIN, guidance, huanfa_151
from audits.procedure.fields import (
    APPEARED_ON,
    AUDIT_REPORT,
    GROUNDS,
    IF_ENTRUSTED,
    MEDIUM,
    PAGE_ADDRESS,
    REVIEW,
    SCAN,
    choice,
    choices,
    day,
    decimal,
    files,
    flag,
    future_day,
    long_text,
    options,
    reference,
    rows,
    text,
)
from audits.procedure.regime_a.audit import decided
from audits.procedure.regime_a.listing import SINCE_151
from audits.procedure.schema import Due, Roll, Step
from audits.procedure.words import Basis, Phase, Subject, Text

GUIDANCE_FROM = date(2008, 7, 1)
REVIEW_RESULTS_UNTIL = date(2008, 6, 30)

NO_FEE = flag("fee_charged", "向企业收取了费用", "A fee was charged to the enterprise", required=False)
PASS_OR_NOT = options(("pass", "通过", "passed"), ("not_pass", "不通过", "not passed"))
EXPERTISE = options(
    ("sector", "行业工艺", "sector process"),
    ("cleaner_production", "清洁生产", "cleaner production"),
    ("environment", "环境保护", "environment"),
)
CRITERIA_2008 = options(
    ("leadership", "领导重视、机构健全、全员培训", "leadership, organization, staff training"),
    ("process", "审核过程完整规范真实，遵循源头预防", "complete, regular, true audit following source prevention"),
    (
        "focus_targets",
        "审核重点反映主要问题，目标合理且有时限",
        "focus reflects the main problem; targets sound and time-bound",
    ),
    ("report", "报告完整，平衡和数据无误", "report complete, no errors in balances or data"),
    ("low_cost", "无/低费方案边审核边实施", "no/low-cost options carried out along the way"),
    (
        "high_cost",
        "中/高费方案合理有效，能按期达标，有行业标准的不低于三级",
        "medium/high-cost options sound and able to reach standards in time; at least level 3 where a "
        "sector standard exists",
    ),
    ("prohibited", "淘汰国家明令禁止的工艺设备和产品", "prohibited technology and products eliminated"),
)
PANEL = rows(
    "members",
    "专家组成员",
    "Panel",
    (
        reference("expert", "专家", "Expert", "membership"),
        choice("expertise", "专业", "Expertise", EXPERTISE),
        flag("leader", "组长", "Head of the panel", required=False),
        flag("free_of_conflict", "已声明无利害关系", "Has declared to be free of conflict"),
    ),
)

REVIEW_RESULTS = Step(
    key="review_results",
    subject=Subject.CASE,
    phase=Phase.ACCEPTANCE,
    title=Text("审核结果评审验收", "Review the results of the audit"),
    actor=REVIEW_DECIDES,
    basis=huanfa_151("9"),
    rows=("A15",),
    validity=Basis.APPLICATION,
    since=SINCE_151,
    until=REVIEW_RESULTS_UNTIL,
    after=("submit_report",),
    guards=("fee_forbidden", "decision_by_authority_not_author"),
    optional=True,
    fields=(
        choice("result", "结论", "Result", PASS_OR_NOT, public=True),
        long_text("opinion", "评审意见", "Opinion"),
        files("papers", "评审材料", "Papers", required=False),
        NO_FEE,
    ),
    notes=Text(
        "不得向企业收费。2008年7月1日起改为评估和验收。",
        "No fee. From 2008-07-01 assessment and acceptance take its place.",
    ),
)
APPLY_ASSESSMENT = Step(
    key="apply_assessment",
    subject=Subject.CASE,
    phase=Phase.ASSESSMENT,
    title=Text("申请评估", "Apply for assessment"),
    actor=ENTERPRISE_CERTIFIES,
    basis=guidance("ch. 2"),
    rows=("G01",),
    validity=Basis.APPLICATION,
    since=GUIDANCE_FROM,
    after=("submit_report",),
    guards=("options_no_low_done", "application_conditions", "no_open_redo"),
    decided_dues=(decided("return_report", "reapply_by"),),
    certified=True,
    fields=(
        files("application", "评估申请", "Application"),
        AUDIT_REPORT,
        files("monitoring_report", "审核后监测报告", "Monitoring report after the audit"),
        files(
            "capacity_proofs", "咨询机构和审核师资质证明", "Proofs of consultancy and auditors", only_if=IF_ENTRUSTED
        ),
        flag("equipment_fits_policy", "设备符合产业政策", "The equipment fits industrial policy"),
        flag(
            "no_major_accident",
            "审核期间未发生重大及特别重大污染事故",
            "No major or especially major pollution accident during the audit",
        ),
    ),
)
FORWARD_ASSESSMENT = Step(
    key="forward_assessment",
    subject=Subject.CASE,
    phase=Phase.ASSESSMENT,
    title=Text("初步意见并转报", "Give a preliminary opinion and forward"),
    actor=LOCAL_DECIDES,
    basis=guidance("ch. 2", UNCERTAIN),
    rows=("G02",),
    validity=Basis.APPLICATION,
    since=GUIDANCE_FROM,
    after=("apply_assessment",),
    when=("forward_required",),
    fields=(
        long_text("opinion", "初步意见", "Preliminary opinion"),
        files("papers", "转报材料", "Papers", required=False),
    ),
    notes=Text("材料不合要求的退回补正。", "Otherwise the application is returned for correction."),
)
FORM_PANEL = Step(
    key="form_panel",
    subject=Subject.CASE,
    phase=Phase.ASSESSMENT,
    title=Text("组成专家组", "Form the panel"),
    actor=REVIEWER,
    basis=guidance("ch. 2, 3"),
    rows=("G03", "G10"),
    validity=Basis.APPLICATION,
    since=GUIDANCE_FROM,
    after=("forward_assessment",),
    after_any=("apply_assessment", "apply_acceptance"),
    guards=("experts_free_of_conflict",),
    repeatable=True,
    fields=(REVIEW, PANEL),
    effects=("store_panel",),
)
HOLD_REVIEW = Step(
    key="hold_review",
    subject=Subject.CASE,
    phase=Phase.ASSESSMENT,
    title=Text("召开评审会", "Hold the review"),
    actor=REVIEWER,
    basis=guidance("ch. 2, 3"),
    rows=("G04", "G05", "G06", "G07", "G10"),
    validity=Basis.APPLICATION,
    since=GUIDANCE_FROM,
    after=("form_panel",),
    guards=("panel_of_this_review", "fee_forbidden"),
    repeatable=True,
    date_field="met_on",
    fields=(
        REVIEW,
        day("met_on", "会议日期", "Date of the meeting"),
        long_text("papers_read", "阅审情况", "Papers read"),
        long_text("presentation_enterprise", "企业汇报", "Presentation by the enterprise"),
        long_text("presentation_consultancy", "咨询机构汇报", "Presentation by the consultancy", only_if=IF_ENTRUSTED),
        long_text("site_findings", "档案查阅和现场考察", "Findings on files and site"),
        long_text("questions", "质询与答复", "Questions and answers"),
        files("minutes", "会议纪要", "Minutes", required=False),
        NO_FEE,
    ),
)
SUBMIT_OPINION = Step(
    key="submit_opinion",
    subject=Subject.CASE,
    phase=Phase.ASSESSMENT,
    title=Text("提交专家意见", "Submit the expert's opinion"),
    actor=EXPERT,
    basis=guidance("ch. 2, 3"),
    rows=("G08", "G11"),
    validity=Basis.APPLICATION,
    since=GUIDANCE_FROM,
    after=("form_panel",),
    guards=("panel_of_this_review", "opinion_from_panel_member"),
    repeatable=True,
    fields=(
        REVIEW,
        choices("criteria_met", "符合的评估要求", "Criteria met", CRITERIA_2008, required=False),
        decimal(
            "score", "得分（本地有评分表的）", "Score, where the region has a sheet", required=False, maximum="200"
        ),
        long_text("opinion", "意见", "Opinion"),
    ),
    notes=Text("2008年指南无全国评分表。", "No national score sheet under the Guidance of 2008."),
)
DECIDE_ASSESSMENT = Step(
    key="decide_assessment",
    subject=Subject.CASE,
    phase=Phase.ASSESSMENT,
    title=Text("作出评估结论", "Decide the assessment"),
    actor=REVIEW_DECIDES,
    basis=guidance("ch. 2"),
    rows=("G08",),
    validity=Basis.APPLICATION,
    since=GUIDANCE_FROM,
    after=("apply_assessment", "submit_opinion"),
    guards=(
        "opinion_on_this_review",
        "criteria_match_result_2008",
        "decision_by_authority_not_author",
        "decided_date_in_future",
        "acceptance_after_cap",
        "fee_forbidden",
    ),
    fields=(
        choice("result", "结论", "Result", PASS_OR_NOT, public=True),
        choices(
            "failed_criteria",
            "不符合项",
            "Failed criteria",
            CRITERIA_2008,
            required=False,
            only_if=("result", ("not_pass",)),
        ),
        flag("fraud", "弄虚作假", "Fraud", required=False, only_if=("result", ("not_pass",))),
        long_text("opinion", "评估意见", "Written opinion"),
        files("opinion_document", "评估意见书", "Opinion as issued", required=False),
        future_day("acceptance_due_on", "应申请验收日期", "Acceptance is due on", only_if=("result", ("pass",))),
        future_day("redo_by", "重新审核期限", "Redo by", only_if=("result", ("not_pass",))),
        NO_FEE,
    ),
    notes=Text("不通过的，责令重新审核。", "Not passed: a redo is ordered."),
)
APPLY_ACCEPTANCE = Step(
    key="apply_acceptance",
    subject=Subject.CASE,
    phase=Phase.ACCEPTANCE,
    title=Text("申请验收", "Apply for acceptance"),
    actor=ENTERPRISE_CERTIFIES,
    basis=guidance("ch. 3"),
    rows=("G09",),
    validity=Basis.APPLICATION,
    since=GUIDANCE_FROM,
    after_any=("apply_assessment",),
    when=("assessment_passed_or_combined",),
    guards=("no_open_redo",),
    due=Due(
        decided_in=("decide_assessment", "acceptance_due_on"),
        roll=Roll.NEVER,
        soft_cap=Due(since="decide_assessment", parameter="acceptance_max_months", roll=Roll.NEVER),
    ),
    not_before=Due(since="completion_accepted_on", parameter="stable_months", roll=Roll.NEVER),
    decided_dues=(decided("return_report", "reapply_acceptance_by"), decided("decide_acceptance", "rectify_by")),
    certified=True,
    fields=(
        files("assessment_opinion", "评估意见", "Assessment opinion", required=False),
        files("application_form", "验收申请表", "Application form"),
        files("work_report", "验收工作报告", "Acceptance work report"),
        files("monitoring_report", "监测报告", "Monitoring report"),
    ),
    missed=Text(
        "逾期视为验收不合格，由主管部门决定，不自动生效。",
        "Treated as not passed; decided by the authority, not automatic.",
    ),
    missed_actions=("decide_acceptance",),
)
DECIDE_ACCEPTANCE = Step(
    key="decide_acceptance",
    subject=Subject.CASE,
    phase=Phase.ACCEPTANCE,
    title=Text("作出验收结论", "Decide the acceptance"),
    actor=REVIEW_DECIDES,
    basis=guidance("ch. 3"),
    rows=("G10", "G11"),
    validity=Basis.APPLICATION,
    since=GUIDANCE_FROM,
    after=("submit_opinion",),
    when=("acceptance_applied_or_overdue",),
    guards=(
        "opinion_on_this_review",
        "decision_by_authority_not_author",
        "decided_date_in_future",
        "fee_forbidden",
    ),
    fields=(
        choice(
            "result",
            "结论",
            "Result",
            options(("qualified", "合格", "qualified"), ("unqualified", "不合格", "unqualified")),
            public=True,
        ),
        long_text("opinion", "验收意见", "Concluding opinion"),
        files("opinion_document", "验收意见书", "Opinion as issued", required=False),
        future_day(
            "rectify_by", "整改期限", "Rectify and apply again by", required=False, only_if=("result", ("unqualified",))
        ),
        NO_FEE,
    ),
    effects=("reopen_submission",),
    notes=Text(
        "不合格的，限期整改后再申请，或重新审核（后果的原文不确定）。",
        "Unqualified: rectify within a period and apply again, or redo (the consequence is uncertain in the text).",
    ),
)
ORDER_REDO = Step(
    key="order_redo",
    subject=Subject.CASE,
    phase=Phase.ORDERS,
    title=Text("责令重新审核", "Order a redo"),
    actor=REVIEW_DECIDES,
    basis=guidance("ch. 2, 3"),
    rows=("G08", "G11"),
    validity=Basis.APPLICATION,
    since=GUIDANCE_FROM,
    after_any=("decide_assessment", "decide_acceptance", "review_results"),
    when=("not_passed",),
    guards=("redo_mode_of_unit", "decided_date_in_future"),
    repeatable=True,
    optional=True,
    fields=(
        choice(
            "result",
            "方式",
            "Mode",
            options(("reopen_case", "原案重审", "reopen this case"), ("next_list", "另列名单", "put on the next list")),
        ),
        future_day("redo_by", "重新审核期限", "Redo by", only_if=("result", ("reopen_case",))),
        GROUNDS,
    ),
    effects=("redo",),
    rungs="order",
    notes=Text(
        "方式由各地规定；不重新起算名单时限。", "The mode is a unit's parameter; the list's periods never restart."
    ),
)
PUBLISH_RESULT = Step(
    key="publish_result",
    subject=Subject.CASE,
    phase=Phase.PUBLICATION,
    title=Text("公布评估验收结果", "Publish the result"),
    actor=LIST_DECIDES,
    basis=guidance("", RECALLED),
    rows=("G12", "P08"),
    validity=Basis.APPLICATION,
    since=GUIDANCE_FROM,
    when=("review_decided",),
    repeatable=True,
    optional=True,
    public=True,
    date_field="appeared_on",
    fields=(
        REVIEW,
        MEDIUM,
        APPEARED_ON,
        PAGE_ADDRESS,
        SCAN,
        text("national_batch", "国家公告批次", "National batch", required=False, public=True),
    ),
)

REVIEW_STEPS: tuple[Step, ...] = (
    REVIEW_RESULTS,
    APPLY_ASSESSMENT,
    FORWARD_ASSESSMENT,
    FORM_PANEL,
    HOLD_REVIEW,
    SUBMIT_OPINION,
    DECIDE_ASSESSMENT,
    APPLY_ACCEPTANCE,
    DECIDE_ACCEPTANCE,
    ORDER_REDO,
    PUBLISH_RESULT,
)
