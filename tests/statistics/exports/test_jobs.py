"""Jobs: claimed once, finished once though workers die, private, limited, and gone after a week."""

import io
import os
import signal
import subprocess
import sys
from datetime import timedelta
from typing import Any

import pytest
from django.conf import settings
from django.core.files.storage import default_storage
from django.db import connection
from django.utils import timezone

from accounts.memberships import remove
from audits.models import ExportJob, JobState
from audits.procedure.words import Role
from audits.statistics.exports import jobs
from audits.statistics.exports.kinds import PERFORMANCE, PERFORMANCES, SUMMARY
from audits.workflow import leases
from audits.workflow.errors import NotVisible, Refused
from tests.statistics.exports.conftest import NOW, Cases

pytestmark = pytest.mark.django_db
AFTER_LEASE = NOW + leases.LEASE + timedelta(seconds=1)


def ask(cases: Cases, kind: str = PERFORMANCES, **more: Any) -> ExportJob:
    params = more.pop("params", {"year": 2011})
    said = {"by": cases.people["jiangsu"], "language": "en", "now": NOW, **more}
    return jobs.ask(kind, "csv", params=params, **said)


def files_of(job: ExportJob) -> list[str]:
    if not default_storage.exists("exports"):
        return []
    return sorted(name for name in default_storage.listdir("exports")[1] if name.startswith(str(job.pk)))


def again(job: ExportJob) -> ExportJob:
    return ExportJob.objects.get(pk=job.pk)


def test_a_job_is_made_by_the_scan_and_a_second_scan_finds_nothing(cases: Cases) -> None:
    job = ask(cases)
    assert (job.state, job.progress) == (JobState.QUEUED, 0)
    with pytest.raises(jobs.NotReady):
        jobs.open_content(job, NOW)
    assert jobs.run(NOW).as_dict() == {"done": 1, "failed": 0, "lost": 0, "expired": 0}
    done = again(job)
    assert (done.state, done.progress, done.attempt, done.file_name) == ("done", 100, 1, "performance-2011.csv")
    assert done.expires_at is not None
    assert done.expires_at - done.finished_at == timedelta(days=7)
    assert jobs.run(AFTER_LEASE).as_dict() == {"done": 0, "failed": 0, "lost": 0, "expired": 0}
    assert files_of(job) == [f"{job.pk}-1"]


def test_a_job_is_claimed_by_one_worker(cases: Cases) -> None:
    job = ask(cases)
    first = jobs.claim(job.pk, NOW)
    assert first is not None
    assert jobs.claim(job.pk, NOW) is None
    assert jobs.run(NOW).done == 0
    assert again(job).state == JobState.RUNNING


def test_a_job_whose_worker_died_is_finished_by_the_scan_after_the_lease_with_one_file(cases: Cases) -> None:
    job = ask(cases)
    dead = jobs.claim(job.pk, NOW)
    assert dead is not None
    default_storage.save(jobs.storage_name(job, 1), io.BytesIO(b"half a file"))  # type: ignore[arg-type]
    dead.own().update(progress=40)
    assert jobs.run(NOW + timedelta(minutes=5)).done == 0
    assert jobs.run(AFTER_LEASE).done == 1
    done = again(job)
    assert (done.state, done.progress, done.attempt) == ("done", 100, 2)
    assert files_of(job) == [f"{job.pk}-2"]

    # The worker was not dead but slow: what it brings is thrown away.
    with pytest.raises(leases.LeaseLost):
        jobs.finish(dead, io.BytesIO(b"stale"), "stale", AFTER_LEASE)
    assert (again(job).sha256, again(job).file_name) == (done.sha256, "performance-2011.csv")
    assert files_of(job) == [f"{job.pk}-2"]


def test_a_job_that_kills_every_worker_is_given_up(cases: Cases) -> None:
    job = ask(cases)
    now = NOW
    for _ in range(leases.MAX_ATTEMPTS):
        assert jobs.claim(job.pk, now) is not None
        now += leases.LEASE + timedelta(seconds=1)
    assert jobs.run(now).failed == 1
    assert (again(job).state, again(job).error) == ("failed", "gave_up")
    assert jobs.run(now + leases.LEASE * 2).as_dict() == {"done": 0, "failed": 0, "lost": 0, "expired": 0}


def test_an_error_is_tried_again_and_then_told(cases: Cases) -> None:
    job = ask(cases)
    ExportJob.objects.filter(pk=job.pk).update(params={"year": "no year"})
    for _ in range(leases.MAX_ATTEMPTS - 1):
        assert jobs.run(NOW).as_dict() == {"done": 0, "failed": 0, "lost": 0, "expired": 0}
        assert again(job).state == JobState.QUEUED
    assert jobs.run(NOW).failed == 1
    assert (again(job).state, again(job).error) == ("failed", "failed")


def test_the_scope_is_that_of_the_moment_the_job_runs(cases: Cases) -> None:
    one = ask(cases, PERFORMANCE, params={"case": str(cases.nanjing.pk)})
    many = ask(cases)
    cases.nanjing.scope_code, cases.nanjing.reporting_unit_id = "610113", "610000"  # transferred meanwhile
    cases.nanjing.save()
    jobs.run(NOW)
    assert (again(one).state, again(one).error) == ("failed", "not_found")
    with jobs.open_content(again(many), NOW) as file:
        text = file.read().decode()
    assert cases.wujiang.number in text
    assert cases.nanjing.number not in text


def test_who_is_no_longer_a_member_gets_nothing(cases: Cases) -> None:
    job, summary = ask(cases), ask(cases, SUMMARY)
    by = cases.people["jiangsu"]
    remove(by, by=cases.people["nation"].user, reason="离任", now=timezone.now(), keep_administrator=False)
    assert jobs.run(NOW).failed == 2
    assert (again(job).error, again(summary).error) == ("not_allowed", "not_allowed")


def test_nobody_asks_for_a_case_that_is_not_visible(cases: Cases) -> None:
    with pytest.raises(NotVisible):
        ask(cases, PERFORMANCE, params={"case": str(cases.xian.pk)})
    assert not ExportJob.objects.exists()


def test_one_member_has_so_many_open_jobs_and_others_are_not_hindered(cases: Cases) -> None:
    for _ in range(jobs.MAX_OPEN):
        ask(cases)
    with pytest.raises(Refused) as refusal:
        ask(cases)
    assert [one.code for one in refusal.value.details] == ["too_many_exports"]
    ask(cases, by=cases.people["suzhou"])
    jobs.run(NOW)
    ask(cases)


def test_a_file_is_dropped_after_a_week_and_the_row_says_so(cases: Cases) -> None:
    job = ask(cases)
    jobs.run(NOW)
    expires_at = again(job).expires_at
    assert expires_at is not None
    assert jobs.run(expires_at - timedelta(seconds=1)).expired == 0
    with pytest.raises(jobs.Gone):
        jobs.open_content(again(job), expires_at)
    assert jobs.run(expires_at).expired == 1
    assert (again(job).state, files_of(job)) == (JobState.EXPIRED, [])
    with pytest.raises(jobs.Gone):
        jobs.open_content(again(job), NOW)


def test_jobs_are_their_members_alone(cases: Cases) -> None:
    job = ask(cases)
    colleague = cases.world.person(cases.people["jiangsu"].organization, Role.APPROVER)
    assert ExportJob.objects.visible_to(cases.people["jiangsu"]).get() == job
    for other in (colleague, cases.people["nation"], cases.people["suzhou"]):
        assert not ExportJob.objects.visible_to(other).exists()


WORKER = """
import time
import django
django.setup()
from django.utils import timezone
from audits.statistics.exports import jobs
calls = 0
def clock():
    global calls
    calls += 1
    if calls == 3:  # after the scan's and the day's: the first progress
        print("half done", flush=True)
        time.sleep(60)
    return timezone.now()
jobs.run(clock=clock)
"""


@pytest.mark.postgres
@pytest.mark.django_db(transaction=True)
def test_a_worker_killed_midway_loses_nothing(cases: Cases) -> None:
    job = ask(cases, now=timezone.now())
    held = connection.settings_dict
    place = f"{held['HOST']}:{held['PORT']}" if held["PORT"] else held["HOST"]
    address = f"postgres://{held['USER']}:{held['PASSWORD']}@{place}/{held['NAME']}"
    environment = {
        **os.environ,
        "DATABASE_URL": address,
        "DJANGO_SETTINGS_MODULE": "cpaudit_site.settings",
        "CPAUDIT_DATA_DIR": str(settings.DATA_DIR),
    }
    environment.pop("REDIS_URL", None)
    worker = subprocess.Popen(
        [sys.executable, "-c", WORKER], env=environment, cwd=settings.BASE_DIR, stdout=subprocess.PIPE
    )
    assert worker.stdout is not None
    assert worker.stdout.readline() == b"half done\n"
    assert (again(job).state, again(job).attempt) == ("running", 1)
    worker.send_signal(signal.SIGKILL)
    assert worker.wait(10) == -signal.SIGKILL
    worker.stdout.close()

    assert jobs.run(timezone.now()).done == 0
    assert jobs.run(timezone.now() + leases.LEASE + timedelta(minutes=1)).done == 1
    assert jobs.run(timezone.now() + leases.LEASE * 3).done == 0
    assert (again(job).state, again(job).attempt, again(job).progress) == ("done", 2, 100)
    assert files_of(job) == [f"{job.pk}-2"]
