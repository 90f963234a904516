"""What `caytre lag` tells an operator to do."""

from __future__ import annotations

from typing import Any

from caytre.cli.consumers import lag_rows
from caytre.core.consuming.checkpoint import Checkpoint, Partition

AGREEMENTS, EVENTS = "caytre.agreements.events.v1", "caytre.events.events.v1"


def consumer(**particulars: Any) -> dict[str, Any]:
    lag = {topic: {"messages": 0, "seconds": 0.0} for topic in (AGREEMENTS, EVENTS)}
    return {"consumer": "gateway", "lag": lag, "kafka": None, "halted": None, "paused": {}, "parked": 0, **particulars}


def states(found: dict[str, Any]) -> dict[str, str]:
    return {row["topic"]: row["notes"] for row in lag_rows([{"service": "gateway", "consumers": [found]}])}


def gap(topic: str) -> dict[str, str]:
    """As a new reader behind a cut log says it, which has applied nothing yet."""
    partition = Partition(topic, 3, Checkpoint(), looked_for=(0, 0))
    reason = partition.gap_after((0, 0))
    assert reason is not None
    return {f"{topic}/3": reason}


def test_a_reader_behind_a_cut_log_names_the_service_to_publish_again() -> None:
    told = states(consumer(paused=gap(AGREEMENTS)))
    assert told == {
        AGREEMENTS: f"{AGREEMENTS}/3 waits: gap after position 0: run `caytre republish agreements`",
        EVENTS: "goes on",
    }


def test_a_gap_is_told_also_while_kafka_does_not_answer() -> None:
    [(topic, told)] = states(consumer(lag=None, kafka="TimeoutError: ", paused=gap(EVENTS))).items()
    assert topic == "?"
    assert told.endswith(f"{EVENTS}/3 waits: gap after position 0: run `caytre republish events`")


def test_a_halt_names_the_command_that_ends_it() -> None:
    told = states(consumer(halted={"reason": "more than 20 messages in a row"}))
    assert told[EVENTS] == "halted: more than 20 messages in a row; run `caytre resume gateway`"
