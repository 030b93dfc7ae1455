"""Regime A, the report and what is done with it; options and their effects. Document 151 arts 8 and 10."""

from audits.procedure.actors import ENTERPRISE, ENTERPRISE_CERTIFIES, LOCAL, LOCAL_DECIDES
from audits.procedure.articles import UNCERTAIN, huanfa_151
from audits.procedure.fields import (
    AUDIT_REPORT,
    COST_CLASSES,
    EFFECTS_OF_OPTIONS,
    ELEMENTS,
    REMARKS,
    choice,
    choices,
    day,
    decimal,
    flag,
    future_day,
    integer,
    long_text,
    options,
    rows,
    text,
)
from audits.procedure.reasons import RETURN_REASONS
from audits.procedure.regime_a.audit import decided
from audits.procedure.regime_a.listing import SINCE_151
from audits.procedure.schema import Due, Step
from audits.procedure.words import Phase, Subject, Text

COPIES = options(
    ("provincial_environment", "省级环保部门", "provincial environment authority"),
    ("coordinating", "发展改革（经济贸易）主管部门", "DRC or economic department"),
)
SUBMIT_REPORT = Step(
    key="submit_report",
    subject=Subject.CASE,
    phase=Phase.REPORT,
    title=Text("提交审核报告", "Submit the audit report"),
    actor=ENTERPRISE_CERTIFIES,
    basis=huanfa_151("8"),
    rows=("A13", "O16-16-17"),
    since=SINCE_151,
    after=("complete_audit",),
    due=Due(parameter="report_months"),
    decided_dues=(
        decided("publish", "report_by"),
        decided("order_audit", "report_by"),
        decided("return_report", "resubmit_by"),
        decided("decide_assessment", "redo_by"),
        decided("order_redo", "redo_by"),
        decided("order_correction", "correct_by"),
    ),
    certified=True,
    fields=(
        AUDIT_REPORT,
        rows(
            "certifiers",
            "审签人",
            "Certifiers",
            (text("name", "姓名", "Name"), text("position", "职务", "Position")),
        ),
        choices("copies", "抄送", "Copies to", COPIES, required=False),
        REMARKS,
    ),
    missed=Text(
        "责令限期改正；拒不改正的可依法处罚。", "Order to correct within a time limit; on refusal a penalty may follow."
    ),
    missed_actions=("order_audit", "order_correction"),
)
RECEIVE_REPORT = Step(
    key="receive_report",
    subject=Subject.CASE,
    phase=Phase.REPORT,
    title=Text("接收审核报告", "Receive the report"),
    actor=LOCAL,
    basis=huanfa_151("8"),
    rows=("A13",),
    since=SINCE_151,
    after=("submit_report",),
    repeatable=True,
    optional=True,
    fields=(text("receipt_number", "收文编号", "Receipt number"),),
    notes=Text("仅为收件证明，不是验收。", "Proof of receipt only; not an acceptance."),
)
RETURN_REASON_CHOICES = tuple((reason.key, reason.text) for reason in RETURN_REASONS.values())
RETURN_REPORT = Step(
    key="return_report",
    subject=Subject.CASE,
    phase=Phase.REPORT,
    title=Text("退回补正", "Return for correction"),
    actor=LOCAL_DECIDES,
    basis=huanfa_151("8", UNCERTAIN),
    rows=("G02",),
    since=SINCE_151,
    after=("submit_report",),
    guards=("decided_date_in_future",),
    repeatable=True,
    optional=True,
    fields=(
        choice(
            "submission",
            "退回的材料",
            "What is returned",
            options(
                ("submit_report", "审核报告", "the audit report"),
                ("apply_assessment", "评估申请", "the application for assessment"),
                ("apply_acceptance", "验收申请", "the application for acceptance"),
            ),
        ),
        choices("reasons", "退回原因", "Reasons", RETURN_REASON_CHOICES),
        long_text("remarks", "具体意见", "Remarks"),
        future_day("resubmit_by", "重新报送期限", "Submit again by", only_if=("submission", ("submit_report",))),
        future_day(
            "reapply_by",
            "重新申请评估期限",
            "Apply again for assessment by",
            only_if=("submission", ("apply_assessment",)),
        ),
        future_day(
            "reapply_acceptance_by",
            "重新申请验收期限",
            "Apply again for acceptance by",
            only_if=("submission", ("apply_acceptance",)),
        ),
    ),
    effects=("reopen_submission",),
    notes=Text(
        "首次按时报送的仍视为按时；重新报送期限为决定日期。",
        "The first filing in time stays in time; the new date is a decided one.",
    ),
)
RECORD_IMPLEMENTATION = Step(
    key="record_implementation",
    subject=Subject.CASE,
    phase=Phase.IMPLEMENTATION,
    title=Text("登记方案实施情况", "Record an option and its effects"),
    actor=ENTERPRISE,
    basis=huanfa_151("10"),
    rows=("G09",),
    since=SINCE_151,
    after=("start_audit",),
    repeatable=True,
    optional=True,
    fields=(
        text("option", "方案编号", "Option number", max_length=30),
        text("title", "方案名称", "Option"),
        choice("cost_class", "费用类别", "Cost class", COST_CLASSES),
        choice("element", "所属方面", "Element", ELEMENTS, required=False),
        decimal("investment_cny", "投资（元）", "Investment (CNY)", unit="CNY", required=False),
        flag("done", "已实施", "Done"),
        day("done_on", "实施完成日期", "Done on", only_if=("done", ("true",))),
        day(
            "completion_accepted_on",
            "项目竣工环保验收日期",
            "Environmental completion acceptance of the project",
            required=False,
        ),
        rows(
            "effects",
            "效果",
            "Effects",
            (
                choice("metric", "指标", "Metric", EFFECTS_OF_OPTIONS),
                integer("year", "年度", "Year of effect", minimum="2003", maximum="2100"),
                decimal("planned", "预期", "Planned", required=False),
                decimal("verified", "实际", "Verified", required=False),
            ),
            required=False,
        ),
    ),
    effects=("store_option",),
    notes=Text("中/高费方案可早于评估实施。", "Medium/high-cost options may be done before the assessment."),
)

REPORT_STEPS: tuple[Step, ...] = (SUBMIT_REPORT, RECEIVE_REPORT, RETURN_REPORT, RECORD_IMPLEMENTATION)
