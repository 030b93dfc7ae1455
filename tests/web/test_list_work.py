"""Acts on very many entries: begun on the page, done in the background once, found again with their result or refusal."""

from datetime import timedelta
from typing import Any
from uuid import uuid4

import pytest
from django.test import Client
from django.urls import reverse
from django.utils import timezone

from accounts.memberships import remove
from accounts.models import Membership
from audits.models import AuditCase, Event, ListActJob
from audits.models.jobs import OPEN
from audits.procedure.words import ListStatus, Role
from audits.tasks import run_list_acts
from audits.web.list_decisions import Decisions
from audits.web.list_verdicts import confirmed
from audits.workflow import leases, list_jobs
from audits.workflow.imports import again, apply_import
from enterprises.models import KeyEnterpriseList, Listing
from tests.factories import World, credit_code
from tests.web.test_late import signed_in
from tests.web.test_list_pages import waiting
from tests.web.test_lists import CSV, form_of, keeper, new_list, upload

pytestmark = pytest.mark.django_db
NOTHING = {"done": 0, "refused": 0, "failed": 0, "lost": 0}
FILE = (CSV + "".join(f"{one}号厂,{credit_code(one)},320509,路{one}号,超标\n" for one in range(1, 4))).encode()


@pytest.fixture
def world() -> World:
    return World()


@pytest.fixture(autouse=True)
def _few_are_many(monkeypatch: pytest.MonkeyPatch) -> None:
    """So that three entries are already too many to wait for."""
    for room in ("list_imports", "list_acts"):
        monkeypatch.setattr(f"audits.web.{room}.INLINE", 2)


def begun(world: World) -> tuple[KeyEnterpriseList, Client, Any]:
    """A confirmed import of three rows: the list, the browser, and the answer."""
    row, client = new_list(world), signed_in(keeper(world))
    address = upload(client, row, FILE)["Location"]
    return row, client, client.post(address, form_of(client.get(address)))


def job_of(row: KeyEnterpriseList) -> ListActJob:
    return ListActJob.objects.get(list=row)


def test_an_import_is_confirmed_in_the_background_and_its_page_tells_how_far_it_is(world: World) -> None:
    row, client, answer = begun(world)
    page = reverse("web-list-work", args=[row.pk, job_of(row).pk])
    assert (answer.status_code, answer["Location"], Listing.objects.count()) == (302, page, 0)
    text = client.get(page).content.decode()
    assert ("排队中" in text, 'hx-trigger="every 2s"' in text) == (True, True)
    assert client.get(page, {"seen": "queued"}, headers={"HX-Request": "true"}).status_code == 204
    listed = client.get(reverse("web-list", args=[row.pk])).content.decode()
    assert (listed.count(page), "正在后台办理，3 条" in listed) == (1, True)  # left and found again

    assert run_list_acts() == {**NOTHING, "done": 1}
    part = client.get(page, {"seen": "queued"}, headers={"HX-Request": "true"}).content.decode()
    assert ("已办理" in part, "every 2s" in part, "<html" in part) == (True, False, False)
    assert sorted(Listing.objects.values_list("name_at_listing", flat=True)) == ["1号厂", "2号厂", "3号厂"]
    row.refresh_from_db()
    assert (job_of(row).version, job_of(row).state) == (row.version, "done")
    assert run_list_acts() == NOTHING
    assert Event.objects.filter(subject_id=row.pk, action="nominate").count() == 1
    assert "已在后台办理，3 条" in client.get(reverse("web-list", args=[row.pk])).content.decode()


def test_a_refusal_is_a_result_told_with_its_reasons_and_not_tried_again(world: World) -> None:
    row, client, _ = begun(world)
    KeyEnterpriseList.objects.filter(pk=row.pk).update(version=row.version + 1)  # somebody was quicker
    assert run_list_acts() == {**NOTHING, "refused": 1}
    assert run_list_acts() == NOTHING
    job = job_of(row)
    assert (job.state, job.error, Listing.objects.count()) == ("failed", "refused", 0)
    page = client.get(reverse("web-list-work", args=[row.pk, job.pk])).content.decode()
    assert ("未办理" in page, job.told[0][0] in page, "名单没有任何改动。" in page) == (True, True, True)


def test_one_act_at_a_time_on_a_list(world: World) -> None:
    row, client, _ = begun(world)
    address = reverse("web-list-import-check", args=[row.pk, row.imports.get().pk])
    twice = client.post(address, form_of(client.get(address)))
    assert (twice.status_code, twice.context["fault"]) == (409, list_jobs.Busy.text)
    assert ListActJob.objects.filter(state__in=OPEN).count() == 1


def test_an_act_whose_worker_died_is_done_once(world: World) -> None:
    row, _, _ = begun(world)
    now = timezone.now()
    claimed = leases.claim(ListActJob, job_of(row).pk, now)
    assert claimed is not None
    assert leases.claim(ListActJob, job_of(row).pk, now) is None
    said = {**claimed.job.params, "completions": {}}
    first = apply_import(row, by=claimed.job.requested_by, **said)  # done, and killed before it could say so
    assert list_jobs.run(now).as_dict() == NOTHING
    late = now + leases.LEASE + timedelta(seconds=1)
    assert list_jobs.run(late).as_dict() == {**NOTHING, "done": 1}
    assert (job_of(row).version, job_of(row).attempt, Listing.objects.count()) == (first.version, 2, 3)
    assert Event.objects.filter(subject_id=row.pk).count() == 1
    assert claimed.fail("failed", late) is False  # the first worker was slow, not dead: it says nothing any more
    assert job_of(row).state == "done"


def test_an_act_that_kills_every_worker_is_given_up_and_a_fault_is_tried_again(world: World) -> None:
    row, _, _ = begun(world)
    ListActJob.objects.update(params={"completions": {}})  # nothing that can be done
    for _ in range(leases.MAX_ATTEMPTS - 1):
        assert run_list_acts() == NOTHING
    assert run_list_acts() == {**NOTHING, "failed": 1}
    assert (job_of(row).state, job_of(row).error) == ("failed", "failed")
    ListActJob.objects.update(state="queued", attempt=leases.MAX_ATTEMPTS)
    assert run_list_acts() == {**NOTHING, "failed": 1}
    assert job_of(row).error == "gave_up"


def test_who_lost_the_right_meanwhile_does_nothing_and_colleagues_see_no_job(world: World) -> None:
    row, _, _ = begun(world)
    page = reverse("web-list-work", args=[row.pk, job_of(row).pk])
    colleague = world.person(world.place("320509").province, Role.APPROVER, "2")
    assert signed_in(colleague).get(page).status_code == 404
    assert signed_in(world.stranger("32")).get(page).status_code == 404
    asked = Membership.objects.get(pk=job_of(row).requested_by_id)
    remove(asked, by=colleague, reason="调离", now=timezone.now(), keep_administrator=False)
    assert run_list_acts() == {**NOTHING, "failed": 1}
    assert (job_of(row).error, Listing.objects.count()) == ("not_allowed", 0)


def test_thousands_are_published_in_the_background_and_a_wrong_form_is_told_at_once() -> None:
    row, by = waiting(World(), 3, "publish")
    client, page = signed_in(by), reverse("web-list-publish", args=[row.pk])
    row.refresh_from_db()
    wrong = client.post(page, {"version": str(row.version), "key": uuid4().hex})
    assert (wrong.status_code, ListActJob.objects.count()) == (422, 0)
    today = timezone.localdate().isoformat()
    said = {"medium": "省环保厅网站", "document_number": "苏环〔2026〕1号", "appeared_on": today}
    said |= {"version": str(row.version), "key": uuid4().hex}
    answer = client.post(page, said)
    assert (answer.status_code, AuditCase.objects.count()) == (302, 0)
    assert answer["Location"] == reverse("web-list-work", args=[row.pk, job_of(row).pk])
    assert (job_of(row).kind, job_of(row).entries) == ("publish", 3)
    assert run_list_acts() == {**NOTHING, "done": 1}
    row.refresh_from_db()
    assert (row.status, AuditCase.objects.count()) == (ListStatus.PUBLISHED, 3)


def test_a_small_act_is_done_while_one_waits(world: World, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("audits.web.list_imports.INLINE", 3)
    row, _, answer = begun(world)
    assert (answer["Location"], Listing.objects.count()) == (reverse("web-list", args=[row.pk]), 3)
    assert not ListActJob.objects.exists()


def test_what_is_said_of_rows_and_fields_is_kept_in_both_languages(world: World) -> None:
    row, client = new_list(world), signed_in(keeper(world))
    upload(client, row, (CSV + "甲厂,,320509,路1号,超标\n").encode())
    held, report = again(row, by=keeper(world), import_id=row.imports.get().pk, on=timezone.localdate())
    said = confirmed(report, Decisions(typed={2: {"code": "91320509XX"}}))
    list_jobs.ask_import(
        row,
        by=keeper(world),
        entries=1,
        language="zh-hans",
        digest=held.digest,
        expected_version=row.version,
        idempotency_key=uuid4().hex,
        **said,
    )
    assert run_list_acts() == {**NOTHING, "refused": 1}
    texts = job_of(row).told
    assert len(texts) == 2  # the whole, and the one cell
    assert "10 位" in texts[1][0]
    assert all(zh and en and zh != en for zh, en in texts)
