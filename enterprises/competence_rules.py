"""Which level of authority performs which function: national rule, and what units may set otherwise, with dates.

Stored as `UnitParameter` like the values of the procedure (`audits.procedure.parameters`), but apart from them: a
change of competence moves no deadline. Law text section 19.4.
"""

from collections.abc import Mapping
from datetime import date

from audits.procedure.articles import HUANFA_151, huanfa_151, order_38
from audits.procedure.schema import Article, ParameterRule
from audits.procedure.words import Function, Level, Mark, Text

SETTABLE = (Level.COUNTY, Level.CITY, Level.PROVINCE)


def _rule(function: Function, zh: str, en: str, default: Level, basis: Article, *rows: str) -> ParameterRule:
    return ParameterRule(
        key=f"level_{function.value}",
        label=Text(zh, en),
        default=default.value,
        basis=basis,
        rows=rows,
        choices=tuple(level.value for level in SETTABLE),
    )


LEVEL_RULES: Mapping[Function, ParameterRule] = {
    Function.SUPERVISE: _rule(
        Function.SUPERVISE, "属地监管的最低层级", "Level that supervises", Level.COUNTY, huanfa_151("3"), "A01", "A06"
    ),
    Function.VERIFY: _rule(
        Function.VERIFY, "核实候选企业的层级", "Level that verifies", Level.CITY, huanfa_151("3"), "A03"
    ),
    Function.LIST: _rule(
        Function.LIST,
        "确定并公布名单的层级",
        "Level that lists",
        Level.PROVINCE,
        huanfa_151("3"),
        "A04",
        "A05",
        "O38-9",
    ),
    Function.REVIEW: _rule(
        Function.REVIEW, "组织评估验收的层级", "Level that reviews", Level.PROVINCE, order_38("20"), "G03", "O38-20"
    ),
    Function.PLAN: _rule(
        Function.PLAN, "编制年度计划和报告的层级", "Level that plans", Level.PROVINCE, huanfa_151("10"), "A18", "P05"
    ),
    Function.ORDER: _rule(
        Function.ORDER, "责令审核的层级", "Level that orders audits", Level.PROVINCE, huanfa_151("5"), "A14"
    ),
}
COMPETENCE_RULES: Mapping[str, ParameterRule] = {rule.key: rule for rule in LEVEL_RULES.values()}

# Document 151 is addressed to provinces and separately planned cities: these list, order and report for themselves.
# The Guidance of 2008 names provinces and the XPCC only: reviews stay with the province unless a parameter differs.
SEPARATELY_PLANNED_SINCE = date(2005, 12, 13)
SEPARATELY_PLANNED_FUNCTIONS = (Function.LIST, Function.PLAN, Function.ORDER)
SEPARATELY_PLANNED_SOURCE = HUANFA_151
SEPARATELY_PLANNED_ARTICLE = "3, 5, 10"
SEPARATELY_PLANNED_MARK = Mark.RECALLED
SEPARATELY_PLANNED_NOTE = (
    "151号文主送计划单列市；实践不一（2013年山东省公布青岛名单，2020年起深圳自行公布）。"
    "Document 151 is addressed to separately planned cities; practice differs (Shandong listed Qingdao's enterprises "
    "in 2013, Shenzhen published its own lists from 2020)."
)
