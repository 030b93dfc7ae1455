"""Webhooks from the deadline to a real HTTP server: signed, once, in lanes that do not hold up each other."""

from datetime import date, timedelta
from uuid import uuid4

import pytest

from audits.models import Deadline, Notice, NoticeIntent, ReminderRun, WebhookDelivery, WebhookEndpoint
from audits.procedure.words import Function, Level, Party, Role
from audits.reminders import run
from audits.reminders.webhooks import deliver, endpoints, lanes
from audits.reminders.webhooks.lanes import ATTEMPTS, LEASE, pause_after
from tests.factories_audits import make_case, make_deadline, make_enterprise, make_member
from tests.racing import at_once
from tests.reminders.conftest import morning
from tests.reminders.receivers import answers, certificate, drips, listening, never, once, receiving

DUE = date(2008, 10, 6)
DAY = date(2008, 10, 3)
NOW = morning("2008-10-03")
SOON = 0.6  # seconds a receiver gets that does not answer
PATIENCE = 60  # seconds one gets that does
pytestmark = pytest.mark.django_db


@pytest.fixture(autouse=True)
def _that_day(settings, time_machine, db):
    """The loopback may be reached; reminders have run before, so this is not the quiet first time."""
    settings.WEBHOOKS_MAY_REACH_LOOPBACK = True
    settings.SITE_URL = "https://cp.example.org"
    time_machine.move_to(NOW)
    ReminderRun.objects.create(on=date(2008, 10, 2), started_at=NOW, scanned_at=NOW)


def hooked(county, url):
    """An endpoint of the county's enterprise, made by its administrator."""
    admin = make_member(county.enterprise.organization, Role.ORG_ADMIN)
    return endpoints.create(admin, url, NOW)


def remind(day="2008-10-03"):
    return run(date.fromisoformat(day), morning(day))


def states(endpoint):
    return sorted(endpoint.deliveries.values_list("state", flat=True))


def test_an_organization_is_told_once_however_many_people_it_has_and_can_check_who_says_so(county):
    with receiving() as receiver:
        made = hooked(county, receiver.url)
        deadline = make_deadline(county.case, DUE, provisional=True)
        remind()
        report = deliver(NOW)
        again = deliver(NOW)

    assert (report.sent, again.sent, len(receiver.messages)) == (1, 0, 1)
    [message], [delivery] = receiver.messages, made.endpoint.deliveries.all()
    assert message.signed_with(made.secret)
    assert not message.signed_with(f"whsec_{'A' * 43}=")
    assert abs(int(message.headers["webhook-timestamp"]) - NOW.timestamp()) < 60
    assert message.id == str(delivery.pk) == message.said["id"]
    assert message.headers["message-id"] == f"<{delivery.pk}@cp.example.org>"
    assert message.said["deadline"] | {"basis": ""} == {
        "key": deadline.key,
        "action": "start_audit",
        "owner": "enterprise",
        "due_on": "2008-10-06",
        "adjusted_due_on": None,
        "provisional": True,
        "rung": -3,
        "climb": 0,
        "basis": "",
    }
    assert message.said["case"]["number"] == county.case.number
    assert message.said["title"] == {"zh": "启动审核", "en": "Start the audit"}
    assert message.said["status"]["en"] == "Due on 2008-10-06, in 3 days."
    assert county.preparer.user.username not in message.body.decode()
    assert (delivery.state, delivery.status, delivery.attempts) == ("sent", 204, 1)


def test_acts_are_told_to_the_programs_of_those_concerned_only(county):
    with receiving() as receiver, receiving() as authority:
        hooked(county, receiver.url)
        officer = make_member(county.officers[Level.COUNTY].organization, Role.ORG_ADMIN)
        endpoints.create(officer, authority.url, NOW)
        for kind, audience in (
            ("decide_assessment", {"party": Party.ENTERPRISE.value}),
            ("submit_report", {"function": Function.SUPERVISE.value}),
        ):
            NoticeIntent.objects.create(
                case=county.case, event_seq=7, kind=kind, audience=audience, created_at=morning("2008-10-03")
            )
        remind()
        assert deliver(NOW).sent == 2

    assert [message.said["act"]["action"] for message in receiver.messages] == ["decide_assessment"]
    assert [message.said["act"]["action"] for message in authority.messages] == ["submit_report"]


def test_a_slow_receiver_delays_no_other(county):
    """It answers when the other has all of its five: in vain, were they asked one after the other."""
    other = make_enterprise()
    with receiving() as quick, receiving(once(lambda: len(quick.messages) == 5)) as slow:
        first = hooked(county, slow.url).endpoint
        WebhookEndpoint.objects.filter(pk=first.pk).update(try_at=NOW - timedelta(seconds=1))  # it is asked first
        endpoints.create(make_member(other.organization, Role.ORG_ADMIN), quick.url, NOW)
        for _ in range(5):
            make_deadline(make_case(other), DUE)
        make_deadline(county.case, DUE)
        remind()
        report = deliver(NOW, seconds=PATIENCE)

    assert (report.sent, report.failed, len(quick.messages), len(slow.messages)) == (6, 0, 5, 1)


@pytest.mark.parametrize("behavior", [never, drips])
def test_a_receiver_gets_its_seconds_and_no_more(county, behavior):
    with receiving(behavior) as receiver:
        endpoint = hooked(county, receiver.url).endpoint
        make_deadline(county.case, DUE)
        make_deadline(make_case(county.enterprise), DUE)
        remind()
        report = deliver(NOW, seconds=SOON)

        assert (report.sent, report.failed, len(receiver.messages)) == (0, 1, 1)
    first = endpoint.deliveries.get(attempts=1)
    assert (first.state, first.status, first.error) == ("pending", None, f"no answer within {SOON} seconds")
    assert first.uncertain  # it may well have been taken
    endpoint.refresh_from_db()
    assert (endpoint.failures, endpoint.lease_until) == (1, None)


def test_a_repeat_has_the_same_id_and_the_same_body(county):
    with receiving(never) as receiver:
        endpoint = hooked(county, receiver.url).endpoint
        make_deadline(county.case, DUE)
        remind()
        deliver(NOW, seconds=SOON)
        receiver.behavior = answers(200)
        assert deliver(NOW + timedelta(minutes=4)).sent == 0  # the pause of five minutes still runs
        report = deliver(NOW + timedelta(minutes=6))

    assert (report.sent, report.uncertain) == (1, 1)
    first, second = receiver.messages
    assert (first.id, first.body) == (second.id, second.body)
    assert (endpoint.deliveries.get().state, endpoint.deliveries.get().answer) == ("uncertain", "ok")


def test_after_too_many_failures_it_is_parked_its_owners_are_told_and_what_waits_is_kept(county, as_):
    admin = make_member(county.enterprise.organization, Role.ORG_ADMIN, language="en")
    with receiving(answers(500, "broken")) as receiver:
        endpoint = endpoints.create(admin, receiver.url, NOW).endpoint
        make_deadline(county.case, DUE)
        make_deadline(make_case(county.enterprise), DUE)
        remind()
        at = NOW
        for failure in range(1, ATTEMPTS + 1):
            assert deliver(at).failed == 1
            assert deliver(at + pause_after(failure) / 2).lanes == 0
            at += pause_after(failure) + timedelta(seconds=30)
        assert len(receiver.messages) == ATTEMPTS
        assert at - NOW > timedelta(hours=20)
        endpoint.refresh_from_db()
        assert (endpoint.failures, endpoint.parked_at is not None, states(endpoint)) == (9, True, ["pending"] * 2)
        assert endpoint.deliveries.first().error == "answered 500 Internal Server Error"

        told = as_(admin).see("inbox/").json()["results"]
        parked = [entry for entry in told if entry["kind"] == "webhook_parked"]
        assert [(entry["title"], entry["subject"]) for entry in parked] == [("A webhook was parked", receiver.url)]
        assert not Notice.objects.filter(kind="webhook_parked", recipient=county.preparer.user).exists()

        receiver.behavior = answers(200)
        assert deliver(at + timedelta(days=30)).lanes == 0
        endpoints.switch(admin, endpoint.pk, True, at)
        assert deliver(at).sent == 2
    assert states(endpoint) == ["sent", "sent"]


def test_a_message_the_receiver_will_not_take_is_given_up_alone(county):
    with receiving() as receiver:
        endpoint = hooked(county, receiver.url).endpoint
        make_deadline(county.case, DUE)
        remind()
        poison = endpoint.deliveries.get()
        receiver.behavior = lambda own, handler: answers(400 if own.messages[-1].id == str(poison.pk) else 200)(
            own, handler
        )
        at = NOW
        for attempt in range(1, ATTEMPTS + 1):
            report = deliver(at)
            assert (report.sent, report.failed) == (min(attempt - 1, 1), 1)
            NoticeIntent.objects.create(
                case=county.case,
                event_seq=attempt,
                kind="extend",
                audience={"party": Party.ENTERPRISE.value},
                created_at=at,
            )
            run(DAY, at)
            at += pause_after(attempt) + timedelta(seconds=30)
        assert deliver(at).sent == 1
    poison.refresh_from_db()
    endpoint.refresh_from_db()
    assert (poison.state, poison.attempts, poison.status, endpoint.parked_at) == ("failed", 9, 400, None)
    assert states(endpoint) == ["failed", *["sent"] * 9]


def test_while_parked_nothing_is_queued(county):
    with receiving() as receiver:
        endpoint = hooked(county, receiver.url).endpoint
        WebhookEndpoint.objects.update(parked_at=NOW)
        make_deadline(county.case, DUE)
        remind()
        assert (deliver(NOW).lanes, receiver.messages, states(endpoint)) == (0, [], [])


def test_a_redirect_into_our_network_is_written_down_and_not_followed(county):
    with listening() as (port, connections):
        with receiving(answers(302, "", Location=f"http://127.0.0.1:{port}/admin")) as receiver:
            endpoint = hooked(county, receiver.url).endpoint
            make_deadline(county.case, DUE)
            remind()
            assert deliver(NOW).failed == 1
        assert connections == []
    told = endpoint.deliveries.get()
    assert told.status == 302
    assert told.error == f"redirected to 'http://127.0.0.1:{port}/admin'; redirects are not followed"


def test_an_endless_answer_is_not_read_to_its_end(county):
    with receiving(answers(200, "\x00" + "x" * 30_000_000)) as receiver:
        endpoint = hooked(county, receiver.url).endpoint
        make_deadline(county.case, DUE)
        remind()
        assert deliver(NOW).sent == 1
    assert endpoint.deliveries.get().answer == "x" * 500


def to(*found):
    """A name server that answers with these addresses, whatever is asked."""

    def lookup(host, port, **how):
        return [(None, None, None, "", (address, port)) for address in found]

    return lookup


@pytest.mark.parametrize(
    "found",
    [
        ("10.1.2.3",),
        ("93.184.216.34", "192.168.0.1"),
        ("169.254.169.254",),
        ("::1",),
        ("fd00::1",),
        ("::ffff:10.0.0.1",),
    ],
)
def test_a_name_that_leads_into_our_network_is_not_connected_to(county, settings, found):
    settings.WEBHOOKS_MAY_REACH_LOOPBACK = False
    endpoint = hooked(county, "http://hook.example.org:8443/x").endpoint
    make_deadline(county.case, DUE)
    remind()
    assert deliver(NOW, lookup=to(*found)).failed == 1
    told = endpoint.deliveries.get()
    assert told.error.startswith("NotReachable: not in the public network: ")
    assert not told.uncertain


def test_without_the_setting_of_tests_the_loopback_is_not_reached(county, settings):
    with receiving() as receiver:
        hooked(county, f"http://localhost:{receiver.port}/hook")
        make_deadline(county.case, DUE)
        remind()
        settings.WEBHOOKS_MAY_REACH_LOOPBACK = False
        assert deliver(NOW).failed == 1
        assert receiver.messages == []


def test_the_connection_goes_to_the_address_that_was_checked_and_to_no_other(county):
    """A name server that changes its mind gains nothing: it is asked once for each request."""
    asked = []

    def fickle(host, port, **how):
        asked.append(host)
        return to("127.0.0.1" if len(asked) == 1 else "10.0.0.1")(host, port)

    with receiving() as receiver:
        hooked(county, f"http://hook.example.org:{receiver.port}/in?a=1")
        make_deadline(county.case, DUE)
        remind()
        assert deliver(NOW, lookup=fickle).sent == 1
    assert asked == ["hook.example.org"]
    assert (receiver.messages[0].path, receiver.messages[0].headers["host"]) == (
        "/in?a=1",
        f"hook.example.org:{receiver.port}",
    )


@pytest.mark.parametrize(("name", "good"), [("hook.example.org", True), ("other.example.org", False)])
def test_over_https_the_certificate_must_be_that_of_the_name(county, tmp_path, monkeypatch, name, good):
    file, context = certificate(tmp_path, name)
    monkeypatch.setenv("SSL_CERT_FILE", str(file))
    with receiving(context=context) as receiver:
        endpoint = hooked(county, f"https://hook.example.org:{receiver.port}/hook").endpoint
        make_deadline(county.case, DUE)
        remind()
        report = deliver(NOW, lookup=to("127.0.0.1"))
    assert (report.sent, len(receiver.messages)) == (int(good), int(good))
    if not good:
        assert "certificate verify failed" in endpoint.deliveries.get().error


def test_a_worker_killed_while_sending_leaves_its_lane_to_the_next_which_says_that_it_may_be_a_repeat(county):
    with receiving() as receiver:
        endpoint = hooked(county, receiver.url).endpoint
        make_deadline(county.case, DUE)
        remind()
        gone = uuid4()
        [lane] = lanes.claim(gone, NOW, 10)
        begun = lanes.begin(lane, gone, NOW)
        assert deliver(NOW + timedelta(minutes=1)).lanes == 0
        report = deliver(NOW + LEASE + timedelta(seconds=1))

        assert (report.sent, report.uncertain) == (1, 1)
        assert [message.id for message in receiver.messages] == [str(begun.pk)]
        assert states(endpoint) == ["uncertain"]
        assert lanes.begin(lane, gone, NOW + LEASE) is None  # should it come back, the lane is not its own


def test_what_is_done_meanwhile_is_not_told(county):
    with receiving() as receiver:
        endpoint = hooked(county, receiver.url).endpoint
        deadline = make_deadline(county.case, DUE)
        remind()
        Deadline.objects.filter(pk=deadline.pk).update(met_on=DAY)
        assert (deliver(NOW).sent, states(endpoint)) == (0, ["superseded"])
        assert receiver.messages == []


def test_a_message_that_cannot_be_worded_is_set_aside_and_closes_no_lane(county):
    with receiving() as receiver:
        endpoint = hooked(county, receiver.url).endpoint
        broken = make_deadline(county.case, DUE)
        make_deadline(make_case(county.enterprise), DUE)
        remind()
        Deadline.objects.filter(pk=broken.pk).update(detail={})
        WebhookDelivery.objects.filter(deadline=broken).update(try_at=NOW - timedelta(hours=1))
        assert (deliver(NOW).sent, states(endpoint)) == (1, ["failed", "sent"])
        assert len(receiver.messages) == 1


def test_a_secret_that_cannot_be_read_any_more_is_a_failure_of_its_lane_only(county, settings):
    with receiving() as receiver:
        endpoint = hooked(county, receiver.url).endpoint
        make_deadline(county.case, DUE)
        remind()
        settings.SECRET_KEY = "another-key-0123456789-abcdefghijklmnopqrstuvwxyz"
        assert deliver(NOW).failed == 1
        assert endpoint.deliveries.get().error == "the secret cannot be read any more"
        settings.SECRET_KEY_FALLBACKS = ["only-for-tests-0123456789-abcdefghijklmnopqrstuvwxyz"]
        assert deliver(NOW + timedelta(minutes=6)).sent == 1


def test_the_quiet_first_activation_tells_no_program(county):
    ReminderRun.objects.all().delete()
    with receiving() as receiver:
        endpoint = hooked(county, receiver.url).endpoint
        make_deadline(county.case, DUE)
        remind()
        assert (deliver(NOW).sent, states(endpoint), receiver.messages) == (0, [], [])


@pytest.mark.postgres
@pytest.mark.django_db(transaction=True)
def test_four_workers_at_once_deliver_each_message_once_and_in_lanes(county):
    with receiving() as receiver:
        made = []
        for _ in range(12):
            enterprise = make_enterprise()
            admin = make_member(enterprise.organization, Role.ORG_ADMIN)
            made.append(endpoints.create(admin, f"{receiver.url}/{len(made)}", NOW).endpoint)
            for _ in range(3):
                make_deadline(make_case(enterprise), DUE)
        remind()
        at_once(lambda: deliver(NOW))
        deliver(NOW)
    assert (len(receiver.messages), len({message.id for message in receiver.messages})) == (36, 36)
    assert {state for endpoint in made for state in states(endpoint)} == {"sent"}
