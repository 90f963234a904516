"""The AsyncAPI documents say what the contracts and the relay say: all messages, released schemas, real headers."""

from __future__ import annotations

import json
from collections.abc import Mapping
from functools import cache
from importlib import import_module
from typing import Any

import jsonschema_rs
import pytest

from caytre.core.relaying.publishing import Envelopes
from caytre.core.schemas import asyncapi
from caytre.core.schemas.components import LOCAL, newest
from tests.contract.test_schemas import MESSAGES, STATE_EXAMPLES, STATES, _on_the_wire
from tests.house.sources import services

SPEAKING = tuple(service for service in services() if asyncapi.speaks(service))
_ID = "01980000-0000-7000-8000-000000000003"
_TRACE = "00-0af7651916cd43dd8448eb211c80319c-b7ad6b7169203331-01"


@cache
def document(service: str) -> dict[str, Any]:
    made = asyncapi.document(service)
    assert made is not None
    return made


def contracts(service: str) -> Any:
    return import_module(f"caytre.contracts.{service}")


@cache
def validator(service: str, component: str) -> jsonschema_rs.Draft7Validator:
    schemas = document(service)["components"]["schemas"]
    assert component in schemas
    root = {"allOf": [{"$ref": LOCAL + component}], "components": {"schemas": schemas}}
    return jsonschema_rs.Draft7Validator(root, validate_formats=True)


def test_every_service_but_the_gateway_speaks() -> None:
    assert set(services()) - set(SPEAKING) == {"gateway"}


@pytest.mark.parametrize("service", SPEAKING)
def test_every_message_and_state_is_on_its_topic(service: str) -> None:
    channels = document(service)["channels"]
    said = contracts(service)
    assert (channels["events"]["address"], channels["state"]["address"]) == (said.EVENTS_TOPIC, said.STATE_TOPIC)
    assert set(channels["events"]["messages"]) == {*said.MESSAGES, "restricted"}
    states = {f"caytre.{kind}.state.v1" for kind in said.STATES}
    assert set(channels["state"]["messages"]) == {*states, "restricted_state", "tombstone"}
    assert channels["state"]["bindings"]["kafka"]["topicConfiguration"]["cleanup.policy"] == ["compact"]
    assert channels["events"]["bindings"]["kafka"]["topicConfiguration"]["retention.ms"] == -1


def _resolved(schema: Any, definitions: Mapping[str, Any]) -> Any:
    """With what is referred to in its place, as both dialects mean it."""
    if isinstance(schema, list):
        return [_resolved(each, definitions) for each in schema]
    if not isinstance(schema, Mapping):
        return schema
    own = {key: value for key, value in schema.items() if key not in {"$id", "$schema", "$defs", "x-schema", "$ref"}}
    if (tuples := own.pop("prefixItems", None)) is not None:
        own["items"] = tuples
    own = {key: _resolved(value, definitions) for key, value in own.items()}
    if "$ref" in schema:
        target = definitions[schema["$ref"]]
        inside = _resolved(target, {**definitions, **_definitions(target)})
        return {"allOf": [inside], **own} if own else inside
    return own


def _definitions(schema: Mapping[str, Any]) -> dict[str, Any]:
    return {f"#/$defs/{name}": shape for name, shape in schema.get("$defs", {}).items()}


@pytest.mark.parametrize("service", SPEAKING)
def test_payloads_are_the_released_schemas(service: str) -> None:
    said, schemas = contracts(service), document(service)["components"]["schemas"]
    states = {f"caytre.{kind}.state.v1": newest(f"caytre.{kind}.state.v1") for kind in said.STATES}
    released = {f"/schemas/{type_}": schema for type_, (_, schema) in states.items()}
    local = {LOCAL + name: schema for name, schema in schemas.items()}
    for type_ in (*said.MESSAGES, *states):
        revision, schema = newest(type_)
        assert schemas[type_]["x-schema"] == f"/schemas/{type_}/{revision}"
        assert _resolved(schemas[type_], local) == _resolved(schema, {**released, **_definitions(schema)})


@pytest.mark.parametrize("type_", sorted(MESSAGES))
def test_an_example_keeps_to_its_payload_and_a_broken_one_does_not(type_: str) -> None:
    service = next(each for each in SPEAKING if type_ in contracts(each).MESSAGES)
    value = _on_the_wire(MESSAGES[type_])
    checks = validator(service, type_)
    assert [error.message for error in checks.iter_errors(value)] == []
    assert not checks.is_valid({**value, "deadlines": [{"code": 7}]})
    if "state" in value:
        assert not checks.is_valid({**value, "state": {**value["state"], "id": 7}})


@pytest.mark.parametrize("kind", sorted(STATES))
def test_a_state_keeps_to_its_payload(kind: str) -> None:
    service = next(each for each in SPEAKING if kind in contracts(each).STATES)
    state = json.loads(STATES[kind].model_validate(STATE_EXAMPLES[kind]).model_dump_json())
    assert validator(service, f"caytre.{kind}.state.v1").is_valid(state)


def test_the_envelope_of_a_restricted_record_keeps_to_its_payload() -> None:
    state = {"id": _ID, "version": 3, "sensitivity": "restricted", "localities": ["VN-P-2025-33"]}
    deadline = {"code": "AGR_OPINION", "anchor": "2026-03-02", "n": 15, "unit": "WORKING", "answerable": "MOFA"}
    assert validator("agreements", "restricted").is_valid({"deadlines": [deadline], "settles": [], "state": state})
    assert not validator("agreements", "restricted").is_valid({"deadlines": [], "settles": []})
    assert validator("agreements", "tombstone").is_valid(None)


def _row(**other: Any) -> dict[str, Any]:
    return {
        "type": "caytre.agreement.signed.v1",
        "sensitivity": "internal",
        "localities": "VN-P-2025-33,VN-P-2008-34",
        "pseudonym": "p-1",
        "epoch": 1,
        "ordinal": 1,
        "position": 42,
        "message_id": _ID.encode(),
        "record_id": _ID.encode(),
        "occurred_at": b"2026-03-02T01:00:00.000000Z",
        "version": 4,
        "correlation_id": _ID.encode(),
        "causation_id": _ID.encode(),
        **other,
    }


def test_headers_are_those_that_the_relay_writes() -> None:
    schema = document("agreements")["components"]["schemas"]["EventHeaders"]
    whole = dict(Envelopes("agreements", {3: 41}).headers(_row(), 3, _TRACE))
    short = dict(Envelopes("agreements", {}).headers(_row(causation_id=None, localities=""), 3, None))
    assert set(whole) == set(schema["properties"])
    assert set(short) == set(schema["required"])
    checks = jsonschema_rs.Draft7Validator(schema, validate_formats=True)
    for headers in (whole, short):
        assert [
            each.message for each in checks.iter_errors({name: text.decode() for name, text in headers.items()})
        ] == []
    assert not checks.is_valid({**{name: text.decode() for name, text in short.items()}, "ce_position": "last"})
