"""The people of the demo: who they are, what they may do, and the one password they share.

Nobody here exists: a person is called by the office held. The named users are `national, province, city, county,
enterprise, certifier, consultancy, expert, operator, stranger`; where the law wants a second person, that one is called
`<name>_approver`.
"""

import os
import secrets
from collections.abc import Iterable
from dataclasses import dataclass
from datetime import date

from allauth.account.models import EmailAddress
from django.contrib.auth.hashers import check_password, make_password
from django.utils import timezone

from accounts.activation import code_of
from accounts.memberships import grant
from accounts.models import ActivationCode, Membership, Organization, User
from accounts.people import create_user
from audits.procedure.words import Party, Role, Text

DOMAIN = "demo.example"  # reserved: no mail to it can arrive anywhere
JOINED = date(2004, 1, 1)
PASSWORD = "CPAUDIT_DEMO_PASSWORD"  # noqa: S105 - the name of a variable
BOTH = (Role.APPROVER, Role.OFFICER)

NAMED: dict[str, Text] = {
    "national": Text(
        "国家级生态环境主管部门：查看全国名单、案件和统计",
        "the nation's authority: reads lists, cases and figures of the whole country",
    ),
    "province": Text(
        "江苏省生态环境厅（经办、审批）：确定并公布名单，组织评估验收，责令审核，报年度计划",
        "Jiangsu's authority (officer and approver): confirms and publishes lists, reviews, orders audits, plans the year",
    ),
    "city": Text(
        "苏州市生态环境局（经办、审批）：核实候选企业；受委托组织本市评估验收",
        "Suzhou's authority (officer and approver): verifies candidates; reviews in the city by delegation",
    ),
    "county": Text(
        "苏州市吴江区主管部门（经办、审批）：提出候选企业，通知，接收和退回报告，责令改正",
        "Wujiang's authority (officer and approver): nominates, notifies, receives and returns reports, orders corrections",
    ),
    "enterprise": Text(
        "青川示例电镀有限公司填报人：公布、备案、启动、登记方案，起草报告和申请",
        "preparer of an electroplating enterprise: publishes, files, starts, records options, drafts reports and applications",
    ),
    "certifier": Text(
        "青川示例电镀有限公司审签人：审签并提交填报人起草的报告和申请",
        "certifier of the same enterprise: certifies and submits what the preparer or the consultancy drafted",
    ),
    "consultancy": Text(
        "青禾示例咨询机构（负责人、审核师）：查看受托企业的案件并起草材料",
        "a consultancy (manager and auditor): reads the cases of its clients and drafts for them",
    ),
    "expert": Text("评审专家：对被指派的评审提交意见", "an expert: gives opinions on the reviews assigned"),
    "operator": Text("运维人员：在管理后台维护登记册和账号", "an operator: keeps registers and accounts in the admin"),
    "stranger": Text("甘肃省生态环境厅：看不到江苏的任何内容", "Gansu's authority: sees nothing of Jiangsu"),
}
SECOND: dict[str, Text] = {
    "province_approver": Text(
        "江苏省第二名审批人（同一部门相邻两步须由两人办理）",
        "a second approver of Jiangsu: two persons where one authority takes two steps",
    ),
    "city_approver": Text("苏州市第二名审批人", "a second approver of Suzhou"),
    "county_approver": Text("吴江区第二名审批人", "a second approver of Wujiang"),
    "enterprise_admin": Text("青川示例电镀有限公司单位管理员", "administrator of the electroplating enterprise"),
    "energy_province": Text(
        "江苏省节能主管部门：只见高耗能类名单和案件",
        "Jiangsu's energy-saving authority: sees energy lists and cases only",
    ),
    "coordinating_province": Text(
        "江苏省综合协调部门：查看各类名单和案件",
        "Jiangsu's coordinating department: reads lists and cases of both lines",
    ),
    "dalian": Text(
        "大连市（计划单列市）主管部门：自行公布名单；评估验收由辽宁省组织",
        "Dalian, separately planned: publishes its own lists; Liaoning reviews",
    ),
    "liaoning": Text(
        "辽宁省生态环境厅：查看大连案件，组织其评估验收", "Liaoning's authority: reads Dalian's cases and reviews them"
    ),
    "shanghai": Text(
        "上海市生态环境局（直辖市，区由市直管）", "Shanghai's authority: districts directly under the municipality"
    ),
    "hubei": Text("湖北省生态环境厅", "Hubei's authority"),
    "xiantao": Text(
        "仙桃市主管部门（省直辖县级市，无市级核实）",
        "Xiantao's authority: a county administered by the province, nobody verifies between",
    ),
}


@dataclass(frozen=True, slots=True)
class Person:
    """Somebody to be: user name, and the roles taken (the first is the one acted in by default)."""

    username: str
    roles: tuple[Role, ...]


# "Mr or Ms Zhou": nobody in particular. The role stands beside the name wherever it matters.
SURNAMES = "周吴郑王冯陈蒋沈韩杨朱秦许何吕张孔曹严华金魏陶姜戚谢邹章苏潘葛范彭鲁韦马方俞任袁柳史唐费薛雷贺倪汤"


class People:
    """Makes accounts and remembers who holds which role where."""

    def __init__(self) -> None:
        self._held: dict[tuple[object, Role], list[Membership]] = {}
        self.users: list[User] = []

    def join(self, organization: Organization, person: Person) -> User:
        """Make the person's account and let it act for the organization in each role."""
        user = create_user(
            username=person.username,
            email=f"{person.username}@{DOMAIN}",
            full_name=f"{SURNAMES[len(self.users) % len(SURNAMES)]}某（演示）",
            password=None,
        )
        self.users.append(user)
        for role in person.roles:
            self.give(organization, user, role)
        return user

    def give(self, organization: Organization, user: User, role: Role) -> Membership:
        """Let a person act for an organization in a role."""
        membership = grant(organization, user, role, by=None, starts_on=JOINED)
        membership.user, membership.organization = user, organization
        self._held.setdefault((organization.pk, role), []).append(membership)
        return membership

    def holding(self, organization_id: object, role: Role) -> list[Membership]:
        """Who holds a role in an organization, in the order they joined."""
        return self._held.get((organization_id, role), [])

    def named(self, username: str) -> User:
        """A person by user name."""
        return next(user for user in self.users if user.username == username)

    def officer(self, organization_id: object) -> Membership:
        """The first person of an authority, as officer."""
        return self.holding(organization_id, Role.OFFICER)[0]

    def approver(self, organization_id: object) -> Membership:
        """Another person of the authority than `officer` where there is one, as approver."""
        return self.holding(organization_id, Role.APPROVER)[-1]


def staff_authority(people: People, organization: Organization, name: str) -> None:
    """Two persons of an authority: `<name>` (officer and approver) and `<name>_approver`."""
    people.join(organization, Person(name, BOTH))
    people.join(organization, Person(f"{name}_approver", (Role.APPROVER,)))


def staff_enterprise(people: People, organization: Organization, preparer: str, certifier: str) -> None:
    """Two persons of an enterprise: one prepares, the other certifies."""
    people.join(organization, Person(preparer, (Role.PREPARER,)))
    people.join(organization, Person(certifier, (Role.CERTIFIER,)))


def make_operator(people: People) -> None:
    """The one who keeps registers and accounts."""
    home = Organization.objects.create(party=Party.OPERATOR.value, name="系统运维（演示）")
    people.join(home, Person("operator", (Role.OPERATOR,)))


def make_experts(people: People, number: int = 5) -> list[Membership]:
    """A pool of experts; the first is the named user `expert`."""
    pool = Organization.objects.create(party=Party.EXPERT.value, name="清洁生产评审专家库（演示）")
    for place in range(1, number + 1):
        name = "expert" if place == 1 else f"expert_{place}"
        people.join(pool, Person(name, (Role.EXPERT,)))
    return people.holding(pool.pk, Role.EXPERT)


# --- first access -----------------------------------------------------------------------------------------------------


@dataclass(frozen=True, slots=True)
class OpenCode:
    """What a letter to a listed enterprise says: with both codes its account is opened."""

    organization: str
    credit_code: str
    code: str


def open_codes() -> list[OpenCode]:
    """The activation codes that still open an account."""
    now = timezone.now()
    return [
        OpenCode(row.organization.name, row.organization.enterprise.credit_code or "", code_of(row, now))
        for row in ActivationCode.objects.open(now)
        .select_related("organization__enterprise")
        .filter(organization__party=Party.ENTERPRISE.value)
        .order_by("organization__name")
    ]


# --- the password -----------------------------------------------------------------------------------------------------


def is_filled() -> bool:
    """Whether a demo stands in the database: its ten users are the last thing that is written with it."""
    return User.objects.filter(username__in=NAMED, email__endswith=f"@{DOMAIN}").count() == len(NAMED)


def accounts() -> Iterable[User]:
    """The accounts of the demo."""
    return User.objects.filter(email__endswith=f"@{DOMAIN}")


def choose_password() -> str:
    """That of CPAUDIT_DEMO_PASSWORD, else a random one."""
    return os.environ.get(PASSWORD) or secrets.token_urlsafe(12)


def set_password(password: str) -> None:
    """Give every account of the demo this password. One hash for all: a slow hash for 200 people would take a minute.

    Their addresses count as confirmed: no mail to them can arrive."""
    User.objects.filter(email__endswith=f"@{DOMAIN}").update(password=make_password(password))
    EmailAddress.objects.bulk_create(
        (EmailAddress(user=user, email=user.email, verified=True, primary=True) for user in accounts()),
        ignore_conflicts=True,
    )


def keep_password() -> str | None:
    """On a later run: take over another CPAUDIT_DEMO_PASSWORD. Returns the password where it is known."""
    given = os.environ.get(PASSWORD)
    if not given:
        return None
    one = User.objects.get(username="province")
    if not check_password(given, one.password):
        set_password(given)
    return given
