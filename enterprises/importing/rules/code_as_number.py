"""A code that a spreadsheet turned into a number has lost digits; which ones cannot be known."""

from collections.abc import Iterator

from enterprises.importing.cells import lost_as_number
from enterprises.importing.columns import Column
from enterprises.importing.findings import Finding, reject
from enterprises.importing.rows import Batch


def code_as_number(batch: Batch) -> Iterator[Finding]:
    for row in batch.rows:
        for column, code in ((Column.CODE, row.code), (Column.ORGANIZATION_CODE, row.organization_code)):
            if code and lost_as_number(code):
                yield reject(
                    row.number,
                    column,
                    code,
                    "code_as_number",
                    "代码被存成了数字，末尾几位已丢失，无法还原。"
                    "请按营业执照手工补填，或将该列设为文本格式后重新上传。",
                    "The code was stored as a number: its last digits are lost for good. Complete it by hand from the "
                    "business licence, or format the column as text and upload the file again.",
                )
