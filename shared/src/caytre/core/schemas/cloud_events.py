"""The headers of messages as JSON Schema: CloudEvents 1.0.2 attributes in Kafka's binary content mode, as UTF-8 text.

What the relay writes is in `caytre.core.relaying.publishing`; a test compares the two.
"""

from __future__ import annotations

from typing import Any

_UUID = {"type": "string", "format": "uuid"}
_NUMBER = {"type": "string", "pattern": "^[0-9]+$"}
_TRACE = {"type": "string", "pattern": "^00-[0-9a-f]{32}-[0-9a-f]{16}-[0-9a-f]{2}$"}

_OF_BOTH: dict[str, dict[str, Any]] = {
    "ce_specversion": {"type": "string", "const": "1.0", "description": "Version of CloudEvents."},
    "ce_id": _UUID | {"description": "Identity of the message; the same when it is delivered again."},
    "ce_source": {
        "type": "string",
        "pattern": "^/caytre/[a-z]+$",
        "description": "The service that says it.",
        "examples": ["/caytre/agreements"],
    },
    "ce_type": {"type": "string", "description": "What it says. A type that is not known is skipped, never refused."},
    "ce_subject": _UUID | {"description": "Id of the record it is about; also the key, so its messages stay in order."},
    "ce_time": {"type": "string", "format": "date-time", "description": "Business time at which it happened."},
    "ce_dataschema": {
        "type": "string",
        "format": "uri-reference",
        "description": "Where every service serves the newest schema of the value.",
        "examples": ["/schemas/caytre.agreement.signed.v1"],
    },
    "content-type": {"type": "string", "const": "application/json", "description": "Of the value."},
    "ce_sequence": _NUMBER | {"description": "Version of the record after this message.", "examples": ["4"]},
    "ce_epoch": _NUMBER
    | {
        "description": "Rises when the service's database was restored.",
        "examples": ["1"],
    },
    "ce_position": _NUMBER
    | {"description": "Place in the service's journal, without gaps; orders messages of an epoch.", "examples": ["42"]},
}
_OF_EVENTS: dict[str, dict[str, Any]] = {
    "ce_ordinal": _NUMBER | {"description": "Of several messages of one act, which one, from 1.", "examples": ["1"]},
    "ce_correlationid": _UUID | {"description": "What belongs together, over all services."},
    "ce_actor": {"type": "string", "description": "A pseudonym: the same person again, not who it is."},
    "ce_sensitivity": {
        "type": "string",
        "x-extensible-enum": ["public", "internal", "restricted"],
        "description": "Of the record. Any value but public and internal means: only an envelope is said.",
    },
    "ce_localities": {
        "type": "string",
        "description": "Provinces concerned, historical and responsible, separated by commas.",
        "examples": ["VN-P-2025-33", ""],
    },
}
_WHERE_THERE_IS_ONE: dict[str, dict[str, Any]] = {
    "ce_previous": _NUMBER
    | {"description": "Position of the message before it in this partition; missing after a long silence."},
    "ce_causationid": _UUID | {"description": "The message that caused this one."},
    "ce_traceparent": _TRACE | {"description": "The trace (CloudEvents distributed tracing extension)."},
    "traceparent": _TRACE | {"description": "The trace (W3C Trace Context)."},
}


def event_headers() -> dict[str, Any]:
    """Of a message on a topic of events."""
    always = _OF_BOTH | _OF_EVENTS
    return {
        "type": "object",
        "description": "Of a message on the topic of events.",
        "required": list(always),
        "properties": always | _WHERE_THERE_IS_ONE,
    }


def state_headers() -> dict[str, Any]:
    """Of a message on a topic of last states."""
    return {
        "type": "object",
        "description": "Of a message on the topic of last states.",
        "required": list(_OF_BOTH),
        "properties": dict(_OF_BOTH),
    }
