"""What a message to an endpoint says: plain values and sentences in both languages, no names of persons."""

import json
from datetime import date
from typing import Any
from urllib.parse import urlsplit

from django.conf import settings

from audits.models import Notice, WebhookDelivery
from audits.procedure.words import Text
from audits.reminders import acts, wording
from audits.reminders.kinds import WEBHOOK_TEST
from audits.workflow import clock

RELATED = (
    "deadline__duty__reporting_unit",
    "intent__duty__reporting_unit",
    "case__enterprise",
    "case__site",
    "endpoint__organization",
)
TEST = Text("这是一条测试消息。", "This is a test.")


def message_id(delivery: WebhookDelivery) -> str:
    """The Message-ID of a delivery, as a mail would carry it; the same in every attempt."""
    return f"<{delivery.pk}@{urlsplit(settings.SITE_URL).hostname or 'localhost'}>"


def is_over(delivery: WebhookDelivery) -> bool:
    """Whether what the message would tell is no longer so: done, void, moved, or a later rung is due."""
    if delivery.deadline is None:
        return False
    newer = WebhookDelivery.objects.filter(
        endpoint=delivery.endpoint_id, deadline=delivery.deadline_id, created_at__gt=delivery.created_at
    )
    return wording.is_over(as_notice(delivery)) or newer.exists()


def as_notice(delivery: WebhookDelivery) -> Notice:
    """The unsaved row of the ledger that says the same."""
    return Notice(
        deadline=delivery.deadline,
        intent=delivery.intent,
        case=delivery.case,
        kind=delivery.kind,
        due_on=delivery.due_on,
        rung=delivery.rung,
        climb=delivery.climb,
    )


def body_of(delivery: WebhookDelivery, on: date) -> str:
    """The JSON text of a delivery. Needs `RELATED` fetched."""
    said: dict[str, Any] = {
        "id": str(delivery.pk),
        "kind": delivery.kind,
        "created_at": delivery.created_at.isoformat(),
        "organization": str(delivery.endpoint.organization_id),
    }
    said |= _test() if delivery.kind == WEBHOOK_TEST else _told(delivery, on)
    return json.dumps(said, ensure_ascii=False)


def _test() -> dict[str, Any]:
    words = {"zh": TEST.zh, "en": TEST.en}
    return {"title": words, "status": words, "url": settings.SITE_URL}


def _told(delivery: WebhookDelivery, on: date) -> dict[str, Any]:
    notice = as_notice(delivery)
    known = acts.acts_of([notice])
    zh, en = (wording.entry_of(notice, on, language, known) for language in ("zh-hans", "en"))
    said: dict[str, Any] = {
        "title": {"zh": zh.title, "en": en.title},
        "status": {"zh": zh.status, "en": en.status},
        "details": {"zh": zh.details, "en": en.details},
        "url": zh.url,
        "case": _case(delivery),
        "duty": None,
        "deadline": None,
        "act": None,
    }
    if delivery.deadline is not None:
        said["deadline"] = _deadline(delivery)
    duty = wording.duty_of(notice)
    if duty is not None:
        said["duty"] = {"id": str(duty.pk), "reporting_unit": duty.reporting_unit_id, "year": duty.year}
    if delivery.intent is not None:
        act = known.get(acts.key_of(delivery.intent))
        said["act"] = {
            "action": delivery.kind,
            "version": delivery.intent.event_seq,
            "date": act.on.isoformat() if act is not None else None,
        }
    return said


def _case(delivery: WebhookDelivery) -> dict[str, Any] | None:
    case = delivery.case
    if case is None:
        return None
    return {
        "id": str(case.pk),
        "number": case.number,
        "enterprise": case.enterprise.name,
        "credit_code": case.enterprise.credit_code,
        "site": case.site.name,
    }


def _deadline(delivery: WebhookDelivery) -> dict[str, Any]:
    deadline = delivery.deadline
    if deadline is None:
        raise ValueError(f"The delivery {delivery.pk} tells of no deadline.")
    adjusted = deadline.adjusted_due_on
    return {
        "key": deadline.key,
        "action": deadline.step,
        "owner": deadline.party,
        "due_on": deadline.due_on.isoformat(),
        "adjusted_due_on": adjusted.isoformat() if adjusted else None,
        "provisional": deadline.provisional,
        "rung": delivery.rung,
        "climb": delivery.climb,
        "basis": {language: clock.explain(deadline.detail, language) for language in ("zh", "en")},
    }
