"""Where the rules stand: the documents by name, and short makers of `Article` with the mark of how sure we are.

Marks follow docs/law/regulations.md: `[S…]` is seen, `[K]` recalled, `[?]` uncertain, and `own` a rule of this product.
"""

from dataclasses import dataclass
from datetime import date

from audits.procedure.schema import Article
from audits.procedure.words import Mark, Text

SEEN, RECALLED, UNCERTAIN = Mark.SEEN, Mark.RECALLED, Mark.UNCERTAIN


@dataclass(frozen=True, slots=True)
class Document:
    """A statute or notice: its name for people, and since when it applies (None: not a document of the State)."""

    name: Text
    since: date | None
    mark: Mark


LAW_2002 = "Cleaner Production Promotion Law 2002"
LAW_2012 = "Cleaner Production Promotion Law 2012"
CODE = "Ecological and Environmental Code 2026"
ORDER_16 = "Order 16 (2004)"
ORDER_38 = "Order 38 (2016)"
HUANFA_151 = "Huanfa [2005] 151"
GUIDANCE = "Huanfa [2008] 60, annex 2"
HUANFA_54 = "Huanfa [2010] 54"
GUIDE_2018 = "Huanbankeji [2018] 5"
PENALTY_LAW = "Administrative Penalty Law"
GB_2589_2008 = "GB/T 2589-2008"
GB_2589_2020 = "GB/T 2589-2020"
GRID_FACTORS = "CO2 factors of electricity"
PILOT_NOTICES = "Cleaner production audit innovation pilots 2022, 2023"
LOCAL = "Local rules"
OWN = "cpaudit"

# "2018-04" is recalled, the day is not: the first of the month stands for it.
GUIDE_2018_FROM = date(2018, 4, 1)

ORDER_16_FROM = date(2004, 10, 1)
HUANFA_151_FROM = date(2005, 12, 13)

DOCUMENTS: dict[str, Document] = {
    LAW_2002: Document(
        Text("《清洁生产促进法》（2002年）", "Cleaner Production Promotion Law (2002)"), date(2003, 1, 1), SEEN
    ),
    LAW_2012: Document(
        Text("《清洁生产促进法》（2012年修正）", "Cleaner Production Promotion Law (as amended 2012)"),
        date(2012, 7, 1),
        SEEN,
    ),
    CODE: Document(
        Text("《生态环境法典》（2026年）", "Ecological and Environmental Code (2026)"), date(2026, 8, 15), SEEN
    ),
    ORDER_16: Document(
        Text(
            "《清洁生产审核暂行办法》（2004年第16号令）",
            "Interim Measures for Cleaner Production Audit (Order 16 of 2004)",
        ),
        ORDER_16_FROM,
        SEEN,
    ),
    ORDER_38: Document(
        Text("《清洁生产审核办法》（2016年第38号令）", "Measures for Cleaner Production Audit (Order 38 of 2016)"),
        date(2016, 7, 1),
        SEEN,
    ),
    HUANFA_151: Document(
        Text(
            "《重点企业清洁生产审核程序的规定》（环发〔2005〕151号）",
            "Procedure for cleaner production audits of key enterprises (Huanfa [2005] 151)",
        ),
        HUANFA_151_FROM,
        SEEN,
    ),
    GUIDANCE: Document(
        Text(
            "《重点企业清洁生产审核评估、验收实施指南（试行）》（环发〔2008〕60号附件二）",
            "Guidance on assessment and acceptance (trial; Huanfa [2008] 60, annex 2)",
        ),
        date(2008, 7, 1),
        RECALLED,
    ),
    HUANFA_54: Document(
        Text(
            "《关于深入推进重点企业清洁生产的通知》（环发〔2010〕54号）",
            "Notice on further promoting cleaner production in key enterprises (Huanfa [2010] 54)",
        ),
        date(2010, 4, 22),
        SEEN,
    ),
    GUIDE_2018: Document(
        Text(
            "《清洁生产审核评估与验收指南》（环办科技〔2018〕5号）",
            "Guide to assessment and acceptance of cleaner production audits (Huanbankeji [2018] 5)",
        ),
        GUIDE_2018_FROM,
        UNCERTAIN,
    ),
    GB_2589_2008: Document(
        Text("《综合能耗计算通则》（GB/T 2589-2008）", "General rules for total energy consumption (GB/T 2589-2008)"),
        None,
        RECALLED,
    ),
    GB_2589_2020: Document(
        Text("《综合能耗计算通则》（GB/T 2589-2020）", "General rules for total energy consumption (GB/T 2589-2020)"),
        None,
        RECALLED,
    ),
    GRID_FACTORS: Document(
        Text(
            "生态环境部、国家统计局电力二氧化碳排放因子",
            "CO2 emission factors of electricity (environment ministry and statistics bureau)",
        ),
        None,
        UNCERTAIN,
    ),
    PENALTY_LAW: Document(Text("《行政处罚法》", "Administrative Penalty Law"), None, SEEN),
    PILOT_NOTICES: Document(
        Text("清洁生产审核创新试点（2022年、2023年）", "Cleaner production audit innovation pilots (2022, 2023)"),
        None,
        SEEN,
    ),
    LOCAL: Document(Text("地方规定", "Local rules"), None, SEEN),
    OWN: Document(Text("本系统规则", "Rule of this product"), None, Mark.OWN),
}


def law_2002(article: str, mark: Mark = RECALLED) -> Article:
    """The Promotion Law of 2002."""
    return Article(LAW_2002, article, mark)


def law_2012(article: str, mark: Mark = SEEN) -> Article:
    """The Promotion Law as amended in 2012 (read in full)."""
    return Article(LAW_2012, article, mark)


def code(article: str, mark: Mark = SEEN) -> Article:
    """The Code of 2026 (its clean-production and penalty articles were read in full)."""
    return Article(CODE, article, mark)


def order_16(article: str, mark: Mark = RECALLED) -> Article:
    """Order 16 of 2004; article numbers after 7 are recalled."""
    return Article(ORDER_16, article, mark)


def order_38(article: str, mark: Mark = RECALLED) -> Article:
    """Order 38 of 2016."""
    return Article(ORDER_38, article, mark)


def huanfa_151(article: str, mark: Mark = RECALLED) -> Article:
    """Document 151 of 2005; numbers as best recalled (law text section 19, no. 14)."""
    return Article(HUANFA_151, article, mark)


def guidance(article: str, mark: Mark = RECALLED) -> Article:
    """The Guidance of 2008."""
    return Article(GUIDANCE, article, mark)


def huanfa_54(article: str, mark: Mark = SEEN) -> Article:
    """Document 54 of 2010."""
    return Article(HUANFA_54, article, mark)


def guide_2018(article: str, mark: Mark = RECALLED) -> Article:
    """The Guide of 2018."""
    return Article(GUIDE_2018, article, mark)


def own() -> Article:
    """No national text: a rule of this product."""
    return Article(OWN, "", Mark.OWN)
