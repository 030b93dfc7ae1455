"""Two people at once, on real PostgreSQL with real threads: one act happens once, the other person hears why not."""

from collections.abc import Callable
from datetime import date
from typing import Any

import pytest
from django.utils import timezone

from accounts import activation
from accounts.errors import ActivationInvalid
from accounts.models import Membership, User
from audits.models import AuditCase, Draft, Event, Seal
from audits.models.cases import CaseCounter
from audits.procedure.words import CaseKind, Line, Mark, Role, Subject
from audits.workflow import imports, recompute, rounds, seals, verify
from audits.workflow.door import Result
from audits.workflow.drafts import save_draft
from audits.workflow.errors import InvalidPayload, KeyReused, Refused, StaleDraft, StaleVersion, WorkflowError
from audits.workflow.lists import create_list
from audits.workflow.opening import open_case
from enterprises.models import KeyEnterpriseList, Listing, ReportingUnit
from enterprises.parameters import set_parameter
from tests.enterprises.importing.making import code as credit_code
from tests.enterprises.importing.making import xlsx
from tests.racing import together
from tests.workflow.making import Made, act, at, made

pytestmark = [pytest.mark.postgres, pytest.mark.django_db(transaction=True)]
TODAY = date(2008, 9, 1)


def sorted_out(answers: list[Any]) -> tuple[list[Any], list[Exception]]:
    """What was done, and what was refused; anything but a named refusal is a failure."""
    for answer in answers:
        if isinstance(answer, Exception) and not isinstance(answer, WorkflowError | ActivationInvalid):
            raise answer
    return [a for a in answers if not isinstance(a, Exception)], [a for a in answers if isinstance(a, Exception)]


def whole() -> None:
    assert [str(one) for one in verify.verify_all()] == []


def test_two_people_on_one_case_at_the_same_version() -> None:
    told = made("published")
    case, version = told.case, told.case.version
    people = [told.person(f"county officer {n}") for n in (1, 2, 3, 4)]
    payloads = [notice(told, by) for by in people]
    done, refused = sorted_out(
        together(
            *(
                lambda by=by, payload=payload: act(told, case, "notify", by, TODAY, payload, version=version)
                for by, payload in zip(people, payloads, strict=True)
            )
        )
    )
    assert [type(one) for one in done] == [Result]
    assert [type(one) for one in refused] == [StaleVersion] * 3
    assert {one.details["current_version"] for one in refused} == {version + 1}  # type: ignore[attr-defined]
    assert Event.objects.filter(subject_id=case.pk, action="notify").count() == 1
    assert told.case.version == version + 1
    whole()


def notice(told: Made, by: Membership) -> dict[str, Any]:
    return {
        "duties": "公布、审核",
        "dates": "一个月",
        "served_on": "2008-08-05",
        "proof_of_service": [told.world.staged(by)],
    }


def test_a_double_click_does_one_thing_and_answers_twice_alike() -> None:
    told = made("published")
    case, version, by = told.case, told.case.version, told.person("county officer")
    payload, key = notice(told, by), told.world.key()
    click = lambda: act(told, case, "notify", by, TODAY, payload, version=version, key=key)  # noqa: E731
    done, refused = sorted_out(together(*[click] * 5))
    assert refused == []
    assert len({one.hash for one in done}) == 1
    assert sorted(one.replayed for one in done) == [False, True, True, True, True]
    assert Event.objects.filter(subject_id=case.pk, action="notify").count() == 1
    whole()


def test_one_key_for_two_different_acts_at_once() -> None:
    told = made("published")
    case, version, by, key = told.case, told.case.version, told.person("county officer"), told.world.key()
    first, second = notice(told, by), {**notice(told, by), "duties": "另一内容"}
    done, refused = sorted_out(
        together(
            lambda: act(told, case, "notify", by, TODAY, first, version=version, key=key),
            lambda: act(told, case, "notify", by, TODAY, second, version=version, key=key),
        )
    )
    assert len(done) == 1
    assert [type(one) for one in refused] == [KeyReused]
    whole()


def test_one_document_for_two_acts_at_once() -> None:
    told = made("published", plants=2)
    by = told.person("county officer")
    payload = notice(told, by)
    done, refused = sorted_out(
        together(*(lambda case=case: act(told, case, "notify", by, TODAY, payload) for case in told.cases))
    )
    assert len(done) == 1
    assert [type(one) for one in refused] == [InvalidPayload]
    assert [one.code for one in refused[0].details] == ["unknown_file"]  # type: ignore[attr-defined]
    whole()


CONFIRMED = """
confirmed:  {listing: {nominated: 2008-07-01, submitted: 2008-07-02, verified: 2008-07-10, confirmed: 2008-07-20}}
"""
PUBLICATION = {"medium": "新华日报", "appeared_on": "2008-08-01", "document_number": "苏环〔2008〕1号"}


def test_the_same_list_published_twice() -> None:
    told = made("confirmed", course=CONFIRMED, plants=5)
    row, version = told.list, told.list.version
    people = [told.person(f"province approver {n}") for n in (4, 5)]
    done, refused = sorted_out(
        together(
            *(
                lambda by=by: act(told, row, "publish", by, date(2008, 8, 1), PUBLICATION, version=version)
                for by in people
            )
        )
    )
    assert len(done) == 1
    assert [type(one) for one in refused] == [StaleVersion]
    assert AuditCase.objects.count() == 5
    assert Event.objects.filter(subject_kind=Subject.CASE, action="publish").count() == 5
    assert Event.objects.filter(subject_kind=Subject.LIST, action="publish").count() == 1
    whole()


def test_a_double_click_on_publishing() -> None:
    told = made("confirmed", course=CONFIRMED, plants=5)
    row, version, by, key = told.list, told.list.version, told.person("province approver 4"), told.world.key()
    click = lambda: act(told, row, "publish", by, date(2008, 8, 1), PUBLICATION, version=version, key=key)  # noqa: E731
    done, refused = sorted_out(together(click, click, click))
    assert refused == []
    assert len({one.hash for one in done}) == 1
    assert AuditCase.objects.count() == 5
    whole()


def test_two_lists_of_one_unit_and_year_take_different_numbers() -> None:
    told = made("confirmed", course=CONFIRMED, plants=3)
    other = made("confirmed", course=CONFIRMED.replace("listing:", "list: 2, listing:"), plants=3)
    lists = [told.list, KeyEnterpriseList.objects.get(pk=other.runner.lists["2"])]
    by = told.person("province approver 4")
    done, refused = sorted_out(
        together(*(lambda row=row: act(told, row, "publish", by, date(2008, 8, 1), PUBLICATION) for row in lists))
    )
    assert (len(done), refused) == (2, [])
    numbers = sorted(AuditCase.objects.values_list("number", flat=True))
    assert numbers == [f"320000-2008-{n:05d}" for n in range(1, 7)]
    assert CaseCounter.objects.get().last == 6
    whole()


def test_the_same_list_begun_twice() -> None:
    told = made("published")
    unit = ReportingUnit.objects.get(pk="320000")
    by = told.person("province approver")
    begin = lambda: create_list(  # noqa: E731
        by=by, reporting_unit=unit, year=2009, batch=1, title="名单", kind=CaseKind.MANDATORY, line=Line.ENVIRONMENT
    )
    done, refused = sorted_out(together(begin, begin, begin))
    assert len(done) == 1
    assert [one.code for one in refused] == ["list_exists", "list_exists"]  # type: ignore[attr-defined]


def test_an_import_confirmed_twice() -> None:
    told = made("confirmed", course=CONFIRMED)
    row, by = told.list, told.person("county officer")
    now = at(date(2008, 7, 25))
    file = xlsx(
        ("序号", "企业名称", "统一社会信用代码", "行政区划代码", "类别"),
        *((n, f"实例机械{n}有限公司", credit_code(n), "320509", "超标") for n in range(1, 4)),
    )
    _, report = imports.check(row, by=by, content=file, filename="名单.xlsx", now=now)
    assert report.accepted == 3
    version, key = row.version, told.world.key()

    def confirm(key: str) -> Result:
        return imports.apply_import(
            row,
            by=by,
            digest=report.digest,
            rows="accepted",
            repairs="all",
            expected_version=version,
            idempotency_key=key,
            now=now,
        )

    done, refused = sorted_out(together(lambda: confirm(key), lambda: confirm(key), lambda: confirm(told.world.key())))
    assert len({one.hash for one in done}) == 1
    assert all(isinstance(one, StaleVersion) for one in refused)
    assert Listing.objects.filter(list=row, status="nominated").count() == 3
    whole()


def test_one_activation_code_used_twice() -> None:
    told = made("published")
    plant = told.world.enterprise("320509")
    code = activation.issue(plant.organization, by=told.person("province approver"), now=timezone.now())

    def redeem(name: str) -> Membership:
        return activation.redeem(
            code,
            plant.organization,
            username=name,
            email=f"{name}@example.com",
            full_name="测试",
            password="a long passphrase 4 tests",
            now=timezone.now(),
        )

    done, refused = sorted_out(together(lambda: redeem("first"), lambda: redeem("second"), lambda: redeem("third")))
    assert [one.role for one in done] == [Role.ORG_ADMIN]
    assert [type(one) for one in refused] == [ActivationInvalid] * 2
    assert Membership.objects.filter(organization=plant.organization).count() == 1
    assert User.objects.filter(username__in=["first", "second", "third"]).count() == 1


def test_two_lists_published_at_once_give_an_enterprise_one_code() -> None:
    told = made("published")
    plants = told.world.enterprises("320509", 4)
    organizations = [one.organization for one in plants]
    by = told.person("province approver")
    done, refused = sorted_out(together(*[lambda: activation.issue_many(organizations, by=by, now=timezone.now())] * 4))
    assert refused == []
    assert all(one == done[0] for one in done)
    assert len(done[0]) == 4


def test_a_site_is_opened_once_for_a_voluntary_audit() -> None:
    told = made("published")
    plant = told.plant
    people = [told.person(f"preparer {n}") for n in (1, 2, 3)]
    payload = {"site": str(plant.site.pk), "kind": "voluntary"}
    done, refused = sorted_out(
        together(
            *(
                lambda by=by: open_case(by=by, payload=payload, idempotency_key=told.world.key(), now=at(TODAY))
                for by in people
            )
        )
    )
    assert len(done) == 1
    assert [type(one) for one in refused] == [Refused] * 2
    assert {one.code for one in refused} == {"voluntary_site_free"}  # type: ignore[attr-defined]
    assert AuditCase.objects.filter(kind=CaseKind.VOLUNTARY).count() == 1
    whole()


def test_a_double_click_on_opening() -> None:
    told = made("published")
    by, key = told.person("preparer"), told.world.key()
    payload = {"site": str(told.plant.site.pk), "kind": "voluntary"}
    click = lambda: open_case(by=by, payload=payload, idempotency_key=key, now=at(TODAY))  # noqa: E731
    done, refused = sorted_out(together(click, click, click))
    assert refused == []
    assert len({one.subject_id for one in done}) == 1
    assert AuditCase.objects.filter(kind=CaseKind.VOLUNTARY).count() == 1


def test_two_people_save_the_first_draft() -> None:
    told = made("published")
    case, by = told.case, told.person("preparer")

    def save(number: int) -> Callable[[], Any]:
        payload = {"launch_meeting": str(number)}
        return lambda: save_draft(case, "start_audit", by=by, payload=payload, expected_revision=0)

    done, refused = sorted_out(together(save(1), save(2), save(3)))
    assert len(done) == 1
    assert [type(one) for one in refused] == [StaleDraft] * 2
    assert Draft.objects.get().revision == 1


def test_the_systems_scans_in_parallel_do_each_thing_once() -> None:
    told = made("closed")
    now = at(date(2014, 1, 10))
    done, refused = sorted_out(together(*[lambda: rounds.propose_due(now)] * 3))
    assert refused == []
    assert sum(done) == 1
    assert Event.objects.filter(subject_id=told.case.pk, action="propose_next_round").count() == 1
    whole()


def test_recomputing_in_parallel_writes_one_event() -> None:
    """A province tightens a period after the list appeared, with effect from before it."""
    told = made("started")
    set_parameter(
        "complete_months", 10, valid_from=date(2008, 1, 1), source="实例", mark=Mark.OWN, reporting_unit="320000"
    )
    done, refused = sorted_out(together(*[lambda: recompute.recompute_changed(at(TODAY))] * 3))
    assert refused == []
    assert sum(done) == 1
    assert Event.objects.filter(subject_id=told.case.pk, action="recompute").count() == 1
    whole()


def test_sealing_in_parallel_makes_one_seal() -> None:
    made("published")
    answers = together(*[lambda: seals.seal(timezone.now())] * 3)
    assert sum(isinstance(one, Seal) for one in answers) == 1
    assert [one for one in answers if isinstance(one, Exception)] == []
    assert Seal.objects.count() == 1
    whole()
