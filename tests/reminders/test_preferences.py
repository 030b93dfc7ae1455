"""Everybody chooses channels by kind, language and hour; text messages go to those who asked for them."""

import json
from datetime import date, datetime, timedelta
from pathlib import Path

import pytest

from audits.models import Channel, Digest, Notice, NoticeIntent
from audits.procedure.words import Party, Role
from audits.reminders import run
from audits.reminders.digests import lease
from audits.reminders.kinds import CHOOSABLE
from audits.reminders.sms import Refused
from tests.api.conftest import codes
from tests.factories_audits import make_case, make_deadline, make_enterprise, make_member
from tests.reminders.conftest import body_of, morning

pytestmark = pytest.mark.django_db
DUE = date(2008, 10, 6)
DAY = date(2008, 10, 3)
NOW = morning("2008-10-03")
PATH = "/api/v1/notification-settings/"


@pytest.fixture(autouse=True)
def texts(settings, tmp_path, time_machine):
    """The file of text messages; the day on which all of this happens."""
    settings.SMS_FILE = tmp_path / "sms.jsonl"
    time_machine.move_to(NOW, tick=False)
    return settings.SMS_FILE


def sent_texts(path: Path):
    return [json.loads(line) for line in path.read_text().splitlines()] if path.exists() else []


def choose(reader, **what):
    answer = reader.patch(PATH, what, format="json")
    assert answer.status_code == 200, answer.json()
    return answer.json()


def intent(case, kind="decide_assessment"):
    NoticeIntent.objects.create(
        case=case, event_seq=1, kind=kind, audience={"party": Party.ENTERPRISE.value}, created_at=NOW
    )


def test_the_usual_is_everything_by_mail_at_eight_and_no_text_messages(county, as_):
    shown = as_(county.preparer).get(PATH).json()

    assert (shown["language"], shown["digest_hour"], shown["phone"]) == ("zh-hans", 8, "")
    assert [kind["kind"] for kind in shown["kinds"]] == list(CHOOSABLE)
    assert {(kind["in_app"], kind["email"], kind["sms"]) for kind in shown["kinds"]} == {(True, True, False)}
    assert shown["kinds"][0]["title"] == "期限提醒"


def test_a_kind_without_mail_is_told_in_the_app_only(county, mailbox, as_):
    choose(as_(county.preparer), kinds=[{"kind": "reminder", "email": False}])
    make_deadline(county.case, DUE)
    intent(county.case)
    assert run(DAY, NOW).sent == 1

    [message] = mailbox.messages
    assert "评估结论已作出" in body_of(message)
    assert "2008-10-06" not in body_of(message)
    told = {(row.kind, row.channel) for row in Notice.objects.filter(recipient=county.preparer.user)}
    assert told == {("reminder", "in_app"), ("decide_assessment", "in_app"), ("decide_assessment", "email")}


def test_what_waits_on_a_channel_that_is_switched_off_is_not_sent(county, mailbox, as_):
    make_deadline(county.case, DUE)
    run(DAY, NOW, sending_hours=(9, 18))
    choose(as_(county.preparer), kinds=[{"kind": "reminder", "email": False}])

    assert run(DAY, NOW).sent == 0
    assert Notice.objects.get(channel=Channel.EMAIL).state == Notice.State.SUPERSEDED


def test_a_digest_waits_for_the_hour_its_reader_chose(county, mailbox, as_):
    choose(as_(county.preparer), digest_hour=17)
    make_deadline(county.case, DUE)

    assert run(DAY, NOW).sent == 0
    assert run(DAY, NOW + timedelta(hours=8)).sent == 0
    assert run(DAY, datetime.fromisoformat("2008-10-03T17:00:00+08:00")).sent == 1


def test_the_language_of_the_account_is_the_language_of_mails(county, mailbox, as_):
    assert choose(as_(county.preparer), language="en")["language"] == "en"
    make_deadline(county.case, DUE)
    run(DAY, NOW)
    assert mailbox.messages[0]["Subject"] == "[Cleaner production audits] 1 item on 2008-10-03"


def test_a_text_message_goes_to_those_who_asked_once_a_day_and_names_nobody(county, mailbox, as_, texts):
    make_member(county.enterprise.organization, Role.CERTIFIER)
    choose(as_(county.preparer), phone="+8613800000000", kinds=[{"kind": "reminder", "sms": True}])
    make_deadline(county.case, DUE)
    make_deadline(make_case(county.enterprise), date(2008, 10, 4))
    intent(county.case)
    report = run(DAY, NOW)

    [text] = sent_texts(texts)
    assert (report.sent, text["phone"]) == (3, "+8613800000000")
    assert text["text"] == "【清洁生产审核】您有 2 项事项。请登录查看：https://cp.example.org"
    assert text["id"] == str(Digest.objects.get(channel=Channel.SMS).pk)
    assert set(Notice.objects.filter(channel=Channel.SMS).values_list("kind", "state")) == {("reminder", "sent")}
    assert run(DAY, NOW + timedelta(hours=1)).sent == 0


def test_a_phone_taken_away_stops_text_messages(county, mailbox, as_, texts):
    reader = as_(county.preparer)
    choose(reader, phone="13800000000", kinds=[{"kind": "reminder", "sms": True}])
    refused = reader.patch(PATH, {"phone": ""}, format="json")
    choose(reader, phone="", kinds=[{"kind": "reminder", "sms": False}])
    make_deadline(county.case, DUE)
    run(DAY, NOW)

    assert (refused.status_code, codes(refused)) == (400, ["phone_missing"])
    assert sent_texts(texts) == []


class Unwilling:
    """A carrier that takes nothing."""

    def send(self, message):
        raise Refused("no contract")


class Silent:
    """A carrier that does not answer, so that nobody knows."""

    def send(self, message):
        raise OSError("timed out")


@pytest.mark.parametrize(("carrier", "uncertain"), [("Unwilling", False), ("Silent", True)])
def test_a_carrier_that_fails_delays_no_mail_and_is_tried_again(
    county, mailbox, as_, texts, settings, carrier, uncertain
):
    choose(as_(county.preparer), phone="13800000000", kinds=[{"kind": "reminder", "sms": True}])
    make_deadline(county.case, DUE)
    own, settings.SMS_SENDER = settings.SMS_SENDER, f"{__name__}.{carrier}"
    report = run(DAY, NOW)
    assert (report.sent, report.retried, len(mailbox.messages)) == (1, 1, 1)

    settings.SMS_SENDER = own
    assert run(DAY, NOW + lease()).sent == 1
    assert len(sent_texts(texts)) == 1
    assert Notice.objects.get(channel=Channel.SMS).state == ("uncertain" if uncertain else "sent")


def test_a_mail_server_that_is_down_delays_no_text_message(county, mailbox, as_, texts, settings):
    choose(as_(county.preparer), phone="13800000000", kinds=[{"kind": "reminder", "sms": True}])
    make_deadline(county.case, DUE)
    settings.EMAIL_PORT = 1
    report = run(DAY, NOW)
    assert (report.mail_down, report.sent, len(sent_texts(texts))) == (True, 1, 1)


@pytest.mark.parametrize(
    ("given", "code", "attr"),
    [
        ({"kinds": [{"kind": "gossip", "email": False}]}, "unknown_kind", "kinds"),
        ({"kinds": [{"kind": "reminder", "sms": True}]}, "phone_missing", "phone"),
        ({"digest_hour": 24}, "max_value", "digest_hour"),
        ({"language": "fr"}, "invalid_choice", "language"),
        ({"phone": "call me"}, "invalid", "phone"),
        ({"kinds": [{"email": False}]}, "required", "kinds.0.kind"),
    ],
)
def test_choices_that_cannot_be_kept_are_refused(county, as_, given, code, attr):
    reader = as_(county.preparer)
    before = reader.get(PATH).json()
    answer = reader.patch(PATH, given, format="json")

    assert (answer.status_code, [(e["code"], e["attr"]) for e in answer.json()["errors"]]) == (400, [(code, attr)])
    assert reader.get(PATH).json() == before


def test_a_service_without_text_messages_offers_none(county, as_, settings):
    settings.SMS_SENDER = ""
    reader = as_(county.preparer)
    answer = reader.patch(PATH, {"phone": "13800000000", "kinds": [{"kind": "reminder", "sms": True}]}, format="json")

    assert reader.get(PATH).json()["sms_available"] is False
    assert codes(answer) == ["sms_unavailable"]


def test_choices_concern_nobody_else(county, mailbox, as_):
    colleague = make_member(county.enterprise.organization, Role.CERTIFIER)
    choose(as_(county.preparer), kinds=[{"kind": "reminder", "email": False}])
    other = make_enterprise()
    make_member(other.organization, Role.PREPARER)
    make_deadline(county.case, DUE)
    run(DAY, NOW)
    assert [message["To"] for message in mailbox.messages] == [colleague.user.email]
