"""Annual returns through the API: the whole way, the shapes of refusals, and who finds nothing."""

import hashlib
import io
from collections.abc import Callable
from typing import Any

import openpyxl
import pytest
from django.core.files.uploadedfile import SimpleUploadedFile
from django.utils import timezone

from accounts.models import Membership
from audits.models import DutyYear, UnitReturn
from audits.procedure.words import Role
from audits.statistics.metrics import METRICS
from audits.statistics.returns import form, layout
from audits.statistics.returns.layout import COVER, FIGURES, Filled, cell_name
from audits.workflow.duties import open_duties
from enterprises.models import ReportingUnit
from tests.api.conftest import V1, Caller, codes
from tests.factories import World

As = Callable[[Membership], Caller]
RETURNS = "statistics/returns/"
CAPACITY = ("trained_national", "trained_local", "auditors", "consultancies")


@pytest.fixture
def year(world: World) -> int:
    """The year that runs, with its duties open."""
    open_duties(timezone.localdate().year)
    return timezone.localdate().year


@pytest.fixture
def officer(world: World, as_: As) -> Caller:
    return as_(world.person(world.authority("32"), Role.OFFICER))


@pytest.fixture
def approver(world: World, as_: As) -> Caller:
    return as_(world.person(world.authority("32"), Role.APPROVER))


def draft(caller: Caller, year: int, unit: str = "320000") -> dict[str, Any]:
    answer = caller.post(V1 + RETURNS, {"unit": unit, "year": year}, format="json")
    assert answer.status_code == 201, answer.json()
    return answer.json()  # type: ignore[no-any-return]


def patch(caller: Caller, told: dict[str, Any], metric: str, body: dict[str, Any]) -> Any:
    address = f"{V1}{RETURNS}{told['id']}/figures/{metric}/"
    return caller.patch(address, body, format="json", headers={"If-Match": f'"{told["version"]}"'})


def ready(caller: Caller, year: int) -> dict[str, Any]:
    told = draft(caller, year)
    for metric in CAPACITY:
        told = patch(caller, told, metric, {"value": "5"}).json()
    return told


def submission(year: int) -> dict[str, Any]:
    """What the step of today's regime asks for, beside the return."""
    return {"audits_of_the_year": "见报表。", "reviews_of_the_year": "见报表。"}


def upload(caller: Caller, address: str, content: bytes, version: int | None = None, **fields: Any) -> Any:
    file = SimpleUploadedFile("报表.xlsx", content)
    headers = {"If-Match": f'"{version}"'} if version is not None else {}
    return caller.post(V1 + address, {"file": file, **fields}, format="multipart", headers=headers)


def test_a_return_from_draft_to_revision(officer: Caller, approver: Caller, year: int) -> None:
    told = ready(officer, year)
    assert (told["unit"], told["unit_name"], told["revision"], told["frozen"]) == ("320000", "Jiangsu", 1, False)
    assert [one["metric"] for one in told["figures"]] == [str(key) for key in METRICS]
    assert told["findings"] == []

    needs_reason = patch(officer, told, "auditors", {"value": "6"})
    assert (needs_reason.status_code, codes(needs_reason)) == (400, ["required"])
    told = patch(officer, told, "auditors", {"value": "6.0", "reason": "更正", "remark": "含兼职"}).json()
    [figure] = [one for one in told["figures"] if one["metric"] == "auditors"]
    assert (figure["value"], figure["remark"], figure["drafted"]) == ("6", "含兼职", None)
    [correction] = told["corrections"]
    assert (correction["old"], correction["new"], correction["reason"]) == ("5", "6", "更正")

    checked = officer.act(f"{RETURNS}{told['id']}/check/", {}, told["version"])
    assert (checked.status_code, checked.json()["findings"]) == (200, [])
    submit = f"{RETURNS}{told['id']}/submit/"
    by_officer = officer.act(submit, submission(year), told["version"])
    assert (by_officer.status_code, codes(by_officer)) == (403, ["wrong_role"])
    done = approver.act(submit, submission(year), told["version"], key="once")
    assert done.status_code == 200, done.json()
    frozen = done.json()["return"]
    duty = DutyYear.objects.get(reporting_unit="320000", year=year)
    assert (frozen["frozen"], frozen["duty"], frozen["duty_version"]) == (True, str(duty.pk), duty.version)
    assert done.json()["result"]["subject"] == {"kind": "duty", "id": str(duty.pk)}
    assert len(frozen["digest"]) == 64
    again = approver.act(submit, submission(year), told["version"], key="once")
    assert (again.json()["replayed"], again.json()["return"]["id"]) == (True, told["id"])

    document = UnitReturn.objects.get(pk=told["id"]).document_id
    content = officer.see(f"documents/{document}/content/")
    assert hashlib.sha256(b"".join(content.streaming_content)).hexdigest() == frozen["digest"]

    late = patch(officer, frozen, "auditors", {"value": "7", "reason": "x"})
    assert (late.status_code, codes(late)) == (409, ["return_frozen"])
    revised = officer.post(f"{V1}{RETURNS}{told['id']}/revise/", {"reason": "核查"}, format="json")
    assert (revised.status_code, revised.json()["revision"], revised.json()["supersedes"]) == (201, 2, told["id"])
    assert officer.see(f"{RETURNS}{told['id']}/").json()["superseded_by"] == revised.json()["id"]
    listed = officer.see(RETURNS, year=year).json()["results"]
    assert [(row["revision"], row["frozen"]) for row in listed] == [(2, False), (1, True)]
    assert [row["revision"] for row in officer.see(RETURNS, frozen="true").json()["results"]] == [1]


def test_a_list_costs_the_same_with_one_return_and_with_three(
    officer: Caller, year: int, django_assert_num_queries: Any
) -> None:
    for number, past in enumerate((year, year - 1, year - 2)):
        draft(officer, past)
        if number == 1:
            continue
        with django_assert_num_queries(3):  # token, membership, page
            assert len(officer.see(RETURNS).json()["results"]) == number + 1


def test_versions_and_keys_are_asked_for(officer: Caller, approver: Caller, year: int) -> None:
    told = ready(officer, year)
    address = f"{V1}{RETURNS}{told['id']}/"
    without = officer.patch(f"{address}figures/auditors/", {"value": "1", "reason": "x"}, format="json")
    assert (without.status_code, codes(without)) == (428, ["version_required"])
    stale = officer.patch(
        f"{address}figures/auditors/", {"value": "1", "reason": "x"}, format="json", headers={"If-Match": '"1"'}
    )
    assert (stale.status_code, codes(stale), stale["ETag"]) == (412, ["stale_version"], f'"{told["version"]}"')
    no_key = approver.post(f"{address}submit/", {}, format="json", headers={"If-Match": f'"{told["version"]}"'})
    assert (no_key.status_code, codes(no_key)) == (400, ["idempotency_key_required"])
    gone = officer.delete(address, headers={"If-Match": f'"{told["version"]}"'})
    assert gone.status_code == 204
    assert officer.get(address).status_code == 404


def test_what_blocks_is_named(officer: Caller, approver: Caller, year: int) -> None:
    told = draft(officer, year)
    answer = approver.act(f"{RETURNS}{told['id']}/submit/", submission(year), told["version"])
    assert (answer.status_code, codes(answer)) == (409, ["capacity_missing"] * 4)
    assert answer.json()["errors"][2]["detail"].startswith("auditors: Figures of training and capacity must be told")
    told = ready_with_warning(officer, told)
    [finding] = told["findings"]
    assert (finding["rule"], finding["severity"], finding["acknowledged"]) == (
        "wastewater_exceeds_water_use",
        "warning",
        None,
    )
    answers = [{"rule": finding["rule"], "metric": finding["metric"], "text": "按实测"}]
    told = officer.act(f"{RETURNS}{told['id']}/check/", {"acknowledgements": answers}, told["version"]).json()
    assert told["findings"][0]["acknowledged"] == "按实测"
    assert approver.act(f"{RETURNS}{told['id']}/submit/", submission(year), told["version"]).status_code == 200


def ready_with_warning(caller: Caller, told: dict[str, Any]) -> dict[str, Any]:
    for metric in CAPACITY:
        told = patch(caller, told, metric, {"value": "5"}).json()
    for metric, value in (("options_done_low", "1"), ("water_saved_t", "1"), ("wastewater_cut_t", "11")):
        told = patch(caller, told, metric, {"value": value, "reason": "x"}).json()
    return told


def test_bad_questions_are_refused(officer: Caller, year: int) -> None:
    for body, attr in (
        ({"unit": "320500", "year": year}, "unit"),
        ({"unit": "32", "year": year}, "unit"),
        ({"unit": "320000", "year": 1999}, "year"),
        ({"unit": "320000"}, "year"),
    ):
        answer = officer.post(V1 + RETURNS, body, format="json")
        assert (answer.status_code, answer.json()["errors"][0]["attr"]) == (400, attr), body
    assert codes(officer.post(V1 + RETURNS, {"unit": "320000", "year": year + 1}, format="json")) == ["future_year"]
    assert officer.see(RETURNS, unt="320000").status_code == 400
    told = draft(officer, year)
    assert codes(patch(officer, told, "happiness", {"value": "1", "reason": "x"})) == ["invalid_choice"]
    assert codes(patch(officer, told, "listed", {"value": "1.5", "reason": "x"})) == ["not_whole"]


def test_the_form_there_and_back(officer: Caller, year: int) -> None:
    told = ready(officer, year)
    answer = officer.see(f"{RETURNS}{told['id']}/form.xlsx")
    assert answer.status_code == 200
    assert answer["Content-Disposition"] == f'attachment; filename="return-320000-{year}-r1.xlsx"'
    content = b"".join(answer.streaming_content)
    same = upload(officer, f"{RETURNS}{told['id']}/import/", content, told["version"])
    assert (same.status_code, same.json()["version"], same.json()["figures"]) == (
        200,
        told["version"],
        told["figures"],
    )


def test_a_year_before_the_system_comes_in_by_a_form(officer: Caller, approver: Caller, year: int) -> None:
    blank = officer.see(f"{RETURNS}form.xlsx", unit="320000", year=2009)
    book = openpyxl.load_workbook(io.BytesIO(b"".join(blank.streaming_content)))
    book[FIGURES][cell_name((layout.rows_of_metrics()["water_saved_t"], layout.VALUE))] = 1234.5
    target = io.BytesIO()
    book.save(target)
    answer = upload(officer, f"{RETURNS}import/", target.getvalue(), unit="320000", year=2009)
    assert answer.status_code == 201, answer.json()
    told = answer.json()
    assert {one["metric"]: one["value"] for one in told["figures"] if one["value"]} == {"water_saved_t": "1234.5"}
    done = approver.act(f"{RETURNS}{told['id']}/submit/", {}, told["version"])
    assert (done.status_code, done.json()["result"], done.json()["return"]["frozen"]) == (200, None, True)
    public = Caller(headers={"accept-language": "en"}).see("statistics/provinces/", year=2009).json()
    assert [(row["code"], row["metrics"]) for row in public["rows"]] == [("320000", {"water_saved_t": "1234.5"})]


def test_faults_of_a_form_name_sheet_cell_value_and_rule_and_store_nothing(officer: Caller, year: int) -> None:
    jiangsu = ReportingUnit.objects.get(pk="320000")
    book = openpyxl.load_workbook(io.BytesIO(form.form(jiangsu, 2009, Filled({"listed": "1"}, {}, ""))))
    cell = cell_name((layout.rows_of_metrics()["water_saved_t"], layout.VALUE))
    book[FIGURES][cell] = "约一百"
    target = io.BytesIO()
    book.save(target)
    answer = upload(officer, f"{RETURNS}import/", target.getvalue(), unit="320000", year=2009)
    assert (answer.status_code, answer.json()) == (
        400,
        {
            "type": "validation_error",
            "errors": [
                {
                    "code": "not_a_number",
                    "detail": "A number belongs here, not text.",
                    "attr": "file",
                    "sheet": FIGURES,
                    "cell": cell,
                    "value": "约一百",
                    "rule": "not_a_number",
                }
            ],
        },
    )
    other = upload(officer, f"{RETURNS}import/", form.form(jiangsu, 2008), unit="320000", year=2009)
    assert [(one["sheet"], one["cell"], one["rule"]) for one in other.json()["errors"]] == [(COVER, "B6", "other_year")]
    no_file = officer.post(f"{V1}{RETURNS}import/", {"unit": "320000", "year": 2009}, format="multipart")
    assert (no_file.status_code, codes(no_file)) == (400, ["required"])
    garbled = upload(officer, f"{RETURNS}import/", b"PK\x03\x04", unit="320000", year=2009)
    assert (garbled.status_code, codes(garbled)) == (400, ["file_broken"])
    assert not UnitReturn.objects.filter(reporting_unit=jiangsu).exists()


def test_a_stranger_finds_nothing_and_changes_nothing(world: World, officer: Caller, as_: As, year: int) -> None:
    told = ready(officer, year)
    plant = world.enterprise("320509")
    others = [
        world.stranger("32"),
        world.person(world.authority("61"), Role.APPROVER),
        world.person(world.authority("3205"), Role.APPROVER),
        plant.certifier,
        world.firm().manager,
        world.expert(),
    ]
    address = f"{RETURNS}{told['id']}/"
    for member in others:
        caller = as_(member)
        assert caller.see(RETURNS).json() == {"next": None, "previous": None, "results": []}
        version = told["version"]
        refusals = [
            caller.see(address),
            caller.see(f"{address}form.xlsx"),
            caller.delete(V1 + address, headers={"If-Match": f'"{version}"'}),
            patch(caller, told, "auditors", {"value": "9", "reason": "x"}),
            caller.act(f"{address}check/", {}, version),
            caller.act(f"{address}submit/", submission(year), version),
            caller.post(f"{V1}{address}revise/", {"reason": "x"}, format="json"),
            upload(caller, f"{address}import/", b"PK", version),
        ]
        assert [answer.status_code for answer in refusals] == [404] * 8, member
    nation = as_(world.person(world.authority(""), Role.APPROVER))
    assert nation.see(address).json()["version"] == told["version"]
    denied = patch(nation, told, "auditors", {"value": "9", "reason": "x"})
    assert (denied.status_code, codes(denied)) == (403, ["wrong_jurisdiction"])
    assert officer.see(address).json() == told
