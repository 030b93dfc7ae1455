"""The effects a step may name. What each does is written in `audits.workflow`; here is what it means in law."""

from audits.procedure.words import Text

EFFECTS: dict[str, Text] = {
    "create_cases": Text(
        "名单中每一企业每一厂址立一案，公布日期为时限起算日",
        "One case per entry and site; the date the list appeared is the trigger of all periods.",
    ),
    "apply_amendment": Text(
        "更正名称地址不改变公布日期；增列企业自公布更正之日起算；变更类别的新增义务自该日起算；移出者退出名单",
        "A corrected name or address keeps the date; an added entry has its own; new categories bring "
        "their duties from the "
        "amendment's date; a removed entry leaves the list.",
    ),
    "drop_listing": Text("候选企业不列入名单", "The candidate is not listed."),
    "return_nominations": Text("候选名单退回提出单位", "The candidates go back to the authority that proposed them."),
    "open_case": Text("立案（无名单时限）", "A case without a list and without its periods."),
    "reopen_submission": Text(
        "所退材料须重新提交；首次按时提交仍视为按时；原版本冻结，新版本与之关联",
        "The submission is to be made again; the first filing in time stays in time; the old version is "
        "frozen and linked.",
    ),
    "redo": Text(
        "原案重审：第三至七阶段及评审重做，以决定书所定日期为限，不重新起算名单时限；另列名单：新名单公布后全部时限重新起算",
        "Mode reopen_case: stages 3 to 7 and the reviews again, by the date of the decision, no new list periods. Mode "
        "next_list: a new listing, all periods anew.",
    ),
    "reopen_supplement": Text("须再次补充", "A further supplement is due."),
    "set_extension": Text(
        "责令、重审、验收等决定日期顺延；法定日期不变，旁注调整后日期，逾期仍按法定日期认定",
        "Moves a decided date; beside a statutory date an adjusted one is shown, lateness counts by the statutory one.",
    ),
    "suspend": Text(
        "中止期间决定日期顺延；法定日期旁注调整后日期",
        "Decided dates stand still; statutory ones show an adjusted date.",
    ),
    "resume": Text("中止结束", "The suspension ends."),
    "rename": Text("企业更名，原名保留", "The enterprise has a new name; the old one is kept."),
    "transfer": Text("案件移交新的主管部门", "The case goes to another authority."),
    "exit": Text("退出名单，未到期义务终止，已逾期记录保留", "Open duties end; what was missed stays on record."),
    "credit": Text("视为完成一轮审核", "Counts as one round of audit."),
    "ask_exclusion": Text("申请已登记，等待另一人审批", "The request waits for another person's decision."),
    "decide_exclusion": Text(
        "经同意的，自统计中剔除或恢复；案件本身及其时限不受影响",
        "If approved, the case leaves the statistics or comes back; the case itself and its periods stay as they are.",
    ),
    "propose_nomination": Text(
        "提出下一轮审核建议并生成候选草稿；新名单公布前不起算任何时限",
        "A warning and a draft nomination; no period runs before a new publication.",
    ),
    "close": Text("结案", "The case is closed."),
    "undo_step": Text(
        "撤回误录的步骤，原记录保留",
        "The step recorded by mistake counts as not done (a mistaken close: the case is open again); the record stays.",
    ),
    "correct_value": Text(
        "更正误录的内容，原值保留", "A value recorded by mistake is replaced; the old one stays on record."
    ),
    "store_option": Text("登记方案实施情况", "The option's record is updated."),
    "store_panel": Text("登记专家组", "The panel of this review is recorded."),
    "recompute_deadlines": Text(
        "重新计算时限，保留新旧日期及原因", "Deadlines are computed anew; old date, new date and why are kept."
    ),
}
