"""A list is published whole or not at all, and the number of queries grows by batch, not by entry."""

from datetime import date
from typing import Any

import pytest
from django.db import IntegrityError, connection
from django.test.utils import CaptureQueriesContext

from accounts.models import ActivationCode
from audits.models import AuditCase, Deadline, Event, NoticeIntent
from audits.procedure.words import CaseKind, Category, Line
from audits.workflow import imports, lists
from audits.workflow.opening import open_case
from enterprises.models import Enterprise, KeyEnterpriseList, Listing, ReportingUnit
from tests.enterprises.importing.making import code as credit_code
from tests.scenarios.runner import day
from tests.workflow.making import Made, act, at, made

pytestmark = pytest.mark.django_db
BEGUN = "begun: {listing: {nominated: 2008-07-01}}"
PUBLICATION = {"medium": "新华日报", "appeared_on": "2008-08-01", "document_number": "苏环〔2008〕1号"}


def confirmed(told: Made, size: int, batch: int) -> KeyEnterpriseList:
    """A list of `size` imported entries, verified and confirmed."""
    on = date(2008, 7, 5)
    with day(on):
        row = lists.create_list(
            by=told.person("province approver"),
            reporting_unit=ReportingUnit.objects.get(pk="320000"),
            year=2008,
            batch=batch,
            title="名单",
            kind=CaseKind.MANDATORY,
            line=Line.ENVIRONMENT,
        )
    lines = ["序号,企业名称,统一社会信用代码,行政区划代码,类别"]
    lines += [
        f"{n},实例机械{batch}号{n}有限公司,{credit_code(batch * 100_000 + n)},320509,超标" for n in range(1, size + 1)
    ]
    with day(on):
        officer = told.person("county officer")
        _, report = imports.check(
            row,
            by=officer,
            content="\n".join(lines).encode(),
            filename="名单.csv",
            categories=[Category.EXCEEDS_STANDARD],
        )
        imports.apply_import(
            row,
            by=officer,
            digest=report.digest,
            rows="accepted",
            repairs="all",
            expected_version=0,
            idempotency_key=told.world.key(),
        )
        act(told, row, "submit_nominations", told.person("county approver"), on, {})
        act(told, row, "verify", told.person("city officer"), on, {})
        act(told, row, "confirm", told.person("province approver"), on, {})
    assert Listing.objects.filter(list=row, status="confirmed").count() == size
    return KeyEnterpriseList.objects.get(pk=row.pk)


def publish(told: Made, row: KeyEnterpriseList) -> Any:
    return act(told, row, "publish", told.person("province approver 2"), date(2008, 8, 1), PUBLICATION)


# Statements for each further thousand entries: none on PostgreSQL, where rows are copied. SQLite takes at most 999 values
# in one statement, so inserts are split there.
PER_THOUSAND = {"postgresql": 0, "sqlite": 123}


def test_queries_of_publishing_grow_by_batch() -> None:
    told = made("begun", course=BEGUN)
    publish(told, confirmed(told, 1, 11))  # warm: the person, the counter of case numbers
    counts = {}
    for batch, size in ((12, 1000), (13, 2000)):
        row = confirmed(told, size, batch)
        with CaptureQueriesContext(connection) as queries:
            publish(told, row)
        counts[size] = len(queries)
        assert AuditCase.objects.filter(listing__list=row).count() == size
    assert counts[2000] - counts[1000] == PER_THOUSAND[connection.vendor]


def test_a_failure_in_the_last_batch_leaves_nothing() -> None:
    told = made("begun", course=BEGUN)
    row = confirmed(told, 1500, 21)
    plant = told.plant
    open_case(
        by=plant.preparer,
        payload={"site": str(plant.site.pk), "kind": "voluntary"},
        idempotency_key="voluntary",
        now=at(date(2008, 7, 6)),
    )
    AuditCase.objects.update(number="320000-2008-01501")  # the number the last case of the list would take
    before = (Event.objects.count(), Deadline.objects.count(), NoticeIntent.objects.count())
    with pytest.raises(IntegrityError):
        publish(told, row)
    assert AuditCase.objects.count() == 1
    assert (Event.objects.count(), Deadline.objects.count(), NoticeIntent.objects.count()) == before
    assert Listing.objects.filter(list=row, status="confirmed").count() == 1500
    assert ActivationCode.objects.count() == 0
    assert Enterprise.objects.count() == 1501
    stored = KeyEnterpriseList.objects.get(pk=row.pk)
    assert (stored.version, stored.status, stored.published_on) == (row.version, "confirmed", None)
    # With the obstacle gone the same list appears.
    AuditCase.objects.update(number="320000-2008-00001")
    assert publish(told, row).version == row.version + 1
    assert AuditCase.objects.filter(listing__list=row).count() == 1500
