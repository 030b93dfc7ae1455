"""Regime B, 2012-07-01 to 2016-06-30: the law of 2012; Order 16, document 151, the Guidance and document 54 still used.

Against A: the energy category; penalties of arts 36 and 39; results of the audit are published by the enterprise.
"""

from dataclasses import replace
from datetime import date

from audits.procedure import regime_a
from audits.procedure.actors import ENTERPRISE
from audits.procedure.amend import Changes, amended, continued
from audits.procedure.articles import UNCERTAIN, law_2012, order_16
from audits.procedure.fields import (
    APPEARED_ON,
    MEDIUM,
    PAGE_ADDRESS,
    SCAN,
    flag,
    long_text,
    text,
)
from audits.procedure.regime_a.audit import DISCLOSURE, LISTED, decided
from audits.procedure.regime_a.listing import CATEGORIES_A, amend_list, candidates, entries
from audits.procedure.schema import Step
from audits.procedure.words import Category, Phase, Subject, Text

VALID_FROM = date(2012, 7, 1)
CATEGORIES_B = CATEGORIES_A | {Category.ENERGY}
_ENERGY = frozenset({Category.ENERGY})

# What Order 38 lists since 2016, asked of energy listings already here: the law of 2012 says "energy use" only.
ENERGY_DISCLOSURE = (
    long_text(
        "energy_kinds_and_use",
        "主要能源品种及消耗量",
        "Main kinds of energy and use",
        only_categories=_ENERGY,
        public=True,
    ),
    text("energy_per_output_value", "单位产值能耗", "Energy per output value", only_categories=_ENERGY, public=True),
    text("energy_per_product", "单位产品能耗", "Energy per unit of product", only_categories=_ENERGY, public=True),
    text(
        "excess_over_limit",
        "超过单位产品能耗限额情况",
        "Excess over the energy limit",
        only_categories=_ENERGY,
        public=True,
    ),
)
# The figures on pollutants are asked of the excess categories, and of those a province adds.
_NOT_FOR_ENERGY = frozenset({"pollutants", "discharge_fee"})
_OTHERS = frozenset(Category) - _ENERGY
DISCLOSURE_B = (
    *(replace(field, only_categories=_OTHERS) if field.key in _NOT_FOR_ENERGY else field for field in DISCLOSURE),
    *ENERGY_DISCLOSURE,
)

PUBLISH_AUDIT_RESULT = Step(
    key="publish_audit_result",
    subject=Subject.CASE,
    phase=Phase.PUBLICATION,
    title=Text("公布审核结果", "Publish the results of the audit"),
    title_enterprise=Text("向社会公布本企业审核结果", "Publish the results of your audit"),
    actor=ENTERPRISE,
    basis=law_2012("27(4)"),
    rows=("A13",),
    after=("submit_report",),
    kinds=LISTED,
    public=True,
    repeatable=True,
    date_field="appeared_on",
    fields=(
        MEDIUM,
        APPEARED_ON,
        PAGE_ADDRESS,
        SCAN,
        long_text("summary", "公布内容", "What was published", public=True),
        flag(
            "secrets_left_out", "有涉及商业秘密的内容未公布", "Trade secrets were left out", required=False, public=True
        ),
        long_text("secrets_reason", "未公布的理由", "Why", only_if=("secrets_left_out", ("true",))),
    ),
    decided_dues=(decided("order_correction", "correct_by"),),
    missed=Text("责令限期改正；拒不改正的依法处罚。", "Order to correct; on refusal a penalty may follow."),
    missed_actions=("order_correction",),
    notes=Text(
        "在本地区主要媒体公布，涉及商业秘密的除外；无期限规定。",
        "In the main local media, trade secrets excepted; no period is set.",
    ),
)

CHANGES: Changes = {
    "nominate": {"fields": (candidates(CATEGORIES_B),)},
    "confirm": {
        "fields": (entries(CATEGORIES_B),),
        "notes": Text("另见第16号令第九条。", "Also Order 16 art. 9."),
    },
    "disclose": {
        "title": Text("公布主要污染物排放或能源使用情况", "Publish main pollutant discharge or energy use"),
        "title_enterprise": Text(
            "公布本企业主要污染物排放或能源使用情况", "Publish your pollutant discharge or energy use"
        ),
        "basis": order_16("10"),
        "fields": DISCLOSURE_B,
        "missed": Text(
            "责令公布，可处十万元以下罚款（2012年法第三十六条）。",
            "Order to publish; may fine up to CNY 100,000 (law of 2012 art. 36).",
        ),
        "missed_actions": ("order_correction", "record_penalty"),
        "notes": Text(
            "2012年法第十七条第二款；能源类公布的具体内容和期限原文未见。",
            "Law of 2012 art. 17(2); content and period for the energy category are uncertain.",
        ),
    },
    "submit_report": {"notes": Text("另见2012年法第二十七条第四款。", "Also law of 2012 art. 27(4).")},
    "order_correction": {
        "basis": law_2012("39"),
        "rows": ("A21", "E01", "O16-26-29"),
        "notes": Text("公布义务：责令公布（第三十六条）。", "Publication duty: order to publish (art. 36)."),
    },
    "record_penalty": {"basis": law_2012("36, 39"), "rows": ("A21", "E01", "O16-26-29")},
    "propose_next_round": {"basis": order_16("11", UNCERTAIN)},
}

STEPS: tuple[Step, ...] = (
    *amended(continued(regime_a.STEPS, VALID_FROM), changes=CHANGES, without=("disclose_in_default", "amend_list")),
    amend_list(CATEGORIES_B),
    PUBLISH_AUDIT_RESULT,
)
