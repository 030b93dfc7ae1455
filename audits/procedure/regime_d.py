"""Regime D, since 2026-08-15: the Ecological and Environmental Code. Order 38 and the Guide of 2018 presumably go on
until replaced (art. 966 delegates "specific measures" again), so their rows stay, every one of them marked uncertain.

Against C: no energy category newly; penalties of arts 1221 and 1110; results are published "in a manner convenient for
the public" (art. 967).
"""

from datetime import date

from audits.procedure import regime_c
from audits.procedure.actors import LOCAL_DECIDES
from audits.procedure.amend import Changes, amended, continued, doubtful
from audits.procedure.articles import GUIDANCE, GUIDE_2018, HUANFA_54, HUANFA_151, ORDER_38, UNCERTAIN, code, order_38
from audits.procedure.regime_a.audit import LISTED
from audits.procedure.regime_a.listing import amend_list, candidates, entries
from audits.procedure.regime_c.audit import DISCLOSURE_C
from audits.procedure.schema import Step
from audits.procedure.words import EXCESS, TOXIC, Basis, Category, Phase, Subject, Text

VALID_FROM = date(2026, 8, 15)
CATEGORIES_D = EXCESS | TOXIC | {Category.STATE_OTHER}

DISCLOSE_IN_DEFAULT = Step(
    key="disclose_in_default",
    subject=Subject.CASE,
    phase=Phase.ORDERS,
    title=Text("代为公布环境信息", "Publish in place of the enterprise"),
    actor=LOCAL_DECIDES,
    basis=code("1110"),
    rows=("D-1110",),
    validity=Basis.ACT,
    after=("publish",),
    when=("disclosure_overdue",),
    kinds=LISTED,
    optional=True,
    public=True,
    date_field="appeared_on",
    fields=DISCLOSURE_C,
)

_CHANGES: Changes = {
    "nominate": {
        "basis": code("967"),
        "rows": ("D-967", "O38-8", "O38-9"),
        "fields": (candidates(CATEGORIES_D),),
        "notes": Text(
            "法典不再列高耗能类；提出、核实、确定的层级按38号令，是否继续适用不明。",
            "The Code names no energy category; the chain of nomination follows Order 38, whose survival is uncertain.",
        ),
    },
    "confirm": {"fields": (entries(CATEGORIES_D),)},
    "disclose": {
        "basis": order_38("11", UNCERTAIN),
        "rows": ("O38-11", "D-1110", "D-1242"),
        "missed": Text(
            "处二万元以上二十万元以下罚款，可限制生产、停产整治，由主管部门公布（法典第一千一百一十条）。",
            "Fine of CNY 20,000 to 200,000, then limits or stop, publication by the authority (Code art. 1110).",
        ),
        "missed_actions": ("disclose_in_default", "order_correction", "record_penalty"),
        "notes": Text(
            "法典清洁生产一节无对应规定；一个月公布期是否继续适用不明，一般公开义务见第一百四十条。",
            "No counterpart in the Code's section; whether the one month survives is open; general "
            "disclosure duty: art. 140.",
        ),
    },
    "submit_report": {
        "rows": ("D-967", "O38-17"),
        "notes": Text(
            "法典第九百六十七条：报发展改革和生态环境主管部门；一年期限按38号令。",
            "Code art. 967: to DRC and EEB; the one year is Order 38's.",
        ),
    },
    "publish_audit_result": {
        "basis": code("967"),
        "rows": ("D-967",),
        "notes": Text(
            "以便于公众知晓的方式公布，涉及商业秘密的除外；无期限规定。",
            "In a manner convenient for the public, trade secrets excepted; no period is set.",
        ),
    },
    "order_correction": {"basis": code("1221"), "rows": ("D-1221", "E01", "O38-35"), "notes": None},
    "record_penalty": {
        "basis": code("1110, 1221"),
        "rows": ("D-1110", "D-1221", "E01"),
        "notes": Text(
            "2026年8月15日前的行为适用旧法，新法较轻的除外。",
            "For acts before 2026-08-15 the older law, unless the new one is milder.",
        ),
    },
}

STEPS: tuple[Step, ...] = (
    *amended(
        doubtful(
            (step for step in continued(regime_c.STEPS, VALID_FROM) if step.key != "amend_list"),
            {ORDER_38, GUIDE_2018, GUIDANCE, HUANFA_54, HUANFA_151},
        ),
        changes=_CHANGES,
    ),
    amend_list(CATEGORIES_D),
    DISCLOSE_IN_DEFAULT,
)
