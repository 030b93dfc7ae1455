"""Notice intents: what somebody must be told because of an event. Recipients are found when it is sent."""

from collections.abc import Mapping
from datetime import datetime
from typing import Any

from audits.models import NoticeIntent
from audits.procedure.words import EntryStatus, Function, Party, Subject

# Which acts are told, and to whom: the audience is a rule, resolved at sending time.
_TO_ENTERPRISE = {"party": Party.ENTERPRISE.value}
_TO_SUPERVISOR = {"function": Function.SUPERVISE.value}
# The authorities that proposed the entries of a list which stand there.
_TO_NOMINATORS = {"nominators": EntryStatus.RETURNED.value}
AUDIENCES: dict[str, tuple[dict[str, str], ...]] = {
    "publish": (_TO_ENTERPRISE,),
    "notify": (_TO_ENTERPRISE,),
    "return_report": (_TO_ENTERPRISE,),
    "return_nominations": (_TO_NOMINATORS,),
    "submit_report": (_TO_SUPERVISOR,),
    "order_audit": (_TO_ENTERPRISE,),
    "order_correction": (_TO_ENTERPRISE,),
    "record_penalty": (_TO_ENTERPRISE,),
    "extend": (_TO_ENTERPRISE,),
    "suspend": (_TO_ENTERPRISE,),
    "resume": (_TO_ENTERPRISE,),
    "decide_assessment": (_TO_ENTERPRISE,),
    "decide_acceptance": (_TO_ENTERPRISE,),
    "review_results": (_TO_ENTERPRISE,),
    "review_supplement": (_TO_ENTERPRISE,),
    "order_redo": (_TO_ENTERPRISE,),
    "decide_objection": (_TO_ENTERPRISE,),
    "form_panel": ({"party": Party.EXPERT.value},),
    "propose_next_round": (_TO_ENTERPRISE, _TO_SUPERVISOR),
    "recompute": (_TO_ENTERPRISE,),
}
# A yearly duty has no enterprise: the authority that owes it is told.
_TO_PLANNER = {"function": Function.PLAN.value}
DUTY_AUDIENCES: dict[str, tuple[dict[str, str], ...]] = {"recompute": (_TO_PLANNER,)}


def rows_for(row: Any, action: str, seq: int, now: datetime, payload: Mapping[str, Any]) -> list[NoticeIntent]:
    """Unsaved intents of an event. A `recompute` that moved no date is told to nobody."""
    if action == "recompute" and not payload.get("changes"):
        return []
    subject = {
        Subject.CASE: {"case_id": row.pk},
        Subject.DUTY: {"duty_id": row.pk},
        Subject.LIST: {"list_id": row.pk},
    }[row.subject_kind]
    audiences = DUTY_AUDIENCES if row.subject_kind == Subject.DUTY else AUDIENCES
    return [
        NoticeIntent(**subject, event_seq=seq, kind=action, audience=audience, created_at=now)
        for audience in audiences.get(action, ())
    ]
