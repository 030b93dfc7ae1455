"""Real files made on the spot, and a small picture of the registers, for the tests of the import."""

import csv
import io
import random
from collections.abc import Sequence
from pathlib import Path
from typing import Any

import xlsxwriter
from stdnum.cn.uscc import calc_check_digit

from audits.procedure.words import CaseKind
from enterprises.importing.lookup import DivisionInfo, StaticLookup
from enterprises.importing.report import Report, dry_run

GIVEN = Path(__file__).parents[2] / "data" / "incoming_list_voluntary.xlsx"
HEADINGS = ("序号", "企业名称", "统一社会信用代码", "所在地(区县)", "行政区划代码", "行业", "备注")
YEAR = 2026


def _division(code: str, name: str, path: str, county: bool = True) -> DivisionInfo:
    scope = code.rstrip("0")
    return DivisionInfo(code, name, scope + "0" * (len(scope) % 2), path, county)


LOOKUP = StaticLookup(
    divisions={
        one.code: one
        for one in (
            _division("320000", "江苏省", "江苏省", county=False),
            _division("320500", "苏州市", "江苏省苏州市", county=False),
            _division("320505", "虎丘区", "江苏省苏州市虎丘区"),
            _division("320506", "吴中区", "江苏省苏州市吴中区"),
            _division("320507", "相城区", "江苏省苏州市相城区"),
            _division("320508", "姑苏区", "江苏省苏州市姑苏区"),
            _division("320509", "吴江区", "江苏省苏州市吴江区"),
            _division("320581", "常熟市", "江苏省苏州市常熟市"),
            _division("320582", "张家港市", "江苏省苏州市张家港市"),
            _division("320583", "昆山市", "江苏省苏州市昆山市"),
            _division("320585", "太仓市", "江苏省苏州市太仓市"),
            _division("320106", "鼓楼区", "江苏省南京市鼓楼区"),
            _division("320302", "鼓楼区", "江苏省徐州市鼓楼区"),
            _division("441900", "东莞市", "广东省东莞市"),
        )
    },
    successors={"320584": "320509", "320503": "320508"},
    retired_names={"320584": "吴江市", "320503": "沧浪区"},
    industries={"C": "制造业", "17": "纺织业", "06": "煤炭开采和洗选业", "26": "化学原料和化学制品制造业"},
    sectors={"皮革": "leather", "leather": "leather"},
)


def code(number: int = 1, division: str = "320509") -> str:
    """A fictional credit code with a right check character; another one for each number."""
    start = f"91{division}{number:09d}"
    return start + calc_check_digit(start)


def xlsx(*rows: Sequence[Any], merges: Sequence[tuple[int, int, int, int, Any]] = (), sheet: str = "名单") -> bytes:
    """A workbook with these rows; numbers stay numbers. `merges`: first row, column, last row, column, value."""
    target = io.BytesIO()
    book = xlsxwriter.Workbook(target, {"in_memory": True})
    page = book.add_worksheet(sheet)
    for number, row in enumerate(rows):
        for position, value in enumerate(row):
            if isinstance(value, str):
                page.write_string(number, position, value)
            else:
                page.write(number, position, value)
    for merge in merges:
        page.merge_range(*merge)
    book.close()
    return target.getvalue()


def csv_bytes(*rows: Sequence[Any], encoding: str = "utf-8", delimiter: str = ",") -> bytes:
    """A csv file with these rows."""
    target = io.StringIO(newline="")
    csv.writer(target, delimiter=delimiter).writerows(rows)
    return target.getvalue().encode(encoding)


def row(number: int = 1, **changes: Any) -> list[Any]:
    """A faultless row under `HEADINGS`, but for the changes: name, code, district, division, industry, remark."""
    values = {
        "name": f"苏州实例{number}号印染有限公司",
        "code": code(number),
        "district": "吴江区",
        "division": "320509",
        "industry": "",
        "remark": "",
    } | changes
    return [number, *values.values()]


def report_of(
    *rows: Sequence[Any],
    headings: Sequence[str] = HEADINGS,
    lookup: StaticLookup = LOOKUP,
    kind: CaseKind = CaseKind.VOLUNTARY,
    **more: Any,
) -> Report:
    """The dry run of a workbook with these rows below a header in row 1: the first one is row 2."""
    return dry_run(xlsx(headings, *rows), "list.xlsx", lookup, list_kind=kind, year=YEAR, **more)


def rules(findings: Sequence[Any]) -> list[tuple[int, str]]:
    """Row and rule of findings or repairs."""
    return [(finding.row, finding.rule) for finding in findings]


def big_list(rows: int, seed: int = 1) -> bytes:
    """A list of many faultless fictional rows, a fifth of them with a retired code."""
    chosen = random.Random(seed)
    places = [
        ("320509", "吴江区"),
        ("320584", "吴江区"),
        ("320581", "常熟市"),
        ("320583", "昆山市"),
        ("320507", "相城区"),
    ]
    data = []
    for number in range(rows):
        division, district = chosen.choice(places)
        address = f"苏州市{district}工业路{number}号"
        data.append(
            [number + 1, f"苏州实例{number}印染有限公司", code(number), district, division, "纺织业", "", address]
        )
    return xlsx(["附件"], [*HEADINGS, "地址"], *data)
