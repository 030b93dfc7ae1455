"""The one shape of errors, whatever room they come from: `{type, errors: [{code, detail, attr}]}`.

`code` is stable, `detail` in the caller's language, `attr` the key of the request it concerns (null: the request).
"""

from collections.abc import Mapping, Sequence
from typing import Any

from django.core.exceptions import RequestDataTooBig, SuspiciousOperation
from django.utils.translation import get_language
from django.utils.translation import gettext_lazy as _
from drf_standardized_errors.handler import ExceptionHandler
from rest_framework import status
from rest_framework.exceptions import APIException
from rest_framework.response import Response

from audits.procedure.payloads import ROOT, FieldError
from audits.procedure.registry import BeforeTheLaw
from audits.procedure.words import Text
from audits.workflow.errors import Refusal, StaleVersion, WorkflowError
from enterprises.errors import RegisterError
from enterprises.importing.errors import ImportRefused
from enterprises.importing.findings import Finding

BARRED = frozenset({"not_entitled"})  # of the registers: the member may not, whatever is asked
CONFLICTS = frozenset({"contract_ended"})  # errors of the registers about their present state


class Problem(APIException):
    """An answer with named errors. `errors` are `(code, text, attr)`; `version` is told as ETag."""

    def __init__(
        self, status_code: int, errors: Sequence[tuple[str, Any, str | None]], version: int | None = None
    ) -> None:
        self.status_code = status_code
        self.errors = errors
        self.version = version
        super().__init__(detail=str(errors[0][1]), code=errors[0][0])


class Malformed(APIException):
    """A header of the request is not as it must be."""

    status_code = status.HTTP_400_BAD_REQUEST


class TooLarge(APIException):
    status_code = status.HTTP_413_REQUEST_ENTITY_TOO_LARGE
    default_code = "too_large"
    default_detail = _("The request is larger than allowed.")


def words(text: Text) -> str:
    """A text of the law or of the door in the caller's language."""
    return text.in_language(get_language() or "zh-hans")


def body_path(path: str) -> str | None:
    """The path of a field as the caller wrote it: bodies are flat, so without the leading `fields`."""
    if path in ("", ROOT):
        return None
    return path.removeprefix(f"{ROOT}.")


def problem_of(error: WorkflowError) -> Problem:
    """An error of the door as an answer, with every reason it gives."""
    version = error.details.get("current_version") if isinstance(error, StaleVersion) else None
    found: list[tuple[str, Any, str | None]] = []
    if isinstance(error.details, Mapping):  # a confirmed import with rows that cannot be taken
        named = [one for one in error.details.get("findings", ()) if isinstance(one, Finding)]
        where = [f"rows.{one.row}.{one.column}" if one.column else f"rows.{one.row}" for one in named]
        found = [(error.code, words(error.text), None)] if named else []
        found += [(one.rule, words(one.text), path) for one, path in zip(named, where, strict=True)]
    for item in error.details if isinstance(error.details, list | tuple) else ():
        if isinstance(item, FieldError):
            found.append((item.code, words(item.text), body_path(item.path)))
        elif isinstance(item, Refusal):
            found.append((item.code, words(item.text), None))
    return Problem(error.http_status, found or [(error.code, words(error.text), None)], version)


class Handler(ExceptionHandler):
    """drf-standardized-errors, taught the errors of our rooms."""

    def convert_known_exceptions(self, exc: Exception) -> Exception:
        """Errors of the law, the door, the registers and imports as DRF exceptions."""
        if isinstance(exc, WorkflowError):
            return problem_of(exc)
        if isinstance(exc, BeforeTheLaw):
            return Problem(400, [("before_the_law", words(exc.text), "published_on")])
        if isinstance(exc, RegisterError):
            status = 403 if exc.code in BARRED else 409 if exc.code in CONFLICTS else 400
            return Problem(status, [(exc.code, words(exc.text), None)])
        if isinstance(exc, ImportRefused):
            return Problem(400, [(exc.code, words(exc.text), None)])
        if isinstance(exc, RequestDataTooBig):
            return TooLarge()
        if isinstance(exc, SuspiciousOperation):  # too many fields or files, a boundary that is none
            return Malformed(_("The request cannot be read."), "parse_error")
        converted: Exception = super().convert_known_exceptions(exc)
        return converted

    def format_exception(self, exc: APIException) -> dict[str, Any]:
        """Every reason of a `Problem`; anything else as the package does."""
        if not isinstance(exc, Problem):
            data: dict[str, Any] = super().format_exception(exc)
            return data
        kind = "validation_error" if exc.status_code == status.HTTP_400_BAD_REQUEST else "client_error"
        errors = [{"code": code, "detail": str(detail), "attr": attr} for code, detail, attr in exc.errors]
        return {"type": kind, "errors": errors}

    def get_headers(self, exc: APIException) -> dict[str, str]:
        """A stale version is answered with the current one."""
        headers: dict[str, str] = super().get_headers(exc)
        if isinstance(exc, Problem) and exc.version is not None:
            headers["ETag"] = f'"{exc.version}"'
        return headers


def handle(exc: Exception, context: Any) -> Response | None:
    """What DRF calls for an exception in a view."""
    answer: Response | None = Handler(exc, context).run()
    return answer
