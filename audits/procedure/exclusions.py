"""Leaving a case out of statistics, and counting it again: steps of every regime, by two persons."""

from audits.procedure.actors import PLANNER, PLANNING_STAFF
from audits.procedure.fields import BASIS_DOCUMENT, GROUNDS, REMARKS, Choices, choice, options
from audits.procedure.own_steps import own_step
from audits.procedure.schema import Step
from audits.procedure.words import Text

# Design section 6: cases are excluded from statistics only with a written reason, by two persons of the reporting unit.
EXCLUSION_REASONS: Choices = options(
    ("duplicate", "与其他案件重复", "counted in another case already"),
    ("doubtful_data", "数据存疑、正在核实", "data in doubt and under verification"),
    ("out_of_range", "不属统计范围", "outside what is counted"),
    ("other", "其他", "other"),
)
STATISTICS: tuple[Step, ...] = (
    own_step(
        "request_exclusion",
        "申请调整统计范围",
        "Ask to exclude from statistics, or to count again",
        actor=PLANNING_STAFF,
        repeatable=True,
        guards=("exclusion_changes_something",),
        fields=(
            choice(
                "what",
                "事项",
                "What",
                options(("exclude", "不计入统计", "exclude"), ("include", "恢复计入统计", "count again")),
            ),
            choice("reason", "原因", "Reason", EXCLUSION_REASONS, only_if=("what", ("exclude",))),
            GROUNDS,
            BASIS_DOCUMENT,
        ),
        effects=("ask_exclusion",),
        notes=Text(
            "须由填报单位另一名人员审批后生效；不计入统计的案件在统计表下列明件数和原因。",
            "Takes effect when another person of the reporting unit approves; tables say how many are excluded, and why.",
        ),
    ),
    own_step(
        "decide_exclusion",
        "审批统计范围调整",
        "Decide on an exclusion from statistics",
        actor=PLANNER,
        repeatable=True,
        after=("request_exclusion",),
        when=("exclusion_asked",),
        guards=("exclusion_by_another",),
        fields=(
            choice(
                "result",
                "审批结果",
                "Result",
                options(("approved", "同意", "approved"), ("rejected", "不同意", "rejected")),
            ),
            REMARKS,
        ),
        effects=("decide_exclusion",),
    ),
)
