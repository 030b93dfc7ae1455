"""A wrong check character is most often a typing slip, but some genuine codes were issued with one: a warning."""

from collections.abc import Iterator
from operator import mul

from enterprises.codes import Verdict, check_credit_code, check_organization_code
from enterprises.importing.columns import Column
from enterprises.importing.findings import Finding, warn
from enterprises.importing.rows import Batch

# Only to pass over the many right codes quickly; every other one is judged by `enterprises.codes`.
_VALUES = {character: value for value, character in enumerate("0123456789ABCDEFGHJKLMNPQRTUWXY")}
_WEIGHTS = (1, 3, 9, 27, 19, 26, 16, 17, 20, 29, 25, 13, 8, 24, 10, 30, 28, 1)


def wrong_check_digit(batch: Batch) -> Iterator[Finding]:
    for row in batch.rows:
        if len(row.code) == 18 and not surely_right(row.code):
            check = check_credit_code(row.code)
            if check.verdict is Verdict.BAD_CHECK and check.value == row.code:
                yield _warning(row.number, Column.CODE, row.code, check.expected_check)
        elif not row.code and len(row.organization_code) == 9:
            check = check_organization_code(row.organization_code)
            if check.verdict is Verdict.BAD_CHECK:
                yield _warning(row.number, Column.ORGANIZATION_CODE, row.organization_code, check.expected_check)


def surely_right(code: str) -> bool:
    """Whether all 18 characters, weighted, sum to a multiple of 31 (GB 32100). False also for impossible ones."""
    try:
        return sum(map(mul, map(_VALUES.__getitem__, code), _WEIGHTS)) % 31 == 0
    except KeyError:
        return False


def _warning(row: int, column: Column, code: str, expected: str) -> Finding:
    return warn(
        row,
        column,
        code,
        "wrong_check_digit",
        f"校验位不符：应为“{expected}”，实为“{code[-1]}”。可能有误，请与营业执照核对；个别真实代码也不符合校验规则。",
        f"The check character should be {expected!r}, not {code[-1]!r}. Compare it with the business licence; some "
        "genuine codes fail the check too.",
    )
