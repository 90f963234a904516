"""What time asks for: signed heads, and an end to old idempotency keys, passages and handled messages."""

from __future__ import annotations

import asyncio
from dataclasses import dataclass
from datetime import timedelta
from time import monotonic

import structlog
from aiokafka.errors import KafkaError

from caytre.core.consuming.consumer import Consumers
from caytre.core.consuming.kafka_settings import KafkaSettings
from caytre.core.consuming.retention import forget, kept_by_topics
from caytre.core.faults import said_shortly
from caytre.core.relaying.audit import Heads
from caytre.core.relaying.relay import Relay
from caytre.core.settings import Settings
from caytre.core.storing import idempotency
from caytre.core.storing.database import DISCONNECTS, Database
from caytre.core.storing.purging import purge

log = structlog.get_logger(__name__)

EVERY_SECONDS = 60.0
#: Handled messages are looked at this seldom: it asks Kafka, and reads a whole table.
HANDLED_EVERY_SECONDS = 3600.0

_OLD_PASSAGE = "at < clock_timestamp() - $1::interval"


@dataclass
class House:
    """The housekeeping of one process. `consumers` and `kafka` are None where nothing is listened to."""

    database: Database
    settings: Settings
    relay: Relay | None = None
    heads: Heads | None = None
    consumers: Consumers | None = None
    kafka: KafkaSettings | None = None
    _looked: float | None = None

    async def keep(self) -> None:
        """Run until cancelled."""
        while True:
            await self.tidy()
            await asyncio.sleep(EVERY_SECONDS)

    async def tidy(self) -> None:
        """Once; what fails waits for the next time and holds up nothing else, as while Kafka is away."""
        for work in (self._sign_head, self._forget_requests, self._forget_handled):
            try:
                await work()
            except (KafkaError, *DISCONNECTS) as error:
                log.warning("housekeeping failed, next try in a minute", error=said_shortly(error))

    async def _sign_head(self) -> None:
        if self.heads is not None and self.relay is not None and self.relay.leads:
            await self.heads.send(self.database.worker)

    async def _forget_requests(self) -> None:
        worker, settings = self.database.worker, self.settings
        await purge(worker, "idempotency", idempotency.OLD, timedelta(hours=settings.keep_keys_hours))
        await purge(worker, "passage", _OLD_PASSAGE, timedelta(days=settings.keep_passages_days))

    async def _forget_handled(self) -> None:
        if self.consumers is None or self.kafka is None:
            return
        if self._looked is not None and monotonic() - self._looked < HANDLED_EVERY_SECONDS:
            return
        kept = await kept_by_topics(self.kafka, self.consumers.topics)
        if kept is not None:
            older = kept + timedelta(days=self.settings.keep_handled_days)
            forgotten = await forget(self.database.worker, self.consumers.name, older)
            log.info("forgot handled messages", consumer=self.consumers.name, rows=forgotten, days=older.days)
        self._looked = monotonic()
