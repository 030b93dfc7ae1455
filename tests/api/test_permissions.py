"""Every route has a declared permission, refuses anonymous callers unless public, and shows a stranger nothing."""

import re
import uuid
from collections.abc import Callable, Iterator
from typing import Any

import pytest
from django.urls import URLPattern, URLResolver, get_resolver

from accounts.models import Membership
from audits.api.base import ApiView
from audits.api.permissions import ROUTES, Access, access_of
from audits.models import Document, DutyYear
from audits.procedure.words import Function
from enterprises.authority_register import delegate
from tests.api.conftest import V1, Caller, Scene, codes

As = Callable[[Membership], Caller]
METHODS = ("get", "post", "put", "patch", "delete")


def patterns(
    found: list[Any] | None = None, before: str = "", names: tuple[str, ...] = ()
) -> Iterator[tuple[str, URLPattern]]:
    """Every address below /api/v1/ as (route text, pattern)."""
    for one in get_resolver("audits.api.urls").url_patterns if found is None else found:
        if isinstance(one, URLResolver):
            yield from patterns(one.url_patterns, before + str(one.pattern))
        else:
            yield before + str(one.pattern), one


ALL = list(patterns())


def view_class(pattern: URLPattern) -> type[Any]:
    return pattern.callback.cls  # type: ignore[attr-defined, no-any-return]


def access(pattern: URLPattern) -> Access:
    return access_of(str(pattern.name))


def allowed_methods(pattern: URLPattern) -> list[str]:
    return [method for method in METHODS if hasattr(view_class(pattern), method)]


def address(route: str, ident: str | None = None) -> str:
    """A real address for a route: ids filled in."""
    filled = re.sub(r"<uuid:[a-z_]+>", ident or str(uuid.uuid4()), route)
    filled = re.sub(r"<slug:key>", "A", filled)
    return V1 + re.sub(r"<slug:action>", "start_audit", filled)


def test_every_route_has_a_permission_and_no_permission_is_left_over() -> None:
    names = {str(pattern.name) for _, pattern in ALL}
    undeclared = [name for name in names if "-action-" not in name and name not in ROUTES]
    assert undeclared == []
    assert set(ROUTES) - names == set()


def test_every_view_asks_what_the_map_says() -> None:
    for route, pattern in ALL:
        view = view_class(pattern)
        if issubclass(view, ApiView):
            given = pattern.callback.initkwargs["access"]  # type: ignore[attr-defined]
            assert given is access(pattern), route
        else:
            assert view.public == (access(pattern) is Access.PUBLIC), route


@pytest.mark.django_db
@pytest.mark.parametrize(("route", "pattern"), ALL, ids=[f"{pattern.name}" for _, pattern in ALL])
def test_anonymous_callers_are_refused_unless_the_route_is_public(
    anybody: Caller, route: str, pattern: URLPattern
) -> None:
    for method in allowed_methods(pattern):
        answer = getattr(anybody, method)(address(route), {}, format="json")
        if access(pattern) is Access.PUBLIC:
            assert answer.status_code != 403, (method, answer.content)
        else:
            assert (answer.status_code, codes(answer)) == (401, ["not_authenticated"]), method
            assert answer.headers["WWW-Authenticate"].startswith("Token")


def test_a_view_nobody_declared_answers_nobody(rf: Any) -> None:
    class Forgotten(ApiView):
        def get(self, request: Any) -> None: ...

    with pytest.raises(TypeError, match=r"nobody said who may call it"):
        Forgotten().get_permissions()


def subjects(scene: Scene) -> dict[str, str]:
    """Ids of real rows a stranger might guess, by the beginning of a route."""
    duty = DutyYear.objects.create(
        reporting_unit_id=scene.list.reporting_unit_id, year=2008, scope_code="32", regime="A"
    )
    officer = scene.people["officer"]
    document = Document.objects.get(pk=scene.world.staged(officer))
    contract = scene.world.contract(scene.world.firm(), scene.plant, signed_on=scene.case.opened_on)
    place = scene.world.place("320509")
    delegation = delegate(
        Function.REVIEW,
        scope_code="3205",
        from_authority=place.province,
        to_authority=place.city,
        valid_from=scene.case.opened_on,
        document="实例委〔2026〕1号",
        reason="实例",
    )
    return {
        "delegations/": str(delegation.pk),
        "cases/": str(scene.case.pk),
        "lists/": str(scene.list.pk),
        "duties/": str(duty.pk),
        "documents/": str(document.pk),
        "contracts/": str(contract.pk),
        "enterprises/": str(scene.plant.enterprise.pk),
    }


def test_a_stranger_finds_nothing_at_real_addresses(scene: Scene, as_: As) -> None:
    """The same answer as for an id that does not exist, for every method of every route with an id."""
    stranger = as_(scene.world.stranger("32"))
    real, seen = subjects(scene), 0
    for route, pattern in ALL:
        known = next((ident for start, ident in real.items() if route.startswith(start)), None)
        if known is None or "<uuid:" not in route:
            continue
        for method in allowed_methods(pattern):
            headers = {"If-Match": '"1"', "Idempotency-Key": uuid.uuid4().hex}
            at_real = getattr(stranger, method)(address(route, known), {}, format="json", headers=headers)
            nowhere = getattr(stranger, method)(address(route), {}, format="json", headers=headers)
            assert (at_real.status_code, at_real.json()) == (nowhere.status_code, nowhere.json()), (method, route)
            assert at_real.status_code in (404, 415), (method, route, at_real.json())
            seen += 1
    assert seen > 60
    scene.case.refresh_from_db()
    assert scene.case.version == 1


@pytest.mark.parametrize(
    "path", ["cases/", "lists/", "duties/", "enterprises/", "contracts/", "documents/", "delegations/"]
)
def test_a_stranger_sees_empty_lists_without_a_count(scene: Scene, as_: As, path: str) -> None:
    subjects(scene)
    stranger = as_(scene.world.stranger("32"))

    assert stranger.see(path).json() == {"next": None, "previous": None, "results": []}


def test_somebody_without_a_membership_is_told_so(scene: Scene, as_: As, anybody: Caller) -> None:
    caller = as_(scene.people["officer"])
    other = caller.get(V1 + "cases/", headers={"X-Membership": str(scene.plant.preparer.pk)})
    garbled = caller.get(V1 + "cases/", headers={"X-Membership": "me"})

    assert (other.status_code, codes(other)) == (403, ["membership_not_yours"])
    assert (garbled.status_code, codes(garbled)) == (400, ["membership_invalid"])


def test_addresses_that_lead_nowhere_answer_in_the_one_shape(anybody: Caller, db: None) -> None:
    for method in ("get", "post", "delete"):
        for path in ("casess/", "cases/%0A/"):
            answer = getattr(anybody, method)(V1 + path)
            assert (answer.status_code, codes(answer)) == (404, ["not_found"])
