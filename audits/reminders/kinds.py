"""Every kind of notice: what it is called, what it says, and which fields of the act it repeats.

A kind is the key of the act that is told, `reminder` (a deadline), or one of the service's own. People switch channels on
and off by kind; each has a committed sample of its mail in both languages (`tests/reminders/snapshots`).
"""

from dataclasses import dataclass

from audits.procedure.words import Text

REMINDER = "reminder"
WEBHOOK_PARKED = "webhook_parked"
WEBHOOK_TEST = "webhook_test"  # to endpoints only


@dataclass(frozen=True, slots=True)
class Kind:
    """`said` is a sentence with `{on}`, the legal date of the act; `fields` are fields of its payload, in order."""

    key: str
    title: Text
    said: Text
    fields: tuple[str, ...] = ()


def _table(*kinds: Kind) -> dict[str, Kind]:
    return {kind.key: kind for kind in kinds}


KINDS: dict[str, Kind] = _table(
    Kind(REMINDER, Text("期限提醒", "Deadlines"), Text("", "")),
    Kind(
        "publish",
        Text("名单已公布", "The list was published"),
        Text("名单已于 {on} 公布。", "The list was published on {on}."),
        ("document_number", "medium"),
    ),
    Kind(
        "notify",
        Text("收到列入名单的书面通知", "Written notice that you are on the list"),
        Text("主管部门已于 {on} 书面通知贵单位。", "The authority notified you in writing on {on}."),
    ),
    Kind(
        "return_report",
        Text("材料被退回补正", "Returned for correction"),
        Text(
            "所提交的材料已于 {on} 被退回，请补正后重新提交。",
            "What you submitted was returned on {on}; correct it and submit it again.",
        ),
        ("submission", "reasons", "resubmit_by", "reapply_by", "reapply_acceptance_by"),
    ),
    Kind(
        "return_nominations",
        Text("候选名单被退回", "The candidates were returned"),
        Text(
            "贵单位提出的候选企业已于 {on} 被退回，请修改后重新提交。",
            "The candidates you proposed were returned on {on}; amend them and submit them again.",
        ),
        ("grounds",),
    ),
    Kind(
        "submit_report",
        Text("企业提交了审核报告", "An audit report was submitted"),
        Text(
            "企业已于 {on} 提交审核报告，请核收。",
            "The enterprise submitted its audit report on {on}; please take it in.",
        ),
    ),
    Kind(
        "order_audit",
        Text("被责令开展清洁生产审核", "Ordered to audit"),
        Text("主管部门已于 {on} 责令开展审核。", "The authority ordered the audit on {on}."),
        ("file_by", "start_by", "complete_by", "report_by"),
    ),
    Kind(
        "order_correction",
        Text("被责令限期改正", "Ordered to correct within a time limit"),
        Text("主管部门已于 {on} 责令限期改正。", "The authority ordered a correction on {on}."),
        ("duty", "correct_by"),
    ),
    Kind(
        "record_penalty",
        Text("行政处罚已登记", "A penalty was recorded"),
        Text("主管部门已登记 {on} 的行政处罚。", "The authority recorded a penalty of {on}."),
        ("duty", "decision_number", "decided_on"),
    ),
    Kind(
        "extend",
        Text("期限已延长", "A date was extended"),
        Text("主管部门已于 {on} 同意延期。", "The authority granted an extension on {on}."),
        ("step", "until"),
    ),
    Kind(
        "suspend",
        Text("案件已中止", "The case was suspended"),
        Text("案件已自 {on} 起中止。", "The case is suspended from {on}."),
    ),
    Kind(
        "resume",
        Text("案件已恢复", "The case was resumed"),
        Text("案件已自 {on} 起恢复。", "The case goes on from {on}."),
    ),
    Kind(
        "decide_assessment",
        Text("评估结论已作出", "The assessment was decided"),
        Text("评估结论已于 {on} 作出。", "The assessment was decided on {on}."),
        ("result", "supplement_by", "redo_by", "acceptance_due_on"),
    ),
    Kind(
        "decide_acceptance",
        Text("验收结论已作出", "The acceptance was decided"),
        Text("验收结论已于 {on} 作出。", "The acceptance was decided on {on}."),
        ("result",),
    ),
    Kind(
        "review_results",
        Text("审核结果评审验收结论已作出", "The results of the audit were reviewed"),
        Text("审核结果评审验收结论已于 {on} 作出。", "The results of the audit were reviewed on {on}."),
        ("result", "opinion"),
    ),
    Kind(
        "review_supplement",
        Text("补充完善材料已审查", "The supplement was reviewed"),
        Text("补充完善材料已于 {on} 审查。", "The supplement was reviewed on {on}."),
        ("result", "grounds", "supplement_by"),
    ),
    Kind(
        "order_redo",
        Text("被责令重新审核", "Ordered to audit again"),
        Text("主管部门已于 {on} 责令重新审核。", "The authority ordered the audit to be redone on {on}."),
        ("result", "redo_by"),
    ),
    Kind(
        "decide_objection",
        Text("异议已处理", "The objection was decided"),
        Text("异议已于 {on} 处理。", "The objection was decided on {on}."),
        ("result",),
    ),
    Kind(
        "form_panel",
        Text("邀请参加专家组", "Invitation to a panel"),
        Text("您已于 {on} 被邀请参加专家组。", "You were invited to a panel of experts on {on}."),
        ("review",),
    ),
    Kind(
        "propose_next_round",
        Text("下一轮审核", "The next round"),
        Text("已于 {on} 提出下一轮审核的时间。", "The next audit was proposed on {on}."),
        ("next_due_on",),
    ),
    Kind(
        "recompute",
        Text("期限日期有变动", "Dates have changed"),
        Text(
            "因规则、参数或放假安排变动，已于 {on} 重新计算期限。",
            "Rules, parameters or rest days changed; dates were computed again on {on}.",
        ),
        ("causes", "changes"),
    ),
    Kind(
        WEBHOOK_PARKED,
        Text("网络回调已暂停", "A webhook was parked"),
        Text(
            "多次投递失败，已暂停向该地址投递；请检查后在系统中重新启用。",
            "Deliveries failed again and again; nothing more is sent to this address until you switch it on again.",
        ),
    ),
)

# What one can choose a channel for: the others reach endpoints or the app only.
CHOOSABLE = tuple(key for key in KINDS if key != WEBHOOK_PARKED)
