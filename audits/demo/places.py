"""The authorities of the demo: three provinces, a separately planned city, the XPCC, and who else plans a year.

Authorities of real places are named by place and level only; nothing told of them here has happened.
"""

from dataclasses import dataclass
from datetime import date

from accounts.models import Organization
from audits.demo.people import BOTH, People, Person, staff_authority
from audits.procedure.words import Function, Level, Line, Mark
from enterprises.authority_register import create_authority, delegate
from enterprises.divisions import reporting_units
from enterprises.models import Authority
from enterprises.parameters import set_parameter

SOURCE = "演示参数，并非真实规定 (invented for the demonstration)"


@dataclass(frozen=True, slots=True)
class Office:
    """An authority to be, with the user name of its first person."""

    username: str
    name: str
    scope: str
    level: Level
    line: Line = Line.ENVIRONMENT


OFFICES = (
    Office("national", "生态环境部", "", Level.NATION),
    Office("coordinating_national", "国家综合协调部门", "", Level.NATION, Line.COORDINATING),
    Office("energy_national", "国家节能主管部门", "", Level.NATION, Line.ENERGY),
    Office("province", "江苏省生态环境厅", "32", Level.PROVINCE),
    Office("energy_province", "江苏省节能主管部门", "32", Level.PROVINCE, Line.ENERGY),
    Office("coordinating_province", "江苏省发展和改革委员会", "32", Level.PROVINCE, Line.COORDINATING),
    Office("city", "苏州市生态环境局", "3205", Level.CITY),
    Office("energy_city", "苏州市节能主管部门", "3205", Level.CITY, Line.ENERGY),
    Office("county", "苏州市吴江生态环境局", "320509", Level.COUNTY),
    Office("changshu", "苏州市常熟生态环境局", "320581", Level.COUNTY),
    Office("nanjing", "南京市生态环境局", "3201", Level.CITY),
    Office("jiangning", "南京市江宁生态环境局", "320115", Level.COUNTY),
    Office("shanghai", "上海市生态环境局", "31", Level.PROVINCE),
    Office("jiading", "上海市嘉定区生态环境局", "310114", Level.COUNTY),
    Office("hubei", "湖北省生态环境厅", "42", Level.PROVINCE),
    Office("xiantao", "仙桃市生态环境局", "429004", Level.COUNTY),
    Office("liaoning", "辽宁省生态环境厅", "21", Level.PROVINCE),
    Office("dalian", "大连市生态环境局", "2102", Level.CITY),
    Office("jinzhou", "大连市金州生态环境分局", "210213", Level.COUNTY),
    Office("xpcc", "新疆生产建设兵团生态环境局", "66", Level.PROVINCE),
    Office("xpcc_8", "第八师石河子市生态环境局", "6608", Level.CITY),
    Office("stranger", "甘肃省生态环境厅", "62", Level.PROVINCE),
)


def make_authorities(people: People) -> dict[str, Authority]:
    """Every authority with its people, by the user name of the first. The other planning units get one person each."""
    made: dict[str, Authority] = {}
    for office in OFFICES:
        authority = create_authority(
            office.name, scope_code=office.scope, level=office.level, line=office.line, reason="演示"
        )
        staff_authority(people, authority.organization, office.username)
        made[office.username] = authority
    _make_planners(people, {office.scope for office in OFFICES if office.line is Line.ENVIRONMENT})
    return made


def _make_planners(people: People, present: set[str]) -> None:
    """The environment authority of each remaining reporting unit: it owes the year's plan."""
    for unit in reporting_units().values():
        if unit.scope_code in present:
            continue
        city = bool(unit.parent)
        department = "局" if city or unit.name_zh.endswith("市") else "厅"
        authority = create_authority(
            f"{unit.name_zh}生态环境{department}",
            scope_code=unit.scope_code,
            level=Level.CITY if city else Level.PROVINCE,
            reason="演示",
        )
        organization: Organization = authority.organization
        people.join(organization, Person(f"unit_{unit.code}", BOTH))


def set_local_rules(made: dict[str, Authority]) -> None:
    """What units of the demo set for themselves, tighter than the nation or where it is silent."""
    guide = date(2018, 5, 1)

    def rule(key: str, value: object, scope: str, since: date, note: str) -> None:
        set_parameter(
            key, value, scope_code=scope, valid_from=since, source=SOURCE, mark=Mark.OWN, note=note, reason="演示"
        )

    rule("assessment_scope", "all", "31", guide, "全部强制性案件均评估验收")
    rule("forward_required", True, "31", date(2009, 1, 1), "评估申请须经区转报")
    rule("acceptance_local_months", 24, "32", guide, "评估通过后24个月内申请验收")
    rule("redo_mode", "reopen_case", "2102", date(2019, 1, 1), "重审一律在原案进行")
    rule("complete_months", 11, "6608", date(2019, 1, 1), "十一个月内完成审核")
    rule("certify_two_organizations", True, "31", date(2021, 1, 1), "委托审核由咨询机构填报、企业审签")
    rule(
        "local_due",
        {"submit_progress_report": "06-30", "submit_annual_report": "12-15"},
        "42",
        date(2020, 1, 1),
        "半年和年度报送日期",
    )
    delegate(
        Function.REVIEW,
        scope_code="3205",
        from_authority=made["province"],
        to_authority=made["city"],
        valid_from=date(2020, 1, 1),
        document="演示委托书〔2020〕1号",
        reason="演示",
    )
