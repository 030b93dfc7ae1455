"""A code of the wrong length, or with characters no code has, names nobody."""

import re
from collections.abc import Iterator

from audits.procedure.words import Text
from enterprises.codes import CodeCheck, check_credit_code, check_organization_code
from enterprises.importing.cells import lost_as_number
from enterprises.importing.columns import Column
from enterprises.importing.findings import Finding, reject, warn
from enterprises.importing.rows import Batch

_CREDIT = re.compile(r"[0-9A-HJ-NPQRTUWXY]{2}[0-9]{6}[0-9A-HJ-NPQRTUWXY]{10}")
_ORGANIZATION = re.compile(r"[0-9A-Z]{8}[0-9X]")
_REGISTRATION_NUMBER = re.compile(r"\d{15}")


def impossible_code(batch: Batch) -> Iterator[Finding]:
    credit, organization = _CREDIT.fullmatch, _ORGANIZATION.fullmatch
    for row in batch.rows:
        if row.code and not credit(row.code) and not lost_as_number(row.code):
            text = _why(row.code, check_credit_code(row.code))
            yield reject(row.number, Column.CODE, row.code, "impossible_code", text.zh, text.en)
        other = row.organization_code
        if other and not organization(other) and not lost_as_number(other):
            text = _why(other, check_organization_code(other))
            say = warn if row.code else reject  # beside a credit code it is not needed, and is left out
            yield say(row.number, Column.ORGANIZATION_CODE, other, "impossible_code", text.zh, text.en)


def _why(code: str, check: CodeCheck) -> Text:
    if _REGISTRATION_NUMBER.fullmatch(code):
        return Text(
            "这是 15 位的工商注册号，不是统一社会信用代码。请按营业执照手工补填 18 位代码。",
            "This is a 15-digit business registration number, no credit code. Complete the 18 characters by hand.",
        )
    if code.isdigit() and len(code) < 9:
        return Text(
            f"代码只有 {len(code)} 位数字，可能被存成数字而丢失了开头的 0。请手工补填完整的代码。",
            f"The code has only {len(code)} digits; leading zeros may be lost. Complete the whole code by hand.",
        )
    if check.possible:  # only normalizing makes it a code, and that repair was not agreed to
        return Text(
            "代码中含有空格、小写、全角或其他多余字符，且未采用建议的修正。",
            "The code holds spaces, lower case, full-width or surplus characters, and the repair was not applied.",
        )
    zh, en = check.text.zh, check.text.en
    if check.proposals:
        zh += f"可能是 {check.proposals[0]}（校验位相符）。"
        en += f" It may be {check.proposals[0]}, whose check character is right."
    return Text(f"{zh}请按营业执照手工补填。", f"{en} Complete it by hand from the business licence.")
