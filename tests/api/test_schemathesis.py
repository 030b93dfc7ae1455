"""Generated requests over the whole OpenAPI schema: no server error, no answer that is not documented.

Each operation gets a fixed number of requests, valid and invalid ones, from an anonymous caller, an officer, and a
preparer of the enterprise. Most go to subjects that exist, with their present version, so that they reach the door.
"""

import itertools
import uuid
import warnings
from collections.abc import Callable, Iterator
from dataclasses import dataclass
from typing import Any

import hypothesis
import pytest
import schemathesis
from django.core.signals import request_finished, request_started
from django.core.wsgi import get_wsgi_application
from django.db import close_old_connections
from drf_spectacular.generators import SchemaGenerator
from schemathesis import Case, GenerationMode
from schemathesis.checks import not_a_server_error
from schemathesis.core.failures import FailureGroup
from schemathesis.schemas import APIOperation
from schemathesis.specs.openapi.checks import (
    content_type_conformance,
    response_schema_conformance,
    status_code_conformance,
)

from accounts.models import Membership
from audits.models import DutyYear
from tests.api.conftest import Caller, Scene

pytestmark = pytest.mark.postgres  # once per `make test`, on the database of production
As = Callable[[Membership], Caller]
EXAMPLES = 4  # requests per operation, caller and kind
LEFT_OUT = {"DELETE /api/v1/auth/tokens/"}  # ends every session, the one of this test too
CHECKS = [not_a_server_error, status_code_conformance, content_type_conformance, response_schema_conformance]
SETTINGS = hypothesis.settings(
    max_examples=EXAMPLES,
    derandomize=True,
    deadline=None,
    database=None,
    phases=[hypothesis.Phase.generate],
    suppress_health_check=list(hypothesis.HealthCheck),
    print_blob=False,
)


@dataclass(frozen=True)
class Requests:
    """An operation and the requests generated for it: the same ones for every caller."""

    operation: APIOperation
    cases: tuple[Case, ...]


def described() -> dict[str, Any]:
    """The schema as clients read it."""
    with warnings.catch_warnings():
        warnings.simplefilter("ignore")
        plain: dict[str, Any] = _plain(SchemaGenerator().get_schema(request=None, public=True))
    return plain


def requests_for(raw: dict[str, Any]) -> list[Requests]:
    """Generated requests for every operation of a schema."""
    with warnings.catch_warnings():
        warnings.simplefilter("ignore")
        schema = schemathesis.openapi.from_dict(raw)
        schema.app = get_wsgi_application()
        schema.location = "/api/schema/"
        operations = [result.ok() for result in schema.get_all_operations()]
        return [
            Requests(one, tuple(itertools.chain(*(requests_of(one, mode) for mode in GenerationMode))))
            for one in operations
            if one.label not in LEFT_OUT
        ]


@pytest.fixture(autouse=True)
def _connection_of_the_test_stays_open() -> Iterator[None]:
    """A request through WSGI closes a connection that is inside a transaction, as this test's is; Django's own test
    client keeps it open in the same way."""
    for signal in (request_started, request_finished):
        signal.disconnect(close_old_connections)
    yield
    for signal in (request_started, request_finished):
        signal.connect(close_old_connections)


@pytest.fixture(scope="module")
def everything() -> list[Requests]:
    return requests_for(described())


def _plain(value: Any) -> Any:
    """The schema without the library's own kinds of text and mapping."""
    if isinstance(value, dict):
        return {str(key): _plain(item) for key, item in value.items()}
    if isinstance(value, list | tuple):
        return [_plain(item) for item in value]
    return value if isinstance(value, bool | int | float | None) else str(value)


def real_ids(scene: Scene, by: Membership | None) -> dict[str, str]:
    """Rows that exist, by the beginning of an address."""
    duty = DutyYear.objects.create(reporting_unit_id="320000", year=2008, scope_code="32", regime="A")
    contract = scene.world.contract(scene.world.firm(), scene.plant, signed_on=scene.case.opened_on)
    return {
        "/api/v1/cases/": str(scene.case.pk),
        "/api/v1/lists/": str(scene.list.pk),
        "/api/v1/duties/": str(duty.pk),
        "/api/v1/contracts/": str(contract.pk),
        "/api/v1/enterprises/": str(scene.plant.enterprise.pk),
        "/api/v1/documents/": scene.world.staged(by or scene.people["officer"]),
    }


def requests_of(operation: APIOperation, mode: GenerationMode) -> Iterator[Case]:
    """Generated requests of an operation, the same ones each time."""
    made: list[Case] = []

    @SETTINGS
    @hypothesis.given(case=operation.as_strategy(generation_mode=mode))
    def collect(case: Case) -> None:
        made.append(case)

    try:
        collect()
    except hypothesis.errors.Unsatisfiable:  # an operation without parameters has no invalid request
        return
    yield from made


def faults(everything: list[Requests], scene: Scene, known: dict[str, str], held: dict[str, str]) -> list[str]:
    """What the service answers otherwise than documented. Three of four requests go to subjects that exist."""
    found = set()
    for one in everything:
        path = one.operation.path
        real = next((ident for start, ident in known.items() if path.startswith(start)), None)
        for number, case in enumerate(one.cases):
            if number % 4 and real and case.path_parameters:
                case.path_parameters = {name: _real(name, value, real) for name, value in case.path_parameters.items()}
                if case.headers and "If-Match" in case.headers:
                    case.headers["If-Match"] = f'"{_version(scene, path)}"'
                    case.headers["Idempotency-Key"] = uuid.uuid4().hex
            try:
                case.validate_response(case.call(headers=held), checks=CHECKS)
            except FailureGroup as group:
                found |= {f"{one.operation.label}: {failure} {failure.message}"[:600] for failure in group.exceptions}
    return sorted(found)


@pytest.mark.parametrize("caller", ["anonymous", "officer", "enterprise"])
def test_every_operation_answers_as_documented(
    scene: Scene, as_: As, everything: list[Requests], caller: str, monkeypatch: pytest.MonkeyPatch
) -> None:
    by = {"anonymous": None, "officer": scene.people["officer"], "enterprise": scene.plant.preparer}[caller]
    _without_throttles(monkeypatch)
    known, headers = real_ids(scene, by), dict(as_(by).defaults) if by else {}
    # Asked for plainly: the harness reads the bytes of the application, which nobody unpacks for it.
    held = {"Accept-Encoding": "identity"}
    held |= {"Authorization": headers["HTTP_AUTHORIZATION"], "X-Membership": str(by.pk)} if by else {}

    assert faults(everything, scene, known, held) == []
    assert sum(len(one.cases) for one in everything) > 4 * len(everything) > 400


def test_an_undocumented_answer_would_be_found(scene: Scene, monkeypatch: pytest.MonkeyPatch) -> None:
    """The harness itself: with a status left out of the schema it complains."""
    _without_throttles(monkeypatch)
    raw = described()
    address = "/api/v1/sectors/"
    raw["paths"] = {address: raw["paths"][address]}
    raw["paths"][address]["get"]["responses"]["418"] = raw["paths"][address]["get"]["responses"].pop("200")

    assert [
        fault.partition(":")[0] for fault in faults(requests_for(raw), scene, {}, {"Accept-Encoding": "identity"})
    ] == [f"GET {address}"]


def _without_throttles(monkeypatch: pytest.MonkeyPatch) -> None:
    from rest_framework.throttling import SimpleRateThrottle

    monkeypatch.setattr(SimpleRateThrottle, "allow_request", lambda *args: True)


def _real(name: str, value: Any, real: str) -> Any:
    return real if name.endswith("_id") else value


def _version(scene: Scene, path: str) -> int:
    row = scene.list if path.startswith("/api/v1/lists/") else scene.case
    row.refresh_from_db()
    return int(row.version)
