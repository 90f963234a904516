"""A consumer whose effect is not idempotent: each application of a message adds a row, so that none can hide.

`python -m caytre.bench.faults.listener [--no-position-filter]`, told where by DATABASE_URL and
KAFKA_BOOTSTRAP_SERVERS. The switch plants a known bug, which the oracle must then report.
"""

import argparse
import asyncio
import os
import signal
from collections.abc import Sequence

import sqlalchemy as sa
import uvloop
from sqlalchemy.ext.asyncio import create_async_engine

from caytre.bench.hops import SPEAKING
from caytre.core import logs
from caytre.core.consuming.consumer import Consumers, Received
from caytre.core.consuming.running import Consumer, KafkaSettings
from caytre.core.relaying.topics import events_topic
from caytre.core.storing import rights
from caytre.core.storing.database import Connection, Database
from caytre.core.storing.tables import kernel, new_metadata

SERVICE = "oracle"

metadata = new_metadata()
kernel(metadata)
#: Append-only and without any key but its own number.
applied = sa.Table(
    "applied",
    metadata,
    sa.Column("n", sa.BigInteger, sa.Identity(always=True), primary_key=True),
    sa.Column("message_id", sa.UUID, nullable=False),
    sa.Column("record_id", sa.UUID, nullable=False),
    sa.Column("version", sa.Integer, nullable=False),
    sa.Column("position", sa.BigInteger, nullable=False),
    sa.Column("partition", sa.Integer, nullable=False),
)
consumers = Consumers(SERVICE)

_APPLY = """
INSERT INTO applied (message_id, record_id, version, position, partition)
SELECT * FROM unnest($1::uuid[], $2::uuid[], $3::int[], $4::bigint[], $5::int[])
"""


async def note(connection: Connection, messages: Sequence[Received]) -> None:
    """One row per message and application."""
    rows = [(m.id, m.subject, m.sequence, m.position, m.partition) for m in messages]
    await connection.execute(_APPLY, *map(list, zip(*rows, strict=True)))


for _service in SPEAKING:
    consumers.projection(events_topic(_service), views=[applied])(note)


async def lay(url: str) -> None:
    """Make its tables in an empty database."""
    engine = create_async_engine(url.replace("postgresql://", "postgresql+asyncpg://", 1))
    async with engine.begin() as connection:
        await connection.run_sync(metadata.create_all)
        for statement in rights.kernel(SERVICE):
            await connection.exec_driver_sql(statement)
    await engine.dispose()


async def _listen(position_filter: bool) -> None:
    database = await Database.open(SERVICE, os.environ["DATABASE_URL"], command=1, query=1, worker=3)
    kafka = KafkaSettings(os.environ["KAFKA_BOOTSTRAP_SERVERS"])
    listening = asyncio.ensure_future(Consumer(consumers, database, kafka, position_filter=position_filter).run())
    asyncio.get_running_loop().add_signal_handler(signal.SIGTERM, listening.cancel)
    await asyncio.wait([listening])
    await database.close()


def main() -> None:
    """The process."""
    parser = argparse.ArgumentParser()
    parser.add_argument("--no-position-filter", action="store_true")
    chosen = parser.parse_args()
    logs.set_up(SERVICE, "info")
    with asyncio.Runner(loop_factory=uvloop.new_event_loop) as runner:
        runner.run(_listen(not chosen.no_position_filter))


if __name__ == "__main__":
    main()
