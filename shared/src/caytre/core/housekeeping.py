"""What every minute asks for: signed heads, old idempotency keys, old passages."""

from __future__ import annotations

import asyncio
from datetime import timedelta

import structlog
from aiokafka.errors import KafkaError

from caytre.core.faults import said_shortly
from caytre.core.relaying.audit import Heads
from caytre.core.relaying.relay import Relay
from caytre.core.storing import idempotency
from caytre.core.storing.database import DISCONNECTS, Database

log = structlog.get_logger(__name__)

EVERY_SECONDS = 60.0
PASSAGES_KEPT = timedelta(days=30)

_OLD_PASSAGES = "DELETE FROM passage WHERE at < clock_timestamp() - $1::interval"


async def keep_house(database: Database, relay: Relay | None, heads: Heads | None) -> None:
    """Run until cancelled; a failure waits for the next minute."""
    while True:
        try:
            await _once(database, relay, heads)
        except (KafkaError, *DISCONNECTS) as error:
            log.warning("housekeeping failed, next try in a minute", error=said_shortly(error))
        await asyncio.sleep(EVERY_SECONDS)


async def _once(database: Database, relay: Relay | None, heads: Heads | None) -> None:
    if heads is not None and relay is not None and relay.leads:
        await heads.send(database.worker)
    async with database.worker.acquire() as connection:
        await idempotency.purge(connection)
        await connection.execute(_OLD_PASSAGES, PASSAGES_KEPT)
