"""Guards of the list."""

from collections.abc import Mapping
from datetime import date
from typing import Any

from accounts.acting import Acting
from audits.procedure.schema import Step
from audits.procedure.words import CaseKind, Text
from audits.workflow.decide import Context
from audits.workflow.guards.base import Found, Payload, guard, refuse


@guard
def two_persons(step: Step, ctx: Context, acting: Acting, payload: Payload) -> Found:
    """Where one authority does this and the list step before it, the same person may not do both."""
    for earlier in step.after:
        entry = ctx.state["done"].get(earlier)
        if entry and entry["organization"] == str(acting.organization_id) and entry["user"] == str(acting.user_id):
            yield refuse("two_persons")
            return


@guard
def evidence_per_category(step: Step, ctx: Context, acting: Acting, payload: Payload) -> Found:
    """Each category of a candidate needs its evidence; a voluntary list has no categories and needs none."""
    if payload is None or ctx.facts.get("list_kind") == CaseKind.VOLUNTARY:
        return
    for number, candidate in enumerate(payload.get("candidates", ()), start=1):
        missing = evidence_missing(candidate)
        if missing:
            yield refuse(
                "evidence_per_category",
                Text(
                    f"第{number}个候选企业缺少证据：{missing.zh}。", f"Candidate {number} lacks evidence: {missing.en}."
                ),
            )


def evidence_missing(candidate: Mapping[str, Any]) -> Text | None:
    """Which evidence a candidate's categories still want."""
    categories = set(candidate.get("categories", ()))
    if not categories:
        return Text("未注明类别", "no category is named")
    wants = (
        ({"exceeds_standard", "exceeds_quota"}, "monitoring_report", Text("环境监测机构监测报告", "monitoring report")),
        (
            {"toxic_use", "toxic_discharge"},
            "toxic_evidence",
            Text("购置凭证或分析报告", "purchase vouchers or analysis report"),
        ),
        ({"designated", "state_other"}, "basis_document", Text("列入依据文件", "basis document")),
        ({"energy"}, "energy_data", Text("能耗数据", "energy data")),
    )
    for names, field, label in wants:
        if categories & names and not (
            candidate.get(field) or (field == "energy_data" and candidate.get("basis_document"))
        ):
            return label
    return None


@guard
def verified_entries_only(step: Step, ctx: Context, acting: Acting, payload: Payload) -> Found:
    """Only entries ready for confirmation are confirmed; `lists` says which are."""
    if ctx.facts.get("entries_ready") == 0:
        yield refuse("verified_entries_only")


@guard
def publication_not_before_2003(step: Step, ctx: Context, acting: Acting, payload: Payload) -> Found:
    """No list appeared before the Promotion Law was in force."""
    if ctx.on < date(2003, 1, 1):
        yield refuse("publication_not_before_2003")
