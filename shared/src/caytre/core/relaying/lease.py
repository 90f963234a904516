"""The relay's lease: one leader per database, told apart by a fencing token that grows with every term.

The database decides: every statement of the leader names its fence, and a leader that was frozen beyond its lease
finds its fence outdated. The local monotonic clock only saves work. The row also names where the leader publishes and
which PostgreSQL it was led on, so that a relay with another destination in its environment, a restored database or a
new Kafka cluster stops and says so instead of publishing to the wrong place.
"""

from __future__ import annotations

import time
from dataclasses import dataclass

from caytre.core.storing.database import Connection, Pool

_TAKE = """
UPDATE relay SET owner = $2, fence = fence + 1, lease_until = clock_timestamp() + make_interval(secs => $3)
WHERE service = $1 AND (lease_until < clock_timestamp() OR owner = $2)
RETURNING fence, epoch, position, published, state_published, topic, cluster_id, system_identifier, timeline
"""
_RENEW = """
UPDATE relay SET lease_until = clock_timestamp() + make_interval(secs => $3) WHERE service = $1 AND fence = $2
RETURNING fence
"""
_RELEASE = "UPDATE relay SET owner = NULL, lease_until = '-infinity' WHERE service = $1 AND fence = $2"
_BIND = """
UPDATE relay SET topic = $3, cluster_id = $4, system_identifier = $5, timeline = $6 WHERE service = $1 AND fence = $2
"""
_STANDBY = "SELECT pg_is_in_recovery()"
# The timeline that is written now: the control file tells the last checkpoint's, which is the former one for minutes
# after a promotion. A WAL file's name begins with its timeline in eight hexadecimal digits (PostgreSQL 18, 28.6).
_SERVER = """
SELECT system_identifier::text AS system_identifier,
       ('x' || substr(pg_walfile_name(pg_current_wal_lsn()), 1, 8))::bit(32)::bigint AS timeline
FROM pg_control_system()
"""


class Fenced(Exception):
    """Another process leads now; this one's writes are refused."""


class Misdirected(Exception):
    """The lease row belongs to another destination or database. The sentence names the command that settles it."""


@dataclass(slots=True)
class Term:
    """One term of leadership, valid on the local monotonic clock until `valid_until` (seconds)."""

    service: str
    fence: int
    epoch: int
    published: int
    state_published: int
    valid_until: float

    def check(self) -> None:
        """Raises Fenced when the lease may have run out, before any work that others could already be doing."""
        if time.monotonic() >= self.valid_until:
            raise Fenced(f"the lease of term {self.fence} ran out before it was renewed")


async def take(pool: Pool, service: str, owner: str, seconds: float, topic: str, cluster_id: str) -> Term | None:
    """Take the lease if it is free or ours; None while another leads or on a standby server. Raises Misdirected."""
    started = time.monotonic()
    async with pool.acquire() as connection:
        if await connection.fetchval(_STANDBY):
            return None
        row = await connection.fetchrow(_TAKE, service, owner, seconds)
        if row is None:
            return None
        server = await connection.fetchrow(_SERVER)
        if server is None:
            raise Misdirected("PostgreSQL did not tell its system identifier")
        here = (topic, cluster_id, server["system_identifier"], server["timeline"])
        bound = (row["topic"], row["cluster_id"], row["system_identifier"], row["timeline"])
        fault = _misdirection(service, bound, here)
        if fault is not None:
            await connection.execute(_RELEASE, service, row["fence"])
            raise Misdirected(fault)
        if bound != here:
            await connection.execute(_BIND, service, row["fence"], *here)
    return Term(service, row["fence"], row["epoch"], row["published"], row["state_published"], started + seconds)


def _misdirection(
    service: str, bound: tuple[str | None, str | None, str | None, int | None], here: tuple[str, str, str, int]
) -> str | None:
    if bound[0] is not None and bound[0] != here[0]:
        return f"the relay of {service} publishes to {bound[0]}, this process to {here[0]}"
    if bound[1] is not None and bound[1] != here[1]:
        return f"Kafka is another cluster ({here[1]}, was {bound[1]}): run `caytre republish {service}`"
    if bound[2] is not None and bound[2:] != here[2:]:
        return (
            f"PostgreSQL was restored or failed over (system {here[2]} timeline {here[3]}, was {bound[2]} "
            f"timeline {bound[3]}): run `caytre recover {service}`"
        )
    return None


async def renew(connection: Pool | Connection, term: Term, seconds: float) -> None:
    """Extend the lease. Raises Fenced."""
    started = time.monotonic()
    if await connection.fetchval(_RENEW, term.service, term.fence, seconds) is None:
        raise Fenced(f"term {term.fence} was superseded")
    term.valid_until = started + seconds


async def release(pool: Pool, term: Term) -> None:
    """Give the lease back, so that a standby need not wait for its end."""
    await pool.execute(_RELEASE, term.service, term.fence)


async def recover(connection: Connection, service: str) -> int:
    """After a restore or failover: raise the epoch and bind the lease row anew; returns the new epoch.

    Everything journalled from here on orders behind all that was published before, whatever its position. Every
    state is sent again: `state` may hold some of records, or of versions, that this database does not have.
    """
    epoch = await connection.fetchval(
        "UPDATE relay SET epoch = epoch + 1, fence = fence + 1, system_identifier = NULL, timeline = NULL, "
        "published = least(published, position), state_published = 0 "
        "WHERE service = $1 RETURNING epoch",
        service,
    )
    return int(epoch)


async def republish(connection: Connection, service: str) -> int:
    """Publish the whole journal anew, to whatever cluster is there now; returns the number of messages to publish.

    Consumers drop what they have by position, so this is harmless where the topics are still there.
    """
    position = await connection.fetchval(
        "UPDATE relay SET fence = fence + 1, cluster_id = NULL, topic = NULL, published = 0, state_published = 0 "
        "WHERE service = $1 RETURNING position",
        service,
    )
    return int(position)
