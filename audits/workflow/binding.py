"""What an action takes with it: staged documents and the draft it was prepared in."""

from collections.abc import Iterable, Mapping, Sequence
from typing import Any
from uuid import UUID

from accounts.acting import Acting, acting_of
from accounts.models import Membership
from audits.models import Document, Draft, Event, Preparation
from audits.procedure.payloads import FieldError
from audits.procedure.schema import Field, FieldKind, Step
from audits.procedure.words import Party, Route, Subject, Text
from audits.workflow.decide import Context
from audits.workflow.errors import DraftChanged, Refusal, Refused, one_field
from audits.workflow.events import preparer_of

SENT_BACK = Refusal(
    "draft_sent_back",
    Text(
        "草稿已退回填报人，修改后方可审签。",
        "The draft was sent back: it can be certified once its preparer changed it.",
    ),
)


def named_files(fields: Sequence[Field], values: Mapping[str, Any], path: str = "fields") -> list[tuple[str, str]]:
    """`(field path, document id)` of every file a cleaned payload names, rows of tables included."""
    found: list[tuple[str, str]] = []
    for one in fields:
        value = values.get(one.key)
        if one.kind is FieldKind.FILES:
            found += [(f"{path}.{one.key}", str(item)) for item in value or ()]
        elif one.kind is FieldKind.ROWS:
            for number, row in enumerate(value or ()):
                found += named_files(one.columns, row, f"{path}.{one.key}[{number}]")
    return found


def find(
    named: Sequence[tuple[str, str]], evidence: Sequence[str], organizations: Iterable[str]
) -> tuple[list[dict[str, str]], list[FieldError]]:
    """The staged documents a payload names, as stored in the event, and an error for each that cannot be taken.

    `named` are `(field path, document id)`; a document can be taken once, by the organization that staged it or by the
    one that submits the draft it was staged for.
    """
    wanted = [*named, *(("evidence", one) for one in evidence)]
    if not wanted:
        return [], []
    ids: dict[str, UUID] = {}
    errors: list[FieldError] = []
    for path, value in wanted:
        try:
            ids[value] = UUID(str(value))
        except ValueError:
            errors.append(_unknown(path))
    rows = {
        str(row.pk): row
        for row in Document.objects.select_for_update().filter(
            pk__in=ids.values(), bound_at=None, uploaded_by__organization_id__in=list(organizations)
        )
    }
    files = []
    for path, value in wanted:
        if value not in ids:
            continue
        row = rows.get(str(ids[value]))
        if row is None:
            errors.append(_unknown(path))
            continue
        files.append({"id": str(row.pk), "sha256": row.sha256, "name": row.name, "field": path})
    return files, errors


def _unknown(path: str) -> FieldError:
    return FieldError(
        path,
        "unknown_file",
        Text(
            "没有这份待提交的文件：可能已被使用、已过期或由其他单位上传。请重新上传。",
            "There is no such staged file: it was used already, expired, or was uploaded by somebody else. Upload it again.",
        ),
    )


def bind(files: Sequence[Mapping[str, str]], row: Any, event: Event) -> None:
    """Fix the documents to the event: from now on they cannot be replaced or purged."""
    if not files:
        return
    subject: dict[str, Any] = {
        Subject.CASE: {"case_id": row.pk},
        Subject.LIST: {"list_id": row.pk},
        Subject.DUTY: {"duty_id": row.pk},
    }[row.subject_kind]
    for item in files:
        Document.objects.filter(pk=item["id"]).update(
            **subject, event_seq=event.seq, action=event.action, field=item["field"][:80], bound_at=event.recorded_at
        )


def draft_of(row: Any, action: str, acting: Acting) -> Draft | None:
    """The draft that the side of the member prepares, locked: nobody saves it between reading and submitting it."""
    draft: Draft | None = Draft.objects.of(row, action, acting).select_for_update().first()
    return draft


def draft_as_read(row: Any, action: str, acting: Acting, revision: int | None) -> Draft:
    """The draft to be submitted, locked, if it still is the one the caller read.

    Raises `InvalidPayload` where there is none or no revision is named, `DraftChanged` where it was changed since.
    """
    if revision is None:
        raise one_field(
            "draft_revision",
            "required",
            "提交草稿须写明您所阅读的草稿版次（draft_revision）。",
            "Say which revision of the draft you read: send draft_revision.",
        )
    draft = draft_of(row, action, acting)
    if draft is None:
        raise one_field("from_draft", "no_draft", "没有可提交的草稿。", "There is no draft to submit.")
    if draft.revision != revision:
        raise DraftChanged(draft.revision)
    return draft


def drop_draft(row: Any, action: str, acting: Acting, drafted: Mapping[str, Any], event: Event) -> None:
    """A submitted draft is frozen in the event; the working copy goes, who had a hand in it stays known."""
    keep_authors(row, action, drafted["authors"], event.seq)
    Draft.objects.of(row, action, acting).delete()


def keep_authors(row: Any, action: str, authors: Iterable[Mapping[str, str]], seq: int) -> None:
    """Who prepared the act of this version."""
    members = {author["membership"] for author in authors}
    Preparation.objects.bulk_create(
        Preparation(
            subject_kind=row.subject_kind, subject_id=row.pk, action=action, event_seq=seq, membership_id=member
        )
        for member in sorted(members)
    )


def preparers(drafted: Mapping[str, Any] | None) -> list[dict[str, str]]:
    """Who prepared what is sent, as the event tells it: that two persons had a hand in it must outlive the draft."""
    if drafted is None:
        return []
    members = Membership.objects.select_related("user", "organization")
    return [
        preparer_of(one) for one in members.filter(pk__in={a["membership"] for a in drafted["authors"]}).order_by("pk")
    ]


def author_of(acting: Acting) -> dict[str, str]:
    """A member as drafts name their authors."""
    return {
        "user": str(acting.user_id),
        "membership": str(acting.membership_id),
        "organization": str(acting.organization_id),
    }


def prepared(by: Membership | None) -> dict[str, Any] | None:
    """What `check_certified` reads, for a submission prepared by one known member outside a stored draft."""
    if by is None:
        return None
    return {"authors": [author_of(acting_of(by))], "revision": 1}


def check_certified(step: Step, ctx: Context, acting: Acting, drafted: Mapping[str, Any] | None) -> None:
    """A certified submission takes a draft, and its certifier is not among the authors (design section 3).

    On the entrusted route a unit may ask for two organizations (parameter `certify_two_organizations`).
    """
    if not step.certified or acting.party == Party.SYSTEM:
        return
    if drafted is None:
        raise Refused(
            [
                Refusal(
                    "draft_required",
                    Text(
                        "此项须先由填报人保存草稿，再由审签人提交。",
                        "This must be prepared as a draft by one person and submitted by another: send from_draft.",
                    ),
                )
            ]
        )
    if any(author["user"] == str(acting.user_id) for author in drafted["authors"]):
        raise Refused(
            [
                Refusal(
                    "certifier_is_author",
                    Text("填报人不得审签自己填报的内容。", "The person who prepared this cannot also certify it."),
                )
            ]
        )
    if drafted.get("sent_back"):
        raise Refused([SENT_BACK])
    two = ctx.params.get("certify_two_organizations") and ctx.state.get("route") == Route.ENTRUSTED
    if two and all(author["organization"] == str(acting.organization_id) for author in drafted["authors"]):
        raise Refused(
            [
                Refusal(
                    "two_organizations",
                    Text(
                        "委托审核须由咨询服务机构填报、企业审签。",
                        "On the entrusted route the consultancy prepares and the enterprise certifies.",
                    ),
                )
            ]
        )


def check_backdated(
    step: Step, acting: Acting, drafted: Mapping[str, Any] | None, files: Sequence[Mapping[str, str]]
) -> None:
    """What is recorded long after it happened needs evidence and a second person (law text 19.12)."""
    if acting.party == Party.SYSTEM:
        return
    refusals = []
    if not any(item["field"] in ("evidence", "fields.evidence") for item in files):
        refusals.append(
            Refusal(
                "backdating_needs_evidence",
                Text(
                    "补录较早的事实须附证明材料（evidence）。", "A fact recorded this late needs evidence: attach it."
                ),
            )
        )
    if drafted is None or all(author["user"] == str(acting.user_id) for author in drafted["authors"]):
        refusals.append(
            Refusal(
                "backdating_needs_second_person",
                Text(
                    "补录较早的事实须由另一人填报草稿、您来提交。",
                    "A fact recorded this late needs a second person: one prepares the draft, another submits it.",
                ),
            )
        )
    if refusals:
        raise Refused(refusals)
