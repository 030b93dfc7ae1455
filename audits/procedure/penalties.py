"""The bands of fines by legal basis. The system computes no fine; it warns when one lies outside its band."""

from dataclasses import dataclass
from datetime import date
from decimal import Decimal

from audits.procedure.articles import code, law_2002, law_2012
from audits.procedure.fields import Choices
from audits.procedure.schema import Article
from audits.procedure.words import Text


@dataclass(frozen=True, slots=True)
class FineBand:
    """Amounts in CNY, inclusive. `at_once`: no order to correct must lapse first. Dates: the article is in force."""

    key: str
    title: Text
    minimum: int
    maximum: int
    at_once: bool
    basis: Article
    valid_from: date
    valid_until: date | None
    rows: tuple[str, ...]


_A = (date(2003, 1, 1), date(2012, 6, 30))
_BC = (date(2012, 7, 1), date(2026, 8, 14))
_D = (date(2026, 8, 15), None)

FINE_BANDS: dict[str, FineBand] = {
    band.key: band
    for band in (
        FineBand(
            "law_2002_40",
            Text(
                "2002年清洁生产促进法第四十条",
                "Promotion Law 2002 art. 40 (toxic category: not auditing, not reporting)",
            ),
            0,
            100_000,
            False,
            law_2002("40"),
            *_A,
            ("A21",),
        ),
        FineBand(
            "law_2002_41",
            Text("2002年清洁生产促进法第四十一条", "Promotion Law 2002 art. 41 (publication of emissions)"),
            0,
            100_000,
            True,
            law_2002("41"),
            *_A,
            ("A21",),
        ),
        FineBand(
            "law_2012_36",
            Text("2012年清洁生产促进法第三十六条", "Promotion Law 2012 art. 36 (publication)"),
            0,
            100_000,
            True,
            law_2012("36"),
            *_BC,
            ("E01", "O38-33"),
        ),
        FineBand(
            "law_2012_39",
            Text("2012年清洁生产促进法第三十九条", "Promotion Law 2012 art. 39 (audit, faking, reporting)"),
            50_000,
            500_000,
            False,
            law_2012("39"),
            *_BC,
            ("E01", "O38-34"),
        ),
        FineBand(
            "code_1110",
            Text("生态环境法典第一千一百一十条", "Code art. 1110 (disclosure)"),
            20_000,
            200_000,
            True,
            code("1110"),
            *_D,
            ("D-1110",),
        ),
        FineBand(
            "code_1221",
            Text("生态环境法典第一千二百二十一条", "Code art. 1221 (audit, faking, reporting)"),
            50_000,
            500_000,
            False,
            code("1221"),
            *_D,
            ("D-1221", "E01"),
        ),
    )
}

LEGAL_BASES: Choices = (
    *((band.key, band.title) for band in FINE_BANDS.values()),
    ("other", Text("其他法律规定", "another statute")),
)


def inside(band: FineBand, amount: Decimal) -> bool:
    """Whether an amount in CNY lies in the band, limits included."""
    return band.minimum <= amount <= band.maximum


def in_force(band: FineBand, on: date) -> bool:
    """Whether the article of the band was in force on the date of an act."""
    return band.valid_from <= on and (band.valid_until is None or on <= band.valid_until)
