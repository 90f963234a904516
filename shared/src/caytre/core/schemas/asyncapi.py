"""The AsyncAPI 3.0 document of one service, made from its contracts: topics, headers, messages, released schemas.

What it says is said elsewhere in the code and only put together here: topics and their settings where they are made,
the meaning of messages in `caytre.contracts`, payloads as they were released.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from importlib import import_module
from importlib.util import find_spec
from inspect import getdoc
from types import ModuleType
from typing import Any

from caytre.contracts.message import State
from caytre.core.relaying.topics import EVENTS_SETTINGS, HEADS, HEADS_SETTINGS, PARTITIONS, STATE_SETTINGS
from caytre.core.schemas.cloud_events import event_headers, state_headers
from caytre.core.schemas.components import Components

Object = dict[str, Any]

_BINDING = {"bindingVersion": "0.5.0"}
_KEY = {"kafka": {"key": {"type": "string", "format": "uuid"}, **_BINDING}}
_ABOUT = """\
What the {service} service says on Apache Kafka: CloudEvents 1.0 in the binary content mode of the Kafka protocol
binding. Attributes travel as headers, the value is JSON, the key is the id of the record.

Contracts only grow: a member, type or known value that a reader does not know is kept or skipped, never refused. A
breaking change would be a new type on a new topic.

Delivery is at least once, and in order per key. Remember per partition the last (`ce_epoch`, `ce_position`) applied, in
the transaction of the effects, and drop what is not later.

No personal data is on a topic. Of a restricted record every message is an envelope, described here as `restricted`.
"""
_EVENTS = """\
Everything that happened, for ever. A value holds what changed, `deadlines` (obligations that begin), `settles` (those
that end, by their full identity) and `state`, the public state of the record afterwards. Due dates are not in
`deadlines`: the notifications service counts them and says them in messages of its own.
"""
_STATE = """\
The last public state of each record, compacted. Read it with `isolation.level=read_committed` to start without history.
"""
_HEADS = """\
The signed head of each service's journal, at most one a minute, so that a journal that was cut or written anew shows.
The key is the name of the service.
"""
_RESTRICTED = """\
Any message about a record whose sensitivity is neither public nor internal. Of what changed it has only what anybody
may know; the record itself is read from its owner with the reader's own token.
"""
_ENVELOPE = """\
What is said of a restricted record: that it is there, its version, whose it is, and as `confidential` the digest of its
encrypted part.
"""
_HEAD = "A JWS (RFC 7515, compact, Ed25519) over service, epoch, position, hash and time of signing."
_JWS = r"^[\w-]+\.[\w-]+\.[\w-]+$"


def speaks(service: str) -> bool:
    """Whether a service says anything: the gateway only listens."""
    return find_spec(f"caytre.contracts.{service}") is not None


def document(service: str) -> Object | None:
    """The document, always the same for the same code; None for a service that says nothing."""
    if not speaks(service):
        return None
    contracts = import_module(f"caytre.contracts.{service}")
    parts = Components()
    of_events, of_states = parts.made("EventHeaders", event_headers()), parts.made("StateHeaders", state_headers())
    states = [_released(f"caytre.{kind}.state.v1", of_states, parts) for kind in contracts.STATES]
    events = [_released(type, of_events, parts) for type in contracts.MESSAGES]
    # After the released ones, whose shapes it takes up where they are the same.
    envelope = parts.made("restricted_state", State.model_json_schema() | {"description": _ENVELOPE})
    events.append(_said("restricted", of_events, parts.made("restricted", _restricted(envelope)), _RESTRICTED))
    states.append(_said("restricted_state", of_states, envelope, _ENVELOPE))
    tombstone = parts.made("tombstone", {"type": "null"})
    states.append(_said("tombstone", of_states, tombstone, "The record has no public state any more."))
    head = {
        "name": "head",
        "title": "head",
        "summary": _HEAD,
        "contentType": "application/jose",
        "payload": {"type": "string", "pattern": _JWS},
        "bindings": {"kafka": {"key": {"type": "string"}, **_BINDING}},
    }
    return {
        "asyncapi": "3.0.0",
        "id": f"urn:caytre:{service}",
        "info": _info(service, contracts),
        "defaultContentType": "application/json",
        "servers": {
            "kafka": {
                "host": "{bootstrap}",
                "protocol": "kafka",
                "description": "The cluster of the installation; by default the one that `caytre up` starts.",
                "variables": {"bootstrap": {"default": "127.0.0.1:9092", "description": "A bootstrap server."}},
            }
        },
        "channels": {
            "events": _channel(contracts.EVENTS_TOPIC, _EVENTS + _deadlines(service), EVENTS_SETTINGS, events),
            "state": _channel(contracts.STATE_TOPIC, _STATE, STATE_SETTINGS, states),
            "heads": _channel(HEADS, _HEADS, HEADS_SETTINGS, [head], partitions=1),
        },
        "operations": {
            "sayWhatHappened": _sends("events", "Says what happened."),
            "keepLastStates": _sends("state", "Keeps the last state of each record."),
            "attestJournal": _sends("heads", "Attests its journal."),
        },
        "components": {
            "messages": {message["name"]: message for message in (*events, *states, head)},
            "schemas": dict(sorted(parts.schemas.items())),
        },
    }


def _info(service: str, contracts: ModuleType) -> Object:
    return {
        "title": f"Caytre {service}: messages",
        "version": "1",
        "description": _ABOUT.format(service=service),
        "license": {"name": "Apache License 2.0"},
        "tags": [{"name": kind} for kind in contracts.STATES],
    }


def _deadlines(service: str) -> str:
    """What the contracts say of the service's deadlines; empty for one that gives none."""
    name = f"caytre.contracts.{service}.deadlines"
    return f"\n{getdoc(import_module(name))}\n" if find_spec(name) is not None else ""


def _channel(
    topic: str, about: str, settings: Mapping[str, str], messages: Sequence[Object], partitions: int = PARTITIONS
) -> Object:
    return {
        "address": topic,
        "description": about,
        "messages": {each["name"]: {"$ref": f"#/components/messages/{each['name']}"} for each in messages},
        "bindings": {
            "kafka": {
                "topic": topic,
                "partitions": partitions,
                "topicConfiguration": {name: _value(name, value) for name, value in settings.items()},
                **_BINDING,
            }
        },
    }


def _value(name: str, value: str) -> object:
    if name == "cleanup.policy":
        return value.split(",")
    return float(value) if "." in value else int(value)


def _sends(channel: str, summary: str) -> Object:
    return {"action": "send", "channel": {"$ref": f"#/channels/{channel}"}, "summary": summary}


def _released(type: str, headers: str, parts: Components) -> Object:
    payload = parts.released(type)
    own = {"type": "object", "properties": {"ce_type": {"const": type}}}
    return {
        **_said(type, headers, payload, parts.schemas[type]["description"]),
        "headers": {"allOf": [{"$ref": headers}, own]},
        "tags": [{"name": type.split(".")[1]}],
    }


def _said(name: str, headers: str, payload: str, about: str) -> Object:
    return {
        "name": name,
        "title": name,
        "summary": about,
        "contentType": "application/json",
        "headers": {"$ref": headers},
        "payload": {"$ref": payload},
        "bindings": _KEY,
    }


def _restricted(envelope: str) -> Object:
    return {
        "type": "object",
        "description": _RESTRICTED,
        "required": ["state"],
        "properties": {
            "deadlines": {"type": "array", "items": {"$ref": "#/components/schemas/Deadline"}},
            "settles": {"type": "array", "items": {"$ref": "#/components/schemas/Settlement"}},
            "state": {"$ref": envelope},
        },
    }
