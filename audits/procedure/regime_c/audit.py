"""Regime C, the audit: Order 38 arts 9 and 11-17."""

from audits.procedure.amend import Changes, amended
from audits.procedure.articles import SEEN, UNCERTAIN, order_38, own
from audits.procedure.fields import (
    APPEARED_ON,
    AUDIT_REPORT,
    CONSULTANCY,
    IF_ENTRUSTED,
    MEDIUM,
    PAGE_ADDRESS,
    REMARKS,
    ROUTE,
    SCAN,
    choices,
    day,
    decimal,
    files,
    flag,
    future_day,
    long_text,
    options,
    rows,
    text,
)
from audits.procedure.regime_a import audit, report
from audits.procedure.regime_a.audit import decided
from audits.procedure.regime_b import ENERGY_DISCLOSURE
from audits.procedure.schema import Due, Field, Step
from audits.procedure.words import EXCESS, TOXIC, Category, Route, Text

_USE = frozenset({Category.TOXIC_USE})
_DISCHARGE = frozenset({Category.TOXIC_DISCHARGE})

# Order 38 art. 11: what each category publishes; one of several categories publishes all of theirs.
DISCLOSURE_C: tuple[Field, ...] = (
    text("name", "企业名称", "Name", public=True),
    text("legal_representative", "法定代表人", "Legal representative", public=True),
    text("address", "企业所在地址", "Address", public=True),
    rows(
        "pollutants",
        "排放污染物",
        "Pollutants",
        (
            text("name", "污染物名称", "Pollutant", public=True),
            text("mode", "排放方式", "Mode of discharge", public=True),
            decimal("concentration", "排放浓度", "Concentration", public=True),
            text("concentration_unit", "浓度单位", "Unit of concentration", public=True, max_length=30),
            decimal("total", "排放总量", "Total", unit="t/a", public=True),
            text("excess", "超标、超总量情况", "Excess", public=True),
        ),
        only_categories=EXCESS,
        public=True,
    ),
    *ENERGY_DISCLOSURE,
    rows(
        "toxic_feedstock",
        "有毒有害原料",
        "Toxic feedstock",
        (
            text("name", "名称", "Name", public=True),
            text("quantity", "数量", "Quantity", public=True),
            text("use", "用途", "Use", public=True),
        ),
        only_categories=_USE,
        public=True,
    ),
    rows(
        "toxic_discharge",
        "排放的有毒有害物质",
        "Toxic discharge",
        (
            text("name", "名称", "Name", public=True),
            text("concentration", "浓度", "Concentration", public=True),
            text("quantity", "数量", "Quantity", public=True),
        ),
        only_categories=_DISCHARGE,
        public=True,
    ),
    long_text(
        "hazardous_waste",
        "危险废物的产生和处置情况",
        "Hazardous waste: generation and disposal",
        only_categories=TOXIC,
        public=True,
    ),
    long_text(
        "risk_prevention",
        "环境风险防控措施",
        "Prevention of environmental risk",
        only_categories=TOXIC,
        public=True,
    ),
    MEDIUM,
    APPEARED_ON,
    PAGE_ADDRESS,
    SCAN,
)

_EITHER = ("route", (Route.SELF.value, Route.ENTRUSTED.value))
# Order 38 arts 15-16: a mandatory self-audit needs (2) and (3), a consultancy all four. No head-count.
CONDITIONS: tuple[Field, ...] = (
    flag(
        "condition_legal_person",
        "具有独立法人资格和质量保证体系",
        "(1) Independent legal person with a quality assurance system",
        only_if=IF_ENTRUSTED,
    ),
    flag(
        "condition_instruments",
        "具备物料平衡、能源、水平衡测试的仪器设备或手段",
        "(2) Instruments or means for material, energy and water balance tests",
        only_if=_EITHER,
    ),
    flag(
        "condition_sector_staff",
        "有熟悉行业工艺、节能节水和污染防治的人员",
        "(3) Staff who know the sector's process, energy, water and pollution",
        only_if=_EITHER,
    ),
    flag(
        "condition_method_staff",
        "有掌握审核方法并有审核经验的人员",
        "(4) Staff who master the audit method and have audit experience",
        only_if=IF_ENTRUSTED,
    ),
)
ARRANGEMENT_C: tuple[Field, ...] = (
    ROUTE,
    files("audit_plan", "审核计划", "Audit plan", required=False),
    CONSULTANCY,
    day("signed_on", "合同签订日期", "Contract signed on", only_if=IF_ENTRUSTED),
    day("performance_from", "履行期限起", "Performance from", only_if=IF_ENTRUSTED, future_allowed=True),
    future_day("performance_until", "履行期限止", "Performance until", only_if=IF_ENTRUSTED),
    files("contract_proof", "合同证明", "Proof of the contract", only_if=IF_ENTRUSTED),
    *CONDITIONS,
    files("capacity_proofs", "能力证明材料", "Proofs of capacity", required=False),
)

REVIEW_SCOPE = options(
    ("national_plan", "国家考核的规划、行动计划中明确指出", "named in a nationally assessed plan"),
    ("fiscal_funds", "申请财政资金", "applies for fiscal funds"),
    ("local_plan", "列入本年度评估验收名单", "named in the year's list of assessments"),
)
_PLAIN = {"since": None, "until": None}
_CHANGES: Changes = {
    "notify": {"basis": order_38("9"), "rows": ("O38-9", "A06"), **_PLAIN},
    "disclose": {
        "title": Text("公布相关信息", "Publish the prescribed information"),
        "title_enterprise": Text(
            "公布本企业排放、能源或有毒有害物质信息", "Publish your discharge, energy or toxic substances"
        ),
        "basis": order_38("11"),
        "rows": ("O38-11", "A07"),
        "fields": DISCLOSURE_C,
        "decided_dues": (decided("publish", "disclose_by"), decided("order_correction", "correct_by")),
        "missed": Text(
            "责令公布，可处十万元以下罚款（2012年法第三十六条）。",
            "Order to publish; may fine up to CNY 100,000 (law of 2012 art. 36).",
        ),
        "missed_actions": ("order_correction", "record_penalty"),
        "notes": Text(
            "在当地主要媒体、企业网站或以其他便于公众知晓的方式公布，企业对真实性负责；兼有多类的全部公布。",
            "In local main media, on its own site or in another public way; the enterprise answers for "
            "the truth; several "
            "categories: all of it.",
        ),
        **_PLAIN,
    },
    "check_disclosure": {"basis": own(), "rows": (), **_PLAIN},
    "file_arrangement": {
        "basis": order_38("15, 16", UNCERTAIN),
        "rows": ("O38-15", "O38-16"),
        "guards": ("self_audit_capacity_o38", "consultancy_conditions_o38", "contract_running"),
        "due": Due(parameter="arrangement_local_months"),
        "decided_dues": (decided("publish", "file_by"),),
        "fields": ARRANGEMENT_C,
        "optional": True,
        "missed": Text("按地方规定处理。", "By local rules."),
        "missed_actions": (),
        "notes": Text(
            "38号令规定自行审核和咨询机构的条件（第十五、十六条，已见），未规定备案期限；151号文的45个工作日是"
            "否仍适用不明，期限由地方规定。",
            "Order 38 sets the conditions of self-audit and consultancy (arts 15 and 16, seen) but no "
            "filing and no period; whether "
            "document 151's 45 working days survive is unknown: only a unit's own period counts.",
        ),
        **_PLAIN,
    },
    "start_audit": {
        "basis": order_38("12", SEEN),
        "rows": ("O38-12", "A10"),
        "decided_dues": (decided("publish", "start_by"), decided("order_correction", "correct_by")),
        "missed": Text("责令限期改正；拒不改正的依法处罚。", "Order to correct; on refusal a penalty may follow."),
        "missed_actions": ("order_correction",),
        **_PLAIN,
    },
    "complete_stage": {
        "basis": order_38("14"),
        "rows": ("O38-14", "A11"),
        "notes": Text(
            "不作为后续步骤的前提；第六、七阶段可在评估之后。",
            "Nothing waits for it; stages 6 and 7 may follow the assessment.",
        ),
        **_PLAIN,
    },
    "complete_audit": {
        "basis": order_38("17"),
        "rows": ("O38-17", "A12"),
        "decided_dues": (decided("publish", "complete_by"), decided("order_correction", "correct_by")),
        "missed": Text(
            "责令限期改正；拒不改正的处五万元以上五十万元以下罚款。",
            "Order to correct; on refusal a fine of CNY 50,000 to 500,000.",
        ),
        "missed_actions": ("order_correction", "record_penalty"),
        **_PLAIN,
    },
    "submit_report": {
        "basis": order_38("17"),
        "rows": ("O38-17", "A13"),
        "decided_dues": (
            decided("publish", "report_by"),
            decided("return_report", "resubmit_by"),
            decided("decide_assessment", "redo_by"),
            decided("order_redo", "redo_by"),
            decided("order_correction", "correct_by"),
        ),
        "fields": (
            AUDIT_REPORT,
            rows(
                "certifiers",
                "审签人",
                "Certifiers",
                (text("name", "姓名", "Name"), text("position", "职务", "Position")),
            ),
            choices(
                "copies",
                "报送",
                "Sent to",
                options(("coordinating", "清洁生产综合协调部门", "coordinating department")),
                required=False,
            ),
            flag("applies_for_funds", "申请财政资金", "Applies for fiscal funds", required=False),
            REMARKS,
        ),
        "missed": Text(
            "责令限期改正；拒不改正的处五万元以上五十万元以下罚款。",
            "Order to correct; on refusal a fine of CNY 50,000 to 500,000.",
        ),
        "missed_actions": ("order_correction", "record_penalty"),
        "notes": Text(
            "超标超总量和有毒有害类报县级以上环保部门，高耗能类报节能主管部门，均报综合协调部门。",
            "Excess and toxic: to the environment authority, energy: to the energy-saving department; "
            "all: to the coordinating "
            "department.",
        ),
        **_PLAIN,
    },
    "receive_report": {
        "basis": order_38("17"),
        "rows": ("O38-17", "V04"),
        "fields": (
            text("receipt_number", "收文编号", "Receipt number"),
            choices("review_scope", "列入评估验收的依据", "Why it goes to assessment", REVIEW_SCOPE, required=False),
        ),
        "notes": Text(
            "仅为收件证明；可再次登记以更改是否列入评估验收。",
            "Proof of receipt only; recorded again to change whether the case goes to assessment.",
        ),
        **_PLAIN,
    },
    "return_report": {"basis": order_38("17", UNCERTAIN), "rows": ("O38-17",), **_PLAIN},
    "record_implementation": {"basis": order_38("22"), "rows": ("O38-22", "V11"), **_PLAIN},
}

CASE_STEPS: tuple[Step, ...] = amended((*audit.CASE_STEPS, *report.REPORT_STEPS), changes=_CHANGES)
