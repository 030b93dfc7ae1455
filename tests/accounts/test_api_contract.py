"""Every view says who may call it, refuses the rest, and documents what it answers."""

import uuid
from typing import Any

import pytest
from drf_spectacular.drainage import GENERATOR_STATS
from drf_spectacular.generators import SchemaGenerator
from rest_framework.permissions import AllowAny
from rest_framework.test import APIClient

from accounts.api.urls import urlpatterns
from tests.accounts.conftest import AUTH, code

pytestmark = [pytest.mark.django_db, pytest.mark.urls("tests.accounts.urls")]

VIEWS: dict[str, Any] = {pattern.name: pattern.callback.cls for pattern in urlpatterns}
ROUTES = [
    (pattern.name, str(pattern.pattern), method)
    for pattern in urlpatterns
    for method in ("get", "post", "put", "patch", "delete")
    if hasattr(pattern.callback.cls, method)
]


def test_only_these_views_are_public() -> None:
    public = {name for name, view in VIEWS.items() if view.public}
    assert public == {"auth-token", "auth-activate", "auth-password-reset", "auth-password-reset-confirm"}
    assert {name for name, view in VIEWS.items() if AllowAny in view.permission_classes} == public
    assert [name for name, view in VIEWS.items() if not view.permission_classes] == []


@pytest.mark.parametrize(("name", "path", "method"), ROUTES)
def test_anonymous_callers_are_refused_unless_the_view_is_public(
    anybody: APIClient, name: str, path: str, method: str
) -> None:
    parts = ("public_id", "membership_id", "handover_id")
    for part in parts:
        path = path.replace(f"<uuid:{part}>", str(uuid.uuid4()))
    answer = getattr(anybody, method)(AUTH + path, {}, format="json")
    if VIEWS[name].public:
        assert (answer.status_code, code(answer)) == (400, "required")
    else:
        assert (answer.status_code, code(answer)) == (401, "not_authenticated")


@pytest.mark.parametrize("body", [[], "text", 7, None, {"username": None}, {"username": "a\x00b", "password": "x"}])
def test_odd_bodies_are_client_errors(anybody: APIClient, body: object) -> None:
    assert anybody.post(AUTH + "token/", body, format="json").status_code == 400


def test_the_schema_is_complete_and_without_warnings(settings: Any) -> None:
    GENERATOR_STATS.reset()
    with GENERATOR_STATS.silence():
        schema = SchemaGenerator(urlconf="tests.accounts.urls").get_schema(request=None, public=True)
    assert (dict(GENERATOR_STATS._warn_cache), dict(GENERATOR_STATS._error_cache)) == ({}, {})
    operations = [operation for path in schema["paths"].values() for operation in path.values()]
    assert len(operations) == len(ROUTES)
    for operation in operations:
        assert "429" in operation["responses"], operation["operationId"]
        anonymous = {} in operation.get("security", [{}])
        assert ("401" in operation["responses"]) or anonymous, operation["operationId"]
