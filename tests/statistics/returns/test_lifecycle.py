"""A return from its draft to its frozen revision, by two persons, and what must not be possible on the way."""

from datetime import date

import pytest
from django.core.files.storage import default_storage
from django.db import DatabaseError, connection, transaction

from audits.models import Document, DutyYear, Event, UnitReturn
from audits.models.triggers import drop_triggers
from audits.procedure.words import Role
from audits.statistics import provinces, refresh
from audits.statistics.returns import checking, drafting, freezing, submitting
from audits.statistics.returns.drafting import Figure
from audits.workflow.errors import (
    Forbidden,
    InvalidPayload,
    KeyRequired,
    KeyReused,
    NotVisible,
    Refused,
    StaleVersion,
)
from audits.workflow.events import read_body
from audits.workflow.verify import verify_all
from tests.factories_audits import make_case, make_enterprise, publish
from tests.statistics.returns.conftest import LATER, NOW, REPORT, YEAR, Unit

pytestmark = pytest.mark.django_db


def codes(error: pytest.ExceptionInfo[Refused]) -> list[str]:
    return [refusal.code for refusal in error.value.details]


def stored_files() -> list[str]:
    """What the storage holds of returns."""
    folder = "documents/returns"
    return sorted(default_storage.listdir(folder)[1]) if default_storage.exists(folder) else []


def correct(unit: Unit, row: UnitReturn, metric: str, value: str | None, reason: str = "", **more: str) -> UnitReturn:
    figure = Figure(metric, value, **more)
    return drafting.correct(row.pk, figure, by=unit.officer, reason=reason, expected_version=row.version, now=NOW)


# --- draft --------------------------------------------------------------------------------------------------------


def test_a_draft_tells_what_the_facts_say(jiangsu: Unit) -> None:
    row = jiangsu.draft()

    told = {key: one["value"] for key, one in row.metrics.items()}
    assert (told["listed"], told["started"], told["accepted"]) == ("2", "2", "0")
    assert (told["water_saved_t"], told["planned_water_saved_t"]) == ("8.25", "10")
    assert (told["investment_planned_medium_cny"], told["investment_actual_medium_cny"]) == ("3000", "3501")
    assert told["options_done_medium"] == "2"
    assert "trained_local" not in told
    assert row.metrics["water_saved_t"] == {"value": "8.25", "unit": "t", "remark": "", "drafted": "8.25"}
    assert (row.revision, row.version, row.frozen_at, row.as_of) == (1, 1, None, NOW)
    assert row.authors == [
        {
            "user": str(jiangsu.officer.user_id),
            "membership": str(jiangsu.officer.pk),
            "organization": str(jiangsu.officer.organization_id),
        }
    ]


def test_there_is_one_draft_of_a_unit_and_year(jiangsu: Unit) -> None:
    jiangsu.draft()
    with pytest.raises(Refused) as refusal:
        jiangsu.draft()
    assert codes(refusal) == ["return_exists"]
    with pytest.raises(Refused) as refusal:
        drafting.draft(jiangsu.unit, 2013, by=jiangsu.officer, now=NOW)
    assert codes(refusal) == ["future_year"]


def test_a_figure_is_corrected_with_a_reason_and_the_correction_is_kept(jiangsu: Unit) -> None:
    row = correct(jiangsu, jiangsu.draft(), "water_saved_t", "9.500", "漏报一项")

    assert row.metrics["water_saved_t"] == {"value": "9.5", "unit": "t", "remark": "", "drafted": "8.25"}
    assert row.corrections == [
        {
            "metric": "water_saved_t",
            "old": "8.25",
            "new": "9.5",
            "reason": "漏报一项",
            "by": str(jiangsu.officer.pk),
            "name": str(jiangsu.officer.user),
            "at": "2012-01-10T10:00:00+08:00",
        }
    ]
    assert row.version == 2
    assert UnitReturn.objects.get(pk=row.pk).metrics == row.metrics


def test_the_same_figure_again_is_no_change(jiangsu: Unit) -> None:
    row = correct(jiangsu, jiangsu.draft(), "water_saved_t", "8.250")
    assert (row.version, row.corrections) == (1, [])


@pytest.mark.parametrize(
    ("metric", "value", "reason", "code"),
    [
        ("water_saved_t", "9", " ", "required"),
        ("water_saved_t", None, "", "required"),
        ("water_saved_t", "-1", "x", "negative"),
        ("water_saved_t", "1.2345", "x", "too_many_decimals"),
        ("water_saved_t", "1000000000000", "x", "too_large"),
        ("water_saved_t", "neun", "x", "not_a_number"),
        ("water_saved_t", "NaN", "x", "not_a_number"),
        ("water_saved_t", "1_000", "x", "not_a_number"),
        ("water_saved_t", "１２", "x", "not_a_number"),
        ("water_saved_t", "9", "x" * 2001, "too_long"),
        ("listed", "1.5", "x", "not_whole"),
        ("happiness", "1", "x", "invalid_choice"),
    ],
)
def test_a_wrong_figure_is_refused(jiangsu: Unit, metric: str, value: str | None, reason: str, code: str) -> None:
    row = jiangsu.draft()
    with pytest.raises(InvalidPayload) as error:
        correct(jiangsu, row, metric, value, reason)
    assert [one.code for one in error.value.details] == [code]
    assert UnitReturn.objects.get(pk=row.pk).version == 1


def test_a_draft_somebody_changed_meanwhile_is_not_overwritten(jiangsu: Unit) -> None:
    row = jiangsu.draft()
    correct(jiangsu, row, "water_saved_t", "9", "x")
    with pytest.raises(StaleVersion):
        correct(jiangsu, row, "water_saved_t", "10", "x")


def test_a_draft_can_be_thrown_away_and_made_again(jiangsu: Unit) -> None:
    row = jiangsu.draft()
    drafting.discard(row.pk, by=jiangsu.officer, expected_version=1, now=NOW)
    assert not UnitReturn.objects.filter(pk=row.pk).exists()
    assert jiangsu.draft().revision == 1


# --- check --------------------------------------------------------------------------------------------------------


def found(row: UnitReturn) -> list[tuple[str, str, str]]:
    return [(one.severity.value, one.rule, one.metric) for one in checking.findings(row, date(2012, 1, 10))]


def test_capacity_that_is_not_told_blocks(jiangsu: Unit) -> None:
    row = jiangsu.draft()
    assert found(row) == [
        ("error", "capacity_missing", metric)
        for metric in ("trained_national", "trained_local", "auditors", "consultancies")
    ]
    with pytest.raises(Refused) as refusal:
        jiangsu.submit(row)
    assert codes(refusal) == ["capacity_missing"] * 4
    assert found(jiangsu.tell_capacity(row)) == []


def test_a_warning_blocks_until_it_is_answered_and_again_once_a_figure_changed(jiangsu: Unit) -> None:
    row = correct(jiangsu, jiangsu.ready(), "wastewater_cut_t", "82.501", "按月报")
    assert found(row) == [("warning", "wastewater_exceeds_water_use", "wastewater_cut_t")]
    with pytest.raises(Refused) as refusal:
        jiangsu.submit(row)
    assert codes(refusal) == ["wastewater_exceeds_water_use"]

    row = jiangsu.acknowledge_all(row)
    assert row.acknowledgements["wastewater_exceeds_water_use:wastewater_cut_t"]["text"] == "已核对。"
    row = correct(jiangsu, row, "cod_cut_t", "1", "补报")
    with pytest.raises(Refused) as refusal:
        jiangsu.submit(row)
    assert codes(refusal) == ["wastewater_exceeds_water_use"]

    row = jiangsu.submit(jiangsu.acknowledge_all(row)).row
    assert row.flags == [{"rule": "wastewater_exceeds_water_use", "metric": "wastewater_cut_t"}]


def test_only_warnings_of_this_return_are_answered(jiangsu: Unit) -> None:
    row = jiangsu.draft()
    for key in ("capacity_missing:auditors", "wastewater_exceeds_water_use:wastewater_cut_t"):
        with pytest.raises(InvalidPayload):
            checking.check(row.pk, by=jiangsu.officer, acknowledged={key: "x"}, expected_version=row.version, now=NOW)
    assert UnitReturn.objects.get(pk=row.pk).acknowledgements == {}


def test_facts_that_moved_since_the_draft_are_told(jiangsu: Unit) -> None:
    row = jiangsu.ready()
    publish(make_case(make_enterprise("320509"), published_on=date(2011, 5, 1)), "2011-05-01")
    refresh(LATER)
    assert found(row) == [("warning", "facts_changed", "listed")]


def test_more_passed_than_assessed_and_a_jump_against_last_year_are_told(jiangsu: Unit) -> None:
    UnitReturn.objects.create(
        reporting_unit=jiangsu.unit,
        year=YEAR - 1,
        metrics={"water_saved_t": {"value": "83", "unit": "t"}, "listed": {"value": "100", "unit": ""}},
        source="form",
        frozen_at=NOW,
    )
    row = correct(jiangsu, jiangsu.ready(), "assessed_passed", "1", "x")
    assert found(row) == [
        ("warning", "passed_exceeds_assessed", "assessed_passed"),
        ("warning", "jump_against_last_year", "water_saved_t"),
    ]


# --- submission ---------------------------------------------------------------------------------------------------


def test_submission_freezes_the_return_and_meets_the_duty(jiangsu: Unit, duty: DutyYear) -> None:
    row = jiangsu.ready()
    done = jiangsu.submit(row, reason="年报")

    row = UnitReturn.objects.get(pk=row.pk)
    assert (row.frozen_at, row.submitted_by_id, row.duty_id) == (NOW, jiangsu.approver.pk, duty.pk)
    assert done.result is not None
    assert (done.result.action, done.result.version, done.replayed) == ("submit_annual_report", row.event_seq, False)
    event = Event.objects.get(subject_id=duty.pk, seq=row.event_seq)
    body = read_body(event)
    assert row.digest == freezing.digest(freezing.text_of(row))
    assert [item["sha256"] for item in body["files"]] == [row.digest]
    assert body["reason"] == "年报"
    assert body["payload"]["next_year"] == "印染。"
    document = Document.objects.get(pk=row.document_id)
    assert (document.duty_id, document.bound_at) == (duty.pk, NOW)
    with default_storage.open(document.storage_name) as file:
        assert file.read().decode() == freezing.text_of(row)
    [deadline] = duty.deadlines.filter(step="submit_annual_report")
    assert (deadline.due_on, deadline.met_on) == (date(2011, 12, 31), date(2012, 1, 10))
    assert list(freezing.broken()) == []
    assert [one for one in verify_all() if str(duty.pk) in str(one)] == []


def test_the_unit_reports_by_its_frozen_return(unit_of: object, jiangsu: Unit, duty: DutyYear) -> None:
    qinghai = unit_of("630000")  # type: ignore[operator]
    draft = qinghai.ready()
    assert "630000" not in [row.unit.code for row in provinces(YEAR, date(2012, 1, 10)).rows if row.unit]
    qinghai.submit(draft)
    [row] = [row for row in provinces(YEAR, date(2012, 1, 10)).rows if row.unit and row.unit.code == "630000"]
    assert (row.metrics["trained_local"], row.metrics["listed"]) == ("10", "0")


def test_who_had_a_hand_in_it_cannot_submit_it(jiangsu: Unit) -> None:
    row = jiangsu.ready()
    figure = Figure("cod_cut_t", "1")
    row = drafting.correct(row.pk, figure, by=jiangsu.approver, reason="x", expected_version=row.version, now=NOW)
    with pytest.raises(Refused) as refusal:
        jiangsu.submit(row)
    assert codes(refusal) == ["submitter_is_author"]
    assert UnitReturn.objects.get(pk=row.pk).frozen_at is None
    assert jiangsu.submit(row, by=jiangsu.second).row.frozen_at == NOW


def test_who_answers_a_warning_has_a_hand_in_it_who_only_looks_has_not(jiangsu: Unit) -> None:
    row = correct(jiangsu, jiangsu.ready(), "wastewater_cut_t", "82.501", "按月报")
    row, seen = checking.check(row.pk, by=jiangsu.second, acknowledged={}, expected_version=row.version, now=NOW)
    answers = {one.key: "已核对。" for one in seen}
    row, _ = checking.check(row.pk, by=jiangsu.approver, acknowledged=answers, expected_version=row.version, now=NOW)
    with pytest.raises(Refused) as refusal:
        jiangsu.submit(row)
    assert codes(refusal) == ["submitter_is_author"]
    assert jiangsu.submit(row, by=jiangsu.second).row.frozen_at == NOW


def test_an_author_cannot_submit_in_another_role(jiangsu: Unit) -> None:
    from tests.factories_audits import make_member

    row = jiangsu.ready()
    also = make_member(jiangsu.officer.organization, Role.APPROVER, user=jiangsu.officer.user)
    with pytest.raises(Refused) as refusal:
        jiangsu.submit(row, by=also)
    assert codes(refusal) == ["submitter_is_author"]


def test_an_officer_does_not_submit_and_a_stranger_finds_nothing(jiangsu: Unit) -> None:
    row = jiangsu.ready()
    with pytest.raises(Forbidden, match="approver"):
        jiangsu.submit(row, by=jiangsu.world.person(jiangsu.officer.organization, Role.OFFICER, "2"))
    with pytest.raises(Forbidden, match="Another authority"):
        jiangsu.submit(row, by=jiangsu.world.person(jiangsu.world.authority(""), Role.APPROVER))
    stranger = jiangsu.world.person(jiangsu.world.authority("61"), Role.APPROVER)
    with pytest.raises(NotVisible):
        jiangsu.submit(row, by=stranger)
    city = jiangsu.world.person(jiangsu.world.authority("3205"), Role.APPROVER)
    with pytest.raises(NotVisible):
        jiangsu.submit(row, by=city)


def test_a_refused_report_freezes_nothing_and_leaves_no_file(jiangsu: Unit, duty: DutyYear) -> None:
    row = jiangsu.ready()
    before, files = duty.version, stored_files()
    with pytest.raises(InvalidPayload) as error:
        jiangsu.submit(row, payload={"next_year": "x"})
    assert [one.path for one in error.value.details] == ["fields.audits_of_the_year"]
    duty.refresh_from_db()
    assert duty.version == before
    assert UnitReturn.objects.get(pk=row.pk).frozen_at is None
    assert not Document.objects.exists()
    assert stored_files() == files


def test_the_same_request_again_gives_the_first_result(jiangsu: Unit, duty: DutyYear) -> None:
    row = jiangsu.ready()
    first = jiangsu.submit(row, idempotency_key="k1")
    again = jiangsu.submit(row, idempotency_key="k1")
    assert (again.replayed, again.row.pk, again.result.version) == (True, row.pk, first.result.version)  # type: ignore[union-attr]
    with pytest.raises(KeyReused):
        jiangsu.submit(row, idempotency_key="k1", reason="other")
    with pytest.raises(Refused) as refusal:
        jiangsu.submit(row, idempotency_key="k2")
    assert codes(refusal) == ["return_frozen"]
    with pytest.raises(KeyRequired):
        jiangsu.submit(row, idempotency_key="")
    assert Event.objects.filter(subject_id=duty.pk, action="submit_annual_report").count() == 1


def test_a_stale_version_is_not_submitted(jiangsu: Unit) -> None:
    row = jiangsu.ready()
    correct(jiangsu, row, "cod_cut_t", "1", "x")
    with pytest.raises(StaleVersion):
        jiangsu.submit(row)


def test_the_year_that_runs_waits_for_its_duty(jiangsu: Unit) -> None:
    row = jiangsu.tell_capacity(drafting.draft(jiangsu.unit, 2012, by=jiangsu.officer, now=NOW))
    with pytest.raises(Refused) as refusal:
        jiangsu.submit(row)
    assert codes(refusal) == ["duty_not_open"]


def test_a_year_before_the_system_is_frozen_without_an_event(jiangsu: Unit) -> None:
    row = jiangsu.tell_capacity(drafting.draft(jiangsu.unit, 2009, by=jiangsu.officer, now=NOW))
    done = jiangsu.submit(row)
    assert done.result is None
    assert (done.row.frozen_at, done.row.duty_id, len(done.row.digest)) == (NOW, None, 64)
    assert jiangsu.submit(row, idempotency_key=done.row.request_key).replayed is True


def test_back_dating_needs_evidence(jiangsu: Unit, duty: DutyYear) -> None:
    row = jiangsu.ready()
    with pytest.raises(Refused) as refusal:
        jiangsu.submit(row, on=date(2011, 12, 1))
    assert codes(refusal) == ["backdating_needs_evidence"]
    jiangsu.submit(row, on=date(2011, 12, 1), evidence=[jiangsu.world.staged(jiangsu.approver)])
    [deadline] = duty.deadlines.filter(step="submit_annual_report")
    assert deadline.met_on == date(2011, 12, 1)


def test_what_was_prepared_of_the_duty_goes_with_it(jiangsu: Unit, duty: DutyYear) -> None:
    own = jiangsu.world.staged(jiangsu.officer)
    jiangsu.world.draft(duty, "submit_annual_report", {**REPORT, "report": [own]}, jiangsu.officer)
    done = jiangsu.submit(jiangsu.ready(), payload={"next_year": "造纸。"})
    body = read_body(Event.objects.get(subject_id=duty.pk, seq=done.row.event_seq))
    assert body["payload"]["next_year"] == "造纸。"
    assert [item["id"] for item in body["files"]] == [own, str(done.row.document_id)]


# --- frozen -------------------------------------------------------------------------------------------------------


def test_nothing_changes_a_frozen_return(jiangsu: Unit) -> None:
    row = jiangsu.submit(jiangsu.ready()).row
    version = row.version
    for act in (
        lambda: correct(jiangsu, row, "cod_cut_t", "1", "x"),
        lambda: drafting.discard(row.pk, by=jiangsu.officer, expected_version=version, now=NOW),
        lambda: checking.check(row.pk, by=jiangsu.officer, acknowledged={}, expected_version=version, now=NOW),
    ):
        with pytest.raises(Refused) as refusal:
            act()
        assert codes(refusal) == ["return_frozen"]
    for change in ({"metrics": {}}, {"frozen_at": None}, {"digest": ""}, {"reason": "x"}):
        with pytest.raises(DatabaseError, match="append-only"), transaction.atomic():
            UnitReturn.objects.filter(pk=row.pk).update(**change)
    with pytest.raises(DatabaseError, match="append-only"), transaction.atomic():
        UnitReturn.objects.filter(pk=row.pk).delete()
    assert UnitReturn.objects.get(pk=row.pk).digest == row.digest


def test_tampering_is_found(jiangsu: Unit) -> None:
    row = jiangsu.submit(jiangsu.ready()).row
    drop_triggers(connection)
    metrics = {**row.metrics, "cod_cut_t": {"value": "7", "unit": "t", "remark": ""}}
    UnitReturn.objects.filter(pk=row.pk).update(metrics=metrics)
    assert list(freezing.broken()) == [f"return {row.pk}: its figures are not those of its digest"]
    altered = UnitReturn.objects.get(pk=row.pk)
    UnitReturn.objects.filter(pk=row.pk).update(digest=freezing.digest(freezing.text_of(altered)))
    assert list(freezing.broken()) == [
        f"return {row.pk}: its document is another",
        f"return {row.pk}: the event of its duty does not hold it",
    ]


# --- revision -----------------------------------------------------------------------------------------------------


def test_a_revision_supersedes_and_is_submitted_like_the_first(jiangsu: Unit, duty: DutyYear) -> None:
    first = jiangsu.submit(jiangsu.ready()).row
    draft = drafting.revise(first.pk, by=jiangsu.officer, reason="核查后调整", now=LATER)
    assert (draft.revision, draft.supersedes_id, draft.frozen_at) == (2, first.pk, None)
    assert draft.metrics["water_saved_t"]["drafted"] == "8.25"
    assert draft.metrics["trained_local"]["value"] == "10"

    draft = correct(jiangsu, draft, "water_saved_t", "8", "核减")
    before = {row.unit.code: row for row in provinces(YEAR, date(2012, 2, 1)).rows if row.unit}["320000"]
    second = jiangsu.submit(draft, now=LATER).row
    events = Event.objects.filter(subject_id=duty.pk, action="submit_annual_report").order_by("seq")
    assert [read_body(event)["files"][0]["sha256"] for event in events] == [first.digest, second.digest]
    assert [read_body(event)["reason"] for event in events] == ["", "核查后调整"]
    assert f'"supersedes":"{first.digest}"' in freezing.text_of(UnitReturn.objects.get(pk=second.pk))
    assert before.source == "events"
    assert list(freezing.broken()) == []
    held = UnitReturn.objects.get(pk=first.pk)
    assert (held.metrics["water_saved_t"]["value"], held.superseded_by.pk) == ("8.25", second.pk)


def test_only_the_newest_submitted_return_is_revised_and_once(jiangsu: Unit) -> None:
    draft = jiangsu.ready()
    with pytest.raises(Refused) as refusal:
        drafting.revise(draft.pk, by=jiangsu.officer, reason="x", now=NOW)
    assert codes(refusal) == ["return_not_frozen"]
    first = jiangsu.submit(draft).row
    with pytest.raises(InvalidPayload):
        drafting.revise(first.pk, by=jiangsu.officer, reason=" ", now=NOW)
    drafting.revise(first.pk, by=jiangsu.officer, reason="x", now=NOW)
    with pytest.raises(Refused) as refusal:
        drafting.revise(first.pk, by=jiangsu.officer, reason="x", now=NOW)
    assert codes(refusal) == ["return_superseded"]


def test_a_revision_is_submitted_by_somebody_else_than_its_authors(jiangsu: Unit) -> None:
    first = jiangsu.submit(jiangsu.ready()).row
    draft = drafting.revise(first.pk, by=jiangsu.approver, reason="x", now=NOW)
    with pytest.raises(Refused) as refusal:
        jiangsu.submit(draft)
    assert codes(refusal) == ["submitter_is_author"]
    assert jiangsu.submit(draft, by=jiangsu.second).row.revision == 2


# --- scope --------------------------------------------------------------------------------------------------------


def test_who_reads_returns(jiangsu: Unit, unit_of: object) -> None:
    dalian = unit_of("210200")  # type: ignore[operator]
    liaoning = unit_of("210000")  # type: ignore[operator]
    rows = {
        "jiangsu": jiangsu.draft(),
        "dalian": dalian.draft(),
        "liaoning": liaoning.draft(),
        "national": UnitReturn.objects.get(reporting_unit=None),
    }
    names = {row.pk: name for name, row in rows.items()}
    world = jiangsu.world
    plant = world.enterprise("320509")
    readers = {
        "nation": (jiangsu.nation, {"jiangsu", "dalian", "liaoning", "national"}),
        "jiangsu": (jiangsu.officer, {"jiangsu"}),
        "liaoning reads its separately planned city": (liaoning.officer, {"liaoning", "dalian"}),
        "dalian": (dalian.officer, {"dalian"}),
        "a city": (world.person(world.authority("3205"), Role.OFFICER), set()),
        "an enterprise": (plant.preparer, set()),
        "a consultancy": (world.firm().manager, set()),
        "an expert": (world.expert(), set()),
    }
    for reader, (by, expected) in readers.items():
        assert {names[pk] for pk in UnitReturn.objects.visible_to(by).values_list("pk", flat=True)} == expected, reader


def test_the_province_does_not_report_for_its_separately_planned_city(unit_of: object, jiangsu: Unit) -> None:
    dalian = unit_of("210200")  # type: ignore[operator]
    liaoning = unit_of("210000")  # type: ignore[operator]
    with pytest.raises(Forbidden, match="Another authority"):
        drafting.draft(dalian.unit, YEAR, by=liaoning.officer, now=NOW)
    row = dalian.draft()
    with pytest.raises(Forbidden, match="Another authority"):
        drafting.correct(row.pk, Figure("listed", "1"), by=liaoning.officer, reason="x", expected_version=1, now=NOW)


def test_nobody_changes_the_national_return(jiangsu: Unit) -> None:
    row = UnitReturn.objects.get(reporting_unit=None)
    with pytest.raises(Refused) as refusal:
        drafting.correct(row.pk, Figure("listed", "1"), by=jiangsu.nation, reason="x", expected_version=1, now=NOW)
    assert codes(refusal) == ["return_frozen"]
    assert submitting.ACTION == "submit_annual_report"
