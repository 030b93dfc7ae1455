"""Start page, board, search, inbox, settings and first access: scoped, few queries, and every form reaches its room."""

from collections.abc import Callable
from datetime import timedelta

import pytest
from django.conf import settings
from django.core.cache import cache
from django.test import Client, RequestFactory, override_settings
from django.urls import reverse
from django.utils import timezone

from accounts import activation
from accounts.models import Membership, User
from audits.models import AuditCase, CalendarFeed, Deadline, Notice, NotificationSettings
from audits.procedure.words import Party, Role
from audits.web.board import COLUMNS
from audits.web.nextsteps import counts, just_listed, next_steps, open_deadlines, span
from enterprises.models import Enterprise
from tests.factories import World
from tests.web.test_cases import member

pytestmark = pytest.mark.django_db
Visitor = Callable[[str], Client]
SECRET = "Sehr-Lang-Genug-77x"


def test_a_visitor_is_told_what_this_is_and_where_to_go(db: None) -> None:
    page = Client().get("/")
    text = page.content.decode()
    assert page.status_code == 200
    assert reverse("account_login") in text
    assert reverse("web-activate") in text


@pytest.mark.parametrize("name", ["web-deadlines", "web-search", "web-inbox", "web-settings", "web-activate-people"])
def test_pages_of_a_reader_ask_a_visitor_to_sign_in(db: None, name: str) -> None:
    answer = Client().get(reverse(name))
    assert answer.status_code == 302
    assert answer["Location"].startswith(reverse("account_login"))


@pytest.mark.parametrize(
    "username", ["enterprise", "certifier", "enterprise_admin", "consultancy", "county", "city", "province", "stranger"]
)
def test_everybody_finds_the_pages_of_a_reader(visitor: Visitor, username: str) -> None:
    client = visitor(username)
    for language in ("zh-hans", "en"):
        client.cookies[settings.LANGUAGE_COOKIE_NAME] = language
        for name in ("home", "web-deadlines", "web-search", "web-inbox", "web-settings"):
            assert client.get(reverse(name)).status_code == 200


def test_the_board_and_the_people_of_an_enterprise_are_not_for_everybody(visitor: Visitor) -> None:
    assert visitor("expert").get(reverse("web-deadlines")).status_code == 404
    assert visitor("enterprise_admin").get(reverse("web-activate-people")).status_code == 200
    assert visitor("enterprise").get(reverse("web-activate-people")).status_code == 404
    assert visitor("province").get(reverse("web-activate-people")).status_code == 404


@pytest.mark.parametrize("username", ["enterprise", "consultancy", "county", "city", "province_approver", "expert"])
def test_every_next_step_is_one_the_door_opens(visitor: Visitor, username: str) -> None:
    client, by = visitor(username), member(username)
    offered = [act for one in next_steps(by, "zh-hans") for act in one.acts]
    page = client.get("/").content.decode()
    assert offered
    for act in offered:
        assert act.address in page
        assert '<form method="post" class="card"' in client.get(act.address).content.decode()


def test_a_stranger_has_no_next_step_and_no_date(visitor: Visitor) -> None:
    visitor("stranger")
    by = member("stranger")
    assert [one for one in next_steps(by, "zh-hans") if one.detail] == []
    assert not open_deadlines(by).filter(case__isnull=False).exists()


def test_the_columns_of_the_board_are_all_open_dates_once(visitor: Visitor) -> None:
    client, by, today = visitor("county"), member("county"), timezone.localdate()
    rows = open_deadlines(by)
    told = counts(rows)
    assert told == {name: rows.filter(span(name, today)).count() for name in COLUMNS}
    assert sum(told.values()) == rows.count() > 0
    late = client.get(reverse("web-deadlines"), {"column": "late"}).content.decode()
    assert late.count('class="card mb-2') == told["late"]
    elsewhere = client.get(reverse("web-deadlines"), {"place": "62"}).content.decode()
    assert elsewhere.count('class="card mb-2') == 0
    owned = client.get(reverse("web-deadlines"), {"owner": "authority"}).content.decode()
    wanted = {name: rows.filter(span(name, today), party=Party.AUTHORITY).count() for name in COLUMNS}
    assert owned.count('class="card mb-2') == sum(min(number, 20) for number in wanted.values())
    assert client.get(reverse("web-deadlines"), {"place": "x"}).status_code == 200


def test_search_finds_by_pinyin_code_and_number_within_the_scope(visitor: Visitor) -> None:
    client, by = visitor("county"), member("county")
    case = AuditCase.objects.visible_to(by).select_related("enterprise").exclude(enterprise__credit_code=None)[0]
    found = client.get(reverse("web-search"), {"q": case.enterprise.credit_code}).content.decode()
    assert case.enterprise.name in found
    assert reverse("web-case", args=[case.pk]) in found
    assert client.get(reverse("web-search"), {"q": case.number})["Location"] == reverse("web-case", args=[case.pk])
    stranger = visitor("stranger")
    for words in (case.enterprise.name, case.enterprise.credit_code, case.number):
        hidden = stranger.get(reverse("web-search"), {"q": words})
        assert hidden.status_code == 200
        assert reverse("web-case", args=[case.pk]) not in hidden.content.decode()


def test_pages_ask_as_much_for_few_rows_as_for_many(
    visitor: Visitor, django_assert_max_num_queries: Callable[[int], object]
) -> None:
    few, many = member("enterprise"), member("province")
    assert AuditCase.objects.visible_to(few).count() < 6 < 30 < AuditCase.objects.visible_to(many).count()
    for username in ("enterprise", "province"):
        client = visitor(username)
        for name, most in (("home", 26), ("web-deadlines", 18), ("web-inbox", 14), ("web-settings", 14)):
            client.get(reverse(name))
            with django_assert_max_num_queries(most):  # type: ignore[attr-defined]
                client.get(reverse(name))
        with django_assert_max_num_queries(16):  # type: ignore[attr-defined]
            client.get(reverse("web-search"), {"q": "示例"})


def notice_of(by: Membership, case: AuditCase) -> Notice:
    return Notice.objects.create(
        case=case,
        membership=by,
        recipient=by.user,
        channel="in_app",
        kind="suspend",
        state=Notice.State.SENT,
        send_on=timezone.localdate(),
        created_at=timezone.now() - timedelta(minutes=5),
        read_at=None,
    )


def test_notices_are_read_one_by_one_or_all_and_lead_to_the_case(visitor: Visitor) -> None:
    client, by = visitor("enterprise"), member("enterprise")
    Notice.objects.filter(recipient=by.user).update(read_at=timezone.now())
    case = AuditCase.objects.visible_to(by)[0]
    first, second, third = (notice_of(by, case) for _ in range(3))
    assert case.number in client.get(reverse("web-inbox"), {"unread": "true"}).content.decode()
    opened = client.post(reverse("web-inbox-read", args=[first.pk]), {"open": "1"})
    assert opened["Location"] == reverse("web-case", args=[case.pk])
    client.post(reverse("web-inbox-read", args=[second.pk]))
    assert set(Notice.objects.filter(recipient=by.user, read_at=None).values_list("pk", flat=True)) == {third.pk}
    assert visitor("county").post(reverse("web-inbox-read", args=[third.pk])).status_code == 404
    client.post(reverse("web-inbox-read-all"))
    assert not Notice.objects.filter(recipient=by.user, channel="in_app", read_at=None).exists()


def test_settings_are_kept_and_what_is_wrong_is_said(visitor: Visitor) -> None:
    client, by = visitor("enterprise"), member("enterprise")
    address = reverse("web-settings")
    body = {"language": "en", "digest_hour": "9", "phone": "13800000000", "email": ["publish"]}
    assert client.post(address, body)["Location"] == address
    held = NotificationSettings.objects.get(user=by.user)
    by.user.refresh_from_db()
    assert (held.digest_hour, held.phone, by.user.language) == (9, "13800000000", "en")
    assert "publish" not in held.email_off
    assert "reminder" in held.email_off
    wrong = client.post(address, {**body, "phone": "not a number"})
    assert wrong.status_code == 422
    assert 'value="not a number"' in wrong.content.decode()
    assert NotificationSettings.objects.get(user=by.user).phone == "13800000000"
    assert client.post(address, {**body, "digest_hour": "24"}).status_code == 422


def test_the_calendar_address_is_shown_once_and_works_until_revoked(visitor: Visitor) -> None:
    client, by = visitor("county"), member("county")
    made = client.post(reverse("web-calendar-address"))
    address: str = made.context["calendar_address"]
    assert address in made.content.decode()
    assert made["Cache-Control"] == "no-store"
    assert address not in client.get(reverse("web-settings")).content.decode()
    path = address.removeprefix(settings.SITE_URL)
    assert Client().get(path).status_code == 200
    client.post(reverse("web-calendar-address"), {"revoke": "1"})
    assert Client().get(path).status_code == 404
    assert not CalendarFeed.objects.working().of(by).exists()


def listed_without_people() -> tuple[Enterprise, str]:
    """An enterprise of the demo that is listed and has nobody yet, and its code."""
    case = next(
        case
        for case in AuditCase.objects.filter(closed_on=None, listing__isnull=False).select_related("enterprise")
        if not Membership.objects.in_organization(case.enterprise.organization).exists()
    )
    by = member("province")
    return case.enterprise, activation.issue(case.enterprise.organization, by=by, now=timezone.now())


def test_from_the_letter_to_the_first_duty(visitor: Visitor) -> None:
    visitor("county")
    enterprise, code = listed_without_people()
    client = Client()
    body = {
        "code": code.lower(),
        "credit_code": enterprise.credit_code,
        "name": "新管理员",
        "email": "first@plant.example",
        "username": "first-of-plant",
        "password": SECRET,
        "password_again": "something else",
    }
    differing = client.post(reverse("web-activate"), body)
    assert differing.status_code == 422
    assert SECRET not in differing.content.decode()
    wrong = client.post(reverse("web-activate"), {**body, "code": "0000-0000-0000", "password_again": SECRET})
    assert wrong.status_code == 422
    weak = client.post(reverse("web-activate"), {**body, "password": "1234", "password_again": "1234"})
    assert "password" in weak.context["errors"]
    assert not User.objects.filter(username="first-of-plant").exists()

    done = client.post(reverse("web-activate"), {**body, "password_again": SECRET})
    assert done["Location"] == reverse("web-activate-people")
    people = reverse("web-activate-people")
    assert client.post(people, {"role": Role.PREPARER, "myself": "1"})["Location"] == people
    colleague = {"role": Role.CERTIFIER, "name": "审签", "email": "second@plant.example", "username": "second-of-plant"}
    assert client.post(people, {**colleague, "email": "no address"}).status_code == 422
    assert client.post(people, colleague)["Location"] == people
    held = Membership.objects.in_organization(enterprise.organization).values_list("user__username", "role")
    assert sorted(held) == [
        ("first-of-plant", "org_admin"),
        ("first-of-plant", "preparer"),
        ("second-of-plant", "certifier"),
    ]

    preparer = Membership.objects.with_people().get(user__username="first-of-plant", role=Role.PREPARER)
    as_administrator = client.get("/").content.decode()
    assert f'value="{preparer.pk}"' in as_administrator
    client.post(reverse("web-act-as"), {"membership": preparer.pk})
    home = client.get("/").content.decode()
    [listed] = just_listed(preparer, "zh-hans")
    owed = Deadline.objects.open().filter(case=listed.case, party=Party.ENTERPRISE).order_by("due_on")
    assert [duty.due["due_on"] for duty in listed.duties] == [one.due_on for one in owed]
    assert listed.duties[0].address in home
    assert '<form method="post" class="card"' in client.get(listed.duties[0].address).content.decode()


def test_guessing_codes_is_slowed_down(db: None, monkeypatch: pytest.MonkeyPatch) -> None:
    from rest_framework.throttling import ScopedRateThrottle

    cache.clear()
    monkeypatch.setattr(ScopedRateThrottle, "THROTTLE_RATES", {"sign_in": "3/min"})
    tries = [Client().post(reverse("web-activate"), {"code": "x"}).status_code for _ in range(4)]
    assert tries == [422, 422, 422, 429]


def test_somebody_without_a_membership_is_told_so(db: None) -> None:
    user = User.objects.create(username="nobody", email="nobody@example.com", full_name="Nobody")
    client = Client()
    client.force_login(user, backend="accounts.backends.AuthenticationBackend")
    page = client.get("/")
    assert page.status_code == 403
    assert reverse("account_logout") in page.content.decode()


@override_settings(DEBUG=False)
def test_errors_have_pages_of_their_own_in_both_languages(
    db: None, django_assert_num_queries: Callable[[int], object]
) -> None:
    from django.views.defaults import server_error

    missing = Client().get("/nowhere/", headers={"accept-language": "en"})
    assert missing.status_code == 404
    assert "There is no such page" in missing.content.decode()
    assert "没有这一页" in Client().get("/nowhere/", headers={"accept-language": "zh-hans"}).content.decode()
    refused = Client(enforce_csrf_checks=True).post(reverse("web-activate"), {"code": "x"})
    assert refused.status_code == 403
    assert "页面已过期" in refused.content.decode()
    with django_assert_num_queries(0):  # type: ignore[attr-defined]
        failed = server_error(RequestFactory().get("/"))
    assert failed.status_code == 500
    assert "系统出错" in failed.content.decode()


def test_sign_in_and_second_factor_stand_in_our_frame(visitor: Visitor) -> None:
    world = World()
    person = world.person(world.authority("32"), Role.OFFICER)
    person.user.set_password(SECRET)
    person.user.save()
    client = Client(headers={"accept-language": "zh-hans"})
    login = client.get(reverse("account_login")).content.decode()
    assert reverse("web-activate") in login
    assert 'class="form-control"' in login
    answer = client.post(reverse("account_login"), {"login": person.user.username, "password": SECRET})
    assert answer.status_code == 302
    names = ("account_change_password", "mfa_index", "usersessions_list", "account_logout", "account_reset_password")
    for name in names:
        page = client.get(reverse(name))
        assert page.status_code == 200
        text = page.content.decode()
        assert 'class="navbar' in text
        assert text.count("<h1") == 1
        assert 'style="' not in text
