"""A service with a relay that stops itself (SIGSTOP) at a chosen stage of a publish, once per request.

The request is a file named by CAYTRE_BENCH_STOP whose text is the stage; the leader removes it and stops. Which service
it is says CAYTRE_BENCH_SERVICE. CAYTRE_BENCH_UNSTABLE plants a known bug: each try of a mail has another Message-ID.
"""

import os
import signal
from importlib import import_module
from pathlib import Path
from typing import Any, Literal, get_args

from aiokafka import AIOKafkaProducer

from caytre.core.ids import new_id
from caytre.core.relaying import publishing
from caytre.core.relaying.topics import events_topic

Stage = Literal["before sending", "behind a batch", "before the cursor moves"]
STAGES: tuple[Stage, ...] = get_args(Stage)
REQUEST, SERVICE, UNSTABLE = "CAYTRE_BENCH_STOP", "CAYTRE_BENCH_SERVICE", "CAYTRE_BENCH_UNSTABLE"


def install(request: Path, topic: str) -> None:
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

    async def stopping_batch(producer: AIOKafkaProducer, batch: Any, where: str, *, partition: int) -> Any:
        sent = await send_batch(producer, batch, where, partition=partition)
        if where == topic:
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


def unsettle_mail() -> None:
    """Send each try of a mail under a Message-ID of its own."""
    mailing = import_module("caytre.notifications.commands.mailing")
    stable = mailing.mail_of

    def unstable(*arguments: Any, **named: Any) -> Any:
        mail = stable(*arguments, **named)
        mail.replace_header("Message-ID", f"<{new_id()}@notifications.caytre>")
        return mail

    setattr(mailing, "mail_of", unstable)  # noqa: B010 - mypy refuses the assignment


def main() -> None:
    """The process."""
    service = os.environ[SERVICE]
    install(Path(os.environ[REQUEST]), events_topic(service))
    if os.environ.get(UNSTABLE):
        unsettle_mail()
    import_module(f"caytre.{service}.main").main()


if __name__ == "__main__":
    main()
