"""One rule per file, named as its function, in the order in which a row's reasons are told.

Contract: a rule is a pure function from a `Batch` to findings; it changes nothing, asks nothing but the batch, goes
over the rows itself (a call per row and rule would cost more than the rules) and marks its findings with its name.
Change `VERSION` with any change of what a rule finds: it is part of a dry run's digest.
"""

from collections.abc import Callable, Iterator

from enterprises.importing.findings import Finding
from enterprises.importing.rows import Batch
from enterprises.importing.rules.already_listed import already_listed
from enterprises.importing.rules.broad_category import broad_category
from enterprises.importing.rules.category_missing import category_missing
from enterprises.importing.rules.code_as_number import code_as_number
from enterprises.importing.rules.division_above_county import division_above_county
from enterprises.importing.rules.division_missing import division_missing
from enterprises.importing.rules.division_name_mismatch import division_name_mismatch
from enterprises.importing.rules.duplicate_row import duplicate_row
from enterprises.importing.rules.impossible_code import impossible_code
from enterprises.importing.rules.known_under_other_name import known_under_other_name
from enterprises.importing.rules.looks_like_formula import looks_like_formula
from enterprises.importing.rules.missing_code import missing_code
from enterprises.importing.rules.name_missing import name_missing
from enterprises.importing.rules.outside_jurisdiction import outside_jurisdiction
from enterprises.importing.rules.registered_elsewhere import registered_elsewhere
from enterprises.importing.rules.retired_division import retired_division
from enterprises.importing.rules.too_long import too_long
from enterprises.importing.rules.two_plants_one_code import two_plants_one_code
from enterprises.importing.rules.unknown_category import unknown_category
from enterprises.importing.rules.unknown_division import unknown_division
from enterprises.importing.rules.unknown_industry import unknown_industry
from enterprises.importing.rules.unknown_sector import unknown_sector
from enterprises.importing.rules.wrong_check_digit import wrong_check_digit

VERSION = "1"

Rule = Callable[[Batch], Iterator[Finding]]

RULES: tuple[Rule, ...] = (
    name_missing,
    missing_code,
    code_as_number,
    impossible_code,
    wrong_check_digit,
    division_missing,
    unknown_division,
    retired_division,
    division_name_mismatch,
    division_above_county,
    outside_jurisdiction,
    registered_elsewhere,
    category_missing,
    unknown_category,
    broad_category,
    unknown_industry,
    unknown_sector,
    known_under_other_name,
    duplicate_row,
    two_plants_one_code,
    already_listed,
    too_long,
    looks_like_formula,
)
