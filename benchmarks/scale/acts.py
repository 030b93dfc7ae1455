"""What people send with their acts: the least that the law of 2016 and of 2026 asks for. Papers are named, not stored."""

import datetime as dt
from typing import Any
from uuid import UUID

from audits.procedure.words import EXCESS, TOXIC, Category, CostClass, Route
from benchmarks.scale.plan import AS_OF, CLOSED, CREDITED, LABELS, LEFT, REPORTED, SILENT, STARTED, Entry, ListPlan

Act = tuple[str, dict[str, Any], dt.date]  # action, payload, legal date
PAPER = [str(UUID(int=8 << 60 | 0x4000 << 64))]
ORDER_DAYS = 60

_OPTIONS = (
    (CostClass.NONE, "加强跑冒滴漏管理", 0, {"water_saved_t": "120.5", "benefit_saving_cny": "800"}),
    (CostClass.LOW, "清洗水回用", 24_000, {"water_saved_t": "5200", "wastewater_cut_t": "4700", "cod_cut_t": "1.2"}),
    (CostClass.MEDIUM, "电机变频", 360_000, {"electricity_saved_kwh": "210000", "co2_cut_t": "122.4"}),
    (CostClass.HIGH, "生产线改造", 2_600_000, {"cod_cut_t": "3.4", "hazardous_waste_cut_t": "11", "so2_cut_t": "0.8"}),
)


def by_enterprise(one: ListPlan, entry: Entry) -> list[Act]:
    """What the enterprise does: all by its certifier, what must be certified prepared by the other person."""
    days = one.days(entry.firm)
    if entry.story in (CREDITED, LEFT, SILENT):
        return []
    acts: list[Act] = [
        ("disclose", _disclosure(LABELS[entry.label], days["disclose"]), days["disclose"]),
        ("start_audit", _start(days["start"]), days["start"]),
    ]
    if entry.story == STARTED:
        return acts
    report = {"audit_report": PAPER, "certifiers": [{"name": "(合成)", "position": "总工程师"}]}
    acts += [
        ("record_implementation", option(entry.scale, days["option"]), days["option"]),
        ("complete_audit", {"completed_on": days["complete"].isoformat(), "certified_report": PAPER}, days["complete"]),
        ("submit_report", report, days["report"]),
    ]
    if entry.story == CLOSED:
        acts.append(("publish_audit_result", {**_appeared(days["result"]), "summary": "审核结果"}, days["result"]))
    return acts


def by_county(one: ListPlan, entry: Entry) -> list[Act]:
    """What the county does: it notifies some, receives some reports, orders some of the silent to start."""
    acts: list[Act] = []
    if entry.notified:
        served = min(one.published_on + dt.timedelta(days=12), AS_OF)
        told = {"duties": "公布、启动、完成审核并报告", "dates": "一个月、两个月、一年", "proof_of_service": PAPER}
        acts.append(("notify", {**told, "served_on": served.isoformat()}, served))
    if entry.received and entry.story in (CLOSED, REPORTED):
        on = min(one.days(entry.firm)["report"] + dt.timedelta(days=5), AS_OF)
        acts.append(("receive_report", {"receipt_number": f"合成收〔{on.year}〕号"}, on))
    if entry.ordered and entry.story == SILENT:
        on = min(one.published_on + dt.timedelta(days=120), AS_OF)
        order = {
            "addressee": "enterprise",
            "duty": "start_audit",
            "breach": "逾期未启动审核",
            "legal_basis": "law_2012_39",
            "correct_by": (on + dt.timedelta(days=ORDER_DAYS)).isoformat(),
        }
        acts.append(("order_correction", order, on))
    return acts


def by_province(one: ListPlan, entry: Entry) -> list[Act]:
    """How the case ends, where it does."""
    on = min(one.published_on + dt.timedelta(days=365), AS_OF)
    if entry.story == LEFT:
        return [("exit_listing", {"reason": "closed_down", "grounds": "企业关闭", "basis_document": PAPER}, on)]
    if entry.story == CREDITED:
        credit = {"ground": "voluntary", "completed_on": on.isoformat(), "basis": "合成", "basis_document": PAPER}
        return [("credit_round", credit, on)]
    return [("close", {}, on)] if entry.story == CLOSED and entry.filed else []


def option(scale: int, on: dt.date) -> dict[str, Any]:
    """An option that was carried out, with its effects in that year and the next."""
    kind, title, cost, effects = _OPTIONS[scale % len(_OPTIONS)]
    rows = [
        {"metric": metric, "year": year, "planned": amount, "verified": amount}
        for metric, amount in effects.items()
        for year in (on.year, on.year + 1)
    ]
    return {
        "option": "F1",
        "title": title,
        "cost_class": kind.value,
        "investment_cny": str(cost * scale),
        "done": True,
        "done_on": on.isoformat(),
        "effects": rows,
    }


def _start(on: dt.date) -> dict[str, Any]:
    return {"started_on": on.isoformat(), "route": Route.SELF.value, "team_order": PAPER, "work_plan": PAPER}


def _appeared(on: dt.date) -> dict[str, str]:
    return {"medium": "示例日报", "appeared_on": on.isoformat()}


def _disclosure(categories: tuple[Category, ...], on: dt.date) -> dict[str, Any]:
    said: dict[str, Any] = {
        "name": "合成企业",
        "legal_representative": "(合成)",
        "address": "合成路1号",
        **_appeared(on),
    }
    if EXCESS & set(categories):
        said["pollutants"] = [
            {
                "name": "化学需氧量",
                "mode": "连续排放",
                "concentration": "86.5",
                "concentration_unit": "mg/L",
                "total": "12.4",
                "excess": "超标0.08倍",
            }
        ]
    if Category.TOXIC_USE in categories:
        said["toxic_feedstock"] = [{"name": "铬酸酐", "quantity": "18.6 吨/年", "use": "镀铬"}]
    if Category.TOXIC_DISCHARGE in categories:
        said["toxic_discharge"] = [{"name": "六价铬", "concentration": "0.12 mg/L", "quantity": "4.1 千克/年"}]
    if TOXIC & set(categories):
        said |= {"hazardous_waste": "年产生污泥约96吨，全部委托处置。", "risk_prevention": "设有事故应急池。"}
    return said
