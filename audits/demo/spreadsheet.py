"""A voluntary list as departments send them: a title, Chinese headings, and the faults such files have."""

import io

import xlsxwriter

from audits.demo.enterprises import CHANGSHU, JIANGNING, WUJIANG, credit_code

HEADINGS = ("序号", "企业名称", "统一社会信用代码", "所在地（区县）", "行政区划代码", "行业", "备注")


def voluntary_list(year: int, first: int = 9101) -> bytes:
    """The workbook. Nine rows: sound ones, some a repair is proposed for, one without a code (rejected). `first` is the number
    the credit codes are made from: with another one the enterprises are others."""

    def code(number: int, division: str) -> str:
        return credit_code(first + number - 9101, division)

    rows = (
        ("昔榆示例纺织有限公司", code(9101, WUJIANG), "吴江区", WUJIANG, "纺织业", ""),
        ("岑舟示例机械有限公司", code(9102, CHANGSHU).lower(), "常熟市", CHANGSHU, "通用设备制造业", "小写字母"),
        ("疏影示例塑胶有限公司", _full_width(code(9103, WUJIANG)), "吴江区", WUJIANG, "橡胶和塑料制品业", "全角字符"),
        ("渌沙示例食品有限公司", code(9104, JIANGNING), "江宁区", JIANGNING, "食品制造业", "无"),
        (
            "桁洲示例建材有限公司",
            code(9105, CHANGSHU).replace("0", "O", 1),
            "常熟市",
            CHANGSHU,
            "非金属矿物制品业",
            "字母O",
        ),
        ("薜野示例服饰有限公司", code(9106, WUJIANG), "吴江市", "320584", "纺织服装、服饰业", "旧区划代码"),
        ("钧窑示例陶瓷有限公司", "", "吴江区", WUJIANG, "非金属矿物制品业", "缺代码"),
        ("漪澜示例家具有限公司", f" {code(9108, JIANGNING)}\u200b", "江宁区", JIANGNING, "家具制造业", "零宽字符"),
        ("蔚汀示例包装有限公司", code(9109, CHANGSHU), "常熟市", CHANGSHU, "造纸和纸制品业", "-"),
    )
    target = io.BytesIO()
    book = xlsxwriter.Workbook(target, {"in_memory": True})
    page = book.add_worksheet("自愿性名单")
    page.merge_range(0, 0, 0, len(HEADINGS) - 1, f"{year}年自愿开展清洁生产审核企业名单（演示，企业均为虚构）")
    page.write_row(2, 0, HEADINGS)
    for number, row in enumerate(rows, start=1):
        page.write_number(2 + number, 0, number)
        for column, value in enumerate(row, start=1):
            page.write_string(2 + number, column, value)
    book.close()
    return target.getvalue()


def _full_width(text: str) -> str:
    return "".join(chr(ord(letter) + 0xFEE0) for letter in text)
