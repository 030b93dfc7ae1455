"""Regime A, the list: from candidates to the published list. Document 151 art. 3; Order 16 art. 9."""

from datetime import date

from audits.procedure.actors import CITY, LIST_DECIDES, LOCAL
from audits.procedure.articles import HUANFA_151_FROM, huanfa_54, huanfa_151, own
from audits.procedure.fields import (
    APPEARED_ON,
    BASIS,
    BASIS_DOCUMENT,
    GROUNDS,
    MEDIUM,
    PAGE_ADDRESS,
    REMARKS,
    SCAN,
    category_choices,
    choice,
    choices,
    files,
    flag,
    future_day,
    long_text,
    options,
    reference,
    rows,
    text,
)
from audits.procedure.schema import Field, Step
from audits.procedure.sectors import DIRECTORY_OTHER, SECTORS
from audits.procedure.words import EXCESS, TOXIC, Category, Phase, Subject, Text

SINCE_151 = HUANFA_151_FROM
CATEGORIES_A = EXCESS | TOXIC | {Category.DESIGNATED}
SECTOR_CHOICES = tuple((sector.key, sector.title) for sector in (*SECTORS.values(), DIRECTORY_OTHER))
_SITE = reference("site", "厂址", "Site", "site")
LISTING = reference("listing", "名单条目", "Entry", "listing")


def _energy_column(categories: frozenset[Category]) -> tuple[Field, ...]:
    """The evidence of the energy category, in the regimes that have it."""
    if Category.ENERGY not in categories:
        return ()
    return (
        files(
            "energy_data",
            "单位产品能耗数据",
            "Data on energy per unit of product",
            required=False,
            only_if=("categories", (Category.ENERGY.value,)),
        ),
    )


def candidates(categories: frozenset[Category]) -> Field:
    """The candidates of a nomination: site, categories, sector and the evidence each category asks for."""
    return rows(
        "candidates",
        "候选企业",
        "Candidates",
        (
            _SITE,
            choices("categories", "类别", "Categories", category_choices(categories), required=False),
            choice("sector", "重点行业", "Priority sector", SECTOR_CHOICES, required=False),
            files(
                "monitoring_report",
                "环境监测机构监测报告",
                "Monitoring report of an environmental monitoring body",
                required=False,
                only_if=("categories", tuple(sorted(EXCESS))),
            ),
            files(
                "toxic_evidence",
                "有毒有害原料购置凭证或分析报告",
                "Purchase vouchers of toxic feedstock or analysis report",
                required=False,
                only_if=("categories", tuple(sorted(TOXIC))),
            ),
            files(
                "basis_document",
                "列入依据文件",
                "Basis document",
                required=False,
                only_if=("categories", tuple(sorted(categories - EXCESS - TOXIC - {Category.ENERGY}))),
            ),
            *_energy_column(categories),
            long_text("basic_data", "企业基本情况", "Basic data of the enterprise", required=False),
        ),
    )


def entries(categories: frozenset[Category], *extra: Field) -> Field:
    """The confirmed entries with their categories."""
    return rows(
        "entries",
        "名单条目",
        "Entries",
        (
            LISTING,
            choices("categories", "类别", "Categories", category_choices(categories), required=False),
            choice("sector", "重点行业", "Priority sector", SECTOR_CHOICES, required=False),
            *extra,
        ),
        required=False,
        help=Text(
            "不填即按提出的类别确定全部已核实的候选企业。",
            "Left empty: every verified candidate, with the categories nominated.",
        ),
    )


LIST_DATES = (
    future_day("disclose_by", "名单所定公布期限", "Date set for publishing emissions", required=False, public=True),
    future_day("file_by", "名单所定备案期限", "Date set for filing the arrangement", required=False, public=True),
    future_day("start_by", "名单所定启动期限", "Date set for starting", required=False, public=True),
    future_day("complete_by", "名单所定完成期限", "Date set for completing the audit", required=False, public=True),
    future_day("report_by", "名单所定报告期限", "Date set for the report", required=False, public=True),
)

PUBLICATION = (
    MEDIUM,
    APPEARED_ON,
    text("document_number", "文号", "Document number", public=True),
    PAGE_ADDRESS,
    SCAN,
    *LIST_DATES,
)

NOMINATE = Step(
    key="nominate",
    subject=Subject.LIST,
    phase=Phase.LISTING,
    title=Text("提出候选企业", "Nominate candidates"),
    actor=LOCAL,
    basis=huanfa_151("3(1)"),
    rows=("A01", "O16-8"),
    since=SINCE_151,
    fields=(candidates(CATEGORIES_A),),
    guards=("evidence_per_category",),
    when=("not_published",),
    repeatable=True,
    notes=Text(
        "县级以上主管部门按管辖权提出；有毒有害企业由人员确认，不由系统推定。",
        "Authorities of the county or higher, by competence; a match with a catalogue of substances is "
        "only a proposal.",
    ),
)
SUBMIT_NOMINATIONS = Step(
    key="submit_nominations",
    subject=Subject.LIST,
    phase=Phase.LISTING,
    title=Text("上报候选名单", "Submit the candidates"),
    actor=LOCAL,
    basis=huanfa_151("3(1)"),
    rows=("A02", "O16-9"),
    since=SINCE_151,
    after=("nominate",),
    when=("not_published",),
    repeatable=True,
    fields=(files("papers", "名单、企业资料和证据", "List, data and evidence", required=False), REMARKS),
)
VERIFY = Step(
    key="verify",
    subject=Subject.LIST,
    phase=Phase.LISTING,
    title=Text("核实候选名单", "Verify the candidates"),
    actor=CITY,
    basis=huanfa_151("3(2)"),
    rows=("A03",),
    since=SINCE_151,
    after=("submit_nominations",),
    when=("has_city_level", "not_published"),
    guards=("two_persons",),
    repeatable=True,
    fields=(
        rows(
            "findings",
            "核实结果",
            "Findings",
            (
                LISTING,
                choice(
                    "result",
                    "结果",
                    "Result",
                    options(("verified", "属实", "verified"), ("doubtful", "存疑", "doubtful")),
                ),
                text("finding", "核实情况", "Finding", required=False),
            ),
            required=False,
            help=Text("不填即全部属实。", "Left empty: every candidate is verified."),
        ),
    ),
)
DROP = Step(
    key="drop",
    subject=Subject.LIST,
    phase=Phase.LISTING,
    title=Text("剔除候选企业", "Drop a candidate"),
    actor=CITY,
    basis=huanfa_151("3(2)"),
    rows=("A03",),
    since=SINCE_151,
    after=("submit_nominations",),
    when=("not_published",),
    repeatable=True,
    optional=True,
    fields=(LISTING, GROUNDS),
    effects=("drop_listing",),
)
RETURN_NOMINATIONS = Step(
    key="return_nominations",
    subject=Subject.LIST,
    phase=Phase.LISTING,
    title=Text("退回候选名单", "Return the candidates"),
    actor=CITY,
    basis=huanfa_151("3(2)"),
    rows=("A03",),
    since=SINCE_151,
    after=("submit_nominations",),
    when=("not_published",),
    repeatable=True,
    optional=True,
    fields=(GROUNDS,),
    effects=("return_nominations",),
)
CONFIRM = Step(
    key="confirm",
    subject=Subject.LIST,
    phase=Phase.LISTING,
    title=Text("确定名单", "Confirm the list"),
    actor=LIST_DECIDES,
    basis=huanfa_151("3(3)"),
    rows=("A04", "O16-9"),
    since=SINCE_151,
    after=("submit_nominations", "verify"),
    when=("not_published",),
    guards=("two_persons", "verified_entries_only"),
    fields=(entries(CATEGORIES_A),),
    notes=Text("另见第16号令第九条、2002年法第十七条。", "Also Order 16 art. 9 and art. 17 of the law of 2002."),
)
PUBLISH = Step(
    key="publish",
    subject=Subject.LIST,
    phase=Phase.LISTING,
    title=Text("公布名单", "Publish the list"),
    title_public=Text("重点企业名单公布", "List of key enterprises published"),
    actor=LIST_DECIDES,
    basis=huanfa_151("3(3)"),
    rows=("A05",),
    since=SINCE_151,
    until=date(2010, 4, 21),
    after=("confirm",),
    guards=("publication_not_before_2003",),
    fields=PUBLICATION,
    public=True,
    date_field="appeared_on",
    effects=("create_cases",),
    missed=Text("未公布则时限不起算。", "Without publication no period runs."),
    notes=Text(
        "在当地主要媒体公布企业名称、注册地址（生产车间不在注册地的加注所在地）和类别；首次见报之日为全部时限的起算日。",
        "In the main local media: name, registered address (and that of the workshop if other), "
        "category. The day it first appears "
        "starts all periods.",
    ),
)
_COPY = flag(
    "copy_to_ministry", "已抄报环境保护部", "Copied to the Ministry of Environmental Protection", required=False
)
PUBLISH_SINCE_2010 = Step(
    key="publish",
    subject=Subject.LIST,
    phase=Phase.LISTING,
    title=Text("公布名单", "Publish the list"),
    title_public=Text("重点企业名单公布", "List of key enterprises published"),
    actor=LIST_DECIDES,
    basis=huanfa_54("1"),
    rows=("A05", "P03"),
    since=date(2010, 4, 22),
    after=("confirm",),
    guards=("publication_not_before_2003",),
    fields=(*PUBLICATION, _COPY),
    public=True,
    date_field="appeared_on",
    effects=("create_cases",),
    missed=Text("未公布则时限不起算。", "Without publication no period runs."),
    notes=Text(
        "在省级环保部门网站公布，抄报环境保护部，有条件的在当地媒体公布。",
        "On the provincial authority's site, copy to the ministry, in local media where possible.",
    ),
)
AMENDMENTS = options(
    ("correct_details", "更正名称或地址", "correct name or address"),
    ("add_entry", "增列企业", "add an entry"),
    ("change_categories", "变更类别", "change categories"),
    ("remove_entry", "移出名单", "remove an entry"),
)


def amend_list(categories: frozenset[Category]) -> Step:
    """Corrections of a published list; no national text, so a rule of this product."""
    return Step(
        key="amend_list",
        subject=Subject.LIST,
        phase=Phase.LISTING,
        title=Text("更正已公布名单", "Amend the published list"),
        actor=LIST_DECIDES,
        basis=own(),
        after=("publish",),
        fields=(
            choice("kind", "更正类别", "Kind of amendment", AMENDMENTS, public=True),
            reference(
                "listing",
                "名单条目",
                "Entry",
                "listing",
                only_if=("kind", ("correct_details", "change_categories", "remove_entry")),
            ),
            reference("site", "厂址", "Site", "site", only_if=("kind", ("add_entry",))),
            choices(
                "categories",
                "类别",
                "Categories",
                category_choices(categories),
                only_if=("kind", ("add_entry", "change_categories")),
                public=True,
            ),
            text(
                "name",
                "更正后名称",
                "Corrected name",
                required=False,
                only_if=("kind", ("correct_details",)),
                public=True,
            ),
            text(
                "address",
                "更正后地址",
                "Corrected address",
                required=False,
                only_if=("kind", ("correct_details",)),
                public=True,
            ),
            MEDIUM,
            APPEARED_ON,
            PAGE_ADDRESS,
            SCAN,
            BASIS,
            BASIS_DOCUMENT,
        ),
        public=True,
        repeatable=True,
        optional=True,
        date_field="appeared_on",
        effects=("apply_amendment",),
        notes=Text(
            "国家无明文规定；增列和新增类别自更正公布之日起算。",
            "No national text; an added entry and new categories run from the day the amendment appeared.",
        ),
    )


LISTING_STEPS: tuple[Step, ...] = (
    NOMINATE,
    SUBMIT_NOMINATIONS,
    VERIFY,
    DROP,
    RETURN_NOMINATIONS,
    CONFIRM,
    PUBLISH,
    PUBLISH_SINCE_2010,
    amend_list(CATEGORIES_A),
)
