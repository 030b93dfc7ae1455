"""Steps every regime has: opening without a list, the clock, the life of the site, the end of a round, the way back.

National law is silent on nearly all of them (law text 17.9): they are rules of this product unless they name a row.
"""

from audits.procedure.actors import (
    ENTERPRISE_ALONE,
    OWN_AUTHORITY_DECIDES,
    SYSTEM,
)
from audits.procedure.articles import HUANFA_151_FROM, ORDER_16_FROM, UNCERTAIN, huanfa_151, order_16, own
from audits.procedure.exclusions import STATISTICS
from audits.procedure.fields import (
    BASIS,
    BASIS_DOCUMENT,
    GROUNDS,
    REMARKS,
    Choices,
    choice,
    choices,
    day,
    files,
    future_day,
    integer,
    long_text,
    options,
    reference,
    rows,
    text,
)
from audits.procedure.own_steps import own_step
from audits.procedure.schema import Due, Field, Roll, Step
from audits.procedure.words import CaseKind, Phase, Subject, Text

WITHOUT_LIST = frozenset({CaseKind.VOLUNTARY, CaseKind.PILOT})
LISTED = frozenset({CaseKind.MANDATORY})


REGISTER = Step(
    key="register",
    subject=Subject.CASE,
    phase=Phase.LISTING,
    title=Text("登记自愿性审核或试点项目", "Open a voluntary audit or a pilot"),
    title_enterprise=Text("登记自愿开展的清洁生产审核", "Open a voluntary audit"),
    actor=ENTERPRISE_ALONE,
    basis=order_16("6, 7, 12"),
    rows=("O16-6-7", "O16-12"),
    since=ORDER_16_FROM,
    kinds=WITHOUT_LIST,
    guards=("voluntary_site_free",),
    fields=(
        reference("site", "厂址", "Site", "site"),
        choice(
            "kind",
            "类型",
            "Kind",
            options((CaseKind.VOLUNTARY, "自愿性审核", "voluntary"), (CaseKind.PILOT, "创新试点", "pilot")),
        ),
        text("pilot_project", "试点项目名称", "Pilot project", only_if=("kind", (CaseKind.PILOT.value,))),
        files("agreement", "与主管部门签订的协议", "Agreement with the authority", required=False),
        files("audit_plan", "审核计划", "Audit plan", required=False),
        REMARKS,
    ),
    effects=("open_case",),
    notes=Text("无名单时限。", "No periods of a list run."),
)

STEP_CHOICE = reference("step", "步骤", "Step", "step")

CLOCK: tuple[Step, ...] = (
    own_step(
        "extend",
        "延长期限",
        "Extend a date",
        repeatable=True,
        guards=("extension_of_open_deadline",),
        fields=(STEP_CHOICE, future_day("until", "延长至", "Extended to"), BASIS, BASIS_DOCUMENT),
        effects=("set_extension",),
        notes=Text(
            "国家无明文规定：只移动决定日期；法定日期不变，旁注调整后日期。",
            "No national rule: moves decided dates; beside a statutory date the adjusted one is shown.",
        ),
    ),
    own_step(
        "suspend",
        "中止",
        "Suspend",
        repeatable=True,
        guards=("suspend_only_if_running",),
        date_field="suspended_on",
        fields=(day("suspended_on", "中止日期", "Suspended on"), GROUNDS, BASIS_DOCUMENT),
        effects=("suspend",),
    ),
    own_step(
        "resume",
        "恢复",
        "Resume",
        repeatable=True,
        when=("is_suspended",),
        guards=("resume_only_if_suspended",),
        date_field="resumed_on",
        fields=(day("resumed_on", "恢复日期", "Resumed on"), GROUNDS, BASIS_DOCUMENT),
        effects=("resume",),
    ),
    own_step(
        "object",
        "提出异议",
        "Object",
        actor=ENTERPRISE_ALONE,
        repeatable=True,
        fields=(
            text("against", "异议事项", "Against what"),
            GROUNDS,
            files("evidence", "证据", "Evidence", required=False),
        ),
        notes=Text("异议本身不中止任何时限。", "An objection suspends nothing by itself."),
    ),
    own_step(
        "decide_objection",
        "处理异议",
        "Decide an objection",
        after=("object",),
        when=("objection_open",),
        guards=("decision_by_authority_not_author",),
        repeatable=True,
        fields=(
            choice(
                "result",
                "处理结果",
                "Result",
                options(("upheld", "成立", "upheld"), ("rejected", "不成立", "rejected")),
            ),
            GROUNDS,
            BASIS_DOCUMENT,
        ),
    ),
)

EXIT_REASONS: Choices = options(
    ("closed_down", "关闭", "closed down"),
    ("moved_away", "搬迁", "moved away"),
    ("merged", "合并", "merged"),
    ("stopped", "停产", "production stopped"),
    ("listed_in_error", "误列", "listed in error"),
    ("other", "其他", "other"),
)
LIFE: tuple[Step, ...] = (
    own_step(
        "rename",
        "企业更名",
        "Rename the enterprise",
        repeatable=True,
        date_field="renamed_on",
        fields=(
            text("new_name", "新名称", "New name", public=True),
            day("renamed_on", "更名日期", "Renamed on"),
            BASIS_DOCUMENT,
        ),
        effects=("rename",),
        public=True,
    ),
    own_step(
        "transfer",
        "移交管辖",
        "Transfer to another authority",
        repeatable=True,
        fields=(
            reference("division", "新的行政区划", "New division", "division"),
            GROUNDS,
            BASIS_DOCUMENT,
        ),
        effects=("transfer",),
    ),
    own_step(
        "exit_listing",
        "退出名单",
        "Leave the list",
        kinds=LISTED,
        fields=(choice("reason", "原因", "Reason", EXIT_REASONS, public=True), GROUNDS, BASIS_DOCUMENT),
        effects=("exit",),
        public=True,
        notes=Text(
            "国家无明文规定；不等于免除已发生的违法责任。", "No national rule; what was missed stays on record."
        ),
    ),
)

PROPOSE_NEXT_ROUND = Step(
    key="propose_next_round",
    subject=Subject.CASE,
    phase=Phase.CLOSED,
    title=Text("提出下一轮审核建议", "Propose the next round"),
    title_enterprise=Text("下一轮审核的最迟日期", "Latest date of your next audit"),
    actor=SYSTEM,
    basis=huanfa_151("5", UNCERTAIN),
    rows=("A19", "P06"),
    since=HUANFA_151_FROM,
    after=("complete_audit",),
    when=("is_toxic_or_cycle_sector",),
    kinds=LISTED,
    due=Due(since="round_anchor_on", parameter="interval_years", roll=Roll.NEVER),
    optional=True,
    fields=(
        day("next_due_on", "最迟日期", "Latest date", future_allowed=True),
        text("interval", "依据的间隔", "Interval applied"),
    ),
    effects=("propose_nomination",),
    rungs="next_round",
    notes=Text(
        "间隔取有毒有害类五年与行业周期（二、三、五年）中较短者（sectors.round_interval_years）；新名单公布前"
        "不起算时限。起算点原文未定，默认上一轮完成之日。",
        "The least of five years (toxic) and the sector's cycle (2, 3, 5), see "
        "sectors.round_interval_years; no clock before a new "
        "publication. The anchor is fixed by no text: by default the completion of the round before.",
    ),
)
CREDIT_ROUND = own_step(
    "credit_round",
    "视为完成一轮审核",
    "Credit the round",
    phase=Phase.CLOSED,
    fields=(
        choice(
            "ground",
            "依据",
            "Ground",
            options(
                ("pilot", "通过验收的创新试点", "accepted innovation pilot"),
                ("voluntary", "已完成的自愿性审核", "completed voluntary audit"),
                ("other", "其他", "other"),
            ),
        ),
        day("completed_on", "完成日期", "Completed on"),
        BASIS,
        BASIS_DOCUMENT,
    ),
    effects=("credit",),
)
CLOSE = own_step(
    "close",
    "结案",
    "Close the case",
    phase=Phase.CLOSED,
    when=("closable",),
    fields=(REMARKS,),
    effects=("close",),
)

WAY_BACK: tuple[Step, ...] = (
    own_step(
        "withdraw",
        "撤回误报",
        "Withdraw what was submitted by mistake",
        actor=ENTERPRISE_ALONE,
        repeatable=True,
        guards=("only_recording_errors", "published_items_stay"),
        fields=(STEP_CHOICE, GROUNDS),
        effects=("undo_step",),
    ),
    own_step(
        "reopen",
        "撤销误录的步骤",
        "Reopen a step recorded by mistake",
        actor=OWN_AUTHORITY_DECIDES,
        repeatable=True,
        guards=("act_of_own_authority", "only_recording_errors", "published_items_stay", "exclusion_has_its_way_back"),
        fields=(STEP_CHOICE, GROUNDS, files("evidence", "证据", "Evidence")),
        effects=("undo_step",),
    ),
    own_step(
        "correct",
        "更正误录",
        "Correct a recording error",
        actor=OWN_AUTHORITY_DECIDES,
        repeatable=True,
        guards=("act_of_own_authority", "only_recording_errors"),
        fields=(
            integer("event", "记录序号", "Number of the event", minimum="1"),
            text("field", "字段", "Field", max_length=100),
            text("value", "更正后的值", "Corrected value", max_length=2000),
            GROUNDS,
            files("evidence", "证据", "Evidence"),
        ),
        effects=("correct_value",),
    ),
)

RECOMPUTE_CAUSES: Choices = options(
    ("table", "步骤表变更", "the table changed"),
    ("parameters", "参数变更", "a parameter changed"),
    ("calendar", "节假日安排公布或变更", "the rest-day table changed"),
)
_RECOMPUTE_FIELDS: tuple[Field, ...] = (
    choices("causes", "原因", "Causes", RECOMPUTE_CAUSES),
    rows(
        "changes",
        "日期变动",
        "Dates changed",
        (
            text("deadline", "时限", "Deadline"),
            future_day("old_due_on", "原日期", "Old date", required=False),
            future_day("new_due_on", "新日期", "New date", required=False),
            long_text("why", "说明", "Why", required=False),
        ),
        required=False,
    ),
)


def recompute(subject: Subject) -> Step:
    """The system's own event when table, parameters or calendar moved a date of this subject."""
    return Step(
        key="recompute",
        subject=subject,
        phase=Phase.ORDERS,
        title=Text("重新计算时限", "Recompute deadlines"),
        actor=SYSTEM,
        basis=own(),
        fields=_RECOMPUTE_FIELDS,
        effects=("recompute_deadlines",),
        repeatable=True,
        optional=True,
    )


COMMON_CASE_STEPS: tuple[Step, ...] = (
    *CLOCK,
    *LIFE,
    *STATISTICS,
    PROPOSE_NEXT_ROUND,
    CREDIT_ROUND,
    CLOSE,
    *WAY_BACK,
    recompute(Subject.CASE),
)
COMMON_DUTY_STEPS: tuple[Step, ...] = (recompute(Subject.DUTY),)
