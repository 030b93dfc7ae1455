"""What stands in an exported file: the figures to the digit, in every format, and no formula anywhere."""

import csv
import io
import json
from datetime import date
from typing import Any

import openpyxl
import pytest

from accounts.models import Membership
from audits.models import ExportJob, JobState, UnitReturn
from audits.procedure.words import Role
from audits.statistics import refresh
from audits.statistics.exports import jobs
from audits.statistics.exports.kinds import PERFORMANCE, PERFORMANCES, SUMMARY
from tests.factories_audits import make_case, make_enterprise, publish, record
from tests.statistics.exports.conftest import NOW, Cases

pytestmark = pytest.mark.django_db


def export(kind: str, form: str, by: Membership, language: str = "en", **params: Any) -> bytes:
    job = jobs.ask(kind, form, by=by, params=params, language=language, now=NOW)
    jobs.run(NOW)
    job = ExportJob.objects.get(pk=job.pk)
    assert (job.state, job.progress, job.error) == (JobState.DONE, 100, "")
    with jobs.open_content(job, NOW) as file:
        content: bytes = file.read()
    assert len(content) == job.size
    return content


def sheets(content: bytes) -> dict[str, list[list[Any]]]:
    book = openpyxl.load_workbook(io.BytesIO(content))
    for sheet in book:
        for row in sheet.iter_rows():
            assert all(cell.data_type != "f" for cell in row), "a formula"
    return {sheet.title: [[cell.value for cell in row] for row in sheet.iter_rows()] for sheet in book}


def csv_rows(content: bytes) -> list[list[str]]:
    assert content.startswith(b"\xef\xbb\xbf")
    return list(csv.reader(io.StringIO(content.decode("utf-8-sig"), newline="")))


def block(rows: list[list[Any]], title: str) -> list[list[Any]]:
    """The rows below the headings of a titled block, until an empty one."""
    start = next(place for place, row in enumerate(rows) if row and str(row[0] or "").startswith(title)) + 2
    found = []
    for row in rows[start:]:
        filled = [cell for cell in row if cell not in (None, "")]
        if not filled:
            break
        found.append(row)
    return found


# --- one case -----------------------------------------------------------------------------------------------------


def test_the_performance_table_of_a_case_as_a_spreadsheet(cases: Cases) -> None:
    content = export(PERFORMANCE, "xlsx", cases.people["jiangsu"], case=str(cases.wujiang.pk))
    [rows] = sheets(content).values()
    who = {row[0]: row[1] for row in block(rows, "企业基本情况")}
    assert (who["Name"], who["Case number"]) == ("=HYPERLINK(1)有限公司", cases.wujiang.number)
    assert who["Division"] == "320509 江苏省苏州市吴江区"
    assert (who["Kind of audit"], who["Categories"]) == ("mandatory", "uses toxic or hazardous feedstock")
    assert [row[:5] for row in block(rows, "方案与投资")] == [
        ["no cost", 0, 0, 0, 0],
        ["low cost", 1, 0, 10, 0],
        ["medium cost", 1, 1, 1500000.5, 1750000],
        ["high cost", 0, 0, 0, 0],
    ]
    assert [row[:4] for row in block(rows, "方案一览")] == [
        ["F1", "-2+3 改造", "medium cost", "2011-09-01"],
        ["F2", "方案F2", "low cost", None],
    ]
    assert [row[:5] for row in block(rows, "环境与经济效益")] == [
        [2011, "water saved (t)", "t", 5.5, 4.5],
        [2011, "benefit of savings (CNY)", "CNY", 900, 800.001],
        [2011, "benefit of pollution cuts (CNY)", "CNY", 100, None],
        [2012, "water saved (t)", "t", 2, None],
    ]
    assert [row[:3] for row in block(rows, "经济效益合计")] == [[2011, 1000, 800.001]]


def test_text_that_begins_like_a_formula_is_marked_in_both_kinds_of_table(cases: Cases) -> None:
    content = export(PERFORMANCE, "xlsx", cases.people["jiangsu"], case=str(cases.wujiang.pk))
    sheet = openpyxl.load_workbook(io.BytesIO(content)).worksheets[0]
    marked = {cell.value for row in sheet.iter_rows() for cell in row if cell.quotePrefix}
    assert marked == {"=HYPERLINK(1)有限公司", "-2+3 改造"}
    cells = [
        cell
        for row in csv_rows(export(PERFORMANCE, "csv", cases.people["jiangsu"], case=str(cases.wujiang.pk)))
        for cell in row
    ]
    assert "'=HYPERLINK(1)有限公司" in cells
    assert "'-2+3 改造" in cells
    assert [cell for cell in cells if cell[:1] in ("=", "+", "-", "@")] == []


def test_the_performance_table_as_csv_and_json_says_the_same(cases: Cases) -> None:
    by = cases.people["jiangsu"]
    rows = csv_rows(export(PERFORMANCE, "csv", by, "zh-hans", case=str(cases.wujiang.pk)))
    assert block(rows, "环境与经济效益")[0] == ["2011", "节水（吨）", "t", "5.5", "4.5"]
    told = json.loads(export(PERFORMANCE, "json", by, case=str(cases.wujiang.pk)))
    assert told["enterprise"]["name"] == "=HYPERLINK(1)有限公司"
    assert told["classes"][2] == {
        "cost_class": "medium",
        "planned": 1,
        "done": 1,
        "investment_planned_cny": "1500000.5",
        "investment_actual_cny": "1750000",
    }
    assert told["effects"][0] == {
        "metric": "water_saved_t",
        "unit": "t",
        "year": 2011,
        "planned": "5.5",
        "verified": "4.5",
    }
    assert told["benefit"] == [{"year": 2011, "planned_cny": "1000", "verified_cny": "800.001"}]


def test_a_figure_with_more_digits_than_a_spreadsheet_holds_stays_exact(cases: Cases) -> None:
    option = cases.nanjing.options.get()
    option.investment_planned = 9_007_199_254_740_993_123
    option.save()
    content = export(PERFORMANCE, "xlsx", cases.people["jiangsu"], case=str(cases.nanjing.pk))
    [rows] = sheets(content).values()
    assert block(rows, "方案与投资")[3][3] == "9007199254740993.123"


# --- many cases ---------------------------------------------------------------------------------------------------


def test_each_member_exports_the_cases_in_its_own_scope(cases: Cases) -> None:
    world = cases.world
    numbers = {
        case.number: name
        for name, case in (("wujiang", cases.wujiang), ("nanjing", cases.nanjing), ("xian", cases.xian))
    }
    plant = world.person(cases.wujiang.enterprise.organization, Role.PREPARER)
    expected = {
        cases.people["nation"]: {"wujiang", "nanjing", "xian"},
        cases.people["jiangsu"]: {"wujiang", "nanjing"},
        cases.people["suzhou"]: {"wujiang"},
        cases.people["shaanxi"]: {"xian"},
        cases.people["expert"]: set(),
        plant: {"wujiang"},
    }
    for by, names in expected.items():
        rows = csv_rows(export(PERFORMANCES, "csv", by, year=2011))[1:]
        assert {numbers[row[0]] for row in rows} == names, by
        content = export(PERFORMANCES, "json", by, year=2011)
        assert {numbers[one["case"]["number"]] for one in json.loads(content)["cases"]} == names
        assert ("秘密".encode() in content) == ("xian" in names)
    assert csv_rows(export(PERFORMANCES, "csv", cases.people["nation"], year=2010))[1:] == []


def test_a_row_of_many_adds_up_the_years(cases: Cases) -> None:
    content = export(PERFORMANCES, "xlsx", cases.people["suzhou"], year=2011)
    [rows] = sheets(content).values()
    told = dict(zip([heading.split("\n")[1] for heading in rows[0]], rows[1], strict=True))
    assert told["Enterprise"] == "=HYPERLINK(1)有限公司"
    assert (told["water saved (t), planned"], told["water saved (t), verified"]) == (7.5, 4.5)
    assert (told["COD cut (t), planned"], told["options carried out, medium cost"]) == (None, 1)
    assert told["investment planned, medium cost (CNY)"] == 1500000.5


# --- summary ------------------------------------------------------------------------------------------------------


@pytest.fixture
def year_2011(cases: Cases) -> None:
    for division in ("320509", "210202"):
        case = make_case(make_enterprise(division), published_on=date(2011, 3, 1))
        publish(case, "2011-03-01")
        option = {"name": "x", "cost_class": "low", "effects": {"water_saved_t@2011": {"verified": 1_125}}}
        record(case, "record_implementation", "2011-06-01", options={"F1": option})
    refresh(NOW)
    UnitReturn.objects.create(
        reporting_unit_id="370000",
        year=2011,
        metrics={
            "water_saved_t": {"value": "1", "unit": "t"},
            "wastewater_cut_t": {"value": "100.5", "unit": "t"},
        },
        flags=[{"rule": "wastewater_exceeds_water_use", "metric": "wastewater_cut_t"}],
        source="form",
        frozen_at=NOW,
    )


def test_the_summary_is_the_public_table_in_every_format(cases: Cases, year_2011: None, client: Any) -> None:
    public = client.get("/api/v1/statistics/provinces/?year=2011", headers={"Accept-Language": "en"}).json()
    by = cases.people["suzhou"]
    told = json.loads(export(SUMMARY, "json", by, year=2011))
    assert [(row["code"], row["metrics"]) for row in told["rows"]] == [
        (row["code"], row["metrics"]) for row in public["rows"]
    ]
    assert (told["total"]["metrics"], told["coverage"], told["as_of"]) == (
        public["total"]["metrics"],
        public["coverage"],
        public["as_of"],
    )

    rows = csv_rows(export(SUMMARY, "csv", by, year=2011))
    water = next(place for place, heading in enumerate(rows[0]) if "节水（吨） " in heading)
    assert [(row[0], row[1], row[water]) for row in rows[1:]] == [
        ("320000", "Jiangsu", "1.125"),
        ("370000", "Shandong", "1"),
        ("210200", "Dalian", "1.125"),
        ("", "Total", "3.25"),
    ]

    book = sheets(export(SUMMARY, "xlsx", by, year=2011))
    assert [row[water] for row in book["汇总 Summary"][1:]] == [1.125, 1, 1.125, 3.25]
    headings, *large = book["汇总（万） In ten thousands"]
    place = headings.index("节水（万吨）\nwater saved (t) [10,000 t]")
    assert [row[place] for row in large] == [0.0001125, 0.0001, 0.0001125, 0.000325]
    coverage = {row[0]: row[1] for row in book["覆盖 Coverage"][1:]}
    assert (coverage["Units due"], coverage["Units that reported"]) == ("37", "3")
    assert coverage["Units that did not report"].split("; ") == public["coverage"]["missing"]
    doubts = [row[:3] for row in book["提示 Doubts"][1:]]
    assert ["Shandong", "waste water cut (t)", "wastewater_exceeds_water_use"] in doubts


def test_the_summary_of_2007_is_the_national_return_to_the_digit(cases: Cases) -> None:
    book = sheets(export(SUMMARY, "xlsx", cases.people["nation"], year=2007))
    headings, total = book["汇总 Summary"]
    waste_water = next(place for place, heading in enumerate(headings) if heading.startswith("减排废水（吨）\n"))
    assert (total[1], total[waste_water]) == ("Total", 60462646700)
    headings, total = book["汇总（万） In ten thousands"]
    assert total[headings.index("减排废水（万吨）\nwaste water cut (t) [10,000 t]")] == 6046264.67
    assert [row[:3] for row in book["提示 Doubts"][1:]] == [
        ["Total", "waste water cut (t)", "wastewater_exceeds_water_use"]
    ]
    further = [tuple(row[:4]) for row in book["其他数据 Further"][1:3]]
    assert further == [
        ("Total", "enterprises audited, cumulative (near)", "to end 2007", "10000"),
        ("Total", "provinces with key-enterprise audits (over)", "to end 2007", "95"),
    ]
    told = json.loads(export(SUMMARY, "json", cases.people["nation"], year=2007))
    assert [one["value"] for one in told["total"]["further"]] == ["10000", "95"]
    assert told["national_return"] is None


def test_a_national_return_stands_in_the_summary_beside_the_units(cases: Cases, client: Any) -> None:
    water = {"water_saved_t": {"value": "7", "unit": "t"}}
    UnitReturn.objects.create(reporting_unit_id="370000", year=2007, metrics=water, source="form", frozen_at=NOW)
    case = make_case(make_enterprise("320509"), published_on=date(2011, 3, 1))
    publish(case, "2011-03-01")
    effects = {"water_saved_t@2007": {"verified": 1_125}}
    record(
        case,
        "record_implementation",
        "2011-06-01",
        options={"F1": {"name": "x", "cost_class": "low", "effects": effects}},
    )
    UnitReturn.objects.create(reporting_unit_id="320000", year=2007, metrics=water, source="form", frozen_at=NOW)
    refresh(NOW)
    by = cases.people["nation"]

    book = sheets(export(SUMMARY, "xlsx", by, year=2007))
    headings, *rows = book["汇总 Summary"]
    place = next(at for at, heading in enumerate(headings) if heading.startswith("节水（吨）\n"))
    assert [(row[1], row[place]) for row in rows] == [
        ("Jiangsu", 7),
        ("Shandong", 7),
        ("Total", 14),
        ("National return", 380000000),
    ]
    coverage = {row[0]: row[1] for row in book["覆盖 Coverage"][1:]}
    assert (coverage["Scope of the total"], coverage["Scope of the national return"]) == (None, "China, 33 provinces")
    told_too = [(row[0], row[3], row[5]) for row in book["其他数据 Further"][1:] if row[0] != "National return"]
    assert told_too == [("Jiangsu", "1.125", "from cases in the system; in no total")]
    national = [row[3] for row in book["其他数据 Further"][1:] if row[0] == "National return"]
    assert national[:2] == ["10000", "95"]

    public = client.get("/api/v1/statistics/provinces/?year=2007", headers={"Accept-Language": "en"}).json()
    told = json.loads(export(SUMMARY, "json", by, year=2007))
    for name in ("metrics", "scope", "remarks", "further"):
        assert told["national_return"][name] == public["national_return"][name], name
    assert [row["events_beside"] for row in told["rows"]] == [row["events_beside"] for row in public["rows"]]
