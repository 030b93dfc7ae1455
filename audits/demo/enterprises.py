"""The enterprises, consultancies and auditors of the demo. All are invented: every name says 示例 ("example").

Their credit codes are valid by the check character, with an organization code of a series that is not issued (XYXY…).
"""

from collections.abc import Sequence
from dataclasses import dataclass, field
from datetime import date
from itertools import count
from typing import Any

from stdnum.cn import uscc

from accounts.models import Membership
from audits.demo.people import People, Person, staff_enterprise
from audits.procedure.words import Role
from enterprises.codes import organization_check_character
from enterprises.consultancy_register import change_status, create_consultancy, employ
from enterprises.enterprise_register import EnterpriseDraft, SiteDraft, create_with_sites
from enterprises.models import Auditor, AuditorTitle, Consultancy, ConsultancyStatus, Enterprise, ReportingUnit, Site

KNOWN_FROM = date(2005, 1, 1)
WUJIANG, CHANGSHU, JIANGNING = "320509", "320581", "320115"
WUJIANG_UNTIL_2012 = "320584"  # 吴江市, a retired code: its successor is found
JIADING, XIANTAO, JINZHOU, SHIHEZI = "310114", "429004", "210213", "659001"


def credit_code(number: int, division: str) -> str:
    """A valid code of nobody: registered in `division`, organization code XYXY and a number."""
    body = f"XYXY{number:04d}"
    start = f"91{division}{body}{organization_check_character(body)}"
    return start + uscc.calc_check_digit(start)


@dataclass(frozen=True, slots=True)
class Firm:
    """An enterprise to be: key, two-character fancy name, trade, industry (GB/T 4754 division) and where its works are."""

    key: str
    fancy: str
    trade: str
    industry: str
    divisions: tuple[str, ...]
    size: str = "medium"
    account: bool = True  # False: listed, but nobody has opened its account yet

    @property
    def name(self) -> str:
        return f"{self.fancy}示例{self.trade}有限公司"


# The key is the user name of its preparer; its certifier is `<key>_certifier`.
MAIN = Firm("enterprise", "青川", "电镀", "33", (WUJIANG_UNTIL_2012, WUJIANG, WUJIANG), "large")
FIRMS: tuple[Firm, ...] = (
    MAIN,
    # --- Jiangsu: Wujiang ---
    Firm("wj_dyeing", "松澜", "印染", "17", (WUJIANG, WUJIANG), "large"),
    Firm("wj_fibre", "云浦", "化纤", "28", (WUJIANG,)),
    Firm("wj_cable", "沐舟", "线缆", "38", (WUJIANG,)),
    Firm("wj_pharma", "柏汀", "制药", "27", (WUJIANG,)),
    Firm("wj_boards", "星岫", "电路板", "39", (WUJIANG,), "large"),
    Firm("wj_coating", "砚溪", "涂料", "26", (WUJIANG,), "small"),
    Firm("wj_paper", "岚亭", "造纸", "22", (WUJIANG,)),
    Firm("wj_batteries", "霁野", "蓄电池", "38", (WUJIANG,)),
    Firm("wj_leather", "禾渡", "皮革", "19", (WUJIANG,)),
    Firm("wj_glass", "澄垣", "玻璃", "30", (WUJIANG,), "large"),
    # --- Jiangsu: Changshu ---
    Firm("cs_chemicals", "雁沙", "化工", "26", (CHANGSHU, CHANGSHU), "large"),
    Firm("cs_steel", "鹿原", "钢铁", "31", (CHANGSHU,), "large"),
    Firm("cs_plating", "汀岸", "表面处理", "33", (CHANGSHU,), "small"),
    Firm("cs_dyes", "绯川", "染料", "26", (CHANGSHU,)),
    Firm("cs_food", "粟野", "食品", "14", (CHANGSHU,)),
    Firm("cs_cement", "峦石", "水泥", "30", (CHANGSHU,), "large"),
    Firm("cs_textile", "絮白", "纺织", "17", (CHANGSHU,)),
    # --- Jiangsu: Jiangning ---
    Firm("jn_motors", "启屿", "机电", "38", (JIANGNING,)),
    Firm("jn_petro", "苍岭", "石化", "25", (JIANGNING,), "large"),
    Firm("jn_solvent", "泓涧", "溶剂", "26", (JIANGNING,), "small"),
    Firm("jn_foundry", "铎山", "铸造", "33", (JIANGNING,)),
    Firm("jn_optics", "皓汀", "光电", "39", (JIANGNING,)),
    Firm("jn_brewery", "麦溪", "酿造", "15", (JIANGNING,)),
    Firm("jn_paint", "彤壑", "漆业", "26", (JIANGNING,)),
    # --- Shanghai, Hubei, Dalian, the XPCC ---
    Firm("jd_batteries", "璟湾", "铅蓄电池", "38", (JIADING,)),
    Firm("jd_parts", "昱衡", "汽车零部件", "36", (JIADING,), "large"),
    Firm("jd_chips", "芯渚", "微电子", "39", (JIADING,), "large"),
    Firm("xt_nonwovens", "沔滩", "非织造布", "17", (XIANTAO,)),
    Firm("xt_pesticide", "芦汊", "农药", "26", (XIANTAO,)),
    Firm("xt_plating", "汉渚", "电镀", "33", (XIANTAO,), "small"),
    Firm("dl_shipyard", "辽屿", "船舶", "37", (JINZHOU,), "large"),
    Firm("dl_chemicals", "渤岬", "化学", "26", (JINZHOU,)),
    Firm("dl_foundry", "金澳", "铸锻", "33", (JINZHOU,)),
    Firm("dl_fishery", "蚝湾", "水产加工", "13", (JINZHOU,), "small"),
    Firm("xp_chlorine", "玛垦", "氯碱", "26", (SHIHEZI,), "large"),
    Firm("xp_sugar", "棉畔", "制糖", "13", (SHIHEZI,)),
    # --- listed three days ago: nobody has opened their accounts ---
    Firm("new_1", "浅汐", "电子材料", "39", (WUJIANG,), account=False),
    Firm("new_2", "松杪", "精细化工", "26", (WUJIANG,), account=False),
    Firm("new_3", "照野", "金属制品", "33", (CHANGSHU,), account=False),
    Firm("new_4", "林岫", "表面工程", "33", (JIANGNING,), account=False),
    # --- candidates of the list that is being drawn up ---
    Firm("cand_1", "溯洄", "印染", "17", (WUJIANG,), account=False),
    Firm("cand_2", "石漱", "电镀", "33", (WUJIANG,), account=False),
    Firm("cand_3", "映淮", "化工", "26", (JIANGNING,), account=False),
    Firm("cand_4", "棠浦", "制革", "19", (CHANGSHU,), account=False),
    Firm("cand_5", "予泽", "橡胶", "29", (CHANGSHU,), account=False),
    Firm("cand_6", "溪午", "建材", "30", (WUJIANG,), account=False),
)
DECLARED: dict[str, Any] = dict.fromkeys(
    ("legal_person", "quality_system", "premises", "equipment", "archives", "competence", "no_serious_offence"), True
)
_AUDITOR_NUMBERS = count(1)


@dataclass
class Works:
    """An enterprise of the demo with its sites and people."""

    enterprise: Enterprise
    sites: list[Site]
    people: tuple[Membership, ...] = ()  # who prepares, who certifies; nobody where no account is open
    auditors: list[Auditor] = field(default_factory=list)

    @property
    def preparer(self) -> Membership:
        """Who prepares and submits what needs no second person."""
        return self.people[0]

    @property
    def certifier(self) -> Membership:
        """Who certifies what the other prepared."""
        return self.people[1]


@dataclass
class Adviser:
    """A consultancy of the demo with the two people who draft for clients."""

    consultancy: Consultancy
    manager: Membership
    auditor: Membership


def make_enterprises(people: People) -> dict[str, Works]:
    """All enterprises at once, then their people."""
    drafts = [_draft(number, firm) for number, firm in enumerate(FIRMS, start=1)]
    made: dict[str, Works] = {}
    for firm, (enterprise, sites) in zip(FIRMS, create_with_sites(drafts, reason="演示"), strict=True):
        works = Works(enterprise, sites)
        made[firm.key] = works
        if not firm.account:
            continue
        certifier = "certifier" if firm is MAIN else f"{firm.key}_certifier"
        staff_enterprise(people, enterprise.organization, firm.key, certifier)
        works.people = (
            people.holding(enterprise.organization_id, Role.PREPARER)[0],
            people.holding(enterprise.organization_id, Role.CERTIFIER)[0],
        )
    home = made[MAIN.key].enterprise.organization
    people.join(home, Person("enterprise_admin", (Role.ORG_ADMIN,)))
    return made


def _draft(number: int, firm: Firm) -> EnterpriseDraft:
    present = WUJIANG if firm.divisions[0] == WUJIANG_UNTIL_2012 else firm.divisions[0]
    registered_in = "659001" if present == SHIHEZI else present
    sites = tuple(
        SiteDraft(
            name=firm.name if len(firm.divisions) == 1 else f"{firm.name}{'一二三'[place]}厂区",
            division_code=division,
            address=f"示例工业园{firm.fancy}路{number}号{'' if place == 0 else f'-{place + 1}'}",
            industry=firm.industry,
        )
        for place, division in enumerate(firm.divisions)
    )
    return EnterpriseDraft(
        name=firm.name,
        credit_code=credit_code(number, registered_in),
        legal_representative="（演示人员）",
        registered_address=f"示例工业园{firm.fancy}路{number}号",
        size=firm.size,
        industry=firm.industry,
        sites=sites,
        known_from=KNOWN_FROM,
        source="演示",
    )


def make_advisers(people: People) -> dict[str, Adviser]:
    """Three consultancies: two good ones, the third suspended since 2024."""
    unit = ReportingUnit.objects.get(pk="320000")
    made = {}
    for number, (key, name) in enumerate(
        (
            ("consultancy", "青禾示例清洁生产咨询有限公司"),
            ("consultancy_2", "远岫示例环保技术有限公司"),
            ("consultancy_3", "疏桐示例环境咨询有限公司"),
        ),
        start=9001,
    ):
        firm = create_consultancy(
            name,
            status_since=KNOWN_FROM,
            credit_code=credit_code(number, JIANGNING),
            address=f"示例科技园{number - 9000}号",
            reporting_unit=unit,
            reason="演示",
            **DECLARED,
        )
        hire(firm.organization, senior=2, intermediate=5)
        home = firm.organization
        people.join(home, Person(key, (Role.MANAGER, Role.AUDITOR)))
        people.join(home, Person(f"{key}_auditor", (Role.AUDITOR,)))
        made[key] = Adviser(firm, people.holding(home.pk, Role.MANAGER)[0], people.holding(home.pk, Role.AUDITOR)[-1])
    change_status(
        made["consultancy_3"].consultancy,
        ConsultancyStatus.SUSPENDED,
        on=date(2024, 6, 1),
        by=None,
        reason="演示：审核报告弄虚作假，暂停受托",
    )
    return made


def hire(organization: object, *, senior: int, intermediate: int) -> list[Auditor]:
    """Nationally trained auditors, experienced since 2001, in an organization's employment."""
    titles: Sequence[str] = [AuditorTitle.SENIOR] * senior + [AuditorTitle.INTERMEDIATE] * intermediate
    hired = []
    for title in titles:
        number = next(_AUDITOR_NUMBERS)
        auditor = Auditor.objects.create(
            name=f"审核师{number}（演示）",
            certificate_number=f"DEMO-{number:05d}",
            nationally_trained=True,
            title=title,
            experience_since=date(2001, 1, 1),
        )
        employ(auditor, organization, on=KNOWN_FROM, reason="演示")  # type: ignore[arg-type]
        hired.append(auditor)
    return hired
