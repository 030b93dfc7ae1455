"""Lists as authorities send them: an xlsx with a title, Chinese headings, slips of typing. Fictional enterprises."""

import io
import random
from collections.abc import Sequence
from dataclasses import dataclass
from itertools import count

import xlsxwriter
from stdnum.cn import uscc

from enterprises.codes import organization_check_character
from enterprises.divisions import all_divisions

REPAIRS = 0.03  # of the rows have a cell that needs a proposed repair
SECOND_PLANTS = 0.005  # of the rows are a further works of the enterprise before

_HEADINGS = (
    "序号",
    "企业名称",
    "统一社会信用代码",
    "所在地（区县）",
    "行政区划代码",
    "注册地址",
    "生产地址",
    "法定代表人",
    "行业代码",
    "类别",
    "备注",
)
CATEGORIES = ("超标", "超总量", "使用有毒有害", "排放有毒有害", "超标、排放有毒有害")
_INDUSTRIES = ("17", "22", "26", "27", "28", "30", "31", "33", "36", "39")
_WORDS = "安宝昌成达德东发方丰福光广海恒宏鸿华汇嘉建金锦晶聚凯康科立利联隆美明荣瑞润晟盛泰天通万旺祥兴鑫信旭扬益永宇源远正志中众"
_TRADES = ("化工", "纺织", "印染", "电镀", "造纸", "机械", "电子材料", "涂料", "金属制品", "新材料", "医药", "皮革")
_FAMILY = "王李张刘陈杨赵黄周吴徐孙胡朱高林何郭马罗"
_SLIPS = ("full_width", "invisible", "letter_o", "lower_case", "space", "none")
_numbers = count(10_000_000)


@dataclass(frozen=True, slots=True)
class Line:
    """One enterprise as it really is; the slips come when it is typed."""

    name: str
    code: str
    division: str
    division_name: str
    address: str
    person: str
    industry: str
    category: str


def counties(prefix: str) -> list[tuple[str, str]]:
    """`(code, name)` of today's counties under a scope code."""
    rows = all_divisions().values()
    parents = {row.parent for row in rows}
    return sorted(
        (row.code, row.name_zh)
        for row in rows
        if row.scope_code.startswith(prefix)
        and row.successor is None
        and len(row.scope_code) == 6
        and row.code not in parents
        and not row.name_zh.endswith("辖区")
    )


def lines(
    number: int, places: Sequence[tuple[str, str]], chance: random.Random, categories: Sequence[str] = CATEGORIES
) -> list[Line]:
    """So many enterprises in these counties, each with a code of its own."""
    made = []
    for _ in range(number):
        own = next(_numbers)
        division, place = chance.choice(places)
        body = f"{own:08d}"
        start = f"91{division}{body}{organization_check_character(body)}"
        words = "".join(chance.sample(_WORDS, 3))
        made.append(
            Line(
                name=f"{place}{words}{chance.choice(_TRADES)}有限公司",
                code=start + uscc.calc_check_digit(start),
                division=division,
                division_name=place,
                address=f"{place}{''.join(chance.sample(_WORDS, 2))}路{chance.randrange(1, 999)}号",
                person=chance.choice(_FAMILY) + "".join(chance.sample(_WORDS, 2)),
                industry=chance.choice(_INDUSTRIES),
                category=chance.choice(categories),
            )
        )
    return made


def workbook(rows: Sequence[Line], chance: random.Random) -> bytes:
    """The list as a file. Some rows are further works of the row before, some carry slips."""
    target = io.BytesIO()
    book = xlsxwriter.Workbook(target, {"in_memory": True})
    sheet = book.add_worksheet("名单")
    sheet.merge_range(0, 0, 0, len(_HEADINGS) - 1, "附件：2008年度强制性清洁生产审核重点企业名单")
    sheet.write_row(1, 0, _HEADINGS)
    before = None
    for number, line in enumerate(rows, start=1):
        if before is not None and chance.random() < SECOND_PLANTS:
            line = before
        cells = [
            number,
            line.name,
            line.code,
            line.division_name,
            line.division,
            line.address,
            line.address if line is not before else f"{line.address}二厂区{number}",
            line.person,
            line.industry,
            line.category,
            "",
        ]
        if chance.random() < REPAIRS:
            _slip(cells, chance.choice(_SLIPS))
        sheet.write_row(number + 1, 0, cells)
        before = line
    book.close()
    return target.getvalue()


def _slip(cells: list[object], kind: str) -> None:
    name, code = str(cells[1]), str(cells[2])
    if kind == "full_width":
        cells[2] = "".join(chr(ord(sign) + 0xFEE0) for sign in code)
    elif kind == "invisible":
        cells[1] = f"{name[:4]}\u200b{name[4:]}"
    elif kind == "letter_o":
        cells[2] = code[:-4] + code[-4:].replace("0", "O")
    elif kind == "lower_case":
        cells[2] = code.lower()
    elif kind == "space":
        cells[1] = f" {name[:3]} {name[3:]}"
    else:
        cells[-1] = "无"
