"""Regime A, the audit: from the notice to its completion. Document 151 arts 3-7; Order 16 arts 10-17."""

from audits.procedure.actors import ENTERPRISE, ENTERPRISE_CERTIFIES, LOCAL
from audits.procedure.articles import ORDER_16_FROM, UNCERTAIN, huanfa_151, order_16
from audits.procedure.fields import (
    APPEARED_ON,
    CONSULTANCY,
    IF_ENTRUSTED,
    IF_SELF,
    MEDIUM,
    PAGE_ADDRESS,
    ROUTE,
    SCAN,
    STAFF,
    STAGES,
    choice,
    day,
    decimal,
    files,
    future_day,
    long_text,
    options,
    reference,
    rows,
    text,
)
from audits.procedure.regime_a.listing import SINCE_151
from audits.procedure.schema import Due, Field, Roll, Step
from audits.procedure.words import CaseKind, Phase, Subject, Text

LISTED = frozenset({CaseKind.MANDATORY})
OPENED = ("publish", "register")  # by a list, or without one (voluntary, pilot)


def decided(step: str, field: str) -> Due:
    """A date written in another step; it never rolls."""
    return Due(decided_in=(step, field), roll=Roll.NEVER)


NOTIFY = Step(
    key="notify",
    subject=Subject.CASE,
    phase=Phase.LISTING,
    title=Text("书面通知企业", "Notify the enterprise in writing"),
    title_enterprise=Text("收到列入名单的书面通知", "Written notice that you are on the list"),
    actor=LOCAL,
    basis=huanfa_151("3(3)"),
    rows=("A06", "O16-9"),
    since=SINCE_151,
    after=("publish",),
    kinds=LISTED,
    repeatable=True,
    date_field="served_on",
    fields=(
        long_text("duties", "告知的义务", "Duties told"),
        long_text("dates", "告知的时限", "Dates told"),
        day("served_on", "送达日期", "Date of service"),
        files("proof_of_service", "送达证明", "Proof of service"),
    ),
    notes=Text(
        "通知不影响时限起算；送达不成的保留证据。",
        "Nothing waits for the notice; where service fails, keep the evidence.",
    ),
)

POLLUTANTS = rows(
    "pollutants",
    "主要污染物",
    "Main pollutants",
    (
        text("name", "污染物", "Pollutant", public=True),
        text("mode", "排放方式", "Mode of discharge", public=True),
        text("destination", "排放去向", "Destination", public=True),
        decimal("concentration", "排放浓度", "Concentration", public=True),
        text("concentration_unit", "浓度单位", "Unit of concentration", public=True, max_length=30),
        decimal("total", "排放总量", "Total", unit="t/a", public=True),
        text("standard", "执行的排放标准", "Applicable standard", public=True),
        decimal("quota", "总量控制指标", "Total quota", unit="t/a", required=False, public=True),
        text("excess_over_standard", "超标情况", "Excess over standard", required=False, public=True),
        text("excess_over_quota", "超总量情况", "Excess over quota", required=False, public=True),
    ),
    public=True,
)
DISCLOSURE: tuple[Field, ...] = (
    text("name", "企业名称", "Name", public=True),
    text("size", "企业规模", "Size", public=True),
    text("legal_representative", "法定代表人", "Legal representative", public=True),
    text("registered_address", "注册地址", "Registered address", public=True),
    text("production_address", "生产地址", "Production address", public=True),
    long_text("materials_and_fuel", "主要原辅材料和燃料使用情况", "Main materials and fuel use", public=True),
    long_text("products_and_output", "主要产品及产量", "Main products and output", public=True),
    POLLUTANTS,
    text("discharge_fee", "排污费缴纳情况", "Discharge fee paid", public=True),
    MEDIUM,
    APPEARED_ON,
    PAGE_ADDRESS,
    SCAN,
)
DISCLOSE = Step(
    key="disclose",
    subject=Subject.CASE,
    phase=Phase.PREPARATION,
    title=Text("公布主要污染物排放情况", "Publish main pollutant discharge"),
    title_enterprise=Text(
        "在当地主要媒体公布本企业主要污染物排放情况", "Publish your main pollutant discharge in local media"
    ),
    actor=ENTERPRISE,
    basis=huanfa_151("4"),
    rows=("A07", "O16-10"),
    since=SINCE_151,
    after=("publish",),
    when=("disclosure_applies",),
    kinds=LISTED,
    due=Due(parameter="disclosure_months"),
    decided_dues=(decided("publish", "disclose_by"), decided("order_correction", "correct_by")),
    fields=DISCLOSURE,
    repeatable=True,
    public=True,
    date_field="appeared_on",
    missed=Text(
        "由主管部门代为公布，可处十万元以下罚款（2002年法第四十一条）。",
        "The authority publishes instead and may fine up to CNY 100,000 (law of 2002 art. 41).",
    ),
    missed_actions=("disclose_in_default", "record_penalty"),
    notes=Text("更正或增加类别后可再次公布。", "Published again after a correction or for a new category."),
)
CHECK_DISCLOSURE = Step(
    key="check_disclosure",
    subject=Subject.CASE,
    phase=Phase.PREPARATION,
    title=Text("核查企业公布的内容", "Check the published figures"),
    actor=LOCAL,
    basis=order_16("10", UNCERTAIN),
    rows=("A08", "O16-10"),
    since=ORDER_16_FROM,
    after=("disclose",),
    kinds=LISTED,
    repeatable=True,
    optional=True,
    fields=(
        choice(
            "result",
            "核查结果",
            "Finding",
            options(("correct", "属实", "correct"), ("incorrect", "不实", "incorrect")),
        ),
        long_text("comparison", "与监测数据比对", "Comparison with monitoring"),
    ),
)
ARRANGEMENT: tuple[Field, ...] = (
    ROUTE,
    files("audit_plan", "审核计划", "Audit plan", only_if=IF_SELF),
    long_text("organization", "审核组织机构", "Organization", only_if=IF_SELF),
    Field(key=STAFF.key, label=STAFF.label, kind=STAFF.kind, columns=STAFF.columns, only_if=IF_SELF),
    CONSULTANCY,
    long_text("consultancy_data", "咨询服务机构基本情况", "Basic data of the consultancy", only_if=IF_ENTRUSTED),
    day("signed_on", "合同签订日期", "Contract signed on", only_if=IF_ENTRUSTED),
    day("performance_from", "履行期限起", "Performance from", only_if=IF_ENTRUSTED, future_allowed=True),
    future_day("performance_until", "履行期限止", "Performance until", only_if=IF_ENTRUSTED),
    files("contract_proof", "签订日期和履行期限的证明", "Proof of signing and period", only_if=IF_ENTRUSTED),
)
FILE_ARRANGEMENT = Step(
    key="file_arrangement",
    subject=Subject.CASE,
    phase=Phase.PREPARATION,
    title=Text("审核安排备案", "File the audit arrangement"),
    title_enterprise=Text("报送审核计划或咨询合同", "File your audit plan or your contract with a consultancy"),
    actor=ENTERPRISE,
    basis=huanfa_151("5"),
    rows=("A09a", "A09b", "O16-14-15", "O16-12"),
    since=SINCE_151,
    after_any=OPENED,
    guards=("self_audit_capacity_151", "consultancy_conditions_151", "contract_running"),
    due=Due(parameter="arrangement_working_days"),
    decided_dues=(
        decided("publish", "file_by"),
        decided("order_audit", "file_by"),
        decided("order_correction", "correct_by"),
    ),
    fields=ARRANGEMENT,
    repeatable=True,
    missed=Text("省级主管部门可责令开展审核。", "The provincial authority may order the audit."),
    missed_actions=("order_audit",),
    notes=Text(
        "自行审核条件见第六条，咨询机构条件见第七条。四十五个工作日通常晚于两个月，备案不是启动的前提。可变"
        "更后再次备案。",
        "Self-audit: art. 6; consultancy: art. 7. 45 working days usually end after the two months: "
        "filing is no precondition of "
        "starting. A changed arrangement is filed again.",
    ),
)
START_AUDIT = Step(
    key="start_audit",
    subject=Subject.CASE,
    phase=Phase.AUDIT,
    title=Text("启动审核", "Start the audit"),
    actor=ENTERPRISE,
    basis=huanfa_151("5"),
    rows=("A10", "O16-11"),
    since=SINCE_151,
    after_any=OPENED,
    due=Due(parameter="start_months"),
    decided_dues=(
        decided("publish", "start_by"),
        decided("order_audit", "start_by"),
        decided("order_correction", "correct_by"),
    ),
    date_field="started_on",
    fields=(
        day("started_on", "启动日期", "Started on"),
        ROUTE,
        reference("consultancy", "咨询服务机构", "Consultancy", "consultancy", only_if=IF_ENTRUSTED, required=False),
        files("team_order", "成立审核小组的文件", "Order that forms the team"),
        files("work_plan", "审核工作计划", "Work plan"),
        long_text("launch_meeting", "启动会议情况", "Launch meeting", required=False),
    ),
    missed=Text("省级主管部门可责令开展审核。", "The provincial authority may order the audit."),
    missed_actions=("order_audit",),
)
COMPLETE_STAGE = Step(
    key="complete_stage",
    subject=Subject.CASE,
    phase=Phase.AUDIT,
    title=Text("完成审核阶段", "Complete a stage of the audit"),
    actor=ENTERPRISE,
    basis=order_16("13"),
    rows=("A11", "O16-13"),
    since=ORDER_16_FROM,
    after=("start_audit",),
    guards=("stage_order_free",),
    repeatable=True,
    optional=True,
    date_field="completed_on",
    fields=(
        choice("stage", "阶段", "Stage", STAGES),
        day("completed_on", "完成日期", "Completed on"),
        files("worksheets", "工作表和平衡图", "Worksheets and balances", required=False),
        long_text("summary", "阶段小结", "Summary", required=False),
    ),
    notes=Text(
        "不作为后续步骤的前提；第六、七阶段可在评估之后。HJ 469自2009年7月1日起施行。",
        "Nothing waits for it; stages 6 and 7 may follow the assessment. HJ 469 since 2009-07-01.",
    ),
)
COMPLETE_AUDIT = Step(
    key="complete_audit",
    subject=Subject.CASE,
    phase=Phase.AUDIT,
    title=Text("完成审核", "Complete the audit"),
    actor=ENTERPRISE_CERTIFIES,
    basis=huanfa_151("5"),
    rows=("A12", "O16-16-17"),
    since=SINCE_151,
    after=("start_audit",),
    due=Due(parameter="complete_months"),
    decided_dues=(
        decided("publish", "complete_by"),
        decided("order_audit", "complete_by"),
        decided("order_correction", "correct_by"),
    ),
    date_field="completed_on",
    certified=True,
    fields=(
        day("completed_on", "完成日期", "Completed on"),
        files("certified_report", "经审签的审核报告", "Certified report"),
        long_text("summary", "审核结论摘要", "Summary of findings", required=False),
    ),
    missed=Text(
        "省级主管部门责令开展审核并按时报告；可依法处罚。",
        "The provincial authority orders the audit and a timely report; penalties may follow.",
    ),
    missed_actions=("order_audit", "order_correction"),
)
CASE_STEPS: tuple[Step, ...] = (
    NOTIFY,
    DISCLOSE,
    CHECK_DISCLOSURE,
    FILE_ARRANGEMENT,
    START_AUDIT,
    COMPLETE_STAGE,
    COMPLETE_AUDIT,
)
