"""Operators keep the registers in Django's admin; lists and listings are only shown there."""

from collections.abc import Callable
from datetime import date
from typing import Any

import pytest
from django.contrib import admin
from django.test import Client
from django.urls import reverse

from accounts.models import Membership, Organization
from audits.procedure.words import Level, Party
from enterprises.enterprise_search import find
from enterprises.models import (
    Auditor,
    Authority,
    Consultancy,
    Contract,
    Delegation,
    Division,
    Enterprise,
    Industry,
    KeyEnterpriseList,
    ListImport,
    Listing,
    ReferenceLoad,
    ReportingUnit,
    RestDayYear,
    Sector,
    Site,
    UnitParameter,
)

pytestmark = pytest.mark.django_db

KEPT = (Enterprise, Site, Consultancy, Auditor, Authority, Delegation, UnitParameter)
SHOWN = (
    ReportingUnit,
    Division,
    Industry,
    Sector,
    RestDayYear,
    ReferenceLoad,
    KeyEnterpriseList,
    Listing,
    ListImport,
    Contract,
)


@pytest.fixture
def operator(client: Client, member: Callable[[Organization], Membership]) -> Client:
    """A signed-in operator."""
    membership = member(Organization.objects.create(party=Party.OPERATOR.value, name="运维"))
    client.force_login(membership.user, backend="accounts.backends.AuthenticationBackend")
    return client


def _url(model: Any, page: str, *args: Any) -> str:
    return reverse(f"admin:enterprises_{model._meta.model_name}_{page}", args=args)


@pytest.mark.parametrize("model", [*KEPT, *SHOWN])
def test_every_register_has_its_page(operator: Client, model: Any) -> None:
    assert operator.get(_url(model, "changelist")).status_code == 200
    assert operator.get(_url(model, "add")).status_code == (200 if model in KEPT else 403)


def test_every_model_with_a_page_is_named_here() -> None:
    registered = {model for model in admin.site._registry if model._meta.app_label == "enterprises"}
    assert registered == {*KEPT, *SHOWN}


@pytest.mark.parametrize("model", [*KEPT, *SHOWN])
def test_nobody_deletes_a_register_row(model: Any, rf: Any) -> None:
    assert admin.site._registry[model].has_delete_permission(rf.get("/")) is False


def test_strangers_are_turned_away(client: Client, enterprise: Any, member: Callable[..., Membership]) -> None:
    url = _url(Enterprise, "changelist")
    assert client.get(url).status_code == 302
    client.force_login(member(enterprise().organization).user, backend="accounts.backends.AuthenticationBackend")
    assert client.get(url, follow=True).status_code == 403


def test_an_enterprise_is_made_by_the_register(operator: Client) -> None:
    form = {
        "name": "苏州实例化工有限公司",
        "credit_code": "91110105771583283D",
        "organization_code": "",
        "legal_representative": "",
        "registered_address": "",
        "size": "",
        "industry": "26",
        "reason": "opened",
        "names-TOTAL_FORMS": 0,
        "names-INITIAL_FORMS": 0,
        "codes-TOTAL_FORMS": 0,
        "codes-INITIAL_FORMS": 0,
    }
    assert operator.post(_url(Enterprise, "add"), form).status_code == 302
    made = Enterprise.objects.get()
    assert (made.organization.party, made.name_pinyin.split()[-1]) == (Party.ENTERPRISE, "szslhgyxgs")
    assert made.names.count() == made.codes.count() == made.history.count() == 1
    assert operator.get(_url(Enterprise, "change", made.pk)).status_code == 200
    assert operator.get(_url(Enterprise, "history", made.pk)).status_code == 200
    refused = operator.post(_url(Enterprise, "add"), {**form, "credit_code": "91640300MA75WONY35"})
    assert refused.status_code == 200
    assert "不允许的字符" in refused.content.decode()
    assert Enterprise.objects.count() == 1


def test_two_enterprises_are_merged_with_a_reason(operator: Client, enterprise: Callable[..., Enterprise]) -> None:
    kept, absorbed = enterprise(name="苏州甲化工"), enterprise(name="苏州乙印染")
    chosen = {"action": "merge_two", "_selected_action": [str(kept.pk), str(absorbed.pk)]}
    asked = operator.post(_url(Enterprise, "changelist"), chosen)
    assert (asked.status_code, Enterprise.objects.filter(merged_into=None).count()) == (200, 2)
    confirmed = {**chosen, "confirmed": 1, "kept": str(kept.pk), "on": "2020-06-01", "reason": "entered twice"}
    assert operator.post(_url(Enterprise, "changelist"), confirmed).status_code == 302
    absorbed.refresh_from_db()
    assert absorbed.merged_into == kept
    assert list(find("乙印染")) == [kept]
    assert absorbed.history.first().history_user is not None


def test_one_enterprise_alone_is_not_merged(operator: Client, enterprise: Callable[..., Enterprise]) -> None:
    chosen = {"action": "merge_two", "_selected_action": [str(enterprise().pk)]}
    answer = operator.post(_url(Enterprise, "changelist"), chosen, follow=True)
    assert "2" in str(next(iter(answer.context["messages"])))


def test_a_loosening_parameter_is_refused_beside_the_form(operator: Client) -> None:
    form = {
        "key": "start_months",
        "reporting_unit": "320000",
        "scope_code": "",
        "value": "3",
        "valid_from": "2022-01-01",
        "valid_until": "",
        "source": "notice",
        "article": "",
        "mark": "seen",
        "note": "",
        "reason": "",
    }
    refused = operator.post(_url(UnitParameter, "add"), form)
    assert "只能严于上级规定" in refused.content.decode()
    assert not UnitParameter.objects.filter(key="start_months").exists()
    assert operator.post(_url(UnitParameter, "add"), {**form, "value": "1"}).status_code == 302
    assert UnitParameter.objects.get(key="start_months").value == 1


def test_authorities_consultancies_and_sites_are_made_by_their_registers(
    operator: Client, enterprise: Callable[..., Enterprise]
) -> None:
    answers = [
        operator.post(
            _url(Authority, "add"),
            {
                "name": "苏州市生态环境局",
                "name_en": "",
                "scope_code": "3205",
                "level": "city",
                "line": "environment",
                "valid_from": "2003-01-01",
                "reason": "",
            },
        ),
        operator.post(
            _url(Consultancy, "add"),
            {"name": "实例咨询", "status_since": "2010-01-01", "legal_person": "on", "evidence": "{}", "reason": ""},
        ),
        operator.post(
            _url(Site, "add"),
            {"enterprise": str(enterprise().pk), "name": "二厂", "division": "320584", "scope_code": "", "reason": ""},
        ),
    ]
    assert [answer.status_code for answer in answers] == [302, 302, 302]
    assert Authority.objects.get().level is Level.CITY
    assert Consultancy.objects.get().organization.party == Party.CONSULTANCY
    assert Site.objects.get(name="二厂").scope_code == "320509"


def test_a_published_list_cannot_be_changed_here(
    operator: Client, authority: Callable[..., Authority], enterprise: Callable[..., Enterprise]
) -> None:
    row = KeyEnterpriseList.objects.create(
        reporting_unit_id="320000",
        year=2020,
        title="名单",
        authority=authority("32", Level.PROVINCE).organization,
        published_on=date(2020, 1, 1),
    )
    url = _url(KeyEnterpriseList, "change", row.pk)
    assert operator.get(url).status_code == 200
    assert operator.post(url, {"title": "other"}).status_code == 403
    row.refresh_from_db()
    assert row.title == "名单"
