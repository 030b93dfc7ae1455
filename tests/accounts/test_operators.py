"""Django's admin: who gets in, and that it has no way round the rules."""

import datetime
from typing import Any

import pytest
from allauth.account.models import EmailAddress
from allauth.mfa.models import Authenticator
from allauth.mfa.totp.internal.auth import TOTP
from django.conf import settings
from django.contrib.admin import site
from django.contrib.admin.models import LogEntry
from django.core import mail
from django.test import Client

from accounts import activation
from accounts.memberships import grant
from accounts.models import Membership, Organization, User
from accounts.system import SYSTEM_USER_ID
from audits.procedure.words import Party, Role
from tests.accounts.conftest import LONG_AGO, PASSWORD, make_user

pytestmark = [pytest.mark.django_db, pytest.mark.urls("tests.accounts.urls")]


@pytest.fixture
def operator(db: None) -> Membership:
    service = Organization.objects.create(party=Party.OPERATOR.value, name="Service")
    return grant(service, make_user("operator", language="en"), Role.OPERATOR, by=None, starts_on=LONG_AGO)


@pytest.fixture
def desk(client: Client, operator: Membership) -> Client:
    client.force_login(operator.user)
    return client


def test_only_operators_get_in(client: Client, chief: Membership, operator: Membership) -> None:
    anonymous = client.get("/admin/login/?next=/admin/accounts/user/")
    assert anonymous["Location"] == "/accounts/login/?next=/admin/accounts/user/"
    client.force_login(chief.user)
    assert client.get("/admin/accounts/user/", follow=True).status_code == 403
    client.force_login(operator.user)
    assert client.get("/admin/accounts/user/").status_code == 200
    assert client.get("/admin/login/?next=https://elsewhere.example/")["Location"] == "/admin/"


def test_an_operator_whose_role_was_removed_is_out(
    desk: Client, operator: Membership, chief: Membership, now: datetime.datetime
) -> None:
    from accounts.memberships import remove

    remove(operator, by=chief, reason="left", now=now, keep_administrator=False)
    assert desk.get("/admin/", follow=True).status_code == 403


def test_every_page_of_the_room_opens(desk: Client, officer: Membership, plant: Organization, now: Any) -> None:
    activation.issue(plant, by=officer, now=now)
    for name in ("user", "organization", "membership", "activationcode", "handoverrequest"):
        page = desk.get(f"/admin/accounts/{name}/")
        assert page.status_code == 200, name
        assert "delete_selected" not in page.content.decode()


def test_codes_and_secrets_are_not_shown(desk: Client, officer: Membership, plant: Organization, now: Any) -> None:
    activation.issue(plant, by=officer, now=now)
    row = plant.activation_codes.get()
    page = desk.get(f"/admin/accounts/activationcode/{row.pk}/change/")
    assert page.status_code == 200
    assert row.code_hash not in page.content.decode()
    assert row.nonce not in page.content.decode()
    assert desk.get("/admin/accounts/activationcode/add/").status_code == 403
    assert not site.is_registered(Authenticator)


def test_granting_in_the_admin_keeps_the_rule_and_tells_who(
    desk: Client, operator: Membership, plant: Organization
) -> None:
    person = make_user("person")
    body = {"user": str(person.pk), "organization": str(plant.pk), "starts_on": "2026-03-01", "ends_on": ""}
    refused = desk.post("/admin/accounts/membership/add/", body | {"role": Role.APPROVER.value})
    assert "This role does not exist in an organization of this kind." in refused.content.decode()
    assert desk.post("/admin/accounts/membership/add/", body | {"role": Role.PREPARER.value}).status_code == 302
    row = Membership.objects.get(user=person)
    assert (row.role, row.granted_by) == (Role.PREPARER.value, operator.user)


def test_removing_in_the_admin_asks_for_a_reason(desk: Client, operator: Membership, chief: Membership) -> None:
    body = {"action": "remove_access", "_selected_action": [str(chief.pk)]}
    assert "Chief" in desk.post("/admin/accounts/membership/", body).content.decode()
    chief.refresh_from_db()
    assert chief.removed_at is None
    desk.post("/admin/accounts/membership/", body | {"reason": "asked by letter"})
    chief.refresh_from_db()
    assert (chief.removed_by, chief.removal_reason) == (operator.user, "asked by letter")
    assert desk.post(f"/admin/accounts/membership/{chief.pk}/change/", {}).status_code == 403
    assert desk.post(f"/admin/accounts/membership/{chief.pk}/delete/", {"post": "yes"}).status_code == 403


def test_an_operator_cannot_rise_to_superuser_nor_touch_one(desk: Client, operator: Membership) -> None:
    body = {
        "username": "operator",
        "email": "operator@example.org",
        "full_name": "Operator",
        "language": "en",
        "is_active": "on",
        "is_staff": "on",
        "is_superuser": "on",
    }
    assert desk.post(f"/admin/accounts/user/{operator.user_id}/change/", body).status_code == 302
    operator.user.refresh_from_db()
    assert (operator.user.is_staff, operator.user.is_superuser) == (False, False)
    root = User.objects.create_superuser("root", "root@example.org", PASSWORD)
    assert desk.post(f"/admin/accounts/user/{root.pk}/change/", body).status_code == 403
    assert desk.post(f"/admin/accounts/user/{root.pk}/password/", {}).status_code == 403
    assert desk.post(f"/admin/accounts/user/{SYSTEM_USER_ID}/change/", body).status_code == 403


def test_an_operator_sets_nobodys_password_but_has_a_link_mailed(
    desk: Client, chief: Membership, django_capture_on_commit_callbacks: Any
) -> None:
    before = chief.user.password
    chosen = {
        "password1": "another-river-88",
        "password2": "another-river-88",
        "password": "x",
        "usable_password": "true",
    }
    assert desk.post(f"/admin/accounts/user/{chief.user_id}/password/", chosen).status_code == 403
    page = desk.get(f"/admin/accounts/user/{chief.user_id}/change/").content.decode()
    assert "password1" not in page
    assert "../password/" not in page
    person = {"username": "newcomer", "email": "newcomer@example.org", "full_name": "New", "language": "en"}
    with django_capture_on_commit_callbacks(execute=True):
        assert desk.post("/admin/accounts/user/add/", person | chosen).status_code == 302
    made = User.objects.get(username="newcomer")
    assert not made.has_usable_password()
    asked = {"action": "mail_password_link", "_selected_action": [str(chief.user_id)]}
    assert desk.post("/admin/accounts/user/", asked).status_code == 302
    assert [message.to for message in mail.outbox] == [["newcomer@example.org"], [chief.user.email]]
    chief.user.refresh_from_db()
    assert chief.user.password == before


def test_an_operator_does_not_change_the_address_of_another(desk: Client, chief: Membership) -> None:
    """Else the link to set the password would go where the operator reads it. Not a superuser either."""
    body = {"username": "chief", "email": "mine@example.org", "full_name": "Chief Two", "language": "en"}
    body |= {"is_active": "on"}
    root = Client()
    root.force_login(User.objects.create_superuser("root", "root@example.org", PASSWORD))
    for client in (desk, root):
        assert client.post(f"/admin/accounts/user/{chief.user_id}/change/", body).status_code == 302
        chief.user.refresh_from_db()
        assert (chief.user.email, chief.user.full_name) == ("chief@example.org", "Chief Two")
    assert not site.is_registered(EmailAddress)


def test_who_loses_the_second_factor_to_an_operator_hears_of_it_and_it_is_on_record(
    desk: Client, operator: Membership, chief: Membership, stranger: Membership, django_capture_on_commit_callbacks: Any
) -> None:
    TOTP.activate(chief.user, "JBSWY3DPEHPK3PXP")
    asked = {
        "action": "switch_second_factor_off",
        "_selected_action": [str(chief.user_id), str(stranger.user_id)],  # of whom one has none
    }
    with django_capture_on_commit_callbacks(execute=True):
        assert desk.post("/admin/accounts/user/", asked).status_code == 302
    assert not Authenticator.objects.filter(user=chief.user).exists()
    assert [(one.to, one.subject) for one in mail.outbox] == [(["chief@example.org"], "您的双重验证已被关闭")]
    assert "Operator" in mail.outbox[0].body
    entry = LogEntry.objects.get(object_id=str(chief.user_id))
    assert (entry.user, entry.get_change_message()) == (operator.user, "Second factor switched off")


def test_operators_may_see_but_not_change_what_belongs_to_cases(operator: Membership, chief: Membership) -> None:
    may = {name: operator.user.has_perm(name) for name in ("audits.view_auditcase", "audits.change_auditcase")}
    assert may == {"audits.view_auditcase": True, "audits.change_auditcase": False}
    assert operator.user.has_perm("enterprises.change_enterprise") is True
    assert chief.user.has_perm("enterprises.view_enterprise") is False


def test_a_national_authority_can_be_made(desk: Client) -> None:
    body = {"party": "authority", "name": "Ministry", "level": "nation", "line": "environment", "jurisdiction": ""}
    assert desk.post("/admin/accounts/organization/add/", body).status_code == 302
    assert Organization.objects.get(name="Ministry").jurisdiction == ""
    body = {"party": "enterprise", "name": "Plant", "level": "", "line": "", "jurisdiction": ""}
    assert desk.post("/admin/accounts/organization/add/", body).status_code == 302
    made = Organization.objects.get(name="Plant")
    assert made.jurisdiction is None
    assert made.history.get().history_user is not None
    body = {"party": "authority", "name": "Nowhere", "level": "county", "line": "environment", "jurisdiction": ""}
    assert desk.post("/admin/accounts/organization/add/", body).status_code == 200


def test_locked_out_pages_say_so(client: Client, chief: Membership) -> None:
    for _ in range(settings.AXES_FAILURE_LIMIT):
        answer = client.post(
            "/accounts/login/", {"login": "chief", "password": "wrong"}, headers={"accept-language": "en"}
        )
    assert answer.status_code == 429
    assert "Too many failed attempts" in answer.content.decode()


def test_pages_speak_the_language_of_the_account(client: Client) -> None:
    reader = make_user("reader", language="en")
    client.force_login(reader)
    english = client.get("/accounts/password/change/", headers={"accept-language": "zh-hans"})
    assert english["Content-Language"] == "en"
    User.objects.filter(pk=reader.pk).update(language="zh-hans")
    chinese = client.get("/accounts/password/change/", headers={"accept-language": "en"})
    assert chinese["Content-Language"] == "zh-hans"
