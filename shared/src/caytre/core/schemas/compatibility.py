"""Whether a schema may follow those that were released: full and transitive (engineering term: Nakadi `compatible`).

Full means both ways: old readers read new messages (forward) and new readers read old ones (backward). Transitive
means against every released revision, because topics keep everything. A breaking change is a new type and topic.

`jsoncompat` compares the sets of documents two schemas accept. Readers here ignore what they do not know, writers
write only what they declare; so the writer's side is closed and the reader's side left open before comparing.
"""

from __future__ import annotations

import json
from collections.abc import Iterable, Mapping
from importlib import import_module
from pkgutil import iter_modules
from typing import Any

from jsoncompat import check_compat

from caytre import contracts
from caytre.contracts.message import Message, State

DIALECT = "https://json-schema.org/draft/2020-12/schema"
_LISTS = ("allOf", "anyOf", "oneOf", "prefixItems")
_MAPS = ("properties", "$defs", "patternProperties")


def incompatibilities(new: Mapping[str, Any], released: Mapping[int, Mapping[str, Any]]) -> list[str]:
    """What breaks, one sentence per released revision and direction; empty when the new schema may be released."""
    found = []
    for revision, old in released.items():
        if not check_compat(_text(_set(old, False)), _text(_set(new, True)), "serializer"):
            found.append(f"a reader of revision {revision} could not read the new messages")
        if not check_compat(_text(_set(old, True)), _text(_set(new, False)), "deserializer"):
            found.append(f"a new reader could not read messages of revision {revision}")
    return found


def _text(schema: Mapping[str, Any]) -> str:
    # jsoncompat takes an `$id` for a reference it cannot follow; the identity of a schema is not what is compared.
    return json.dumps({name: value for name, value in schema.items() if name not in {"$id", "$schema"}})


def _set(schema: Any, closed: bool) -> Any:
    """The schema with every declared object closed (what a writer writes) or open (what a reader accepts)."""
    if not isinstance(schema, Mapping):
        return schema
    result: dict[str, Any] = {}
    for name, value in schema.items():
        if name in _MAPS and isinstance(value, Mapping):
            result[name] = {key: _set(member, closed) for key, member in value.items()}
        elif name in _LISTS and isinstance(value, list):
            result[name] = [_set(member, closed) for member in value]
        elif name in {"items", "not"} or (name == "additionalProperties" and isinstance(value, Mapping)):
            result[name] = _set(value, closed)
        elif not (name == "additionalProperties" and "properties" in schema):
            result[name] = value
    if closed and "properties" in schema:
        result["additionalProperties"] = False
    return result


def message_schema(message: type[Message], kind: str | None = None) -> dict[str, Any]:
    """The schema of a message's value on the wire: what changed, the obligations, and the state after it.

    The state of the `kind` of record has a schema of its own, to which this one refers: it would otherwise stand in
    every message's again.
    """
    schema = message.model_json_schema()
    if kind is not None:
        schema["properties"]["state"] = {"$ref": _state_id(kind)}
        if message.STATE_REQUIRED:
            schema["required"] = [*schema.get("required", []), "state"]
    return {"$schema": DIALECT, "$id": f"/schemas/{message.TYPE}", **schema}


def bundled(schema: Mapping[str, Any], schemas: Mapping[str, Mapping[str, Any]]) -> Mapping[str, Any]:
    """The schema with the state it refers to inside, so that it can be read alone; `schemas` are known by type."""
    referred = schema.get("properties", {}).get("state", {}).get("$ref", "")
    state = schemas.get(str(referred).removeprefix("/schemas/"))
    if state is None:
        return schema
    # Names of its own: a message may know a shape of another revision under the same name.
    own = json.loads(json.dumps(state).replace('"#/$defs/', '"#/$defs/State.'))
    definitions = {f"State.{name}": shape for name, shape in own.pop("$defs", {}).items()}
    inside = {name: value for name, value in own.items() if name not in {"$id", "$schema"}}
    return {
        **schema,
        "$defs": {**schema.get("$defs", {}), **definitions, "State": inside},
        "properties": {**schema["properties"], "state": {"$ref": "#/$defs/State"}},
    }


def state_schema(kind: str, state: type[State]) -> dict[str, Any]:
    """The schema of a record's state, as the topic of last states carries it."""
    return {"$schema": DIALECT, "$id": _state_id(kind), **state.model_json_schema()}


def _state_id(kind: str) -> str:
    return f"/schemas/caytre.{kind}.state.v1"


def current_schemas() -> dict[str, dict[str, Any]]:
    """The schemas of everything the contracts declare now, by type.

    A module of `caytre.contracts` says it with `MESSAGES: dict[type, class]` and `STATES: dict[kind, class]`.
    """
    schemas: dict[str, dict[str, Any]] = {}
    for module in _contract_modules():
        states: Mapping[str, type[State]] = getattr(module, "STATES", {})
        messages: Mapping[str, type[Message]] = getattr(module, "MESSAGES", {})
        for kind, state in states.items():
            schemas[f"caytre.{kind}.state.v1"] = state_schema(kind, state)
        for type_, message in messages.items():
            kind = type_.split(".")[1]
            schemas[type_] = message_schema(message, kind if kind in states else None)
    return dict(sorted(schemas.items()))


def _contract_modules() -> Iterable[Any]:
    for entry in iter_modules(contracts.__path__):
        yield import_module(f"{contracts.__name__}.{entry.name}")
