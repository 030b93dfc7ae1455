"""Whatever is sent: an answer or a clear refusal, never another error."""

from hypothesis import given, settings
from hypothesis import strategies as st

from audits.procedure.words import CaseKind
from enterprises.importing.errors import FileRefused
from enterprises.importing.report import Report, confirm, dry_run
from tests.enterprises.importing.making import GIVEN, HEADINGS, LOOKUP, YEAR, code, csv_bytes, report_of

CELLS = st.one_of(
    st.text(st.characters(exclude_categories=["Cs"], exclude_characters="\x00"), max_size=20),
    st.sampled_from(
        ["无", "-", "0", "320584", "320509", "吴江区", "工业园区", code(1), code(1).lower(), "双有", "1.2E+17"]
    ),
    st.integers(-10, 10**19),
    st.floats(allow_nan=False, allow_infinity=False),
    st.booleans(),
)
TEXT_CELLS = st.text(st.characters(exclude_categories=["Cs", "Cc"]), max_size=20) | st.sampled_from(
    ["无", code(1), "320509"]
)


def holds_together(report: Report) -> None:
    """What is true of every report: each row is accepted or rejected, and what is accepted can be confirmed."""
    rejected = {one.row for one in report.rejected}
    assert report.rows == report.accepted + len(rejected)
    assert rejected.isdisjoint(report.accepted_rows)
    assert len({one.id for one in report.repairs}) == len(report.repairs)
    if report.accepted:
        assert confirm(report, rows="accepted", repairs="all") == list(report.entries)
        again = confirm(report, rows=report.accepted_rows, repairs=[one.id for one in report.repairs])
        assert again == list(report.entries)
    for finding in (*report.rejected, *report.warnings):
        assert finding.text.zh
        assert finding.text.en


def run(content: bytes, name: str) -> None:
    try:
        report = dry_run(content, name, LOOKUP, list_kind=CaseKind.VOLUNTARY, year=YEAR)
    except FileRefused:
        return
    holds_together(report)


@settings(max_examples=150)
@given(st.lists(st.tuples(st.integers(0, len(GIVEN.read_bytes()) - 1), st.integers(0, 255)), min_size=1, max_size=8))
def test_damaged_workbooks(changes):
    content = bytearray(GIVEN.read_bytes())
    for position, value in changes:
        content[position] = value
    run(bytes(content), "list.xlsx")


@settings(max_examples=150)
@given(st.binary(max_size=200))
def test_any_bytes(content):
    run(content, "list.csv")
    run(content, "list.xlsx")
    run(b"PK\x03\x04" + content, "list.xlsx")


@settings(max_examples=60)
@given(st.lists(st.lists(TEXT_CELLS, min_size=7, max_size=7), min_size=1, max_size=6))
def test_any_text_in_csv(rows):
    run(csv_bytes(HEADINGS, ["1", "苏州实例有限公司", code(9), "吴江区", "320509", "", ""], *rows), "list.csv")


@settings(max_examples=100, deadline=None)
@given(st.lists(st.lists(CELLS, min_size=7, max_size=7), min_size=1, max_size=6))
def test_any_cells_in_a_workbook(rows):
    holds_together(report_of(["1", "苏州实例有限公司", code(9), "吴江区", "320509", "", ""], *rows))
