"""What every view of the API shares."""

from typing import Any, ClassVar, TypeVar
from uuid import UUID

from django.db.models import Model, QuerySet
from django.utils import timezone
from django.utils.translation import get_language
from django.utils.translation import gettext_lazy as _
from rest_framework.authentication import BaseAuthentication
from rest_framework.permissions import BasePermission
from rest_framework.response import Response
from rest_framework.serializers import BaseSerializer, Serializer
from rest_framework.throttling import AnonRateThrottle, UserRateThrottle
from rest_framework.views import APIView

from accounts.acting import acting_membership
from accounts.api.base import checked
from accounts.models import Membership
from audits.api import errors
from audits.api.parsing import PlainJSONParser, body_object
from audits.api.permissions import PERMISSIONS, Access
from audits.api.schema import DocumentedSchema
from audits.workflow.errors import NotVisible
from cpaudit_site.pagination import CursorPages

PAGE_PARAMETERS = frozenset({"cursor", "page_size"})
Row = TypeVar("Row", bound=Model)


class ApiView(APIView):
    """`access` comes from the map in `permissions`, through `urls.route`; a view without one answers nobody."""

    access: ClassVar[Access | None] = None
    pagination_class: ClassVar[type["Pages"] | None] = None  # also read by the OpenAPI generator
    schema = DocumentedSchema()
    parser_classes = [PlainJSONParser]
    throttle_classes = [AnonRateThrottle, UserRateThrottle]

    def get_authenticators(self) -> list[BaseAuthentication]:
        """None for public routes, so that a stale token spoils nothing there."""
        return [] if self.access is Access.PUBLIC else super().get_authenticators()

    def get_permissions(self) -> list[BasePermission]:
        """The one the map names."""
        if self.access is None:
            raise TypeError(f"{type(self).__name__} was built without urls.route: nobody said who may call it.")
        return [PERMISSIONS[self.access]()]

    def get_exception_handler(self) -> Any:
        """Errors of all our rooms in one shape."""
        return errors.handle

    @property
    def membership(self) -> Membership:
        """As whom the caller acts."""
        return acting_membership(self.request)

    def paged(self, rows: QuerySet[Any], serializer: type[BaseSerializer[Any]], **context: Any) -> Response:
        """One page of the rows, cut by cursor as `pagination_class` says."""
        cutter = (self.pagination_class or Pages)()
        page = cutter.paginate_queryset(rows, self.request, view=self)
        return cutter.get_paginated_response(serializer(page, many=True, context=self.context(**context)).data)

    def shown(
        self, row: Any, serializer: type[BaseSerializer[Any]], *, version: int | None = None, **context: Any
    ) -> Response:
        """One row, with its version as ETag where it has one."""
        headers = {"ETag": f'"{version}"'} if version is not None else None
        return Response(serializer(row, context=self.context(**context)).data, headers=headers)

    def query(self, serializer: type[BaseSerializer[Any]]) -> dict[str, Any]:
        """The query parameters as the serializer reads them. Unknown ones are refused: a mistyped filter shows too much."""
        given = self.request.query_params
        bound = serializer(data=given)
        known = {*bound.fields, *PAGE_PARAMETERS}  # type: ignore[attr-defined]
        surplus = [name for name in given if name not in known]
        if surplus:
            raise errors.Problem(
                400, [("unknown_parameter", _("There is no such parameter."), name) for name in surplus]
            )
        bound.is_valid(raise_exception=True)
        return dict(bound.validated_data)

    def body(self, serializer: type[Serializer[Any]]) -> dict[str, Any]:
        """The body of the request, a JSON object, as the serializer reads it."""
        return checked(serializer, body_object(self.request))

    def context(self, **more: Any) -> dict[str, Any]:
        """What serializers may look at: the request, its language, and today."""
        return {"request": self.request, "language": language(), "today": timezone.localdate(), **more}


class Pages(CursorPages):
    """Newest first."""

    ordering: tuple[str, ...] = ("-created_at", "id")


def language() -> str:
    """The caller's language."""
    return get_language() or "zh-hans"


def one(rows: QuerySet[Row], pk: UUID | str) -> Row:
    """The row with that id among those visible; else 404."""
    row = rows.filter(pk=pk).first()
    if row is None:
        raise NotVisible()
    return row
