"""First access by a one-time code, and hand-over later."""

import datetime
import re
from collections.abc import Callable
from typing import Any

import pytest
from django.core import mail
from django.db import IntegrityError, transaction
from django.test import override_settings
from django.utils.timezone import localdate
from rest_framework.exceptions import ValidationError
from rest_framework.test import APIClient

from accounts import errors
from accounts.activation import ALPHABET, code_of, issue, issue_many, normalize, redeem, reissue
from accounts.handover import decide_handover, request_handover
from accounts.memberships import grant
from accounts.models import ActivationCode, HandoverRequest, HandoverState, Membership, Organization, RecordKept, User
from audits.procedure.words import Level, Line, Party, Role
from tests.accounts.conftest import AUTH, CREDIT_CODE, LONG_AGO, PASSWORD, code, make_user
from tests.racing import together

pytestmark = [pytest.mark.django_db, pytest.mark.urls("tests.accounts.urls")]

SignIn = Callable[[Membership | User], APIClient]
NEW = {"username": "founder", "email": "founder@example.org", "full_name": "Founder", "password": PASSWORD}


def plants(number: int) -> list[Organization]:
    return Organization.objects.bulk_create(
        Organization(party=Party.ENTERPRISE.value, name=f"Plant {index}") for index in range(number)
    )


def test_a_code_opens_the_account_once(officer: Membership, plant: Organization, now: datetime.datetime) -> None:
    text = issue(plant, by=officer, now=now)
    assert re.fullmatch(f"[{ALPHABET}]{{4}}-[{ALPHABET}]{{4}}-[{ALPHABET}]{{4}}", text)
    membership = redeem(text, plant, **NEW, now=now)
    assert (membership.organization, membership.role, membership.user.username) == (plant, "org_admin", "founder")
    row = ActivationCode.objects.get()
    assert (row.used_at, row.used_by) == (now, membership.user)
    with pytest.raises(errors.ActivationInvalid):
        redeem(text, plant, **NEW | {"username": "b", "email": "b@example.org"}, now=now)
    assert User.objects.filter(username="b").count() == 0


def test_only_a_keyed_hash_is_stored_yet_the_letter_can_be_printed_again(
    officer: Membership, plant: Organization, now: datetime.datetime
) -> None:
    text = issue(plant, by=officer, now=now)
    row = ActivationCode.objects.get()
    assert text not in str(ActivationCode.objects.values().get())
    assert code_of(row, now) == text
    with override_settings(SECRET_KEY="another-key", SECRET_KEY_FALLBACKS=[]):
        with pytest.raises(errors.CodeUnavailable):
            code_of(row, now)
        with pytest.raises(errors.ActivationInvalid):
            redeem(text, plant, **NEW, now=now)


def test_codes_survive_a_change_of_the_secret_key(
    officer: Membership, plant: Organization, now: datetime.datetime, settings: Any
) -> None:
    text = issue(plant, by=officer, now=now)
    settings.SECRET_KEY_FALLBACKS = [settings.SECRET_KEY]
    settings.SECRET_KEY = "the-new-key-0123456789-abcdefghijklmnopqrstuvwxyz"
    assert code_of(ActivationCode.objects.get(), now) == text
    assert issue(plant, by=officer, now=now) == text
    assert redeem(text, plant, **NEW, now=now).organization == plant


def test_codes_are_read_as_people_type_them() -> None:
    assert normalize(" o1il-ab c0-xyz9 ") == "0111-ABC0-XYZ9"


def test_used_revoked_and_expired_codes_are_not_shown_again(
    officer: Membership, plant: Organization, registers: None, now: datetime.datetime
) -> None:
    first = issue(plant, by=officer, now=now)
    second = reissue(plant, by=officer, now=now)
    assert first != second
    revoked, fresh = ActivationCode.objects.get(revoked_at=now), ActivationCode.objects.open(now).get()
    with pytest.raises(errors.CodeUnavailable):
        code_of(revoked, now)
    with pytest.raises(errors.CodeUnavailable):
        code_of(fresh, fresh.expires_at)
    redeem(second, plant, **NEW, now=now)
    fresh.refresh_from_db()
    with pytest.raises(errors.CodeUnavailable):
        code_of(fresh, now)


def test_wrong_organization_wrong_code_revoked_and_expired_get_one_answer(
    officer: Membership, plant: Organization, stranger: Membership, registers: None, now: datetime.datetime
) -> None:
    old = issue(plant, by=officer, now=now)
    text = reissue(plant, by=officer, now=now)
    late = now + datetime.timedelta(days=181)
    for given, organization, when in [
        (text, None, now),
        (text, stranger.organization, now),
        (text, officer.organization, now),
        ("0000-0000-0000", plant, now),
        ("", plant, now),
        (old, plant, now),
        (text, plant, late),
    ]:
        with pytest.raises(errors.ActivationInvalid):
            redeem(given, organization, **NEW, now=when)
    assert User.objects.filter(username="founder").count() == 0


def test_a_refused_user_leaves_the_code_unused(
    officer: Membership, plant: Organization, now: datetime.datetime
) -> None:
    text = issue(plant, by=officer, now=now)
    for wrong, field in [
        ({"username": "officer"}, "username"),
        ({"username": "a@b"}, "username"),
        ({"email": "OFFICER@example.org"}, "email"),
        ({"password": "short"}, "password"),
    ]:
        with pytest.raises(ValidationError) as refused:
            redeem(text, plant, **NEW | wrong, now=now)
        assert list(refused.value.detail) == [field]
    assert redeem(text, plant, **NEW, now=now).organization == plant


def test_many_codes_cost_as_many_queries_as_few(
    officer: Membership, now: datetime.datetime, django_assert_num_queries: Any
) -> None:
    few, many = plants(2), plants(60)
    for organizations in (few, many):
        with django_assert_num_queries(6):  # a savepoint and its release, lock, members, codes, insert
            codes = issue_many(organizations, by=officer, now=now)
        assert codes.keys() == {organization.pk for organization in organizations}
        assert len(set(codes.values())) == len(organizations)


def test_issuing_again_keeps_open_codes_and_replaces_expired_ones(
    officer: Membership, chief: Membership, now: datetime.datetime
) -> None:
    organizations = plants(3)
    first = issue_many([*organizations, chief.organization], by=officer, now=now)
    assert chief.organization_id not in first
    assert issue_many(organizations, by=officer, now=now) == first
    later = now + datetime.timedelta(days=200)
    second = issue_many(organizations, by=officer, now=later)
    assert not set(first.values()) & set(second.values())
    assert ActivationCode.objects.open(later).count() == 3
    assert ActivationCode.objects.filter(revoked_at=later).count() == 3


def test_two_unused_codes_for_one_organization_are_impossible(
    officer: Membership, plant: Organization, now: datetime.datetime
) -> None:
    issue(plant, by=officer, now=now)
    row = ActivationCode.objects.get()
    row.pk, row.code_hash = None, "x"
    with pytest.raises(IntegrityError), transaction.atomic():
        row.save(force_insert=True)
    with pytest.raises(RecordKept):
        ActivationCode.objects.all().delete()


def test_only_the_supervising_county_reissues_and_only_before_first_access(
    officer: Membership, chief: Membership, stranger: Membership, registers: None, now: datetime.datetime
) -> None:
    other_county = Organization.objects.create(
        party=Party.AUTHORITY.value,
        name="Elsewhere",
        level=Level.COUNTY.value,
        line=Line.ENVIRONMENT.value,
        jurisdiction="330109",
    )
    other = grant(other_county, make_user("other"), Role.OFFICER, by=None, starts_on=LONG_AGO)
    for by in (other, chief, stranger):
        with pytest.raises(errors.NotSupervising):
            reissue(chief.organization, by=by, now=now)
    with pytest.raises(errors.AlreadyActivated):
        reissue(chief.organization, by=officer, now=now)


def test_from_letter_to_second_user_through_the_api(
    client_of: SignIn, anybody: APIClient, officer: Membership, plant: Organization, registers: None
) -> None:
    letter = client_of(officer).post(AUTH + "activation-codes/", {"organization": str(plant.pk)}, format="json").json()
    body = {key: NEW[key] for key in ("username", "email", "password")} | {"name": "Founder", "code": letter["code"]}
    wrong = anybody.post(AUTH + "activate/", body | {"credit_code": "91320509TEST000002"}, format="json")
    assert (wrong.status_code, code(wrong)) == (400, "activation_invalid")
    opened = anybody.post(AUTH + "activate/", body | {"credit_code": CREDIT_CODE.lower()}, format="json")
    assert opened.status_code == 201, opened.json()
    founder = client_of(User.objects.get(username="founder"))
    second = {"email": "s@example.org", "username": "s", "name": "S", "role": "certifier"}
    assert founder.post(AUTH + "memberships/", second, format="json").status_code == 201


def test_a_stranger_learns_nothing_of_an_organization(
    client_of: SignIn, stranger: Membership, chief: Membership, registers: None
) -> None:
    client = client_of(stranger)
    for organization in (chief.organization_id, "00000000-0000-4000-8000-0000000000ff"):
        answer = client.post(AUTH + "activation-codes/", {"organization": str(organization)}, format="json")
        assert answer.status_code == 404


def ask(organization: Organization, by: User | None, now: datetime.datetime, **changes: Any) -> HandoverRequest:
    fields: dict[str, Any] = {
        "requested_by": by,
        "new_username": "heir",
        "new_email": "heir@example.org",
        "new_full_name": "Heir",
        "grounds": "retires",
        "now": now,
    }
    return request_handover(organization, **fields | changes)


def test_an_approved_hand_over_removes_the_old_and_lets_the_new_in(
    officer: Membership,
    chief: Membership,
    registers: None,
    now: datetime.datetime,
    django_capture_on_commit_callbacks: Any,
) -> None:
    preparer = grant(chief.organization, make_user("preparer"), Role.PREPARER, by=chief, starts_on=LONG_AGO)
    asked = ask(chief.organization, chief.user, now)
    with django_capture_on_commit_callbacks(execute=True):
        decided = decide_handover(asked, by=officer, approve=True, reason="letter of 3 March", now=now)
    assert (decided.state, decided.decided_by, decided.reason) == ("approved", officer, "letter of 3 March")
    active = Membership.objects.active(localdate(now)).in_organization(chief.organization)
    assert {row.user.username: row.role for row in active} == {"heir": "org_admin", "preparer": preparer.role}
    chief.refresh_from_db()
    assert (chief.removed_by, chief.removal_reason) == (officer.user, f"hand-over {asked.pk}")
    assert [(one.to, one.subject) for one in mail.outbox] == [
        (["chief@example.org"], "Clear Water Dyeing的账户已移交"),
        (["heir@example.org"], "您已获得Clear Water Dyeing的访问权限"),
    ]
    with pytest.raises(errors.HandoverDecided):
        decide_handover(asked, by=officer, approve=False, reason="no", now=now)


@pytest.mark.parametrize(("asks", "told"), [("officer", ["chief", "second"]), ("chief", ["second"])])
def test_the_present_administrators_hear_that_a_hand_over_was_asked_for(
    officer: Membership,
    chief: Membership,
    stranger: Membership,
    now: datetime.datetime,
    django_capture_on_commit_callbacks: Any,
    asks: str,
    told: list[str],
) -> None:
    """But for the one who asks; nobody else, and no administrator of before."""
    plant, by = chief.organization, {"officer": officer, "chief": chief}[asks]
    grant(plant, make_user("second"), Role.ORG_ADMIN, by=chief, starts_on=LONG_AGO)
    grant(plant, make_user("preparer"), Role.PREPARER, by=chief, starts_on=LONG_AGO)
    grant(plant, make_user("former"), Role.ORG_ADMIN, by=chief, starts_on=LONG_AGO, ends_on=LONG_AGO)
    with django_capture_on_commit_callbacks(execute=True):
        ask(plant, by.user, now)
    assert sorted(one.to for one in mail.outbox) == [[f"{name}@example.org"] for name in told]
    assert {one.subject for one in mail.outbox} == {"有人申请移交Clear Water Dyeing的账户"}
    assert all("Heir" in one.body for one in mail.outbox)


def test_a_refused_hand_over_changes_nothing(
    officer: Membership, chief: Membership, registers: None, now: datetime.datetime
) -> None:
    decided = decide_handover(
        ask(chief.organization, None, now, requested_by_text="a letter"),
        by=officer,
        approve=False,
        reason="no",
        now=now,
    )
    assert decided.state == HandoverState.REFUSED
    active = Membership.objects.active(localdate(now)).in_organization(chief.organization)
    assert [row.pk for row in active] == [chief.pk]
    assert not User.objects.filter(username="heir").exists()


def test_who_may_not_decide(
    officer: Membership, chief: Membership, stranger: Membership, registers: None, now: datetime.datetime
) -> None:
    asked = ask(chief.organization, officer.user, now)
    for by in (chief, stranger):
        with pytest.raises(errors.NotSupervising):
            decide_handover(asked, by=by, approve=True, reason="x", now=now)
    with pytest.raises(errors.HandoverNeedsTwo):
        decide_handover(asked, by=officer, approve=True, reason="x", now=now)
    with pytest.raises(errors.HandoverPending):
        ask(chief.organization, chief.user, now)
    with pytest.raises(errors.ReasonMissing):
        ask(stranger.organization, None, now)


def test_hand_over_through_the_api_shows_a_stranger_nothing(
    client_of: SignIn, officer: Membership, chief: Membership, stranger: Membership, registers: None
) -> None:
    body = {"new_username": "heir", "new_email": "heir@example.org", "new_name": "Heir", "grounds": "retires"}
    asked = client_of(chief).post(AUTH + "handovers/", body, format="json")
    assert asked.status_code == 201, asked.json()
    address = f"{AUTH}handovers/{asked.json()['id']}/decision/"
    decision = {"approve": True, "reason": "letter"}
    outsider = client_of(stranger)
    assert outsider.get(AUTH + "handovers/").json()["results"] == []
    assert outsider.post(address, decision, format="json").status_code == 404
    assert code(client_of(chief).post(address, decision, format="json")) == "not_supervising"
    county = client_of(officer)
    assert [row["id"] for row in county.get(AUTH + "handovers/").json()["results"]] == [asked.json()["id"]]
    assert county.post(address, decision, format="json").json()["state"] == "approved"


@pytest.mark.postgres
@pytest.mark.django_db(transaction=True)
def test_a_code_redeemed_by_many_at_once_opens_one_account(
    officer: Membership, plant: Organization, now: datetime.datetime
) -> None:
    text = issue(plant, by=officer, now=now)

    def one(number: int) -> Callable[[], object]:
        fields = NEW | {"username": f"user{number}", "email": f"user{number}@example.org"}
        return lambda: redeem(text, plant, **fields, now=now)

    outcomes = together(*(one(number) for number in range(6)))
    won = [outcome for outcome in outcomes if isinstance(outcome, Membership)]
    assert len(won) == 1
    assert [type(outcome) for outcome in outcomes if outcome not in won] == [errors.ActivationInvalid] * 5
    assert User.objects.filter(username__startswith="user").count() == 1
    assert ActivationCode.objects.get().used_by == won[0].user


@pytest.mark.postgres
@pytest.mark.django_db(transaction=True)
def test_a_double_click_on_activation_opens_one_account(
    officer: Membership, plant: Organization, now: datetime.datetime
) -> None:
    text = issue(plant, by=officer, now=now)
    outcomes = together(*[lambda: redeem(text, plant, **NEW, now=now)] * 2)
    assert sorted(type(outcome).__name__ for outcome in outcomes) == ["ActivationInvalid", "Membership"]


@pytest.mark.postgres
@pytest.mark.django_db(transaction=True)
def test_lists_published_at_once_give_each_enterprise_one_code(officer: Membership, now: datetime.datetime) -> None:
    organizations = plants(30)
    outcomes = together(
        lambda: issue_many(organizations, by=officer, now=now),
        lambda: issue_many(list(reversed(organizations)), by=officer, now=now),
    )
    assert outcomes[0] == outcomes[1]
    assert ActivationCode.objects.count() == 30
