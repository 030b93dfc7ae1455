"""Payload fields shared by the tables: short makers first, then the fields that more than one step uses.

A field that depends on the route says `only_if=("route", ("self",))`: the payload's own `route` if it has one, else the
route of the case. The result of every deciding step is the field `result`.
"""

from typing import Any

from audits.procedure.schema import Field, FieldKind
from audits.procedure.words import Category, CostClass, ReviewKind, Route, Text

Choices = tuple[tuple[str, Text], ...]


def text(key: str, zh: str, en: str, **more: Any) -> Field:
    """A line of text."""
    more.setdefault("max_length", 300)
    return Field(key, Text(zh, en), FieldKind.TEXT, **more)


def long_text(key: str, zh: str, en: str, **more: Any) -> Field:
    """Several paragraphs."""
    more.setdefault("max_length", 10_000)
    return Field(key, Text(zh, en), FieldKind.LONG_TEXT, **more)


def day(key: str, zh: str, en: str, **more: Any) -> Field:
    """A date that has happened."""
    return Field(key, Text(zh, en), FieldKind.DATE, **more)


def future_day(key: str, zh: str, en: str, **more: Any) -> Field:
    """A date set for the future."""
    return Field(key, Text(zh, en), FieldKind.DATE, future_allowed=True, **more)


def files(key: str, zh: str, en: str, **more: Any) -> Field:
    """One or more documents."""
    return Field(key, Text(zh, en), FieldKind.FILES, **more)


def flag(key: str, zh: str, en: str, **more: Any) -> Field:
    """Yes or no."""
    return Field(key, Text(zh, en), FieldKind.BOOLEAN, **more)


def decimal(key: str, zh: str, en: str, **more: Any) -> Field:
    """An exact number, never rounded."""
    more.setdefault("minimum", "0")
    return Field(key, Text(zh, en), FieldKind.DECIMAL, **more)


def integer(key: str, zh: str, en: str, **more: Any) -> Field:
    """A whole number."""
    more.setdefault("minimum", "0")
    return Field(key, Text(zh, en), FieldKind.INTEGER, **more)


def choice(key: str, zh: str, en: str, choices: Choices, **more: Any) -> Field:
    """One of several."""
    return Field(key, Text(zh, en), FieldKind.CHOICE, choices=choices, **more)


def choices(key: str, zh: str, en: str, of: Choices, **more: Any) -> Field:
    """Any of several."""
    return Field(key, Text(zh, en), FieldKind.CHOICES, choices=of, **more)


def rows(key: str, zh: str, en: str, columns: tuple[Field, ...], **more: Any) -> Field:
    """A small table."""
    return Field(key, Text(zh, en), FieldKind.ROWS, columns=columns, **more)


def reference(key: str, zh: str, en: str, register: str, **more: Any) -> Field:
    """A row of a register, by its UUID."""
    return Field(key, Text(zh, en), FieldKind.REFERENCE, register=register, **more)


def options(*pairs: tuple[str, str, str]) -> Choices:
    """`options(("pass", "通过", "pass"), …)` as choices."""
    return tuple((value, Text(zh, en)) for value, zh, en in pairs)


# --- vocabulary shown to people -----------------------------------------------------------------------------------

CATEGORY_NAMES: dict[Category, Text] = {
    Category.EXCEEDS_STANDARD: Text("超过排放标准", "exceeds a discharge standard"),
    Category.EXCEEDS_QUOTA: Text("超过总量控制指标", "exceeds the total quota"),
    Category.TOXIC_USE: Text("使用有毒有害原料", "uses toxic or hazardous feedstock"),
    Category.TOXIC_DISCHARGE: Text("排放有毒有害物质", "discharges toxic or hazardous substances"),
    Category.ENERGY: Text("超过单位产品能源消耗限额", "exceeds the energy limit per unit of product"),
    Category.DESIGNATED: Text("指定承担减排任务", "designated for emission reduction"),
    Category.STATE_OTHER: Text("国家规定的其他情形", "other situation prescribed by the State"),
}

ROUTES = options(
    (Route.SELF, "自行组织审核", "organized by the enterprise itself"),
    (Route.ENTRUSTED, "委托咨询服务机构审核", "entrusted to a consultancy"),
)
REVIEWS = options((ReviewKind.ASSESSMENT, "评估", "assessment"), (ReviewKind.ACCEPTANCE, "验收", "acceptance"))
COST_CLASSES = options(
    (CostClass.NONE, "无费", "no cost"),
    (CostClass.LOW, "低费", "low cost"),
    (CostClass.MEDIUM, "中费", "medium cost"),
    (CostClass.HIGH, "高费", "high cost"),
)
# The seven stages under their names of 2016; the manual's 预评估 and 评估 are stages 2 and 3 (law text section 8).
STAGES = options(
    ("1", "审核准备", "preparation"),
    ("2", "预审核", "pre-audit"),
    ("3", "审核", "audit"),
    ("4", "方案的产生和筛选", "generation and screening of options"),
    ("5", "方案的确定", "determination of options"),
    ("6", "方案的实施", "implementation"),
    ("7", "持续清洁生产", "continuous cleaner production"),
)
ELEMENTS = options(
    ("materials_energy", "原辅材料和能源", "materials and energy"),
    ("technology", "技术工艺", "technology and process"),
    ("equipment", "设备", "equipment"),
    ("process_control", "过程控制", "process control"),
    ("product", "产品", "product"),
    ("management", "管理", "management"),
    ("employees", "员工", "employees"),
    ("waste", "废弃物", "waste"),
)
EFFECTS_OF_OPTIONS = options(
    ("electricity_saved_kwh", "节电（千瓦时）", "electricity saved (kWh)"),
    ("coal_saved_t", "节煤（吨）", "coal saved (t)"),
    ("standard_coal_saved_tce", "节约标准煤（吨标准煤）", "standard coal saved (tce)"),
    ("water_saved_t", "节水（吨）", "water saved (t)"),
    ("raw_material_saved_t", "节约原辅材料（吨）", "raw and auxiliary material saved (t)"),
    ("wastewater_cut_t", "减排废水（吨）", "waste water cut (t)"),
    ("cod_cut_t", "减排化学需氧量（吨）", "COD cut (t)"),
    ("ammonia_nitrogen_cut_t", "减排氨氮（吨）", "ammonia nitrogen cut (t)"),
    ("so2_cut_t", "减排二氧化硫（吨）", "SO2 cut (t)"),
    ("nox_cut_t", "减排氮氧化物（吨）", "NOx cut (t)"),
    ("dust_cut_t", "减排烟粉尘（吨）", "soot and dust cut (t)"),
    ("voc_cut_t", "减排挥发性有机物（吨）", "VOC cut (t)"),
    ("solid_waste_cut_t", "减少固体废物（吨）", "solid waste cut (t)"),
    ("hazardous_waste_cut_t", "减少危险废物（吨）", "hazardous waste cut (t)"),
    ("co2_cut_t", "减排二氧化碳（吨）", "CO2 cut (t)"),
    ("benefit_saving_cny", "节约效益（元）", "benefit of savings (CNY)"),
    ("benefit_reduction_cny", "减排效益（元）", "benefit of pollution cuts (CNY)"),
)


def category_choices(of: frozenset[Category]) -> Choices:
    """The categories of a regime as choices, in the order of the enumeration."""
    return tuple((category.value, CATEGORY_NAMES[category]) for category in Category if category in of)


# --- fields used by several steps ---------------------------------------------------------------------------------

ROUTE = choice("route", "审核方式", "Who runs the audit", ROUTES)
IF_SELF = ("route", (Route.SELF.value,))
IF_ENTRUSTED = ("route", (Route.ENTRUSTED.value,))

REVIEW = choice("review", "评审类别", "Which review", REVIEWS)
BASIS_DOCUMENT = files("basis_document", "依据文件", "Basis document")
BASIS = long_text("basis", "依据", "Basis")
GROUNDS = long_text("grounds", "理由", "Reasons")
REMARKS = long_text("remarks", "备注", "Remarks", required=False)

MEDIUM = text("medium", "公布媒体", "Medium", public=True, help=Text("报刊、网站等名称", "Name of the paper or site"))
APPEARED_ON = day("appeared_on", "见报（上网）日期", "Date it appeared", public=True)
PAGE_ADDRESS = text("page_address", "网址", "Web address", public=True, required=False, max_length=500)
SCAN = files("scan", "版面扫描或网页截图", "Scan or capture of the publication", required=False)

AUDIT_REPORT = files("audit_report", "清洁生产审核报告", "Audit report")
CONSULTANCY = reference("consultancy", "咨询服务机构", "Consultancy", "consultancy", only_if=IF_ENTRUSTED)
STAFF = rows(
    "staff",
    "审核人员",
    "Auditors",
    (
        reference("auditor", "审核师", "Auditor", "auditor"),
        text("task", "分工", "Task", required=False),
    ),
)
