"""Every operation of all OpenAPI documents, asked with what its document allows and what it does not, by everyone.

No answer may be a failure or one that the document does not name. `CAYTRE_FUZZ_EXAMPLES` sets how many requests are
made per operation and kind of data; what the gateway only forwards is asked at its service, and through the gateway
once, as its document allows: it looks into no body.
"""

from __future__ import annotations

import asyncio
import os
from collections.abc import Iterator
from importlib import import_module
from typing import Any

import hypothesis
import pytest
import schemathesis
from hypothesis import strategies as st
from schemathesis import GenerationMode
from schemathesis.checks import not_a_server_error
from schemathesis.core.result import Ok
from schemathesis.specs.openapi.checks import (
    content_type_conformance,
    response_headers_conformance,
    response_schema_conformance,
    status_code_conformance,
)

from caytre.core.ids import new_id
from caytre.core.storing import migrations
from caytre.gateway.forwarding import FORWARDED
from caytre.local.kafka import Kafka
from caytre.local.postgres import Postgres
from tests.builders.agreements_office import PEOPLE
from tests.engines import making_databases
from tests.fuzz.platform import Platform, a_platform

SERVICES = ("agreements", "delegations", "events", "gateway", "notifications")
EXAMPLES = int(os.environ.get("CAYTRE_FUZZ_EXAMPLES", "4"))
MODES = (GenerationMode.POSITIVE, GenerationMode.NEGATIVE)
#: What is not asked here, and why.
LEFT_OUT = dict.fromkeys(("GET /changes/stream", "GET /notifications/stream"), "it never ends")
#: A documented answer of the gateway: a service is away, or a view is not there yet.
PATIENT = {"gateway": {503}}


def _forwards(service: str, operation: Any) -> bool:
    return service == "gateway" and operation.path.strip("/").split("/")[0] in FORWARDED


def _asked() -> list[Any]:
    found = []
    for service in SERVICES:
        document = import_module(f"caytre.{service}.main").service.app(None).openapi()
        schema = schemathesis.openapi.from_dict(document)
        for result in schema.get_all_operations():
            assert isinstance(result, Ok), result
            operation = result.ok()
            if operation.label in LEFT_OUT:
                continue
            for mode in MODES[:1] if _forwards(service, operation) else MODES:
                name = f"{mode.value} {service} {operation.label}"
                found.append(pytest.param(service, operation, mode, id=name))
    return found


@pytest.fixture(scope="module")
def platform(
    postgres: Postgres, kafka: Kafka, tmp_path_factory: pytest.TempPathFactory, worker_id: str
) -> Iterator[Platform]:
    urls = {}
    for service in SERVICES:
        with making_databases():
            name = postgres.ensure_database(service, f"caytre_{service}_fuzz_{worker_id}")
        urls[service] = postgres.database_url(service, name)
        asyncio.run(migrations.migrate(urls[service], import_module(f"caytre.{service}.main").service.migrations))
    with a_platform(tmp_path_factory.mktemp("fuzz"), urls, kafka.address) as platform:
        yield platform


def _informed(case: Any, platform: Platform, data: st.DataObject) -> None:
    """Half of the requests are about a record there is, at its version: only they come to the rules."""
    parts = case.operation.path.strip("/").split("/")
    kind = parts[1] if parts[0] == "views" else parts[0]
    ids = platform.records.get(kind, [])
    if "{id}" not in parts or not ids or not data.draw(st.booleans(), label="informed"):
        return
    id = data.draw(st.sampled_from(ids), label="record")
    case.path_parameters["id"] = id
    if case.method.upper() == "POST":
        case.headers["If-Match"] = platform.etag(kind, id)
        case.headers["Idempotency-Key"] = str(new_id())


@pytest.mark.parametrize(("service", "operation", "mode"), _asked())
def test_an_operation_answers_only_what_its_document_names(
    service: str, operation: Any, mode: GenerationMode, platform: Platform
) -> None:
    @hypothesis.settings(
        max_examples=1 if _forwards(service, operation) else EXAMPLES,
        deadline=None,
        database=None,
        derandomize=True,
        suppress_health_check=list(hypothesis.HealthCheck),
    )
    @hypothesis.given(case=operation.as_strategy(generation_mode=mode), data=st.data())
    def ask(case: Any, data: st.DataObject) -> None:
        person = data.draw(st.sampled_from(sorted(PEOPLE)), label="person")
        _informed(case, platform, data)
        if "wait" in case.query:
            case.query["wait"] = 0
        response = case.call(base_url=platform.origins[service], headers=platform.headers(person), timeout=20)
        if response.status_code in PATIENT.get(service, ()):
            assert "retry-after" in response.headers
        else:
            case.validate_response(response, checks=[not_a_server_error])
        case.validate_response(
            response,
            checks=[
                status_code_conformance,
                content_type_conformance,
                response_headers_conformance,
                response_schema_conformance,
            ],
        )

    try:
        ask()
    except hypothesis.errors.Unsatisfiable:
        pytest.skip(reason="every request of this operation is one that its document allows")
