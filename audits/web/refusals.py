"""What the rooms below refuse, as sentences for a page. No rule stands here."""

from collections.abc import Iterator
from typing import Any

from django.contrib import messages
from django.core.exceptions import ValidationError
from django.http import HttpRequest
from rest_framework.exceptions import APIException
from rest_framework.exceptions import ValidationError as WrongFields
from rest_framework.serializers import Serializer

from accounts.api import base
from audits.api.errors import words
from audits.procedure.payloads import FieldError
from audits.workflow.errors import Refusal, WorkflowError
from enterprises.errors import RegisterError
from enterprises.importing.errors import ImportRefused

REFUSALS = (WorkflowError, RegisterError, ImportRefused, APIException, ValidationError)


def checked(shape: type[Serializer[Any]], data: Any) -> dict[str, Any]:
    """What the interface's own shape makes of a form. Raises `ValidationError` of the REST framework."""
    return base.checked(shape, {key: value for key, value in data.items() if value != ""})


def sentences(error: Exception) -> list[str]:
    """Why something was refused, one sentence each."""
    if isinstance(error, WorkflowError):
        details = error.details if isinstance(error.details, list | tuple) else []
        told = [one.text for one in details if isinstance(one, FieldError | Refusal)]
        return [words(text) for text in told] or [words(error.text)]
    if isinstance(error, RegisterError | ImportRefused):
        return [words(error.text)]
    if isinstance(error, ValidationError):
        return [str(one) for one in error.messages]
    return list(_of_interface(error.detail)) if isinstance(error, APIException) else [str(error)]


def _of_interface(detail: Any, field: str = "") -> Iterator[str]:
    if isinstance(detail, dict):
        for key, value in detail.items():
            yield from _of_interface(value, str(key))
    elif isinstance(detail, list):
        for one in detail:
            yield from _of_interface(one, field)
    else:
        yield f"{field}: {detail}" if field and field != "non_field_errors" else str(detail)


def by_field(error: Exception) -> dict[str, list[str]]:
    """The same by the name of the input, as far as it is known."""
    found: dict[str, list[str]] = {}
    if isinstance(error, WrongFields) and isinstance(error.detail, dict):
        for key, value in error.detail.items():
            found[str(key)] = list(_of_interface(value))
    elif isinstance(error, ValidationError) and hasattr(error, "error_dict"):
        found = {key: [str(one) for one in told] for key, told in error.message_dict.items()}
    elif isinstance(error, WorkflowError) and isinstance(error.details, list | tuple):
        for one in error.details:
            if isinstance(one, FieldError):
                found.setdefault(one.path, []).append(words(one.text))
    return found


def complain(request: HttpRequest, error: Exception) -> None:
    """Say on the next page why nothing was done."""
    for sentence in sentences(error):
        messages.error(request, sentence)
