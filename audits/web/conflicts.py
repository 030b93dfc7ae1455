"""Two people at one draft: who saved meanwhile, and where the two texts differ. Nothing is decided here; the reader is."""

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import datetime
from typing import Any

from django.utils.dateparse import parse_datetime

from accounts.models import Membership
from audits.api.errors import words
from audits.procedure.words import Text
from audits.web.addresses import act_address
from audits.web.differences import Change, FileChange, between_drafts
from audits.web.subjects import SubjectPage
from audits.workflow.drafts import Saved
from audits.workflow.errors import StaleDraft, StaleVersion
from audits.workflow.reading import SINGLE_OPINIONS

NAMED = Text("{person}（{organization}）", "{person} ({organization})")
# What a page says in the place of the errors' own words: the form is still there, with everything in it.
CHANGED = Text(
    "您填写期间，已有他人在此办理。您的内容没有提交，仍完整保留在下面。请先查看最新情况，如仍需要，再次提交。",
    "Somebody acted here while you were typing. Nothing of yours was submitted; all of it still stands below. Look at the "
    "latest first, and submit again if it still applies.",
)
TO_BE_READ_AGAIN = Text(
    "您核对期间草稿有改动，没有提交任何内容。下面是最新的草稿，请重新核对。",
    "The draft was changed while you read it. Nothing was submitted. This is the draft as it is now: read it again.",
)


@dataclass(frozen=True, slots=True)
class Saver:
    """Who saved a draft last, and when. `name` is empty where the reader may not know; `own`: the reader, elsewhere."""

    name: str
    at: datetime | None
    own: bool = False
    sent_back: bool = False


@dataclass(frozen=True, slots=True)
class Conflict:
    """A draft that is not the one the form was filled from. Without `saver` there is none any more."""

    revision: int
    address: str  # where the other text stands in the form
    saver: Saver | None = None
    changes: list[Change] | None = None  # old: the other text; None where the reader may not see it
    files: list[FileChange] | None = None


def saver_of(saved: Saved, by: Membership) -> Saver:
    """Who had the draft last. An expert's opinion is nobody else's business until it is given."""
    if saved.sent_back and saved.refusal:
        own = saved.refusal["membership"] == str(by.pk)
        return Saver(saved.refusal["name"], parse_datetime(saved.refusal["at"]), own, sent_back=True)
    last = saved.authors[-1]
    own = last["user"] == str(by.user_id)
    if saved.action in SINGLE_OPINIONS and not own:
        return Saver("", saved.updated_at)
    member = Membership.objects.filter(pk=last["membership"]).select_related("user", "organization").first()
    name = words(NAMED).format(person=member.user, organization=member.organization) if member is not None else ""
    return Saver(name, saved.updated_at, own)


def is_said_already(saved: Saved | None, payload: Mapping[str, Any], revision: int) -> bool:
    """Whether the draft says what is typed, so that there is nothing to choose between. Not where it was sent back since
    `revision`: that is to be read first."""
    if saved is None or saved.payload != payload:
        return False
    return saved.revision == revision or saved.refusal is None or int(saved.refusal["revision"]) <= revision


def conflict_of(page: SubjectPage, payload: Mapping[str, Any]) -> Conflict:
    """What stands against saving `payload` on this page."""
    saved = page.draft()
    again = "?edit=1" if page.status.step.certified and page.status.allowed else ""
    address = act_address(page.subject, page.status.action) + again
    if saved is None:
        return Conflict(0, address)
    saver = saver_of(saved, page.membership)
    if saved.action in SINGLE_OPINIONS and not saver.own:
        return Conflict(saved.revision, address, saver)
    changes, files = between_drafts(page.status.step, saved.payload, payload, page.membership, page.drafted(saved))
    return Conflict(saved.revision, address, saver, changes, files)


def told(error: StaleVersion, *, certifying: bool) -> list[Text]:
    """What a form says of a stale version, beside the two texts where those are shown."""
    if not isinstance(error, StaleDraft):
        return [CHANGED]
    return [TO_BE_READ_AGAIN] if certifying else []
