"""What people call the values of the vocabulary."""

from collections.abc import Mapping

from audits.procedure import registry
from audits.procedure.fields import COST_CLASSES, ROUTES
from audits.procedure.words import (
    CaseKind,
    EntryStatus,
    Function,
    Level,
    Line,
    ListStatus,
    Mark,
    Party,
    Phase,
    Role,
    Text,
)
from audits.workflow.decide import role_name

PHASES: Mapping[str, Text] = {
    Phase.LISTING: Text("列入名单", "listing"),
    Phase.PREPARATION: Text("审核准备", "preparation"),
    Phase.AUDIT: Text("审核实施", "audit"),
    Phase.REPORT: Text("报告提交", "report"),
    Phase.ASSESSMENT: Text("评估", "assessment"),
    Phase.IMPLEMENTATION: Text("方案实施", "implementation"),
    Phase.ACCEPTANCE: Text("验收", "acceptance"),
    Phase.PUBLICATION: Text("结果公布", "publication"),
    Phase.CLOSED: Text("已结案", "closed"),
    Phase.ORDERS: Text("命令与时限", "orders and clock"),
}
PARTIES: Mapping[str, Text] = {
    Party.AUTHORITY: Text("主管部门", "authority"),
    Party.ENTERPRISE: Text("企业", "enterprise"),
    Party.CONSULTANCY: Text("咨询服务机构", "consultancy"),
    Party.EXPERT: Text("评审专家", "expert"),
    Party.OPERATOR: Text("运维人员", "operator"),
    Party.SYSTEM: Text("系统", "system"),
}
KINDS: Mapping[str, Text] = {
    CaseKind.MANDATORY: Text("强制性审核", "mandatory audit"),
    CaseKind.VOLUNTARY: Text("自愿审核", "voluntary audit"),
    CaseKind.PILOT: Text("试点", "pilot"),
}
LEVELS: Mapping[str, Text] = {
    Level.NATION: Text("国家", "nation"),
    Level.PROVINCE: Text("省级", "province"),
    Level.CITY: Text("市级", "city"),
    Level.COUNTY: Text("县级", "county"),
}
LINES: Mapping[str, Text] = {
    Line.ENVIRONMENT: Text("生态环境", "environment"),
    Line.ENERGY: Text("节能", "energy"),
    Line.COORDINATING: Text("清洁生产综合协调", "coordinating"),
}
FUNCTIONS: Mapping[str, Text] = {
    Function.SUPERVISE: Text("监督管理", "supervision"),
    Function.VERIFY: Text("名单核实", "verification of lists"),
    Function.LIST: Text("名单确定与公布", "confirming and publishing lists"),
    Function.REVIEW: Text("评估与验收", "assessment and acceptance"),
    Function.PLAN: Text("年度计划与报告", "yearly plan and report"),
    Function.ORDER: Text("责令与处罚", "orders and penalties"),
    Function.NATIONAL: Text("国家层面职能", "functions of the nation"),
}
MARKS: Mapping[str, Text] = {
    Mark.SEEN: Text("已核对原文", "checked against the text"),
    Mark.RECALLED: Text("依据转述，待核对", "from memory, to be checked"),
    Mark.UNCERTAIN: Text("存疑", "uncertain"),
    Mark.OWN: Text("本系统规则", "rule of this service"),
}
NATURES: Mapping[str, Text] = {
    "statutory": Text("法定", "statutory"),
    "local": Text("地方规定", "local"),
    "decided": Text("主管部门确定", "set by the authority"),
}
LIST_STATUS: Mapping[str, Text] = {
    ListStatus.COLLECTING: Text("提名与核实", "collecting"),
    ListStatus.CONFIRMED: Text("已确认，待公布", "confirmed, to be published"),
    ListStatus.PUBLISHED: Text("已公布", "published"),
}
ENTRY_STATUS: Mapping[str, Text] = {
    EntryStatus.NOMINATED: Text("已提名", "nominated"),
    EntryStatus.SUBMITTED: Text("已上报", "submitted"),
    EntryStatus.VERIFIED: Text("已核实", "verified"),
    EntryStatus.DOUBTFUL: Text("存疑", "doubtful"),
    EntryStatus.RETURNED: Text("已退回", "returned"),
    EntryStatus.DROPPED: Text("已剔除", "dropped"),
    EntryStatus.CONFIRMED: Text("已确认", "confirmed"),
    EntryStatus.PUBLISHED: Text("已公布", "published"),
    EntryStatus.REMOVED: Text("已移出", "removed"),
}
# The outcomes of deciding steps, as their own tables call them.
RESULTS: Mapping[str, Text] = {
    value: text
    for procedure in registry.PROCEDURES.values()
    for step in procedure.steps
    for one in step.fields
    if one.key == "result"
    for value, text in one.choices
}
UNITS = {"CNY": Text("元", "CNY"), "points": Text("分", "points"), "t/a": Text("吨/年", "t/a")}
NAMES: Mapping[str, Mapping[str, Text]] = {
    "phase": PHASES,
    "party": PARTIES,
    "kind": KINDS,
    "level": LEVELS,
    "line": LINES,
    "function": FUNCTIONS,
    "mark": MARKS,
    "nature": NATURES,
    "route": dict(ROUTES),
    "cost_class": dict(COST_CLASSES),
    "role": {role.value: role_name(role) for role in Role},
    "list_status": LIST_STATUS,
    "entry_status": ENTRY_STATUS,
    "result": RESULTS,
    "unit": UNITS,
}
