"""What `caytre status` complains of."""

from typing import Any

import pytest

from caytre.local.operations import Operations

RELAY = {"led": True, "position": 9, "published": 9, "outbox": 0, "oldest_seconds": None, "blocked": None}
CONSUMER = {
    "consumer": "views",
    "lag": {"t": {"messages": 3, "seconds": 0.2}},
    "parked": 0,
    "halted": None,
    "paused": {},
}


def _complaints(relay: dict[str, Any] | None = None, consumer: dict[str, Any] | None = None) -> list[str]:
    document = {"relay": RELAY | (relay or {}), "consumers": [CONSUMER | (consumer or {})]}
    return Operations.model_validate(document).complaints()


def test_nothing_to_complain_of() -> None:
    assert _complaints() == []
    assert Operations.model_validate({"relay": None, "consumers": []}).complaints() == []


@pytest.mark.parametrize(
    ("relay", "consumer", "complaint"),
    [
        ({"led": False}, {}, "no relay leads"),
        ({"blocked": "another cluster"}, {}, "relay blocked: another cluster"),
        ({"oldest_seconds": 61.0, "outbox": 5}, {}, "relay 61 s behind, 5 messages wait"),
        ({}, {"parked": 2}, "views: 2 parked"),
        ({}, {"halted": {"reason": "too many parked"}}, "views halted: too many parked"),
        ({}, {"paused": {"t/1": "KafkaError"}}, "views: paused on t/1"),
        ({}, {"lag": None, "kafka": "TimeoutError"}, "views: lag unknown (TimeoutError)"),
        ({}, {"lag": {"t": {"messages": 9, "seconds": 75.0}}}, "views: t 75 s behind"),
    ],
)
def test_each_ill_is_named(relay: dict[str, Any], consumer: dict[str, Any], complaint: str) -> None:
    assert _complaints(relay, consumer) == [complaint]
