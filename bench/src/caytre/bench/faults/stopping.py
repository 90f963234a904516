"""The agreements service with a relay that stops itself (SIGSTOP) at a chosen stage of a publish, once per request.

The request is a file named by CAYTRE_BENCH_STOP whose text is the stage; the leader removes it and stops.
"""

import os
import signal
from pathlib import Path
from typing import Any, Literal, get_args

from aiokafka import AIOKafkaProducer

from caytre.agreements.main import main
from caytre.contracts.agreements import EVENTS_TOPIC
from caytre.core.relaying import publishing

Stage = Literal["before sending", "behind a batch", "before the cursor moves"]
STAGES: tuple[Stage, ...] = get_args(Stage)
REQUEST = "CAYTRE_BENCH_STOP"


def install(request: Path) -> None:
    """Put the stops between the steps of publishing; nothing else of the service changes."""
    send_events, send_batch = publishing.send_events, AIOKafkaProducer.send_batch
    landed = publishing.Flight.landed

    def stop_at(stage: Stage) -> None:
        try:
            if request.read_text() != stage:
                return
            request.unlink()
        except FileNotFoundError:
            return
        os.kill(os.getpid(), signal.SIGSTOP)

    async def stopping_events(*arguments: Any) -> publishing.Flight:
        stop_at("before sending")
        return await send_events(*arguments)

    async def stopping_batch(producer: AIOKafkaProducer, batch: Any, topic: str, *, partition: int) -> Any:
        sent = await send_batch(producer, batch, topic, partition=partition)
        if topic == EVENTS_TOPIC:
            stop_at("behind a batch")
        return sent

    async def stopping_landed(flight: publishing.Flight) -> None:
        await landed(flight)
        stop_at("before the cursor moves")

    for owner, name, stopping in (
        (publishing, "send_events", stopping_events),
        (AIOKafkaProducer, "send_batch", stopping_batch),
        (publishing.Flight, "landed", stopping_landed),
    ):
        setattr(owner, name, stopping)


if __name__ == "__main__":
    install(Path(os.environ[REQUEST]))
    main()
