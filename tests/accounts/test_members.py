"""Memberships: given, taken away on record, acted with."""

import datetime
from collections.abc import Callable
from typing import Any

import pytest
from django.core import mail
from django.db import IntegrityError, transaction
from django.db.models import ProtectedError
from django.test import RequestFactory
from django.utils import timezone
from django.utils.timezone import localdate
from rest_framework.test import APIClient

from accounts import errors
from accounts.acting import SESSION_KEY, acting_membership, acting_of, choose_membership, system_membership
from accounts.memberships import grant, name_member, remove
from accounts.models import Membership, Organization, RecordKept, User
from accounts.system import create_system_rows
from audits.procedure.words import ROLES_OF_PARTY, Level, Line, Party, Role
from tests.accounts.conftest import AUTH, LONG_AGO, PASSWORD, code, confirmed, make_user

pytestmark = [pytest.mark.django_db, pytest.mark.urls("tests.accounts.urls")]

SignIn = Callable[[Membership | User], APIClient]
DAY = datetime.date(2026, 3, 10)


def organization_of(party: Party) -> Organization:
    placed: dict[str, str] = (
        {"level": Level.CITY.value, "line": Line.ENERGY.value, "jurisdiction": "3205"}
        if party is Party.AUTHORITY
        else {}
    )
    return Organization.objects.create(party=party.value, name=party.value, **placed)


@pytest.mark.parametrize("party", [party for party in Party if party is not Party.SYSTEM])
def test_a_role_must_belong_to_the_party(party: Party) -> None:
    organization = organization_of(party)
    for role in Role:
        user = make_user(f"user-{role.value}")
        if role is Role.SYSTEM:
            with pytest.raises(errors.SystemIsFixed):
                grant(organization, user, role, by=None, starts_on=DAY)
        elif role in ROLES_OF_PARTY[party]:
            assert grant(organization, user, role, by=None, starts_on=DAY).role == role.value
        else:
            with pytest.raises(errors.RoleOutsideParty):
                grant(organization, user, role, by=None, starts_on=DAY)


def test_nobody_joins_the_system(chief: Membership) -> None:
    with pytest.raises(errors.SystemIsFixed):
        grant(system_membership().organization, chief.user, Role.SYSTEM, by=None, starts_on=DAY)
    with pytest.raises(errors.SystemIsFixed):
        grant(chief.organization, system_membership().user, Role.PREPARER, by=None, starts_on=DAY)


def test_the_same_role_is_not_given_twice(chief: Membership, officer: Membership) -> None:
    with pytest.raises(errors.AlreadyMember):
        grant(chief.organization, chief.user, Role.ORG_ADMIN, by=officer, starts_on=DAY)


def test_removal_keeps_the_record(chief: Membership, now: datetime.datetime) -> None:
    second = grant(chief.organization, make_user("second"), Role.PREPARER, by=chief, starts_on=LONG_AGO)
    remove(second, by=chief, reason="left the company", now=now)
    row = Membership.objects.get(pk=second.pk)
    assert (row.removed_at, row.removed_by, row.removal_reason) == (now, chief.user, "left the company")
    assert row.granted_by == chief.user
    assert list(Membership.objects.active(localdate(now)).of(second.user)) == []
    with pytest.raises(errors.AlreadyRemoved):
        remove(second, by=chief, reason="again", now=now)
    again = grant(chief.organization, second.user, Role.PREPARER, by=chief, starts_on=localdate(now))
    assert again.pk != second.pk


@pytest.mark.parametrize("reason", ["", "   "])
def test_removal_needs_a_reason(chief: Membership, now: datetime.datetime, reason: str) -> None:
    with pytest.raises(errors.ReasonMissing):
        remove(chief, by=chief, reason=reason, now=now, keep_administrator=False)


def test_the_database_refuses_a_removal_that_tells_nothing(chief: Membership, now: datetime.datetime) -> None:
    with pytest.raises(IntegrityError), transaction.atomic():
        Membership.objects.filter(pk=chief.pk).update(removed_at=now)


def test_memberships_are_never_deleted(chief: Membership) -> None:
    with pytest.raises(RecordKept):
        chief.delete()
    with pytest.raises(RecordKept):
        Membership.objects.filter(pk=chief.pk).delete()
    with pytest.raises(ProtectedError):
        chief.user.delete()
    with pytest.raises(RecordKept):
        chief.organization.delete()
    assert Membership.objects.filter(pk=chief.pk).exists()


def test_the_last_administrator_stays(chief: Membership, now: datetime.datetime) -> None:
    with pytest.raises(errors.LastAdministrator):
        remove(chief, by=chief, reason="bye", now=now)
    second = grant(chief.organization, make_user("second"), Role.ORG_ADMIN, by=chief, starts_on=LONG_AGO)
    remove(chief, by=second, reason="bye", now=now)
    with pytest.raises(errors.LastAdministrator):
        remove(second, by=second, reason="bye", now=now)


def test_the_system_is_not_removed(chief: Membership, now: datetime.datetime) -> None:
    with pytest.raises(errors.SystemIsFixed):
        remove(system_membership(), by=chief, reason="no", now=now)


def test_active_counts_both_end_days_in_and_closed_organizations_out(chief: Membership, plant: Organization) -> None:
    one = DAY - datetime.timedelta(days=1), DAY, DAY + datetime.timedelta(days=1)
    for_a_day = grant(plant, make_user("guest"), Role.PREPARER, by=chief, starts_on=DAY, ends_on=DAY)
    active = [Membership.objects.active(on).of(for_a_day.user).exists() for on in one]
    assert active == [False, True, False]
    Organization.objects.filter(pk=plant.pk).update(closed_on=DAY)
    assert [Membership.objects.active(on).of(chief.user).exists() for on in one] == [True, False, False]


@pytest.mark.parametrize(
    "fields",
    [
        {"party": "authority"},
        {"party": "authority", "level": "county", "line": "environment"},
        {"party": "authority", "level": "county", "line": "environment", "jurisdiction": ""},
        {"party": "authority", "level": "nation", "line": "environment", "jurisdiction": "32"},
        {"party": "authority", "level": "county", "line": "", "jurisdiction": "320509"},
        {"party": "enterprise", "jurisdiction": ""},
        {"party": "enterprise", "level": "county"},
        {"party": "guild"},
    ],
)
def test_only_authorities_have_a_jurisdiction_and_all_of_them(db: None, fields: dict[str, str]) -> None:
    with pytest.raises(IntegrityError), transaction.atomic():
        Organization.objects.create(name="x", **fields)


def test_acting_tells_what_pure_code_needs(officer: Membership, chief: Membership) -> None:
    acting = acting_of(officer)
    assert (acting.party, acting.role, acting.level) == (Party.AUTHORITY, Role.OFFICER, Level.COUNTY)
    assert (acting.line, acting.jurisdiction, acting.name) == (Line.ENVIRONMENT, "320509", "Officer")
    assert [acting.covers(scope) for scope in ("320509", "3205", "320508")] == [True, False, False]
    assert acting_of(chief).covers("320509") is False


def request_of(user: User, **headers: str) -> Any:
    request = RequestFactory().get("/", headers=headers)
    request.user, request.session = user, {}
    return request


def test_acts_with_the_named_or_the_chosen_or_the_oldest_membership(chief: Membership, stranger: Membership) -> None:
    later = grant(stranger.organization, chief.user, Role.PREPARER, by=stranger, starts_on=DAY)
    assert acting_membership(request_of(chief.user)) == chief
    assert acting_membership(request_of(chief.user, **{"x-membership": str(later.pk)})) == later
    request = request_of(chief.user)
    choose_membership(request, later.pk)
    assert request.session == {SESSION_KEY: str(later.pk)}
    assert acting_membership(request) == later


def test_nobody_acts_with_the_membership_of_another(chief: Membership, stranger: Membership, now: Any) -> None:
    for foreign in (stranger.pk, system_membership().pk, "00000000-0000-4000-8000-0000000000ff"):
        with pytest.raises(errors.MembershipNotYours):
            acting_membership(request_of(chief.user, **{"x-membership": str(foreign)}))
        with pytest.raises(errors.MembershipNotYours):
            choose_membership(request_of(chief.user), foreign)
    with pytest.raises(errors.MembershipInvalid):
        acting_membership(request_of(chief.user, **{"x-membership": "first"}))
    remove(chief, by=chief, reason="gone", now=now, keep_administrator=False)
    with pytest.raises(errors.MembershipNotYours):
        acting_membership(request_of(chief.user, **{"x-membership": str(chief.pk)}))
    with pytest.raises(errors.MembershipMissing):
        acting_membership(request_of(chief.user))


def test_acting_costs_one_query(chief: Membership, django_assert_num_queries: Any) -> None:
    request = request_of(chief.user)
    with django_assert_num_queries(1):
        assert acting_of(acting_membership(request)).name == "Chief"
        assert acting_membership(request) == chief


def test_the_system_membership_survives_a_second_migration() -> None:
    before = system_membership()
    create_system_rows()
    assert Membership.objects.get(role=Role.SYSTEM.value) == before
    assert acting_of(before).party is Party.SYSTEM


def test_me_shows_only_own_memberships(client_of: SignIn, chief: Membership, stranger: Membership) -> None:
    mine = client_of(chief).get(AUTH + "me/").json()
    assert [row["id"] for row in mine["memberships"]] == [str(chief.pk)]
    client = client_of(chief)
    answer = client.get(AUTH + "me/", headers={"x-membership": str(stranger.pk)})
    assert (answer.status_code, code(answer)) == (403, "membership_not_yours")
    answer = client.get(AUTH + "me/", headers={"x-membership": "nonsense"})
    assert (answer.status_code, code(answer)) == (400, "membership_invalid")


def test_somebody_without_membership_is_told_so(client_of: SignIn) -> None:
    client = client_of(make_user("lonely"))
    assert client.get(AUTH + "me/").json()["acting"] is None
    answer = client.get(AUTH + "memberships/")
    assert (answer.status_code, code(answer)) == (403, "membership_missing")


def test_an_administrator_names_and_removes(
    client_of: SignIn,
    anybody: APIClient,
    chief: Membership,
    stranger: Membership,
    django_capture_on_commit_callbacks: Any,
) -> None:
    client = client_of(chief)
    body = {"email": "Second@example.org", "username": "second", "name": "Second", "role": "certifier"}
    with django_capture_on_commit_callbacks(execute=True):
        named = client.post(AUTH + "memberships/", body, format="json")
    assert named.status_code == 201
    assert [message.to for message in mail.outbox] == [["second@example.org"]]
    uid, _, key = mail.outbox[0].body.partition("/key/")[2].split("/")[0].partition("-")
    reset = {"uid": uid, "key": key, "new_password": PASSWORD}
    assert anybody.post(AUTH + "password/reset/confirm/", reset, format="json").status_code == 204
    second = client_of(User.objects.get(username="second"))
    assert code(second.get(AUTH + "memberships/")) == "only_administrators"
    listed = client.get(AUTH + "memberships/").json()["results"]
    assert [row["user"]["username"] for row in listed] == ["second", "chief"]

    address = f"{AUTH}memberships/{named.json()['id']}/"
    assert client_of(stranger).delete(address + "?reason=x").status_code == 404
    assert code(client.delete(address)) == "reason_missing"
    assert client.delete(address + "?reason=left").json()["removal_reason"] == "left"
    assert code(client.delete(address + "?reason=left")) == "already_removed"
    assert code(second.get(AUTH + "memberships/")) == "membership_missing"


def test_a_person_with_an_account_is_named_without_touching_it(chief: Membership, stranger: Membership) -> None:
    before = confirmed(stranger.user).password
    member = name_member(
        by=chief, email="STRANGER@example.org", username="other", full_name="stranger ", role=Role.PREPARER, on=DAY
    )
    stranger.user.refresh_from_db()
    assert (member.user, stranger.user.username, stranger.user.password) == (stranger.user, "stranger", before)


def test_an_email_tells_no_name_to_who_does_not_know_it(
    client_of: SignIn, chief: Membership, stranger: Membership
) -> None:
    body = {"email": "stranger@example.org", "username": "x", "name": "Somebody", "role": "preparer"}
    answer = client_of(chief).post(AUTH + "memberships/", body, format="json")
    assert (answer.status_code, code(answer)) == (409, "named_otherwise")
    assert b"tranger" not in answer.content
    assert not Membership.objects.of(stranger.user).in_organization(chief.organization).exists()


def test_somebody_who_was_a_member_before_is_known(chief: Membership, stranger: Membership) -> None:
    confirmed(stranger.user)
    before = grant(chief.organization, stranger.user, Role.PREPARER, by=chief, starts_on=LONG_AGO)
    remove(before, by=chief, reason="left", now=timezone.now())
    again = name_member(
        by=chief, email="stranger@example.org", username="x", full_name="S.", role=Role.PREPARER, on=DAY
    )
    assert again.user == stranger.user


def test_a_role_of_another_party_is_refused_and_makes_no_account(client_of: SignIn, chief: Membership) -> None:
    body = {"email": "x@example.org", "username": "xx", "name": "X", "role": "approver"}
    answer = client_of(chief).post(AUTH + "memberships/", body, format="json")
    assert (answer.status_code, code(answer)) == (400, "role_outside_party")
    assert not User.objects.filter(username="xx").exists()


@pytest.mark.parametrize("more", [0, 2])
def test_the_list_of_members_costs_the_same_for_few_and_many(
    client_of: SignIn, chief: Membership, django_assert_num_queries: Any, more: int
) -> None:
    for number in range(more):
        grant(chief.organization, make_user(f"p{number}"), Role.PREPARER, by=chief, starts_on=DAY)
    client = client_of(chief)
    with django_assert_num_queries(3):  # token, acting membership, members
        assert len(client.get(AUTH + "memberships/").json()["results"]) == more + 1


def test_my_language_is_kept_and_answers_me(client_of: SignIn, chief: Membership) -> None:
    client = client_of(chief)
    assert client.patch(AUTH + "me/", {"language": "en"}, format="json").json()["language"] == "en"
    assert client.patch(AUTH + "me/", {"language": "fr"}, format="json").status_code == 400
    token = client.defaults["HTTP_AUTHORIZATION"]
    plain = APIClient(HTTP_AUTHORIZATION=token)
    assert plain.patch(AUTH + "me/", {}, format="json").json()["errors"][0]["detail"] == "This field is required."
    User.objects.filter(pk=chief.user_id).update(language="zh-hans")
    assert plain.patch(AUTH + "me/", {}, format="json").json()["errors"][0]["detail"] == "该字段是必填项。"
