"""Webhooks through the API: for administrators, of their own organization, with secrets shown once."""

import pytest
from django.db import connection

from audits.models import ReminderRun, WebhookDelivery, WebhookEndpoint
from audits.procedure.words import Level, Role
from audits.reminders.webhooks import deliver
from tests.api.conftest import codes
from tests.factories_audits import make_member
from tests.reminders.receivers import receiving

pytestmark = pytest.mark.django_db
URL = "https://hook.example.org/in"


@pytest.fixture
def admin(county):
    return make_member(county.enterprise.organization, Role.ORG_ADMIN)


def create(client, url=URL):
    return client.post("/api/v1/webhooks/", {"url": url}, format="json")


def test_a_secret_is_shown_once_and_stored_sealed(admin, as_):
    made = create(as_(admin))
    listed = as_(admin).see("webhooks/")
    read = as_(admin).see(f"webhooks/{made.json()['id']}/")

    secret = made.json()["secret"]
    assert (made.status_code, secret.startswith("whsec_"), len(secret)) == (201, True, 50)
    assert secret not in listed.content.decode() + read.content.decode()
    assert (read.json()["url"], read.json()["active"], read.json()["parked"]) == (URL, True, False)
    with connection.cursor() as cursor:
        cursor.execute("SELECT secret_sealed FROM audits_webhookendpoint")
        assert secret.removeprefix("whsec_") not in cursor.fetchone()[0]


@pytest.mark.parametrize("role", [Role.PREPARER, Role.CERTIFIER])
def test_others_of_the_organization_may_not(county, as_, role):
    other = as_(make_member(county.enterprise.organization, role))
    for answer in (create(other), other.see("webhooks/")):
        assert (answer.status_code, codes(answer)) == (403, ["only_administrators"])
    assert not WebhookEndpoint.objects.exists()


def test_administrators_of_others_find_nothing(county, admin, as_):
    made = create(as_(admin)).json()["id"]
    stranger = as_(make_member(county.officers[Level.PROVINCE].organization, Role.ORG_ADMIN))
    answers = [
        stranger.get(f"/api/v1/webhooks/{made}/"),
        stranger.patch(f"/api/v1/webhooks/{made}/", {"active": False}, format="json"),
        stranger.delete(f"/api/v1/webhooks/{made}/"),
        stranger.post(f"/api/v1/webhooks/{made}/test/"),
        stranger.get(f"/api/v1/webhooks/{made}/deliveries/"),
    ]
    assert [(answer.status_code, codes(answer)) for answer in answers] == [(404, ["not_found"])] * 5
    assert stranger.see("webhooks/").json()["results"] == []
    assert WebhookEndpoint.objects.get().active


@pytest.mark.parametrize(
    ("url", "code"),
    [
        ("ftp://hook.example.org/", "address_malformed"),
        ("https://", "address_malformed"),
        ("hook.example.org", "address_malformed"),
        ("https://user:secret@hook.example.org/", "address_malformed"),
        ("https://hook.example.org/#part", "address_malformed"),
        ("https://hook.example.org/a b", "address_malformed"),
        ("https://hook.example.org/\r\nHost: inside", "address_malformed"),
        ("https://hook.example.org\\@10.0.0.1/", "address_malformed"),
        ("https://hook.example.org:99999/", "address_malformed"),
        ("https://[::1", "address_malformed"),
        ("https://回调.example.org/", "address_malformed"),
        ("https://hook.example.org:25/", "port_not_allowed"),
        ("http://hook.example.org/", "https_required"),
        ("https://127.0.0.1/", "address_not_public"),
        ("https://10.0.0.1/", "address_not_public"),
        ("https://172.16.9.9:8443/", "address_not_public"),
        ("https://169.254.169.254/latest/meta-data/", "address_not_public"),
        ("https://100.64.0.1/", "address_not_public"),
        ("https://0.0.0.0/", "address_not_public"),
        ("https://224.0.0.1/", "address_not_public"),
        ("https://[::1]/", "address_not_public"),
        ("https://[::ffff:192.168.1.1]/", "address_not_public"),
        ("https://[fe80::1]/", "address_not_public"),
        ("https://[fd12::1]/", "address_not_public"),
        ("https://[64:ff9b::a00:1]/", "address_not_public"),
        ("https://[2002:a00:1::1]/", "address_not_public"),
    ],
)
def test_addresses_that_can_never_be_reached_are_refused(admin, as_, settings, url, code):
    settings.WEBHOOKS_HTTPS_ONLY = True
    answer = create(as_(admin), url)
    assert (answer.status_code, [(e["code"], e["attr"]) for e in answer.json()["errors"]]) == (400, [(code, "url")])
    assert not WebhookEndpoint.objects.exists()


@pytest.mark.parametrize("url", ["https://93.184.216.34/", "https://[2606:2800:220:1::1]:8443/x?y=1", URL])
def test_public_addresses_are_taken(admin, as_, settings, url):
    settings.WEBHOOKS_HTTPS_ONLY = True
    assert create(as_(admin), url).status_code == 201


def test_an_organization_has_five_at_most_and_none_twice(admin, as_):
    client = as_(admin)
    assert [create(client, f"{URL}/{number}").status_code for number in range(5)] == [201] * 5
    assert codes(create(client, f"{URL}/0")) == ["webhook_limit"]
    client.delete(f"/api/v1/webhooks/{client.see('webhooks/').json()['results'][0]['id']}/")
    assert codes(create(client, f"{URL}/0")) == ["webhook_exists"]
    assert create(client, f"{URL}/9").status_code == 201


def test_a_test_message_goes_out_by_a_worker_and_stands_in_the_log(admin, as_, settings):
    settings.WEBHOOKS_MAY_REACH_LOOPBACK = True
    client = as_(admin)
    with receiving() as receiver:
        made = create(client, receiver.url).json()
        first = client.post(f"/api/v1/webhooks/{made['id']}/test/")
        again = client.post(f"/api/v1/webhooks/{made['id']}/test/")
        assert (first.status_code, first.json()["state"]) == (202, "pending")
        assert again.json()["id"] == first.json()["id"]
        assert deliver().sent == 1
    [message] = receiver.messages
    [logged] = client.see(f"webhooks/{made['id']}/deliveries/").json()["results"]

    assert message.signed_with(made["secret"])
    assert (message.said["kind"], message.said["title"]["en"]) == ("webhook_test", "This is a test.")
    assert (logged["id"], logged["kind"], logged["state"], logged["status"]) == (
        message.id,
        "webhook_test",
        "sent",
        204,
    )
    assert logged["message_id"] == message.headers["message-id"]
    assert client.see("webhooks/").json()["results"][0]["last_success_at"] is not None


def test_one_that_is_off_is_not_tested_nor_told_and_keeps_its_place(admin, as_, county):
    client = as_(admin)
    made = create(client).json()["id"]
    off = client.patch(f"/api/v1/webhooks/{made}/", {"active": False}, format="json")
    refused = client.post(f"/api/v1/webhooks/{made}/test/")

    assert (off.json()["active"], refused.status_code, codes(refused)) == (False, 409, ["webhook_off"])
    assert client.patch(f"/api/v1/webhooks/{made}/", {"active": True}, format="json").json()["active"] is True
    assert client.patch(f"/api/v1/webhooks/{made}/", {}, format="json").status_code == 400


def test_one_that_is_removed_gets_nothing_more_and_is_gone(admin, as_):
    client = as_(admin)
    made = create(client).json()["id"]
    client.post(f"/api/v1/webhooks/{made}/test/")
    assert client.delete(f"/api/v1/webhooks/{made}/").status_code == 204

    assert client.see("webhooks/").json()["results"] == []
    assert client.see(f"webhooks/{made}/").status_code == 404
    assert (deliver().lanes, WebhookDelivery.objects.get().state) == (0, "superseded")
    assert not ReminderRun.objects.exists()
