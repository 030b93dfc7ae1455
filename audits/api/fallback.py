"""The answer at addresses below /api/v1/ that lead nowhere: the one error shape instead of a page."""

from typing import Any

from rest_framework.request import Request
from rest_framework.response import Response

from audits.api.base import ApiView
from audits.workflow.errors import NotVisible


class NothingHereView(ApiView):
    """404 `not_found` for every method."""

    schema = None  # type: ignore[assignment]

    def initial(self, request: Request, *args: Any, **kwargs: Any) -> None:
        raise NotVisible()

    def get(self, request: Request) -> Response:
        raise NotVisible()
