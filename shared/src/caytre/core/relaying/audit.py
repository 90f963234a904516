"""Signed heads of the journal on the compacted topic `caytre.audit.heads.v1`, outside the database they attest.

The chain alone does not show a cut tail or a chain rewritten from some position on; a signed head does. A head is a
JWS (RFC 7515, compact, Ed25519) over service, epoch, position and hash, sent whenever the journal moved and at most
once a minute.
"""

from __future__ import annotations

import json
from collections.abc import AsyncIterator
from pathlib import Path
from typing import Any

from aiokafka import AIOKafkaConsumer, TopicPartition
from joserfc import jws
from joserfc.errors import JoseError
from joserfc.jwk import OKPKey

from caytre.core.clock import machine_now
from caytre.core.relaying import publishing
from caytre.core.relaying.journal import Finding, verify
from caytre.core.relaying.topics import HEADS
from caytre.core.storing.database import Connection, Pool

_REGISTRY = jws.JWSRegistry(algorithms=["Ed25519"])
_HEAD = "SELECT position, hash, epoch FROM relay WHERE service = $1"
_AT = "SELECT hash FROM journal WHERE position = $1 AND epoch <= $2"


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
        self._sent = 0

    async def send(self, pool: Pool) -> bool:
        """Send the present head if it moved since the last one. Raises KafkaError or TimeoutError."""
        row = await pool.fetchrow(_HEAD, self._service)
        if row is None or row["position"] <= self._sent:
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
        self._sent = row["position"]
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
        await consumer.start()
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
    """The chain, then every signed head against it: yields positions reached and Findings."""
    async for item in verify(connection, service):
        yield item
    for token in signed:
        try:
            head = read_head(token, key)
        except ForgedHead as error:
            yield Finding(0, "signature", f"a head on {HEADS} is not signed by the given key: {error}")
            continue
        stored = await connection.fetchval(_AT, head["position"], head["epoch"])
        if stored is None:
            yield Finding(
                head["position"], "tail", f"position {head['position']} was signed at {head['signed_at']} and is gone"
            )
        elif stored.hex() != head["hash"]:
            yield Finding(
                head["position"],
                "rewritten",
                f"the chain up to {head['position']} differs from the head signed at {head['signed_at']}",
            )
