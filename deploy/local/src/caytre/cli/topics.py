"""`caytre topics` and `caytre tail`: what lies on Kafka."""

from __future__ import annotations

import asyncio
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from typing import Annotated, Any
from uuid import UUID

import typer
from aiokafka import AIOKafkaConsumer
from aiokafka.admin import AIOKafkaAdminClient
from aiokafka.admin.config_resource import ConfigResource, ConfigResourceType
from aiokafka.errors import KafkaError
from aiokafka.structs import TopicPartition

from caytre.cli.cloud_events import Filter, pretty, structured
from caytre.cli.reach import AsJson, Kafka, Reach
from caytre.cli.screen import emit, emit_line, out, table
from caytre.core.relaying.topics import PARTITIONS, events_topic, partition_of
from caytre.local.failures import SetupError

_SHOWN = ("cleanup.policy", "retention.ms", "delete.retention.ms", "max.message.bytes")


def register(app: typer.Typer) -> None:
    """Add the commands of this module."""
    app.command()(topics)
    app.command()(tail)


@asynccontextmanager
async def _reader(bootstrap: str) -> AsyncIterator[AIOKafkaConsumer]:
    client = AIOKafkaConsumer(
        bootstrap_servers=bootstrap,
        enable_auto_commit=False,
        auto_offset_reset="earliest",
        isolation_level="read_committed",
        request_timeout_ms=10_000,
    )
    try:
        await client.start()
        yield client
    except (KafkaError, OSError) as error:
        raise SetupError(f"Kafka at {bootstrap} cannot be read: {error}") from error
    finally:
        await client.stop()


def _ours(topic: str) -> bool:
    return topic.startswith("caytre.")


async def _topics(bootstrap: str) -> list[dict[str, Any]]:
    async with _reader(bootstrap) as client:
        found = []
        names = sorted(filter(_ours, await client.topics()))
        described = await _described(bootstrap, names)
        for name in names:
            parts, configs = described[name]
            first, last = await client.beginning_offsets(parts), await client.end_offsets(parts)
            found.append(
                {
                    "topic": name,
                    "partitions": len(parts),
                    "first_offsets": {str(part.partition): first[part] for part in parts},
                    "end_offsets": {str(part.partition): last[part] for part in parts},
                    "records": sum(last[part] - first[part] for part in parts),
                    "configs": configs,
                }
            )
        return found


async def _described(bootstrap: str, names: list[str]) -> dict[str, tuple[list[TopicPartition], dict[str, str]]]:
    """The partitions and settings of topics that exist."""
    if not names:
        return {}
    admin = AIOKafkaAdminClient(bootstrap_servers=bootstrap, request_timeout_ms=10_000)
    await admin.start()
    try:
        topics = await admin.describe_topics(names)
        answers = await admin.describe_configs([ConfigResource(ConfigResourceType.TOPIC, name) for name in names])
    finally:
        await admin.close()
    configs = {
        resource[3]: {entry[0]: entry[1] for entry in resource[4] if entry[0] in _SHOWN}
        for answer in answers
        for resource in answer.resources
    }
    return {
        topic["topic"]: (
            [TopicPartition(topic["topic"], one) for one in sorted(part["partition"] for part in topic["partitions"])],
            configs.get(topic["topic"], {}),
        )
        for topic in topics
    }


def topics(kafka: Kafka = None, as_json: AsJson = False) -> None:
    """List Caytre's topics with partitions, settings and end offsets.

    Every service has two: `caytre.SERVICE.events.v1` keeps everything that
    happened, `caytre.SERVICE.state.v1` the last public state of each record.
    Signed heads of the journals lie on `caytre.audit.heads.v1`. Look here first
    when a subscriber sees nothing: are there records at all, and in which
    partitions?

    \b
      caytre topics
      caytre topics --json
    """
    found = asyncio.run(_topics(Reach().kafka(kafka)))
    if as_json:
        emit(found)
        return
    rows = [
        {
            **topic,
            **topic["configs"],
            "ends": " ".join(str(offset) for offset in topic["end_offsets"].values()),
            "retention.ms": _period(topic["configs"].get("retention.ms"), topic["configs"].get("cleanup.policy")),
        }
        for topic in found
    ]
    columns = {
        "topic": "topic",
        "partitions": "partitions",
        "records": "records",
        "ends": "end offsets",
        "cleanup.policy": "cleanup",
        "retention.ms": "kept",
    }
    out().print(table(rows, columns) if rows else "There are no topics yet: they are made when a service starts.")


def _period(milliseconds: str | None, cleanup: str | None) -> str:
    if cleanup == "compact":
        return "last per key"
    if milliseconds in (None, "-1"):
        return "for ever"
    return f"{int(milliseconds or 0) / 86_400_000:.1f} days"


def tail(
    what: Annotated[
        str | None, typer.Argument(metavar="[TOPIC|SERVICE]", help="A topic, or a service for its events; else all.")
    ] = None,
    type_: Annotated[
        str | None, typer.Option("--type", help="Only this CloudEvents type; `*` stands for anything.")
    ] = None,
    record: Annotated[UUID | None, typer.Option(help="Only messages about the record of this id.")] = None,
    from_beginning: Annotated[bool, typer.Option("--from-beginning", help="Everything that is there, first.")] = False,
    follow: Annotated[bool, typer.Option("--follow/--no-follow", help="Wait for more at the end.")] = True,
    limit: Annotated[int | None, typer.Option("--limit", "-n", min=1, help="Stop after so many.")] = None,
    kafka: Kafka = None,
    as_json: AsJson = False,
) -> None:
    """Show messages as they arrive on Kafka, as CloudEvents.

    Use it to see what an act says to the others, with its place in the journal
    and in the topic. With --json each line is one CloudEvent in structured
    mode. End it with Ctrl-C.

    \b
      caytre tail
      caytre tail agreements --type 'caytre.agreement.*'
      caytre tail agreements --from-beginning --no-follow --record 0198…
      caytre tail caytre.agreements.state.v1 --from-beginning --json
    """
    wanted = Filter(type_, record)
    topic = what if what is None or "." in what else events_topic(what)
    shown = _show(Reach().kafka(kafka), topic, wanted, from_beginning, follow, limit, as_json)
    try:
        asyncio.run(shown)
    except KeyboardInterrupt:
        return


async def _show(
    bootstrap: str,
    topic: str | None,
    wanted: Filter,
    from_beginning: bool,
    follow: bool,
    limit: int | None,
    as_json: bool,
) -> None:
    console, shown = out(), 0
    async with _reader(bootstrap) as client:
        parts = await _partitions(client, bootstrap, topic, wanted.record)
        client.assign(parts)
        ends = await client.end_offsets(parts)
        if from_beginning or not follow:
            await client.seek_to_beginning(*parts)
        else:
            await client.seek_to_end(*parts)
        while follow or any([await client.position(part) < ends[part] for part in parts]):
            batch = await client.getmany(timeout_ms=300)
            records = [one for found in batch.values() for one in found]
            for one in sorted(records, key=lambda one: int(one.timestamp)):
                if not follow and one.offset >= ends[TopicPartition(one.topic, one.partition)]:
                    continue
                if not wanted.takes(one):
                    continue
                if as_json:
                    emit_line(structured(one))
                elif console.is_terminal:
                    console.print(pretty(one), soft_wrap=True)
                else:
                    typer.echo(pretty(one).plain)
                shown += 1
                if shown == limit:
                    return


async def _partitions(
    client: AIOKafkaConsumer, bootstrap: str, topic: str | None, record: UUID | None
) -> list[TopicPartition]:
    existing = {name for name in await client.topics() if _ours(name)}
    names = [topic] if topic else sorted(name for name in existing if name.endswith(".events.v1"))
    if not names or not existing.issuperset(names):
        there = ", ".join(sorted(existing)) or "none yet"
        raise SetupError(f"There is no topic {topic or 'with messages'}; there are: {there}.")
    found = []
    for parts, _ in (await _described(bootstrap, names)).values():
        # The key says in which partition of a service's topic a record's messages are.
        keyed = record is not None and len(parts) == PARTITIONS
        found += [part for part in parts if not keyed or part.partition == partition_of(str(record).encode())]
    return found
