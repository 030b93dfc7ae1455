"""Regime C, the reviews under the Guide of 2018. Its date of issue is recalled as 2018-04 without the day.

Scores are compared as written, never rounded: below 70 redo, 70 to 90 inclusive supplement, above 90 proceed; 60 and no
veto for acceptance. Whether exactly 90 belongs to the middle band is uncertain (law text 17.3).
"""

from audits.procedure.actors import ENTERPRISE_CERTIFIES, LIST_DECIDES, REVIEW_DECIDES
from audits.procedure.amend import Changes, amended
from audits.procedure.articles import RECALLED, SEEN, guide_2018
from audits.procedure.fields import (
    AUDIT_REPORT,
    GROUNDS,
    IF_ENTRUSTED,
    IF_SELF,
    REVIEW,
    choice,
    choices,
    decimal,
    files,
    flag,
    future_day,
    long_text,
    options,
)
from audits.procedure.regime_a import review
from audits.procedure.regime_a.audit import decided
from audits.procedure.regime_a.review import NO_FEE
from audits.procedure.schema import Due, Roll, Step
from audits.procedure.words import Basis, Phase, Subject, Text

_IN_SCOPE = ("assessment_in_scope",)
_SCORE = decimal("score", "得分", "Score", maximum="100", unit="points")

ASSESSMENT_RESULTS = options(
    ("pass", "通过（高于90分）", "proceed (above 90)"),
    ("supplement", "补充完善（70至90分）", "supplement (70 to 90)"),
    ("not_pass", "重新审核（低于70分）", "redo (below 70)"),
)
CONTENT_V06 = options(
    ("truth", "过程真实、方法合理", "true process, sound method"),
    (
        "evaluation",
        "对污染、能耗、物耗、有毒有害物质客观评价",
        "objective evaluation of pollution, energy, materials, toxics",
    ),
    ("focus", "审核重点反映主要问题", "focus reflects the main problems"),
    ("targets", "清洁生产目标合理", "targets reasonable"),
    ("management", "管理改进", "management improved"),
    ("options", "中/高费方案可行并能实现目标", "medium/high-cost options sound and able to carry the targets"),
    (
        "compliance",
        "超标超总量、高耗能类能按期达标",
        "excess and energy categories: compliance in time is shown",
    ),
    ("substitution", "有毒有害类体现替代或减量", "toxic category: substitution or reduction is shown"),
)
VETOES_V15 = options(
    ("fraud", "弄虚作假", "fraud"),
    ("over_limit", "污染物排放、总量或单位产品能耗超限", "emissions, quota or unit energy above the limit"),
    ("industrial_policy", "工艺、设备、产品不符合产业政策", "process, equipment or product against industrial policy"),
    ("below_level", "低于三级或行业基本水平", "below level III or the sector's basic level"),
    (
        "violation",
        "审核启动至验收期间有环保、节能违法行为或整改未完成",
        "environmental or energy violation, or unfinished rectification, between start and acceptance",
    ),
    ("local", "地方规定的其他否决项", "a local veto item"),
)
LEVELS = options(
    ("I", "一级（国际领先/先进）", "level I"),
    ("II", "二级（国内先进）", "level II"),
    ("III", "三级（国内基本）", "level III"),
    ("none", "未达三级", "below level III"),
    (
        "sector",
        "无指标体系，按行业统计或本企业前三年",
        "no indicator system: sector statistics or own last three years",
    ),
)

SUBMIT_SUPPLEMENT = Step(
    key="submit_supplement",
    subject=Subject.CASE,
    phase=Phase.ASSESSMENT,
    title=Text("提交补充完善材料", "Submit the supplement"),
    title_enterprise=Text(
        "按专家意见补充完善并重新提交报告", "Amend the report by the experts' opinion and submit again"
    ),
    actor=ENTERPRISE_CERTIFIES,
    basis=guide_2018(""),
    rows=("V08",),
    validity=Basis.APPLICATION,
    after=("decide_assessment",),
    when=("supplement_wanted",),
    guards=("supplement_band_2018",),
    due=Due(decided_in=("decide_assessment", "supplement_by"), roll=Roll.NEVER),
    decided_dues=(decided("review_supplement", "supplement_by"),),
    certified=True,
    fields=(
        AUDIT_REPORT,
        long_text("how_applied", "专家意见采纳情况", "How the opinion was applied"),
        files("papers", "补充材料", "Supplementary papers", required=False),
    ),
)
REVIEW_SUPPLEMENT = Step(
    key="review_supplement",
    subject=Subject.CASE,
    phase=Phase.ASSESSMENT,
    title=Text("审查补充完善材料", "Review the supplement"),
    actor=REVIEW_DECIDES,
    basis=guide_2018(""),
    rows=("V08", "V09"),
    validity=Basis.APPLICATION,
    after=("submit_supplement",),
    when=("supplement_wanted",),
    guards=("supplement_band_2018", "decision_by_authority_not_author", "decided_date_in_future"),
    repeatable=True,
    fields=(
        choice(
            "result",
            "结论",
            "Result",
            options(
                ("pass", "符合要求，可实施", "accepted, implement"), ("supplement", "再次补充", "supplement again")
            ),
        ),
        GROUNDS,
        future_day("supplement_by", "再次补充期限", "Supplement again by", only_if=("result", ("supplement",))),
    ),
    effects=("reopen_supplement",),
)

_CHANGES: Changes = {
    "apply_assessment": {
        "basis": guide_2018("", SEEN),
        "rows": ("V01", "V03", "V05", "O38-20", "O38-21", "O38-24-25"),
        "when": _IN_SCOPE,
        "guards": ("options_no_low_done", "no_open_redo"),
        "fields": (
            AUDIT_REPORT,
            files("technical_evidence", "技术佐证材料", "Technical evidence", required=False),
            files(
                "consultancy_proof",
                "咨询机构符合第十六条的证明",
                "Proof that the consultancy meets art. 16",
                only_if=IF_ENTRUSTED,
            ),
            files("capacity_proof", "自行审核能力证明", "Proof of the self-auditor's capacity", only_if=IF_SELF),
        ),
        "notes": Text(
            "无/低费方案基本完成、可行性分析之后，中/高费方案实施之前。",
            "When no/low-cost options are basically done, after feasibility analysis, before the "
            "medium/high-cost ones are built.",
        ),
    },
    "form_panel": {"basis": guide_2018(""), "rows": ("V07",), "after": ()},
    "hold_review": {"basis": guide_2018(""), "rows": ("V07", "V12")},
    "submit_opinion": {
        "basis": guide_2018(""),
        "rows": ("V07", "V08", "V14"),
        "fields": (
            REVIEW,
            _SCORE,
            choices(
                "vetoes", "一票否决项", "Veto items", VETOES_V15, required=False, only_if=("review", ("acceptance",))
            ),
            long_text("opinion", "意见", "Opinion"),
            files("score_sheet", "评分表", "Score sheet", required=False),
        ),
        "notes": Text("附表逐项分值未见。", "The points of the annexed sheets row by row were not found."),
    },
    "decide_assessment": {
        "basis": guide_2018(""),
        "rows": ("V06", "V08", "V09", "O38-21", "O38-23"),
        "guards": (
            "opinion_on_this_review",
            "result_matches_score_2018",
            "decision_by_authority_not_author",
            "decided_date_in_future",
            "fee_forbidden",
        ),
        "fields": (
            _SCORE,
            choice("result", "结论", "Result", ASSESSMENT_RESULTS, public=True),
            choices("content", "符合的评估内容", "Content found sound", CONTENT_V06, required=False),
            long_text("opinion", "技术审查意见", "Technical review opinion"),
            files("opinion_document", "技术审查意见书", "Opinion as issued", required=False),
            future_day("supplement_by", "补充完善期限", "Supplement by", only_if=("result", ("supplement",))),
            future_day("redo_by", "重新审核期限", "Redo by", only_if=("result", ("not_pass",))),
            future_day(
                "acceptance_due_on",
                "应申请验收日期",
                "Acceptance is due on",
                required=False,
                only_if=("result", ("pass", "supplement")),
            ),
            NO_FEE,
        ),
        "notes": Text("低于70分的，责令重新审核。", "Below 70: a redo is ordered."),
    },
    "apply_acceptance": {
        "basis": guide_2018("", SEEN),
        "rows": ("V10", "V11", "O38-20", "O38-22"),
        "when": ("assessment_passed_or_combined", *_IN_SCOPE),
        "due": Due(
            decided_in=("decide_assessment", "acceptance_due_on"),
            roll=Roll.NEVER,
            soft_cap=Due(since="decide_assessment", parameter="acceptance_local_months", roll=Roll.NEVER),
        ),
        "not_before": None,
        "decided_dues": (decided("return_report", "reapply_acceptance_by"),),
        "fields": (
            files("technical_opinion", "技术审查意见", "Technical review opinion", required=False),
            files("acceptance_report", "验收报告", "Acceptance report"),
            files("monitoring", "实施前后污染物排放和能耗监测", "Monitoring of emissions and energy before and after"),
        ),
        "missed": Text("由主管部门决定，不自动生效。", "Decided by the authority, not automatic."),
        "notes": Text(
            "验收报告含企业概况、意见落实、中/高费方案完成情况和效益、目标和水平、持续机制。",
            "The report holds basics, how the opinion was applied, completion and benefits of "
            "medium/high-cost options, targets and "
            "level, continuing mechanism.",
        ),
    },
    "decide_acceptance": {
        "basis": guide_2018(""),
        "rows": ("V13", "V14", "V15", "O38-22"),
        "guards": (
            "opinion_on_this_review",
            "acceptance_result_2018",
            "decision_by_authority_not_author",
            "fee_forbidden",
        ),
        "fields": (
            choice(
                "result",
                "结论",
                "Result",
                options(("qualified", "合格", "qualified"), ("unqualified", "不合格", "unqualified")),
                public=True,
            ),
            flag("overdue", "逾期未申请验收", "Never applied for in time"),
            decimal("score", "得分", "Score", maximum="100", unit="points", only_if=("overdue", ("false",))),
            choices("vetoes", "一票否决项", "Veto items", VETOES_V15, required=False),
            choice("level", "清洁生产水平", "Level reached", LEVELS, required=False, public=True),
            long_text("opinion", "验收意见", "Opinion"),
            files("opinion_document", "验收意见书", "Opinion as issued", required=False),
            NO_FEE,
        ),
        "effects": (),
        "notes": Text("不合格的，重新审核。", "Unqualified: redo the audit."),
    },
    "order_redo": {"basis": guide_2018(""), "rows": ("V08", "V16")},
    "publish_result": {"basis": guide_2018("", RECALLED), "rows": ("V16",), "actor": LIST_DECIDES},
}

GUIDE_STEPS: tuple[Step, ...] = (
    *amended(review.REVIEW_STEPS, changes=_CHANGES, without=("review_results", "forward_assessment")),
    SUBMIT_SUPPLEMENT,
    REVIEW_SUPPLEMENT,
)
