"""The demo: made once, kept the second time, whole, with every state people want to see, and each user sees only theirs."""

from collections.abc import Iterator
from datetime import date, timedelta
from typing import Any

import pytest
from django.utils import timezone
from rest_framework.test import APIClient

from accounts.activation import organization_of
from accounts.models import Membership, User
from audits.demo import people, prepare
from audits.models import AuditCase, Deadline, DutyYear, Event, Option
from audits.procedure.registry import PROCEDURES, regime_on
from audits.procedure.words import CostClass, EntryStatus, ListStatus, Phase, RegimeKey
from audits.workflow import verify
from audits.workflow.state import is_suspended
from enterprises.codes import Verdict, check_credit_code
from enterprises.models import Consultancy, Enterprise, KeyEnterpriseList, ListImport, Listing
from tests import kept_demo

# On PostgreSQL the demo is filled for the tests in the browser, which read it there.
pytestmark = [pytest.mark.django_db, pytest.mark.embedded, pytest.mark.xdist_group(kept_demo.GROUP)]
OF_CASES = set(Phase) - {Phase.LISTING, Phase.ORDERS}  # what a case can be in: listing is before it, orders are in any


@pytest.fixture(scope="module")
def demo(django_db_setup: None, django_db_blocker: Any) -> Iterator[dict[str, Any]]:
    """A filled demo for all tests of this file; rolled back at the end."""
    with kept_demo.given(django_db_blocker) as told:
        yield told


@pytest.fixture
def today(demo: dict[str, Any]) -> date:
    return timezone.localdate()


def sign_in(username: str) -> APIClient:
    """A client with a token of the user."""
    client = APIClient()
    answer = client.post("/api/v1/auth/token/", {"username": username, "password": kept_demo.PASSWORD})
    assert answer.status_code == 201, answer.content
    client.credentials(HTTP_AUTHORIZATION=f"Token {answer.json()['token']}")
    return client


def cases_of(client: APIClient) -> set[str]:
    """The numbers of all cases a user is shown, page by page."""
    found: set[str] = set()
    url = "/api/v1/cases/"
    while url:
        page = client.get(url).json()
        found |= {row["number"] for row in page["results"]}
        url = page["next"]
    return found


def numbers(**conditions: Any) -> set[str]:
    return set(AuditCase.objects.filter(**conditions).values_list("number", flat=True))


def test_a_second_prepare_keeps_everything_and_adds_nothing(demo):
    newest = Event.objects.order_by("-pk").first()
    assert demo["created"] is True
    again = prepare()
    assert again == {"created": False, "password": kept_demo.PASSWORD, "counts": demo["counts"]}
    assert Event.objects.order_by("-pk").first() == newest


def test_it_is_large_and_has_every_phase_and_regime(demo):
    assert demo["counts"]["cases"] >= 40
    assert demo["counts"]["lists"] >= 6
    assert set(AuditCase.objects.values_list("phase", flat=True)) == OF_CASES
    assert {RegimeKey.A, RegimeKey.C, regime_on(timezone.localdate() - timedelta(days=3))} <= set(
        AuditCase.objects.values_list("regime", flat=True)
    )
    assert numbers(published_on=date(2008, 8, 1), closed_on__isnull=False, phase=Phase.CLOSED)


def test_every_action_of_the_procedure_happens_at_least_once(demo):
    known = {step.key for procedure in PROCEDURES.values() for step in procedure.steps}
    assert known - set(Event.objects.values_list("action", flat=True).distinct()) == set()


def test_the_log_is_whole_and_what_is_stored_is_what_it_says(demo):
    assert [str(finding) for finding in verify.verify_all()] == []


@pytest.mark.parametrize(
    ("step", "days"), [("start_audit", 1), ("submit_report", 7), ("submit_report", -3), ("apply_acceptance", -40)]
)
def test_dates_that_matter_lie_where_they_were_put(demo, today, step, days):
    rows = AuditCase.objects.filter(next_due_step=step, next_due_on=today + timedelta(days=days))
    assert rows.count() >= 1


def test_what_can_go_wrong_has_gone_wrong_somewhere(demo, today):
    still_open = list(AuditCase.objects.filter(closed_on=None))
    assert [case for case in still_open if is_suspended(case.state)]
    assert [case for case in still_open if case.state["extensions"]]
    assert [case for case in still_open if case.state["values"].get("objections")]
    assert [case for case in still_open if case.state["results"].get("decide_acceptance") == "unqualified"]
    assert [case for case in still_open if case.state["results"].get("decide_assessment") == "supplement"]
    assert [case for case in still_open if case.attempt == 2]
    assert {"reopen_case", "next_list"} == {
        case.state["values"]["redo_mode"] for case in AuditCase.objects.all() if case.state["values"].get("redo_mode")
    }
    assert Enterprise.objects.filter(merged_into__isnull=False).count() == 1
    late = Deadline.objects.open().filter(duty__isnull=False, due_on__lt=today)
    assert [row.step for row in late] == ["submit_annual_plan"]


def test_every_unit_has_its_duties_of_the_year(demo, today):
    assert DutyYear.objects.filter(year=today.year).count() == 37


def test_lists_stand_in_every_state(demo, today):
    assert {ListStatus.COLLECTING, ListStatus.PUBLISHED} <= set(
        KeyEnterpriseList.objects.values_list("status", flat=True)
    )
    assert {
        EntryStatus.NOMINATED,
        EntryStatus.SUBMITTED,
        EntryStatus.VERIFIED,
        EntryStatus.DOUBTFUL,
        EntryStatus.DROPPED,
        EntryStatus.PUBLISHED,
    } <= set(Listing.objects.values_list("status", flat=True))
    imported = ListImport.objects.get()
    assert (imported.report["accepted"], imported.report["rejected"]) == (8, 1)
    assert imported.applied_at is not None


def test_letters_to_new_enterprises_open_their_accounts(demo):
    letters = people.open_codes()
    assert len(letters) == 4
    for letter in letters:
        organization = organization_of(letter.credit_code)
        assert organization is not None
        assert organization.name == letter.organization
        assert not Membership.objects.filter(organization=organization).exists()


def test_effects_are_planned_and_verified_over_the_years(demo):
    assert set(Option.objects.values_list("cost_class", flat=True)) == set(CostClass)
    from audits.models import OptionEffect

    verified = set(OptionEffect.objects.filter(verified__isnull=False).values_list("year", flat=True))
    assert {2009, 2010, 2011, 2015, 2020} <= verified
    assert OptionEffect.objects.filter(verified__isnull=True, planned__isnull=False).exists()


def test_nobody_in_it_exists(demo):
    for enterprise in Enterprise.objects.all():
        assert "示例" in enterprise.name
        assert check_credit_code(enterprise.credit_code or "").verdict is Verdict.OK
    for firm in Consultancy.objects.select_related("organization"):
        assert "示例" in firm.organization.name
    demo_people = User.objects.filter(email__endswith=f"@{people.DOMAIN}")
    assert all("演示" in user.full_name for user in demo_people)


# --- who sees what ----------------------------------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("username", "scope"),
    [
        ("national", ""),
        ("province", "32"),
        ("city", "3205"),
        ("county", "320509"),
        ("dalian", "2102"),
        ("liaoning", "21"),
    ],
)
def test_an_authority_sees_the_environment_cases_of_its_place_and_no_others(demo, username, scope):
    expected = numbers(scope_code__startswith=scope, line_environment=True)
    assert expected
    assert cases_of(sign_in(username)) == expected


def test_the_enterprise_and_its_certifier_see_their_own(demo):
    own = numbers(enterprise__name="青川示例电镀有限公司")
    assert len(own) == 5
    assert cases_of(sign_in("enterprise")) == own
    assert cases_of(sign_in("certifier")) == own


def test_the_consultancy_sees_clients_while_a_contract_runs(demo, today):
    shown = cases_of(sign_in("consultancy"))
    current = numbers(
        site__contracts__consultancy__organization__name="青禾示例清洁生产咨询有限公司",
        site__contracts__starts_on__lte=today,
        site__contracts__ends_on__gte=today,
    )
    assert shown == current
    assert 0 < len(shown) < AuditCase.objects.count()


def test_the_expert_sees_open_assignments(demo):
    shown = cases_of(sign_in("expert"))
    assert shown == numbers(assignments__membership__user__username="expert", assignments__ended_on=None)
    assert shown


def test_the_operator_gets_into_the_admin_but_sees_no_case(demo, client):
    assert cases_of(sign_in("operator")) == set()
    client.force_login(User.objects.get(username="operator"), backend="accounts.backends.AuthenticationBackend")
    assert client.get("/admin/").status_code == 200


def test_a_stranger_sees_nothing_of_jiangsu(demo):
    stranger = sign_in("stranger")
    assert cases_of(stranger) == set()
    assert stranger.get("/api/v1/lists/").json()["results"] == []
    one = AuditCase.objects.filter(scope_code="320509").first()
    assert one is not None
    assert stranger.get(f"/api/v1/cases/{one.pk}/").status_code == 404


def test_the_named_people_find_something_to_do(demo):
    """`actions/` of a case of each shows at least one allowed act."""
    waiting = {
        "enterprise": {"enterprise__name": "青川示例电镀有限公司", "next_due_step": "start_audit"},
        "county": {"scope_code": "320509", "phase": Phase.REPORT},
        "city": {"scope_code": "320509", "phase": Phase.ASSESSMENT},
        "province": {"scope_code": "320115", "phase": Phase.ACCEPTANCE},
        "expert": {"assignments__membership__user__username": "expert", "assignments__ended_on": None},
    }
    for username, conditions in waiting.items():
        client = sign_in(username)
        allowed: set[str] = set()
        for case in AuditCase.objects.filter(closed_on=None, **conditions):
            actions = client.get(f"/api/v1/cases/{case.pk}/actions/").json()
            allowed |= {row["action"] for row in actions if row["allowed"]}
        assert allowed, username
