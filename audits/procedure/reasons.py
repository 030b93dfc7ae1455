"""The catalogue of reasons for which a submission is returned. A return names one or more, with remarks. Own wording;
where a reason rests on a row of the law text it names it."""

from dataclasses import dataclass

from audits.procedure.words import Text


@dataclass(frozen=True, slots=True)
class ReturnReason:
    """A reason, the submissions it fits, and the rows of the law text it rests on (empty: a rule of this product)."""

    key: str
    text: Text
    steps: tuple[str, ...]
    rows: tuple[str, ...] = ()


_REPORT = ("submit_report",)
_APPLICATIONS = ("apply_assessment", "apply_acceptance")
_ALL = _REPORT + _APPLICATIONS

RETURN_REASONS: dict[str, ReturnReason] = {
    reason.key: reason
    for reason in (
        ReturnReason("incomplete_file", Text("材料不齐全", "The file is incomplete"), _ALL, ("G01", "V05", "V10")),
        ReturnReason("unreadable_file", Text("文件无法打开或不清晰", "A file cannot be read"), _ALL),
        ReturnReason("wrong_enterprise", Text("材料与本案企业不符", "The papers belong to another enterprise"), _ALL),
        ReturnReason("signature_missing", Text("缺少签字或盖章", "A signature or seal is missing"), _ALL),
        ReturnReason(
            "form_of_report",
            Text("报告章节不完整、格式不规范", "Chapters of the report are missing"),
            _REPORT,
            ("G08",),
        ),
        ReturnReason(
            "balance_errors",
            Text("物料、水、能源或污染因子平衡有误", "Material, water, energy or pollutant balances are wrong"),
            _REPORT,
            ("G08",),
        ),
        ReturnReason(
            "data_errors", Text("数据有误或前后不一致", "Data are wrong or contradict each other"), _ALL, ("G08",)
        ),
        ReturnReason(
            "wrong_focus", Text("审核重点未反映主要问题", "The focus misses the main problem"), _REPORT, ("G08", "V06")
        ),
        ReturnReason(
            "targets_unsound",
            Text("清洁生产目标不合理或无时限", "Targets are unsound or undated"),
            _REPORT,
            ("G08", "V06"),
        ),
        ReturnReason(
            "options_unsound",
            Text("中/高费方案论证不足", "Medium/high-cost options are not shown to be sound"),
            _REPORT,
            ("G08", "V06"),
        ),
        ReturnReason(
            "low_cost_not_done",
            Text("无/低费方案未基本完成", "No/low-cost options are not basically done"),
            ("submit_report", "apply_assessment"),
            ("G01", "V01"),
        ),
        ReturnReason(
            "monitoring_missing",
            Text("缺少有资质机构的监测报告", "The monitoring report of a qualified body is missing"),
            _APPLICATIONS,
            ("G01", "G09", "V10"),
        ),
        ReturnReason(
            "capacity_not_shown",
            Text("未证明咨询机构或自行审核能力", "The capacity of the consultancy or of the self-audit is not shown"),
            ("submit_report", "apply_assessment"),
            ("G01", "V05"),
        ),
        ReturnReason(
            "projects_unfinished",
            Text("中/高费方案尚未完成或未稳定达标", "Projects are unfinished or compliance is not yet stable"),
            ("apply_acceptance",),
            ("G09",),
        ),
        ReturnReason("other", Text("其他（须说明）", "Other (to be explained)"), _ALL),
    )
}
