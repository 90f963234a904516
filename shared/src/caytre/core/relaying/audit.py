"""Signed heads of the journal on the topic `caytre.audit.heads.v1`, all kept, outside the database they attest.

The chain alone does not show a cut tail or a chain rewritten from some position on; a signed head does. A head is a
JWS (RFC 7515, compact, Ed25519) over service, epoch, position and hash, sent whenever the journal moved and at most
once a minute.
"""

from __future__ import annotations

import json
from collections.abc import AsyncIterator
from datetime import timedelta
from pathlib import Path
from typing import Any

from aiokafka import AIOKafkaConsumer, TopicPartition
from joserfc import jws
from joserfc.errors import JoseError
from joserfc.jwk import OKPKey

from caytre.core import connecting
from caytre.core.clock import machine_now
from caytre.core.relaying import publishing
from caytre.core.relaying.journal import Finding, verify
from caytre.core.relaying.topics import HEADS
from caytre.core.storing.database import Connection, Pool, Row

_REGISTRY = jws.JWSRegistry(algorithms=["Ed25519"])
_HEAD = "SELECT position, hash, epoch FROM relay WHERE service = $1"
_AT = "SELECT position, epoch, hash FROM journal WHERE position = ANY ($1::bigint[])"
_EPOCH = "SELECT epoch FROM relay WHERE service = $1"
_BEGAN = "SELECT min(recorded_at) FROM journal HAVING min(recorded_at) < clock_timestamp() - $1::interval"
#: Heads are sent every minute, so a journal that is older than this and has none is not attested at all.
UNSIGNED_FOR = timedelta(minutes=5)


def signing_key(path: Path) -> OKPKey:
    """The Ed25519 key (PKCS8 PEM) that signs heads. Raises OSError or ValueError."""
    key = OKPKey.import_key(path.read_bytes())
    key.ensure_kid()
    return key


class Heads:
    """Signs and sends the head of one service's journal; remembers what it sent last."""

    def __init__(self, service: str, key: OKPKey, bootstrap: str) -> None:
        self._service = service
        self._key = key
        self._bootstrap = bootstrap
        self._sent: tuple[int, int] | None = None

    async def send(self, pool: Pool) -> bool:
        """Send the present head if it moved since the last one. Raises KafkaError or TimeoutError."""
        row = await pool.fetchrow(_HEAD, self._service)
        if row is None or not row["position"] or (row["epoch"], row["position"]) == self._sent:
            return False
        token = jws.serialize_compact(
            {"alg": "Ed25519", "kid": self._key.kid, "typ": "caytre-head+jws"},
            json.dumps(
                {
                    "service": self._service,
                    "epoch": row["epoch"],
                    "position": row["position"],
                    "hash": row["hash"].hex(),
                    "signed_at": machine_now().isoformat(),
                }
            ),
            self._key,
            registry=_REGISTRY,
        )
        async with publishing.producing(self._bootstrap) as kafka:
            await kafka.send_and_wait(HEADS, token.encode(), key=self._service.encode())
        self._sent = (row["epoch"], row["position"])
        return True


class ForgedHead(ValueError):
    """A head on the topic that none of the given keys signed."""


def read_head(token: bytes, key: OKPKey) -> dict[str, Any]:
    """The content of a head. Raises ForgedHead."""
    try:
        payload = jws.deserialize_compact(token, key, registry=_REGISTRY).payload
    except (JoseError, ValueError) as error:
        raise ForgedHead(str(error)) from error
    content: dict[str, Any] = json.loads(payload)
    return content


async def heads(bootstrap: str, service: str) -> list[bytes]:
    """All heads of a service that are still on the topic, oldest first."""
    consumer = AIOKafkaConsumer(bootstrap_servers=bootstrap, auto_offset_reset="earliest")
    try:
        await connecting.start(consumer)
        partition = TopicPartition(HEADS, 0)
        consumer.assign([partition])
        end = (await consumer.end_offsets([partition]))[partition]
        await consumer.seek_to_beginning(partition)
        found: list[bytes] = []
        while await consumer.position(partition) < end:
            for batch in (await consumer.getmany(timeout_ms=500)).values():
                found += [record.value for record in batch if record.key == service.encode() and record.value]
        return found
    finally:
        await consumer.stop()


async def verify_service(
    connection: Connection, service: str, signed: list[bytes], key: OKPKey
) -> AsyncIterator[Finding | int]:
    """The chain, then every signed head against it: yields positions reached and Findings.

    A head whose position was given anew, or is gone, in a later epoch was lost by the restore that began that epoch.
    """
    async for item in verify(connection, service):
        yield item
    good: list[dict[str, Any]] = []
    for token in signed:
        try:
            good.append(read_head(token, key))
        except ForgedHead as error:
            yield Finding(0, "signature", f"a head on {HEADS} is not signed by the given key: {error}")
    present = await connection.fetchval(_EPOCH, service) or 0
    rows = {row["position"]: row for row in await connection.fetch(_AT, [head["position"] for head in good])}
    for head in good:
        finding = _compared(head, rows.get(head["position"]), present)
        if finding is not None:
            yield finding
    if not good and (began := await connection.fetchval(_BEGAN, UNSIGNED_FOR)) is not None:
        yield Finding(0, "unsigned", f"the journal was begun at {began.isoformat()} and no head of it is signed")


def _compared(head: dict[str, Any], row: Row | None, present: int) -> Finding | None:
    position, signed = head["position"], f"signed at {head['signed_at']} in epoch {head['epoch']}"
    if row is not None and row["epoch"] <= head["epoch"]:
        if row["hash"].hex() == head["hash"]:
            return None
        return Finding(position, "rewritten", f"the chain up to {position} differs from the head {signed}")
    if present > head["epoch"]:
        later = row["epoch"] if row is not None else present
        lost = f"position {position} was {signed} and lost by the restore after which epoch {later} goes on"
        return Finding(position, "restored", lost)
    return Finding(position, "tail", f"position {position} was {signed} and is gone")
