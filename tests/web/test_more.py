"""Statistics, returns, exports, portfolios, companies, members, operations and the law as pages."""

import io
from collections.abc import Callable
from datetime import date
from decimal import Decimal
from typing import Any

import openpyxl
import pytest
from django.db import connection
from django.test import Client
from django.test.utils import CaptureQueriesContext
from django.urls import reverse
from django.utils import timezone

from accounts.models import ActivationCode, HandoverRequest, HandoverState, Membership, User
from audits.api.statistics import FIRST_YEAR
from audits.models import AuditCase, CaseFact, CaseSpan, ExportJob, UnitReturn
from audits.procedure.conversion import FACTORS, FactorKey
from audits.procedure.registry import PROCEDURES
from audits.procedure.words import Role
from audits.statistics import refresh
from audits.statistics.metrics import METRICS, Effect
from audits.statistics.returns import drafting
from audits.statistics.returns.layout import FIGURES
from audits.tasks import run_exports
from audits.web.members import NOT_YOURS
from audits.web.operations import Mail, changes, mails
from enterprises.models import Consultancy, Contract, ReportingUnit

pytestmark = pytest.mark.django_db
Visitor = Callable[[str], Client]
ALL = frozenset({"national", "province", "county", "enterprise", "consultancy", "expert", "operator"})
AUTHORITIES = frozenset({"national", "province", "county"})
FOR = {
    "web-statistics": AUTHORITIES,
    "web-returns": AUTHORITIES,
    "web-exports": ALL,
    "web-portfolio": frozenset({"consultancy"}),
    "web-company": frozenset({"enterprise"}),
    "web-members": ALL,
    "web-codes": AUTHORITIES | {"operator"},
    "web-operations": frozenset({"operator"}),
    "web-operations-tables": frozenset({"operator"}),
    "web-operations-changes": frozenset({"operator"}),
    "web-law": ALL,
}


def member(username: str) -> Membership:
    """The membership a demo user acts with."""
    return Membership.objects.active(timezone.localdate()).of(User.objects.get(username=username)).with_people()[0]


@pytest.mark.parametrize("username", sorted(ALL))
def test_each_page_is_there_for_whom_it_is_made_and_for_nobody_else(visitor: Visitor, username: str) -> None:
    client = visitor(username)
    found = {page: client.get(reverse(page)).status_code for page in FOR}
    assert found == {page: 200 if username in those else 404 for page, those in FOR.items()}


@pytest.mark.parametrize("page", ["web-exports", "web-members", "web-law"])
def test_who_is_not_signed_in_is_sent_to_the_sign_in(client: Client, page: str) -> None:
    answer = client.get(reverse(page))
    assert (answer.status_code, answer["Location"].partition("?")[0]) == (302, reverse("account_login"))


# --- statistics -------------------------------------------------------------------------------------------------------


def test_a_table_leads_from_the_nation_to_the_cases_of_a_county(visitor: Visitor) -> None:
    refresh(timezone.now())
    client = visitor("national")
    year = (
        AuditCase.objects.filter(scope_code="320509", published_on__isnull=False)
        .order_by("-published_on")[0]
        .published_on.year
    )  # type: ignore[union-attr]
    asked = {"year": str(year)}
    nation = client.get(reverse("web-statistics"), asked).context
    to_province = {str(row.name.zh): row.address for row in nation["rows"]}["江苏省"]
    province = client.get(reverse("web-statistics") + to_province).context
    to_city = {row.address for row in province["rows"] if "place=3205" in row.address}
    city = client.get(reverse("web-statistics") + to_city.pop()).context
    addresses = [row.address for row in city["rows"]]
    assert f"{reverse('web-cases')}?place=320509" in addresses
    listed = [int(row.cells[0]) for row in city["rows"]]
    assert city["total"].cells[0] == str(sum(listed))


def test_a_place_outside_the_jurisdiction_does_not_exist(visitor: Visitor) -> None:
    client = visitor("county")
    assert client.get(reverse("web-statistics"), {"place": "42"}).status_code == 404
    assert client.get(reverse("web-statistics"), {"unit": "420000"}).context["total"].cells[0] == "0"


@pytest.mark.parametrize("group", ["process", "effect", "planned_effect", "options", "investment", "energy", "rates"])
@pytest.mark.parametrize("by", ["unit", "category", "industry", "kind", "line"])
def test_every_group_by_every_dimension(visitor: Visitor, group: str, by: str) -> None:
    answer = visitor("national").get(reverse("web-statistics"), {"group": group, "by": by, "year": "2026"})
    assert answer.status_code == 200
    assert answer.context["question"].by == by


def test_nonsense_in_the_address_is_left_out(visitor: Visitor) -> None:
    answer = visitor("province").get(
        reverse("web-statistics"), {"year": "x", "by": "unit", "metric": "y", "place": "3x"}
    )
    assert (answer.status_code, answer.context["metric"], answer.context["question"].by) == (200, "listed", "city")


def test_all_years_to_one_are_the_sum_of_the_years_and_lead_down_as_such(visitor: Visitor) -> None:
    refresh(timezone.now())
    client = visitor("province")
    this_year = timezone.localdate().year

    def listed(**asked: str) -> int:
        answer = client.get(reverse("web-statistics"), {"metric": "listed", **asked})
        return int(answer.context["total"].cells[answer.context["columns"].index(("listed", METRICS["listed"]))])

    whole = listed(year=str(this_year), to_date="true")
    assert whole == sum(listed(year=str(year)) for year in range(FIRST_YEAR, this_year + 1)) > listed()
    rows = client.get(reverse("web-statistics"), {"to_date": "true"}).context["rows"]
    assert {"to_date=true" in row.address for row in rows} == {True}


def test_medians_stand_by_place_beside_those_of_all(visitor: Visitor) -> None:
    refresh(timezone.now())
    client = visitor("province")
    year = CaseSpan.objects.order_by("-year").filter(year__lte=timezone.localdate().year)[0].year
    page = client.get(reverse("web-statistics"), {"year": str(year), "by": "city"})
    told = page.context
    in_all = {title.zh: cases for title, cases, _ in told["medians"]}
    by_row = {
        title.zh: sum(cells[at][1] for _, cells in told["medians_by_row"] if cells[at])
        for at, title in enumerate(told["spans"])
    }
    assert by_row == in_all != {}
    assert page.content.decode().count('id="h-medians-by-row"') == 1
    by_kind = client.get(reverse("web-statistics"), {"year": str(year), "by": "kind"})
    assert (by_kind.context["medians_by_row"], by_kind.content.decode().count("h-medians-by-row")) == ([], 0)


def test_saved_energy_is_unknown_where_no_source_gives_the_factor(visitor: Visitor) -> None:
    refresh(timezone.now())
    client = visitor("province")
    years = CaseFact.objects.filter(metric=Effect.ELECTRICITY_SAVED).values_list("year", flat=True)
    asked = {"group": "energy", "year": str(max(years))}
    told = client.get(reverse("web-statistics"), asked).context
    tce, co2 = told["total"].cells[:2]
    assert (tce == "未知", co2 == "未知") == (False, True)
    assert FACTORS[FactorKey.CO2_PER_KWH].label in told["unknown_factors"]
    shown = next(one for one in told["factors"] if one["factor"] == FactorKey.TCE_PER_KWH)
    assert (shown["value"], shown["mark"]) == ("0.0001229", "recalled")
    assert shown["basis"] == "《综合能耗计算通则》（GB/T 2589-2020）附录A"
    summed = client.get(reverse("web-statistics"), asked | {"to_date": "true"}).context
    past = {year for year in years if year <= timezone.localdate().year}
    each = [client.get(reverse("web-statistics"), asked | {"year": str(year)}).context for year in past]
    in_years = [Decimal(one["total"].cells[0].replace(",", "")) for one in each]
    assert Decimal(summed["total"].cells[0].replace(",", "")) == sum(in_years)
    assert (summed["total"].cells[1], summed["each_its_own"], list(summed["factors"])) == ("未知", True, [])


# --- exports ----------------------------------------------------------------------------------------------------------


def test_an_export_is_asked_for_watched_and_fetched(visitor: Visitor) -> None:
    client = visitor("province")
    page = reverse("web-exports")
    asked = {"kind": "provincial_summary", "year": "2026", "format": "json"}
    assert client.post(page, asked)["Location"] == page
    job = ExportJob.objects.get(requested_by=member("province"))
    assert b'hx-trigger="every 3s"' in client.get(page).content
    content = reverse("web-export-content", args=[job.pk])
    assert client.get(content)["Location"] == page  # not ready yet: said on the page
    assert run_exports()["done"] == 1
    assert b"every 3s" not in client.get(page, headers={"hx-request": "true"}).content
    file = client.get(content)
    assert file["Content-Disposition"].startswith("attachment")
    assert len(b"".join(file.streaming_content)) == ExportJob.objects.get().size  # type: ignore[attr-defined]
    assert visitor("county").get(content).status_code == 404


def test_an_export_that_cannot_be_made_is_refused_with_a_reason(visitor: Visitor) -> None:
    answer = visitor("province").post(
        reverse("web-exports"), {"kind": "provincial_summary", "year": "1999", "format": "xlsx"}, follow=True
    )
    assert [message.level_tag for message in answer.context["messages"]] == ["error"]
    assert not ExportJob.objects.exists()


# --- returns ----------------------------------------------------------------------------------------------------------


@pytest.fixture
def draft(demo: dict[str, Any], db: None) -> UnitReturn:
    """A draft of Jiangsu's province, of a year before the system."""
    unit = ReportingUnit.objects.get(pk="320000")
    return drafting.draft(unit, 2004, by=member("province"))


def test_a_return_is_drafted_corrected_and_imported(visitor: Visitor) -> None:
    client = visitor("province")
    answer = client.post(reverse("web-returns"), {"unit": "320000", "year": "2004"})
    row = UnitReturn.objects.get(year=2004, reporting_unit="320000")
    page = reverse("web-return", args=[row.pk])
    assert answer["Location"] == page
    figure = reverse("web-return-figure", args=[row.pk, "auditors"])
    said = {"value": "12.5", "version": str(row.version), "reason": "", "remark": ""}
    assert client.post(figure, said).status_code == 422
    assert client.post(figure, {**said, "value": "12"})["Location"] == page
    row.refresh_from_db()
    assert row.metrics["auditors"]["value"] == "12"

    form = b"".join(client.get(reverse("web-return-form", args=[row.pk])).streaming_content)
    book = openpyxl.load_workbook(io.BytesIO(form))
    line = next(cells for cells in book[FIGURES].iter_rows() if cells[0].value == "auditors")
    line[3].value = -1
    told = reverse("web-return-import", args=[row.pk])
    answer = client.post(told, {"file": _file(book), "version": str(row.version), "reason": "x"})
    assert [(one.sheet, one.cell, one.rule) for one in answer.context["cells"]] == [
        (FIGURES, line[3].coordinate, "negative")
    ]
    line[3].value = 13
    assert client.post(told, {"file": _file(book), "version": str(row.version), "reason": "核对"})["Location"] == page
    row.refresh_from_db()
    assert row.metrics["auditors"]["value"] == "13"


def _file(book: Any) -> Any:
    held = io.BytesIO()
    book.save(held)
    held.seek(0)
    held.name = "form.xlsx"
    return held


def test_a_return_is_answered_submitted_by_another_and_revised(visitor: Visitor, draft: UnitReturn) -> None:
    client, other = visitor("province"), visitor("province_approver")
    page = reverse("web-return", args=[draft.pk])
    for key in ("trained_national", "trained_local", "auditors", "consultancies"):
        draft.refresh_from_db()
        client.post(reverse("web-return-figure", args=[draft.pk, key]), {"value": "1", "version": draft.version})
    draft.refresh_from_db()
    findings = client.get(page).context["told"]["findings"]
    answers = {f"answer:{one['rule']}:{one['metric']}": "已核对。" for one in findings if one["severity"] != "error"}
    client.post(reverse("web-return-check", args=[draft.pk]), {"version": draft.version, **answers})
    draft.refresh_from_db()
    submit = reverse("web-return-submit", args=[draft.pk])
    said = {"version": str(draft.version), "key": "k1"}
    assert client.post(submit, said).status_code == 422  # an author cannot submit
    answer = other.post(submit, said)
    draft.refresh_from_db()
    assert (answer.status_code, draft.frozen_at is None) == (302, False), answer.context["errors"]
    revised = client.post(reverse("web-return-revise", args=[draft.pk]), {"reason": "补报"})
    assert UnitReturn.objects.get(supersedes=draft).pk.hex in revised["Location"].replace("-", "")


def test_a_stranger_finds_no_return_and_the_nation_can_only_read(visitor: Visitor, draft: UnitReturn) -> None:
    page, figure = reverse("web-return", args=[draft.pk]), reverse("web-return-figure", args=[draft.pk, "auditors"])
    assert visitor("stranger").get(page).status_code == 404
    nation = visitor("national")
    assert (nation.get(page).status_code, nation.get(figure).status_code) == (200, 404)
    assert nation.post(reverse("web-return-discard", args=[draft.pk]), {"version": "1"}).status_code == 302
    assert UnitReturn.objects.filter(pk=draft.pk).exists()
    visitor("province").post(reverse("web-return-discard", args=[draft.pk]), {"version": draft.version})
    assert not UnitReturn.objects.filter(pk=draft.pk).exists()


# --- clients and consultancies ----------------------------------------------------------------------------------------


@pytest.mark.parametrize("view", ["table", "board"])
def test_a_portfolio_holds_the_clients_cases_and_nothing_else(visitor: Visitor, view: str) -> None:
    context = visitor("consultancy").get(reverse("web-portfolio"), {"view": view, "page_size": "200"}).context
    seen = AuditCase.objects.visible_to(member("consultancy"))
    expected = set(seen.values_list("pk", flat=True))
    if view == "table":
        assert {case.pk for case in context["page"]} == expected
    else:
        open_ones = set(seen.filter(closed_on=None).values_list("pk", flat=True))
        assert {case.pk for _, cases in context["board"] for case in cases} == open_ones
    assert context["counts"]["open"] + context["counts"]["closed"] == len(expected)


def test_an_enterprise_engages_a_consultancy_and_withdraws_its_access(visitor: Visitor) -> None:
    client, today = visitor("enterprise"), timezone.localdate().isoformat()
    firm = Consultancy.objects.listed().exclude(contracts__enterprise__organization=member("enterprise").organization)[
        0
    ]
    page = reverse("web-company")
    said = {"consultancy": str(firm.pk), "signed_on": today, "starts_on": today}
    assert client.post(page, {**said, "ends_on": "2001-01-01"}).status_code == 422
    assert client.post(page, said)["Location"] == page
    contract = Contract.objects.get(consultancy=firm, enterprise__organization=member("enterprise").organization)
    end = reverse("web-contract-end", args=[contract.pk])
    client.post(end, {"ended_on": today, "reason": ""})
    contract.refresh_from_db()
    assert contract.ended_on is None
    client.post(end, {"ended_on": today, "reason": "改为自行审核"})
    contract.refresh_from_db()
    assert (contract.ended_on, contract.reason) == (timezone.localdate(), "改为自行审核")


def test_a_certifier_sees_contracts_but_cannot_make_one(visitor: Visitor) -> None:
    answer = visitor("certifier").get(reverse("web-company"))
    assert (answer.context["may"], b'name="consultancy"' in answer.content) == (False, False)


# --- members ----------------------------------------------------------------------------------------------------------


def test_an_administrator_lets_a_colleague_in_and_takes_access_away(visitor: Visitor) -> None:
    client, page = visitor("enterprise_admin"), reverse("web-members")
    said = {"email": "neu@example.com", "name": "新同事", "username": "newcomer", "role": Role.CERTIFIER.value}
    assert client.post(page, {**said, "email": "x"}).status_code == 422
    assert client.post(page, said)["Location"] == page
    named = Membership.objects.get(user__email="neu@example.com")
    assert (named.organization, named.role) == (member("enterprise_admin").organization, Role.CERTIFIER.value)
    remove = reverse("web-member-remove", args=[named.pk])
    assert visitor("enterprise").get(remove).status_code == 404
    assert client.post(remove, {"reason": ""}).status_code == 422
    assert client.post(remove, {"reason": "离职"})["Location"] == page
    named.refresh_from_db()
    assert (named.removed_at is None, named.removal_reason) == (False, "离职")
    assert client.get(reverse("web-member-remove", args=[member("county").pk])).status_code == 404


def test_a_hand_over_is_asked_for_and_decided_by_the_county(visitor: Visitor) -> None:
    asked = {"new_name": "王新", "new_email": "wang@example.com", "new_username": "wang", "grounds": "原管理员离职"}
    assert visitor("certifier").post(reverse("web-handover-ask"), asked)["Location"] == reverse("web-members")
    row = HandoverRequest.objects.get(new_email="wang@example.com")
    decide = reverse("web-handover", args=[row.pk])
    assert visitor("stranger").get(decide).status_code == 404
    county = visitor("county")
    assert reverse("web-handover", args=[row.pk]).encode() in county.get(reverse("web-members")).content
    assert county.post(decide, {"approve": "true", "reason": ""}).status_code == 422
    assert county.post(decide, {"approve": "true", "reason": "已核实公函"}).status_code == 302
    row.refresh_from_db()
    assert row.state == HandoverState.APPROVED


def test_a_lost_letter_gets_a_new_code_shown_once(visitor: Visitor) -> None:
    code = (
        ActivationCode.objects.open(timezone.now())
        .filter(organization__enterprise__sites__scope_code="320509")
        .select_related("organization")[0]
    )
    client, page = visitor("county"), reverse("web-codes")
    found = client.get(page, {"q": code.organization.name})
    assert [(row.name, why) for row, why in found.context["rows"]] == [(code.organization.name, None)]
    answer = client.post(page, {"organization": str(code.organization.pk)})
    assert (len(answer.context["code"]), answer["Cache-Control"]) == (14, "no-store")
    code.refresh_from_db()
    assert code.revoked_at is not None
    above = visitor("province").get(page, {"q": code.organization.name}).context["rows"]
    assert [why for _, why in above] == [NOT_YOURS]
    stranger = visitor("stranger").post(page, {"organization": str(code.organization.pk)})
    assert stranger.status_code == 404


@pytest.mark.parametrize("number", [1, 3, 60])
def test_members_take_the_same_queries_however_many(
    visitor: Visitor, django_assert_num_queries: Any, number: int
) -> None:
    client, by = visitor("enterprise_admin"), member("enterprise_admin")
    for one in range(number):
        user = User.objects.create(username=f"many{one}", email=f"many{one}@example.com", password="!")
        Membership.objects.create(
            user=user, organization=by.organization, role=Role.PREPARER.value, starts_on=date(2020, 1, 1)
        )
    client.get(reverse("web-members"))
    with django_assert_num_queries(12):
        client.get(reverse("web-members"))


# --- operations and law -----------------------------------------------------------------------------------------------


def test_what_was_changed_in_a_register_is_told_with_old_and_new(visitor: Visitor) -> None:
    organization = member("enterprise").organization
    before = organization.name
    organization.name = "改名示例有限公司"
    organization.save()
    newest = changes("organization")[0]
    assert (newest.name, newest.kind) == ("改名示例有限公司", "~")
    assert [(old, new) for _, old, new in newest.fields] == [(before, "改名示例有限公司")]
    shown = visitor("operator").get(reverse("web-operations-changes"), {"register": "organization"})
    assert before in shown.content.decode()


def test_mails_of_the_folder_are_told_without_their_text(visitor: Visitor, settings: Any, tmp_path: Any) -> None:
    settings.EMAIL_BACKEND = "django.core.mail.backends.filebased.EmailBackend"
    settings.EMAIL_FILE_PATH = str(tmp_path)
    from django.core.mail import send_mail

    send_mail("时限提醒", "https://example.com/reset/secret", "a@example.com", ["b@example.com"])
    told = list(mails())
    assert [(one.to, one.subject) for one in told if isinstance(one, Mail)] == [("b@example.com", "时限提醒")]
    shown = visitor("operator").get(reverse("web-operations")).content.decode()
    assert ("时限提醒" in shown, "secret" in shown) == (True, False)


@pytest.mark.parametrize("key", [key.value for key in PROCEDURES])
def test_every_step_of_a_regime_has_its_anchor(visitor: Visitor, key: str) -> None:
    content = visitor("enterprise").get(reverse("web-law-regime", args=[key])).content.decode()
    missing = [step.key for step in PROCEDURES[key].steps if f'id="step-{step.key}"' not in content]  # type: ignore[index]
    assert missing == []


def test_a_regime_that_never_was_is_not_found(visitor: Visitor) -> None:
    assert visitor("enterprise").get(reverse("web-law-regime", args=["Z"])).status_code == 404


@pytest.mark.parametrize("number", [1, 3, 300])
def test_exports_take_the_same_queries_however_many(
    visitor: Visitor, django_assert_num_queries: Any, number: int
) -> None:
    client, by, now = visitor("county"), member("county"), timezone.now()
    job = {"kind": "provincial_summary", "format": "xlsx", "language": "zh-hans", "created_at": now}
    ExportJob.objects.bulk_create(ExportJob(**job, params={"year": 2026}, requested_by=by) for _ in range(number))
    client.get(reverse("web-exports"))
    with django_assert_num_queries(10):
        client.get(reverse("web-exports"))


@pytest.mark.parametrize("view", ["table", "board"])
def test_a_portfolio_takes_the_same_queries_for_one_client_as_for_all(
    visitor: Visitor, django_assert_num_queries: Any, view: str
) -> None:
    client, page = visitor("consultancy"), reverse("web-portfolio")
    client.get(page)
    with CaptureQueriesContext(connection) as all_clients:
        client.get(page, {"view": view})
    kept = AuditCase.objects.visible_to(member("consultancy")).filter(closed_on=None)[0]
    others = Contract.objects.running(timezone.localdate()).exclude(enterprise=kept.enterprise)
    others.update(ended_on=timezone.localdate(), ended_by=member("enterprise"), reason="x")
    with django_assert_num_queries(len(all_clients)):
        assert client.get(page, {"view": view}).context["counts"]["open"] >= 1
