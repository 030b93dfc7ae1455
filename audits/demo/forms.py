"""Fills the form of a step with plausible Chinese content, so that a story only says what matters to it.

Only required fields that apply (by route, category and what else was answered) are filled, and a few that are good to see.
"""

from collections.abc import Callable, Collection, Mapping
from dataclasses import dataclass, field
from datetime import date
from typing import Any

from audits.procedure.schema import Field, FieldKind, Step
from audits.procedure.words import Category

Paper = Callable[[str], str]  # the title of a document to the id of a staged one

TEXTS: dict[str, str] = {
    "duties": "公布主要污染物排放等信息、报备审核安排、按期启动并完成清洁生产审核、提交审核报告并公布结果。",
    "dates": "自名单公布之日起一个月内公布信息，两个月内启动审核，一年内完成审核并提交报告。",
    "size": "中型",
    "legal_representative": "（演示人员）",
    "materials_and_fuel": "主要原辅料：金属件、酸碱、表面活性剂等；燃料：天然气、外购蒸汽。",
    "products_and_output": "年产各类产品约3.2万吨（演示数据）。",
    "discharge_fee": "已按季足额缴纳",
    "medium": "示例日报",
    "page_address": "https://news.demo.example/cleaner-production",
    "pollutants.name": "化学需氧量",
    "pollutants.mode": "连续排放",
    "pollutants.destination": "工业园区污水处理厂",
    "pollutants.concentration": "86.5",
    "pollutants.concentration_unit": "mg/L",
    "pollutants.total": "12.4",
    "pollutants.standard": "GB 8978-1996 表4 三级",
    "pollutants.excess": "超标0.08倍，已整改",
    "toxic_feedstock.name": "铬酸酐",
    "toxic_feedstock.quantity": "18.6 吨/年",
    "toxic_feedstock.use": "镀铬",
    "toxic_discharge.name": "六价铬",
    "toxic_discharge.concentration": "0.12 mg/L",
    "toxic_discharge.quantity": "4.1 千克/年",
    "hazardous_waste": "年产生电镀污泥约96吨，全部委托有资质单位处置。",
    "risk_prevention": "设有事故应急池和在线监测，每年演练两次。",
    "energy_kinds_and_use": "电力 2,860 万千瓦时/年，天然气 410 万立方米/年。",
    "energy_per_output_value": "0.42 吨标准煤/万元",
    "energy_per_product": "0.31 吨标准煤/吨",
    "excess_over_limit": "高于限额值 3.5%,技改后可达标",
    "organization": "成立以总经理为组长的审核领导小组和工作小组，共11人。",
    "consultancy_data": "具备独立法人资格和规定数量的经培训审核人员。",
    "launch_meeting": "召开启动大会，全员宣贯。",
    "summary": "审核过程完整，共提出无/低费方案21项、中/高费方案4项。",
    "certifiers.name": "（演示人员）",
    "certifiers.position": "总工程师",
    "receipt_number": "演示收〔01〕号",
    "remarks": "请补充用水平衡和特征污染因子平衡，并核对附表数据。",
    "papers_read": "已审阅审核报告、监测报告和方案佐证材料。",
    "presentation_enterprise": "企业汇报了审核过程、方案和实施情况。",
    "presentation_consultancy": "咨询机构汇报了审核方法和平衡测算。",
    "site_findings": "现场与报告一致，无/低费方案已落实。",
    "questions": "就物料平衡和方案减排量进行了质询，企业作了答复。",
    "opinion": "审核程序规范，重点确定合理，方案可行。",
    "grounds": "依据现场核查和提交材料（演示）。",
    "basis": "依据演示文件及现场核查情况。",
    "comparison": "与监督性监测数据比对一致。",
    "how_applied": "逐条落实专家意见，补充了平衡测算和佐证材料。",
    "breach": "逾期未履行名单公布后应履行的义务。",
    "decision_number": "演示环罚〔01〕号",
    "against": "列入名单的类别",
    "document_number": "演示环〔01〕号",
    "enterprises": "本年度拟审核企业见附件。",
    "schedule": "上半年完成名单公布，下半年组织评估验收。",
    "measures": "按季调度，逾期的责令改正并依法处理。",
    "audits_of_the_year": "本年度审核按计划推进（演示）。",
    "reviews_of_the_year": "本年度评估验收按计划推进（演示）。",
    "next_year": "下一年度重点为电镀、印染和化工企业（演示）。",
    "progress": "审核进展正常（演示）。",
    "pilot_project": "示例工业园区清洁生产整体审核创新试点",
    "investment_cny": "0",
}
CHOSEN: dict[str, Any] = {
    "addressee": "enterprise",
    "capacity": None,
}
WELCOME = frozenset({"page_address", "quota", "launch_meeting"})  # optional fields worth seeing
_NO = frozenset({"overdue", "fee_charged", "fraud"})


@dataclass(frozen=True, slots=True)
class Facts:
    """What a form is filled with. `values` are texts of the subject itself, by field key."""

    on: date
    about: str
    route: str = ""
    categories: Collection[Category] = ()
    values: Mapping[str, str] = field(default_factory=dict)


def filled(step: Step, facts: Facts, given: Mapping[str, Any], new_paper: Paper) -> dict[str, Any]:
    """The payload of a step: what is given, and for the rest something plausible. A `date` given becomes text."""
    return _object(
        step.fields, facts, {key: _plain(value) for key, value in given.items()}, new_paper, "", step.date_field
    )


def _object(
    fields: tuple[Field, ...], facts: Facts, given: Mapping[str, Any], new_paper: Paper, prefix: str, date_field: str
) -> dict[str, Any]:
    done: dict[str, Any] = dict(given)
    for one in fields:
        if one.key in given:
            if one.kind is FieldKind.ROWS:
                done[one.key] = [
                    _object(one.columns, facts, row, new_paper, f"{one.key}.", "") for row in given[one.key]
                ]
            elif one.kind is FieldKind.FILES and given[one.key] is True:
                done[one.key] = [new_paper(one.label.zh)]
            continue
        if not _applies(one, facts, done) or not (one.required or one.key in WELCOME):
            continue
        done[one.key] = _value(one, facts, new_paper, prefix, date_field)
    return done


def _applies(one: Field, facts: Facts, done: Mapping[str, Any]) -> bool:
    if one.only_categories and not one.only_categories & set(facts.categories):
        return False
    if one.only_if is None:
        return True
    name, wanted = one.only_if
    other = done.get(name, facts.route if name == "route" else None)
    found = other if isinstance(other, list) else [other]
    return any((str(item).lower() if isinstance(item, bool) else str(item)) in wanted for item in found)


def _value(one: Field, facts: Facts, new_paper: Paper, prefix: str, date_field: str) -> Any:
    if one.kind is FieldKind.FILES:
        return [new_paper(one.label.zh)]
    if one.kind is FieldKind.DATE:
        if one.future_allowed:
            raise LookupError(f"say when: {one.key}")
        return facts.on.isoformat()
    if one.kind is FieldKind.BOOLEAN:
        return one.key not in _NO
    if one.kind is FieldKind.CHOICE:
        return CHOSEN.get(one.key) or one.choices[0][0]
    if one.kind is FieldKind.CHOICES:
        return [one.choices[0][0]]
    if one.kind is FieldKind.ROWS:
        return [_object(one.columns, facts, {}, new_paper, f"{one.key}.", "")]
    if one.kind is FieldKind.REFERENCE:
        raise LookupError(f"say which: {one.key}")
    text = TEXTS.get(f"{prefix}{one.key}") or facts.values.get(one.key) or TEXTS.get(one.key)
    if text is None:
        text = "1" if one.kind in (FieldKind.DECIMAL, FieldKind.INTEGER) else f"{one.label.zh}（演示）"
    return text


def _plain(value: Any) -> Any:
    if isinstance(value, date):
        return value.isoformat()
    if isinstance(value, list):
        return [{k: _plain(v) for k, v in row.items()} if isinstance(row, Mapping) else _plain(row) for row in value]
    return value
