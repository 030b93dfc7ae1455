"""What can go wrong at the door. Each error has a stable code, an HTTP status and a text in both languages."""

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Any

from audits.procedure.payloads import FieldError
from audits.procedure.words import Text


@dataclass(frozen=True, slots=True)
class Refusal:
    """Why an action is not possible: a stable code and a sentence a person can act on.

    `right` is true when the person lacks the right (403), false when the state or the content forbids it (409).
    """

    code: str
    text: Text
    right: bool = False


@dataclass(frozen=True, slots=True)
class Caution:
    """Something a person should look at; it never blocks recording what happened."""

    code: str
    text: Text


class WorkflowError(Exception):
    """Base of all errors of the door."""

    code = "workflow_error"
    http_status = 409
    text = Text("操作未能完成。", "The action could not be completed.")

    def __init__(self, text: Text | None = None, details: Any = None) -> None:
        self.text = text or type(self).text
        self.details = details
        super().__init__(self.text.en)


class NotVisible(WorkflowError):
    """The subject does not exist, or the caller may not know that it does."""

    code, http_status = "not_found", 404
    text = Text("未找到。", "Not found.")


class UnknownAction(WorkflowError):
    code, http_status = "unknown_action", 404
    text = Text(
        "没有此操作。请从“可办事项”中选择。",
        "There is no such action. Choose one of the actions listed for this subject.",
    )


class Forbidden(WorkflowError):
    """The caller sees the subject but lacks the role, line or jurisdiction."""

    code, http_status = "not_allowed", 403

    def __init__(self, refusals: Sequence[Refusal]) -> None:
        super().__init__(refusals[0].text, list(refusals))
        self.code = refusals[0].code


class Refused(WorkflowError):
    """State, guards or conditions forbid the action now."""

    code, http_status = "refused", 409

    def __init__(self, refusals: Sequence[Refusal]) -> None:
        super().__init__(refusals[0].text, list(refusals))
        self.code = refusals[0].code


class VersionRequired(WorkflowError):
    code, http_status = "version_required", 428
    text = Text("请在 If-Match 中给出您所看到的版本。", "Send If-Match with the version you are looking at.")


class KeyRequired(WorkflowError):
    code, http_status = "idempotency_key_required", 400
    text = Text(
        "请提供 Idempotency-Key（1–128 个可见字符）。", "Send an Idempotency-Key of 1 to 128 visible characters."
    )


class KeyReused(WorkflowError):
    code, http_status = "idempotency_key_reused", 409
    text = Text(
        "该 Idempotency-Key 已用于另一内容的请求；请换一个新的键。",
        "This Idempotency-Key was used for a request with other content. Use a new key.",
    )


class StaleVersion(WorkflowError):
    code, http_status = "stale_version", 412
    text = Text(
        "他人已先行更改。请先查看最新情况，如仍需要，再次办理。",
        "Somebody changed this in the meantime. Look at the change, and repeat your action if it still applies.",
    )

    def __init__(self, current: int) -> None:
        super().__init__(None, {"current_version": current})


class StaleDraft(StaleVersion):
    """The draft is not the one last seen; to a program the same as any other stale version."""

    text = Text(
        "草稿已由他人另行保存。请先查看其内容，再决定保留哪一份。",
        "Somebody else saved the draft in the meantime. Look at theirs, then decide which one to keep.",
    )


class DraftChanged(StaleDraft):
    """What would be submitted is not what was read. `details`: `{"current_revision"}`."""

    code = "stale_draft"
    text = Text(
        "草稿在您阅读之后又有修改，未提交。请重新阅读草稿后再提交。",
        "The draft was changed after you read it, and was not submitted. Read it again, then submit it.",
    )

    def __init__(self, current: int) -> None:
        super().__init__(current)
        self.details = {"current_revision": current}


class InvalidPayload(WorkflowError):
    """The content of the request is wrong; `details` is a list of `FieldError`."""

    code, http_status = "invalid", 400
    text = Text("所填内容有误，请逐项更正。", "Some of the content is wrong. Correct each field named below.")

    def __init__(self, errors: Sequence[FieldError]) -> None:
        super().__init__(None, list(errors))


def one_field(path: str, code: str, zh: str, en: str) -> InvalidPayload:
    """An `InvalidPayload` with a single error."""
    return InvalidPayload([FieldError(path, code, Text(zh, en))])
