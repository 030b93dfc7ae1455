"""Signing in by the API: names, lock-out, tokens and what ends them."""

from collections.abc import Callable
from typing import Any

import pytest
from django.conf import settings
from django.core import mail
from rest_framework.test import APIClient

from accounts.models import AccessToken, Membership, User
from accounts.system import SYSTEM_EMAIL, SYSTEM_USER_ID, SYSTEM_USERNAME
from tests.accounts.conftest import AUTH, PASSWORD, code, make_user

pytestmark = [pytest.mark.django_db, pytest.mark.urls("tests.accounts.urls")]

SignIn = Callable[[Membership | User], APIClient]


def ask_token(client: APIClient, username: str, password: str = PASSWORD, **more: object) -> object:
    return client.post(AUTH + "token/", {"username": username, "password": password, **more}, format="json")


@pytest.mark.parametrize("name", ["chief", "chief@example.org", "Chief", "CHIEF@example.ORG"])
def test_signs_in_by_user_name_and_by_email_in_any_case(anybody: APIClient, chief: Membership, name: str) -> None:
    answer = ask_token(anybody, name)
    assert answer.status_code == 201
    me = APIClient(headers={"authorization": f"Token {answer.json()['token']}"}).get(AUTH + "me/").json()
    assert me["username"] == "chief"
    assert me["acting"] == str(chief.pk)


def test_only_a_hash_of_the_token_is_stored(anybody: APIClient, chief: Membership) -> None:
    text = ask_token(anybody, "chief").json()["token"]
    row = AccessToken.objects.get()
    assert text not in (row.digest, row.token_key)
    assert len(row.token_key) < len(text) / 2


def test_unknown_user_and_wrong_password_get_the_same_answer(anybody: APIClient, chief: Membership) -> None:
    wrong, unknown = ask_token(anybody, "chief", "not-the-password"), ask_token(anybody, "nobody", "not-the-password")
    assert (wrong.status_code, wrong.json()) == (401, unknown.json())
    assert (unknown.status_code, code(unknown)) == (401, "invalid_credentials")
    assert wrong["WWW-Authenticate"] == "Token"


def test_locks_out_after_failures_counted_together_for_both_names(anybody: APIClient, chief: Membership) -> None:
    names = ["chief", "chief@example.org", "CHIEF", "chief@example.org"]
    assert len(names) == settings.AXES_FAILURE_LIMIT - 1
    for name in names:
        assert code(ask_token(anybody, name, "not-the-password")) == "invalid_credentials"
    last = ask_token(anybody, "chief", "not-the-password")
    assert (last.status_code, code(last)) == (429, "locked_out")
    right = ask_token(anybody, "chief")
    assert (right.status_code, code(right)) == (429, "locked_out")


def test_a_name_locked_out_at_one_address_still_signs_in_at_another(anybody: APIClient, chief: Membership) -> None:
    for _ in range(settings.AXES_FAILURE_LIMIT):
        ask_token(anybody, "chief", "not-the-password")
    assert ask_token(anybody, "chief").status_code == 429
    elsewhere = APIClient(REMOTE_ADDR="198.51.100.7")
    assert ask_token(elsewhere, "chief").status_code == 201


def test_a_name_tried_from_everywhere_is_refused_everywhere_but_where_it_is_known(
    anybody: APIClient, chief: Membership, settings: Any
) -> None:
    settings.LOCKOUT_FAILURES_OF_NAME = 12
    assert ask_token(anybody, "chief").status_code == 201
    for number in range(12):
        tried = ask_token(APIClient(REMOTE_ADDR=f"198.51.100.{number}"), "chief", "not-the-password")
        assert code(tried) == ("invalid_credentials" if number < 11 else "locked_out")
    assert code(ask_token(APIClient(REMOTE_ADDR="198.51.100.77"), "chief")) == "locked_out"
    assert ask_token(APIClient(REMOTE_ADDR="198.51.100.77"), "stranger").status_code == 401
    assert ask_token(anybody, "chief").status_code == 201


def test_a_forged_forwarded_header_is_no_way_round_the_lock_out(anybody: APIClient, chief: Membership) -> None:
    for number in range(settings.AXES_FAILURE_LIMIT):
        forged = {"HTTP_X_FORWARDED_FOR": f"198.51.100.{number}"}
        anybody.post(AUTH + "token/", {"username": "chief", "password": "no"}, format="json", **forged)
    answer = anybody.post(
        AUTH + "token/",
        {"username": "chief", "password": PASSWORD},
        format="json",
        HTTP_X_FORWARDED_FOR="198.51.100.200",
    )
    assert code(answer) == "locked_out"


def test_success_forgets_earlier_failures(anybody: APIClient, chief: Membership) -> None:
    for _ in range(2):
        for _ in range(settings.AXES_FAILURE_LIMIT - 1):
            ask_token(anybody, "chief", "not-the-password")
        assert ask_token(anybody, "chief").status_code == 201


def test_a_disabled_user_cannot_sign_in_and_the_tokens_stop(
    client_of: SignIn, anybody: APIClient, chief: Membership
) -> None:
    client = client_of(chief)
    User.objects.filter(pk=chief.user_id).update(is_active=False)
    assert client.get(AUTH + "me/").status_code == 401
    assert code(ask_token(anybody, "chief")) == "invalid_credentials"


def test_the_system_can_never_sign_in(anybody: APIClient) -> None:
    system = User.objects.get(pk=SYSTEM_USER_ID)
    assert not system.has_usable_password()
    system.set_password(PASSWORD)
    system.save()
    for name in (SYSTEM_USERNAME, SYSTEM_EMAIL):
        assert code(ask_token(anybody, name)) == "invalid_credentials"


def test_revoking_one_token_leaves_the_other(client_of: SignIn, chief: Membership) -> None:
    here, there = client_of(chief), client_of(chief)
    places = here.get(AUTH + "tokens/").json()
    assert [place["current"] for place in places] == [False, True]
    there_id = places[0]["id"]
    assert here.delete(f"{AUTH}tokens/{there_id}/").status_code == 204
    assert there.get(AUTH + "me/").status_code == 401
    assert here.get(AUTH + "me/").status_code == 200
    assert here.delete(f"{AUTH}tokens/{there_id}/").status_code == 404


def test_nobody_revokes_the_token_of_another(client_of: SignIn, chief: Membership, stranger: Membership) -> None:
    mine, theirs = client_of(chief), client_of(stranger)
    token_id = mine.get(AUTH + "tokens/").json()[0]["id"]
    assert theirs.delete(f"{AUTH}tokens/{token_id}/").status_code == 404
    assert mine.get(AUTH + "me/").status_code == 200


def test_signing_out_everywhere_ends_tokens_and_sessions(
    client_of: SignIn, chief: Membership, client: APIClient
) -> None:
    here, there = client_of(chief), client_of(chief)
    client.post("/accounts/login/", {"login": "chief@example.org", "password": PASSWORD})
    assert client.get(AUTH + "me/").status_code == 200
    assert sorted(place["kind"] for place in here.get(AUTH + "tokens/").json()) == ["session", "token", "token"]
    assert here.delete(AUTH + "tokens/").status_code == 204
    assert [each.get(AUTH + "me/").status_code for each in (here, there, client)] == [401, 401, 401]


def test_changing_the_password_ends_every_token(client_of: SignIn, anybody: APIClient, chief: Membership) -> None:
    here, there = client_of(chief), client_of(chief)
    body = {"password": PASSWORD, "new_password": "quiet-mountain-88-door"}
    assert here.post(AUTH + "password/change/", body, format="json").status_code == 204
    assert [each.get(AUTH + "me/").status_code for each in (here, there)] == [401, 401]
    assert ask_token(anybody, "chief").status_code == 401
    assert ask_token(anybody, "chief", "quiet-mountain-88-door").status_code == 201


def test_a_password_changed_behind_our_back_ends_tokens_too(client_of: SignIn, chief: Membership) -> None:
    client = client_of(chief)
    user = chief.user
    user.set_password("set-in-the-admin-5")
    user.save()
    assert client.get(AUTH + "me/").status_code == 401


@pytest.mark.parametrize(
    ("present", "new", "expected"),
    [
        ("wrong", "quiet-mountain-88-door", "password_wrong"),
        (PASSWORD, "short1", "password_too_short"),
        (PASSWORD, "8203948573621", "password_entirely_numeric"),
        (PASSWORD, "chief@example.org", "password_too_similar"),
        (PASSWORD, PASSWORD, "password_unchanged"),
    ],
)
def test_password_rules(client_of: SignIn, chief: Membership, present: str, new: str, expected: str) -> None:
    client = client_of(chief)
    answer = client.post(AUTH + "password/change/", {"password": present, "new_password": new}, format="json")
    assert (answer.status_code, code(answer)) == (400, expected)
    assert client.get(AUTH + "me/").status_code == 200


def test_reset_by_mail_works_once_and_ends_tokens(client_of: SignIn, anybody: APIClient, chief: Membership) -> None:
    client = client_of(chief)
    known = anybody.post(AUTH + "password/reset/", {"email": "Chief@example.org"}, format="json")
    unknown = anybody.post(AUTH + "password/reset/", {"email": "nobody@example.org"}, format="json")
    assert (known.status_code, known.content) == (202, unknown.content)
    assert [message.to for message in mail.outbox] == [["chief@example.org"]]
    uid, _, key = mail.outbox[0].body.partition("/key/")[2].split("/")[0].partition("-")
    body = {"uid": uid, "key": key, "new_password": "quiet-mountain-88-door"}
    assert anybody.post(AUTH + "password/reset/confirm/", body, format="json").status_code == 204
    assert client.get(AUTH + "me/").status_code == 401
    again = anybody.post(AUTH + "password/reset/confirm/", body, format="json")
    assert (again.status_code, code(again)) == (400, "reset_invalid")
    assert ask_token(anybody, "chief", "quiet-mountain-88-door").status_code == 201


def test_expired_token_is_refused(client_of: SignIn, chief: Membership) -> None:
    client = client_of(chief)
    row = AccessToken.objects.get()
    row.expiry = row.created
    row.save(update_fields=["expiry"])
    assert client.get(AUTH + "me/").status_code == 401


@pytest.mark.parametrize("header", ["Token", "Token a b", "Token no-such-token", "Token é", "Bearer x"])
def test_malformed_tokens_are_refused_not_errors(db: None, header: str) -> None:
    assert APIClient(headers={"authorization": header}).get(AUTH + "me/").status_code == 401


def test_using_a_token_costs_one_query(
    client_of: SignIn, chief: Membership, django_assert_num_queries: Callable[[int], object]
) -> None:
    client = client_of(chief)
    with django_assert_num_queries(3):  # the token with its user; the second factor; the memberships
        assert client.get(AUTH + "me/").status_code == 200


def test_sign_in_is_throttled_by_address(anybody: APIClient, chief: Membership) -> None:
    limit = int(settings.REST_FRAMEWORK["DEFAULT_THROTTLE_RATES"]["sign_in"].split("/")[0])
    statuses = {ask_token(anybody, f"name-{number}", "x").status_code for number in range(limit)}
    assert statuses == {401}
    answer = ask_token(anybody, "chief")
    assert (answer.status_code, code(answer)) == (429, "throttled")


def test_errors_speak_the_callers_language(chief: Membership) -> None:
    chinese = APIClient(headers={"accept-language": "zh-hans"})
    english = APIClient(headers={"accept-language": "en"})
    details = [client.post(AUTH + "token/", {}).json()["errors"][0]["detail"] for client in (chinese, english)]
    assert details == ["该字段是必填项。", "This field is required."]


def test_nobody_signs_up(client: APIClient, db: None) -> None:
    body = {"username": "new", "email": "new@example.org", "password1": PASSWORD, "password2": PASSWORD}
    client.post("/accounts/signup/", body)
    assert not User.objects.filter(username="new").exists()


def test_names_are_unique_whatever_the_case(db: None) -> None:
    from django.db import IntegrityError, transaction

    make_user("someone")
    for fields in (("SomeOne", "x@example.org"), ("other", "SOMEONE@example.org")):
        with pytest.raises(IntegrityError), transaction.atomic():
            User.objects.create_user(*fields)
