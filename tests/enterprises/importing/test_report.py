"""Dry run and confirmation: the shape of the answer, the digest, all of the set or nothing."""

import time
from uuid import UUID

import pytest

from audits.procedure.words import CaseKind
from enterprises.importing.errors import ConfirmationRefused
from enterprises.importing.lookup import KnownEnterprise, KnownListing, StaticLookup
from enterprises.importing.report import confirm, dry_run
from tests.enterprises.importing.making import (
    HEADINGS,
    LOOKUP,
    YEAR,
    big_list,
    code,
    report_of,
    row,
    rules,
    xlsx,
)


def refusal(report, **confirmed):
    with pytest.raises(ConfirmationRefused) as refused:
        confirm(report, **({"rows": "accepted", "repairs": "all"} | confirmed))
    return refused.value


def test_shape_of_the_answer_in_both_languages():
    report = report_of(row(1, code=code(1).lower()), row(2, code="无"), row(3, code=code(3)[:17] + "_"))
    chinese, english = report.as_json("zh-hans"), report.as_json("en")
    assert list(chinese) == ["digest", "rows", "accepted", "rejected", "warnings", "repairs"]
    assert (chinese["rows"], chinese["accepted"]) == (3, 1)
    assert chinese["rejected"][0] == {
        "row": 3,
        "column": "code",
        "value": "无",
        "rule": "missing_code",
        "message": "没有统一社会信用代码或组织机构代码。请按营业执照手工补填。",
    }
    assert english["rejected"][0]["message"].startswith("There is no credit code")
    assert english["repairs"] == [
        {
            "id": "2.code.upper_case",
            "row": 2,
            "column": "code",
            "old": code(1).lower(),
            "new": code(1),
            "rule": "upper_case",
            "message": "lower case to upper case",
        }
    ]
    assert chinese["digest"] == english["digest"]


def test_digest_is_stable_and_notices_every_change():
    content = xlsx(HEADINGS, row(1))

    def digest(content=content, lookup=LOOKUP, kind=CaseKind.VOLUNTARY, year=YEAR):
        return dry_run(content, "list.xlsx", lookup, list_kind=kind, year=year).digest

    def world(**changes):
        return StaticLookup(LOOKUP.divisions, LOOKUP.successors, **changes)

    first = digest()
    assert digest() == first
    others = [
        digest(content=xlsx(HEADINGS, row(2))),
        digest(year=YEAR - 1),
        digest(kind=CaseKind.PILOT),
        digest(lookup=world(within="3201")),
        digest(lookup=world(listed={code(1): [KnownListing(row(1)[1], "", "320509")]})),
        digest(lookup=world(known={code(1): KnownEnterprise(UUID(int=1), (row(1)[1],))})),
    ]
    assert len({first, *others}) == 7


def test_a_dry_run_that_is_no_longer_true_is_refused():
    report = report_of(row(1))
    report.require_digest(report.digest)
    with pytest.raises(ConfirmationRefused) as refused:
        report.require_digest("0" * 64)
    assert refused.value.code == "import_changed"


def test_chosen_rows_only():
    report = report_of(row(1), row(2), row(3))
    assert [entry.row for entry in confirm(report, rows=[4, 2], repairs="all")] == [2, 4]


def test_one_bad_row_refuses_the_whole_set():
    report = report_of(row(1), row(2, code="无"), row(3))
    refused = refusal(report, rows=[2, 3, 4])
    assert refused.code == "rows_rejected"
    assert refused.details["rows"] == [3]
    assert rules(refused.details["findings"]) == [(3, "missing_code")]


def test_what_does_not_exist_is_refused():
    report = report_of(row(1, code=code(1).lower()), row(2, code="无"))
    assert refusal(report, rows=[2, 99]).code == "unknown_row"
    assert refusal(report, rows=[]).code == "nothing_selected"
    assert refusal(report, repairs=["2.code.upper_case", "2.name.upper_case"]).code == "unknown_repair"
    assert refusal(report, completions={99: {"code": code(2)}}).code == "unknown_row"
    assert refusal(report, rows=[2], completions={3: {"code": code(2)}}).code == "unknown_row"
    for column, value in (("shape", "x"), ("serial", "1"), ("code", 5), ("remark", "x" * 1001)):
        assert refusal(report, completions={3: {column: value}}).code == "unknown_column"


def test_completed_cells_pass_the_same_steps_and_rules():
    report = report_of(row(1), row(2, code="无"))
    done = confirm(report, rows="accepted", repairs="all", completions={3: {"code": f" {code(2).lower()} "}})
    assert [entry.credit_code for entry in done] == [code(1), code(2)]
    assert rules(refusal(report, completions={3: {"code": "123"}}).details["findings"]) == [(3, "impossible_code")]


def test_completing_a_row_into_a_repetition_of_another_is_refused():
    report = report_of(row(1), row(2, name=row(1)[1], code="无"))
    assert rules(refusal(report, completions={3: {"code": code(1)}}).details["findings"]) == [(3, "duplicate_row")]


def test_a_column_the_file_lacks_can_be_completed():
    report = report_of(row(1), row(1))
    completions = {3: {"production_address": "南厂路2号"}}
    assert [one.rule for one in refusal(report, completions=completions).details["findings"]] == ["duplicate_row"]
    completions[2] = {"production_address": "北厂路1号"}
    entries = confirm(report, rows="accepted", repairs="all", completions=completions)
    assert [entry.site_address for entry in entries] == ["北厂路1号", "南厂路2号"]


def test_a_completed_division_needs_no_consent_to_the_repair_it_replaces():
    report = report_of(row(1, division="320584"))
    assert rules(refusal(report, repairs=[]).details["findings"]) == [(2, "retired_division")]
    entry = confirm(report, rows=[2], repairs=[], completions={2: {"division_code": "320509"}})[0]
    assert (entry.division_code, entry.given_division_code) == ("320509", "")


def test_the_second_of_two_equal_rows_may_be_chosen_instead():
    report = report_of(row(1), row(1, remark="以此为准"))
    assert report.accepted_rows == (2,)
    assert [entry.remark for entry in confirm(report, rows=[3], repairs="all")] == ["以此为准"]
    assert refusal(report, rows=[2, 3]).code == "rows_rejected"


def test_ten_thousand_rows_take_no_time_worth_speaking_of():
    content = big_list(10_000)
    started = time.process_time()
    report = dry_run(content, "list.xlsx", LOOKUP, list_kind=CaseKind.VOLUNTARY, year=YEAR)
    entries = confirm(report, rows="accepted", repairs="all")
    assert len(entries) == 10_000
    # Measured 0.25 s; a query, a compiled pattern or a library call per row costs a second and more.
    assert time.process_time() - started < 1.5
