"""What units of the country may set, with the national default: `RULES`.

A period that a row names by `parameter` lives here, so that a province can tighten it with a date and a source. Who
lists, reviews, verifies and plans is not here: that is competence by function (`enterprises`, dated delegations).
A default of None means that no national text sets a value: without one of the unit there is no deadline.
"""

from datetime import date

from audits.procedure.articles import (
    GUIDE_2018_FROM,
    HUANFA_54,
    HUANFA_151_FROM,
    LOCAL,
    ORDER_16_FROM,
    RECALLED,
    SEEN,
    UNCERTAIN,
    guidance,
    guide_2018,
    huanfa_151,
    order_16,
    order_38,
    own,
)
from audits.procedure.schema import Article, ParameterRule
from audits.procedure.words import Category, Text

DAYS = "working days"
CALENDAR_DAYS = "days"
MONTHS = "months"
YEARS = "years"
PEOPLE = "people"
POINTS = "points"

BACKDATE_DAYS = "backdate_days"

_local = Article(LOCAL, "", SEEN)

_PERIODS = (
    ParameterRule(
        key="disclosure_months",
        label=Text("公布排放情况的期限", "Time to publish emissions"),
        default=1,
        basis=order_16("10"),
        rows=("A07", "O16-10", "O38-11"),
        tighten="min",
        unit=MONTHS,
        since=ORDER_16_FROM,
    ),
    ParameterRule(
        key="arrangement_working_days",
        label=Text("审核安排备案的期限", "Time to file the audit arrangement"),
        default=45,
        basis=huanfa_151("5"),
        rows=("A09a", "A09b"),
        tighten="min",
        unit=DAYS,
        since=HUANFA_151_FROM,
    ),
    ParameterRule(
        key="arrangement_local_months",
        label=Text("审核安排备案的地方期限（2016年以后）", "Local time to file the arrangement (since 2016)"),
        default=None,
        basis=_local,
        rows=("O38-15",),
        tighten="free",
        unit=MONTHS,
        since=date(2016, 7, 1),
    ),
    ParameterRule(
        key="start_months",
        label=Text("启动审核的期限", "Time to start the audit"),
        default=2,
        basis=order_16("11"),
        rows=("A10", "O16-11", "O38-12"),
        tighten="min",
        unit=MONTHS,
        since=ORDER_16_FROM,
    ),
    ParameterRule(
        key="complete_months",
        label=Text("完成审核的期限", "Time to complete the audit"),
        default=12,
        basis=order_16("16, 17"),
        rows=("A12", "O16-16-17", "O38-17"),
        tighten="min",
        unit=MONTHS,
        since=ORDER_16_FROM,
    ),
    ParameterRule(
        key="report_months",
        label=Text("提交审核报告的期限", "Time to submit the report"),
        default=12,
        basis=order_16("16, 17"),
        rows=("A13", "O16-16-17", "O38-17"),
        tighten="min",
        unit=MONTHS,
        since=ORDER_16_FROM,
    ),
    ParameterRule(
        key="interval_years",
        label=Text("有毒有害类两次审核的最长间隔", "Longest interval between audits, toxic category"),
        default=5,
        basis=order_16("11"),
        rows=("A19", "O16-11", "O38-12"),
        tighten="min",
        unit=YEARS,
        since=ORDER_16_FROM,
    ),
    ParameterRule(
        key="sector_interval_years",
        label=Text(
            "重点行业审核周期（短于国家周期时）", "Cycle of a priority sector, where shorter than the national one"
        ),
        default=None,
        basis=Article(HUANFA_54, "5", SEEN),
        rows=("P06",),
        tighten="min",
        unit=YEARS,
        since=date(2010, 4, 22),
    ),
    ParameterRule(
        key="interval_anchor",
        label=Text("审核间隔的起算点", "What the interval between audits runs from"),
        default="complete_audit",
        basis=own(),
        rows=("A19",),
        choices=("complete_audit", "submit_report", "decide_acceptance"),
    ),
    ParameterRule(
        key="acceptance_max_months",
        label=Text("评估后申请验收的一般最长期限", "Usual longest time from assessment to acceptance"),
        default=24,
        basis=guidance("ch. 3"),
        rows=("G09",),
        tighten="min",
        unit=MONTHS,
        since=date(2008, 7, 1),
    ),
    ParameterRule(
        key="acceptance_local_months",
        label=Text(
            "评估后申请验收的地方期限（2018年指南以后）", "Local time from assessment to acceptance (2018 Guide)"
        ),
        default=None,
        basis=_local,
        rows=("V10",),
        unit=MONTHS,
        since=GUIDE_2018_FROM,
    ),
    ParameterRule(
        key="stable_months",
        label=Text("项目竣工环保验收后的稳定达标期", "Stable compliance after the projects' completion acceptance"),
        default=3,
        basis=guidance("ch. 3"),
        rows=("G09",),
        tighten="max",
        unit=MONTHS,
        since=date(2008, 7, 1),
    ),
    ParameterRule(
        key="local_due",
        label=Text(
            "地方规定的固定日期（步骤→月日、年末，或若干日期）",
            "Local fixed dates (step to MM-DD, year_end, or a list of them)",
        ),
        default={},
        basis=_local,
        rows=("P05", "O38-26"),
    ),
)

_PRACTICE = (
    ParameterRule(
        key="disclosure_categories",
        label=Text("另须公布排放情况的类别", "Further categories that must publish emissions"),
        default=(),
        basis=_local,
        rows=("A07",),
        choices=tuple(category.value for category in Category),
    ),
    ParameterRule(
        key="forward_required",
        label=Text("评估申请须经地方转报", "Applications for assessment are forwarded by the local authority"),
        default=False,
        basis=guidance("ch. 2", UNCERTAIN),
        rows=("G02",),
        since=date(2008, 7, 1),
    ),
    ParameterRule(
        key="combined_review",
        label=Text("评估与验收合并进行", "Assessment and acceptance in one sitting"),
        default=False,
        basis=_local,
        rows=("G05", "G10"),
    ),
    ParameterRule(
        key="redo_mode",
        label=Text("重审方式", "Mode of redo"),
        default="either",
        basis=own(),
        rows=("G08", "G11", "V08", "V16"),
        choices=("reopen_case", "next_list", "either"),
    ),
    ParameterRule(
        key="assessment_scope",
        label=Text("组织评估验收的范围", "Which cases go to assessment and acceptance"),
        default="order_38_art_20",
        basis=order_38("20"),
        rows=("O38-20", "V03"),
        choices=("order_38_art_20", "all"),
        since=date(2016, 7, 1),
    ),
    ParameterRule(
        key="certify_two_organizations",
        label=Text(
            "委托审核的提交须由两个单位的人员完成", "Entrusted route: drafting and certifying by two organizations"
        ),
        default=False,
        basis=own(),
    ),
    ParameterRule(
        key=BACKDATE_DAYS,
        label=Text(
            "补录：事实发生后超过此期限登记的，须附证明材料并由第二人提交",
            "Late recording: a fact recorded later than this needs evidence and a second person",
        ),
        default=30,
        basis=own(),
        tighten="min",
        unit=CALENDAR_DAYS,
    ),
)


def _head_count(key: str, zh: str, en: str, default: int, article: str, row: str, unit: str = PEOPLE) -> ParameterRule:
    """A head-count of document 151; gone with Order 38."""
    return ParameterRule(
        key=key,
        label=Text(zh, en),
        default=default,
        basis=huanfa_151(article, RECALLED),
        rows=(row,),
        tighten="max",
        unit=unit,
        since=HUANFA_151_FROM,
    )


_CAPACITY = (
    _head_count("self_auditors_min", "自行审核：审核人员人数", "Self-audit: trained auditors", 5, "6", "A09a"),
    _head_count("self_senior_min", "自行审核：高级职称人数", "Self-audit: senior auditors", 1, "6", "A09a"),
    _head_count(
        "self_senior_years", "自行审核：高级人员审核年限", "Self-audit: years of the senior", 5, "6", "A09a", YEARS
    ),
    _head_count("firm_senior", "咨询机构：高级职称审核师", "Consultancy: senior auditors", 2, "7", "A09b"),
    _head_count("firm_intermediate", "咨询机构：中级职称审核师", "Consultancy: intermediate auditors", 5, "7", "A09b"),
)

_SCORES = (
    ParameterRule(
        key="assess_redo_below",
        label=Text("评估：低于此分重新审核", "Assessment: redo below"),
        default=70,
        basis=guide_2018("", RECALLED),
        rows=("V08",),
        tighten="fixed",
        unit=POINTS,
        since=GUIDE_2018_FROM,
    ),
    ParameterRule(
        key="assess_ok_above",
        label=Text("评估：高于此分通过", "Assessment: proceed above"),
        default=90,
        basis=guide_2018("", UNCERTAIN),
        rows=("V08",),
        tighten="fixed",
        unit=POINTS,
        since=GUIDE_2018_FROM,
    ),
    ParameterRule(
        key="accept_min",
        label=Text("验收：合格最低分", "Acceptance: least score"),
        default=60,
        basis=guide_2018("", RECALLED),
        rows=("V14",),
        tighten="fixed",
        unit=POINTS,
        since=GUIDE_2018_FROM,
    ),
)

RULES: dict[str, ParameterRule] = {rule.key: rule for rule in (*_PERIODS, *_PRACTICE, *_CAPACITY, *_SCORES)}
