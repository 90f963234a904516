"""The relay: the leader moves outbox rows into the journal and publishes the journal, page by page, in order.

A term begins with the lease and ends with any error. Its loops run side by side: collecting (outbox to journal),
`events` (journal to Kafka, two pages in flight), `state` (a cursor of its own and a transactional producer whose start
fences a thawed leader at the broker), and the renewal of the lease. A Kafka outage ends terms; commands go on.
"""

from __future__ import annotations

import asyncio
import contextlib
import os
import socket
from dataclasses import dataclass, field
from time import monotonic
from typing import Any

import asyncpg
import structlog
from aiokafka.errors import KafkaError

from caytre.contracts.message import ending_public_states
from caytre.core.faults import said_shortly
from caytre.core.metrics import relay_published
from caytre.core.relaying import journal, lease, publishing
from caytre.core.relaying.lease import Fenced, Misdirected, Term
from caytre.core.relaying.topics import ensure_topics, events_topic, state_topic
from caytre.core.relaying.waiting import set_within
from caytre.core.storing.database import DISCONNECTS, Connection, Database, Pool

log = structlog.get_logger(__name__)

CHANNEL = "caytre_relay"
SHORTEST_POLL, LONGEST_POLL = 0.05, 1.0
#: From one collection to the next (seconds), unless a page was full: the first commit after a quiet while goes at once,
#: and of many commits one page carries several. A page each costs all hops together more CPU than the wait saves.
COLLECT_BREATH = 0.01
#: So many pages are on their way at most; each is counted by the brokers as one request per partition.
IN_FLIGHT = 3
#: States are off the latency path: a breath (seconds) between two transactions lets one carry many of them.
STATE_BREATH = 0.2

#: At the start of a term everything of the last minute is sent again: a broker that lost its tail gets it back.
RESENT_SECONDS = 60

#: The cursor after a page, and the page's row for journeys. A step lost in a crash only sends the page again, so
#: nobody waits for the disk here.
_ADVANCE = """
WITH moved AS (
    UPDATE relay SET published = $3
    WHERE service = $1 AND fence = $2 AND published <= $3 AND set_config('synchronous_commit', 'off', true) = 'off'
    RETURNING published
), passed AS (
    INSERT INTO passage (consumer, topic, partition, epoch, from_position, to_position, messages)
    SELECT 'relay', $4::text, -1, $5::int, $6::bigint, published, $7::int FROM moved
)
SELECT published FROM moved
"""
_ADVANCE_STATE = (
    "UPDATE relay SET state_published = $3 WHERE service = $1 AND fence = $2 AND state_published <= $3 "
    "RETURNING state_published"
)
# From where on it was published in the minute before the last page, whenever it was recorded. The bound is a thousand
# pages a second, which is more than one leader can do.
_MINUTE_BEFORE = """
WITH pages AS (
    SELECT from_position, at FROM passage
    WHERE consumer = 'relay' AND topic = $2 AND partition = -1 AND to_position <= $1
    ORDER BY to_position DESC LIMIT 60000
)
SELECT coalesce(min(from_position) - 1, $1) FROM pages
WHERE at > (SELECT max(at) FROM pages) - make_interval(secs => $3)
"""
#: A record that becomes restricted has no public state any more; what is withdrawn in another sense has its last one.
_STATES = """
SELECT * FROM (
    SELECT DISTINCT ON (record_id) position, epoch, message_id, type, record_id, version, occurred_at, recorded_at,
           CASE WHEN type = ANY ($3) THEN NULL ELSE data->>'state' END AS state
    FROM journal WHERE position > $1 AND position <= $2 ORDER BY record_id, position DESC
) last ORDER BY position
"""
_STATUS = """
SELECT position, published, state_published, epoch, owner, lease_until > clock_timestamp() AS led,
       (SELECT count(*) FROM outbox) AS outbox,
       (SELECT extract(epoch FROM clock_timestamp() - min(recorded_at)) FROM outbox)::float8 AS oldest_seconds,
       (SELECT extract(epoch FROM clock_timestamp() - j.recorded_at) FROM journal j
        WHERE j.position = relay.published + 1)::float8 AS unpublished_seconds
FROM relay WHERE service = $1
"""


@dataclass
class Relay:
    """The relay of one service. `run` leads or stands by until cancelled; `wake` is called after a commit."""

    service: str
    database: Database
    url: str
    bootstrap: str
    lease_seconds: float = 3.0
    page: int = 2000
    owner: str = field(default_factory=lambda: f"{socket.gethostname()}:{os.getpid()}:{os.urandom(4).hex()}")
    leads: bool = False
    blocked: str | None = None
    #: When (monotonic seconds) its loop last made a turn, whether or not that came to anything.
    turned: float = field(default_factory=monotonic)
    _due: bool = True
    _backlog: bool = False
    _landed: list[publishing.Flight] = field(default_factory=list)
    _woken: asyncio.Event = field(default_factory=asyncio.Event)
    _collected: asyncio.Event = field(default_factory=asyncio.Event)
    _state_woken: asyncio.Event = field(default_factory=asyncio.Event)

    @property
    def _pool(self) -> Pool:
        return self.database.worker

    def wake(self) -> None:
        """There may be something in the outbox."""
        self._due = True
        self._woken.set()

    async def run(self) -> None:
        """Lead whenever the lease is free. Errors end the term, never the relay."""
        pause = SHORTEST_POLL
        cluster: str | None = None
        while True:
            self.turned = monotonic()
            try:
                if cluster is None:
                    async with asyncio.timeout(15):
                        cluster = await ensure_topics(self.bootstrap, self.service)
                term = await lease.take(
                    self._pool, self.service, self.owner, self.lease_seconds, events_topic(self.service), cluster
                )
                self.blocked = None
                if term is not None:
                    pause = SHORTEST_POLL
                    await self._lead(term)
                    cluster = None
                await asyncio.sleep(self.lease_seconds / 3)
            except Misdirected as fault:
                self.blocked, cluster = str(fault), None
                log.warning("relay is blocked", service=self.service, reason=self.blocked)
                await asyncio.sleep(self.lease_seconds)
            except Exception as error:
                # A term ends, the relay stands by again: what is no lost connection is told with its traceback.
                cluster = None
                strange = not isinstance(error, (Fenced, KafkaError, *DISCONNECTS))
                log.warning("relay's term ended", service=self.service, error=said_shortly(error), exc_info=strange)
                await asyncio.sleep(pause)
                pause = min(pause * 2, LONGEST_POLL * 2)

    async def _lead(self, term: Term) -> None:
        self.leads = True
        # A counter that is there from the beginning: what has published nothing yet says nought.
        relay_published.add(0)
        log.info("relay leads", service=self.service, fence=term.fence, epoch=term.epoch, published=term.published)
        try:
            async with asyncio.TaskGroup() as group:
                group.create_task(self._renew_and_listen(term))
                group.create_task(self._collect(term))
                group.create_task(self._publish_events(term))
                group.create_task(self._publish_states(term))
        except* (Fenced, KafkaError, *DISCONNECTS) as errors:
            raise _first(errors) from None
        finally:
            self.leads = False
            with contextlib.suppress(*DISCONNECTS):
                async with asyncio.timeout(2):
                    await lease.release(self._pool, term)

    async def _renew_and_listen(self, term: Term) -> None:
        # A connection of its own: however busy the pool is, the lease is renewed. Other processes of this service
        # commit too; they say so at most once per 10 ms.
        name = {"application_name": f"caytre-{self.service}-lease", "role": f"caytre_{self.service}_worker"}
        connection = await asyncpg.connect(self.url, server_settings=name, timeout=self.lease_seconds)
        try:
            await connection.add_listener(CHANNEL, lambda *_: self.wake())
            while True:
                await asyncio.sleep(self.lease_seconds / 3)
                async with asyncio.timeout(self.lease_seconds):
                    await lease.renew(connection, term, self.lease_seconds)
        finally:
            connection.terminate()

    # -- events ------------------------------------------------------------------------------------------------

    async def _collect(self, term: Term) -> None:
        # A loop of its own: while one page is published, PostgreSQL already moves the next one into the journal. The
        # cursor moves here too: from another connection it would wait for the row that collecting holds locked.
        poll, seen = SHORTEST_POLL, term.published
        self._due = True
        async with self._pool.acquire() as connection, journal.collecting(connection):
            while True:
                term.check()
                self.turned = monotonic()
                self._woken.clear()
                if self._due:
                    self._due = False
                    position = await connection.fetchval(journal.COLLECT, self.service, term.fence, self.page)
                    if position is not None:
                        # Behind a full page there may be more; behind another one a commit says so.
                        self._due |= position - seen >= self.page
                        poll, seen = SHORTEST_POLL, position
                        self._collected.set()
                if self._landed:
                    await self._advance(connection, term)
                if not self._due:
                    if not await set_within(poll, self._woken):
                        poll, self._due = min(poll * 2, LONGEST_POLL), True
                    await asyncio.sleep(self.turned + COLLECT_BREATH - monotonic())

    async def _publish_events(self, term: Term) -> None:
        topic = events_topic(self.service)
        self._landed.clear()
        async with publishing.producing(self.bootstrap) as kafka, self._pool.acquire() as connection:
            read = await connection.fetchval(_MINUTE_BEFORE, term.published, topic, RESENT_SECONDS)
            envelopes = publishing.Envelopes(self.service, await publishing.previous_positions(connection, read))
            flying: asyncio.Queue[publishing.Flight] = asyncio.Queue(IN_FLIGHT)
            async with asyncio.TaskGroup() as group:
                group.create_task(self._land(flying))
                while True:
                    self._collected.clear()
                    rows = await connection.fetch(journal.PAGE, read, self.page)
                    self._backlog = len(rows) == self.page
                    if rows:
                        term.check()
                        await flying.put(await publishing.send_events(kafka, topic, envelopes, rows))
                        read = rows[-1]["position"]
                    if not self._backlog:
                        await set_within(LONGEST_POLL, self._collected)

    async def _land(self, flying: asyncio.Queue[publishing.Flight]) -> None:
        while True:
            page = await flying.get()
            await page.landed()
            relay_published.add(page.last - page.first + 1)
            self._landed.append(page)
            self._woken.set()

    async def _advance(self, connection: Connection, term: Term) -> None:
        # What was only sent again is no new passage, or every term would reach back further than the one before.
        first, last = max(self._landed[0].first, term.published + 1), self._landed[-1].last
        self._landed.clear()
        if last > term.published:
            values = (self.service, term.fence, last, events_topic(self.service), term.epoch, first, last - first + 1)
            if await connection.fetchval(_ADVANCE, *values) is None:
                raise Fenced(f"term {term.fence} was superseded")
            term.published = last
        self._state_woken.set()

    # -- state -------------------------------------------------------------------------------------------------

    async def _publish_states(self, term: Term) -> None:
        topic = state_topic(self.service)
        async with publishing.producing(self.bootstrap, transactional_id=f"caytre.{self.service}.state") as kafka:
            events = events_topic(self.service)
            read = await self._pool.fetchval(_MINUTE_BEFORE, term.state_published, events, RESENT_SECONDS)
            ending = ending_public_states()
            while True:
                self._state_woken.clear()
                until = min(read + self.page * 5, term.published)
                if until > read:
                    term.check()
                    rows = await self._pool.fetch(_STATES, read, until, ending)
                    async with asyncio.timeout(publishing.ACKNOWLEDGED_WITHIN), kafka.transaction():
                        await publishing.acknowledged(await publishing.send_states(kafka, topic, self.service, rows))
                    read = until
                    await self._advance_state(term, read)
                else:
                    await set_within(LONGEST_POLL, self._state_woken)
                # While there is a backlog of events they come once a second only.
                await asyncio.sleep(LONGEST_POLL if self._backlog else STATE_BREATH)

    async def _advance_state(self, term: Term, read: int) -> None:
        if read <= term.state_published:
            return
        if await self._pool.fetchval(_ADVANCE_STATE, self.service, term.fence, read) is None:
            raise Fenced(f"term {term.fence} was superseded")
        term.state_published = read

    async def drained(self) -> None:
        """Wait until everything committed so far is published; only a leader waits."""
        while self.leads:
            row = await self.status()
            if not row["outbox"] and row["published"] == row["position"]:
                return
            self.wake()
            await asyncio.sleep(SHORTEST_POLL)

    # -- what operators see ------------------------------------------------------------------------------------

    async def status(self) -> dict[str, Any]:
        """Positions, cursors, depth and age (seconds) of what waits, and whether and by whom the relay is led."""
        row = await self._pool.fetchrow(_STATUS, self.service)
        return {**(dict(row) if row else {}), "leader": self.leads, "blocked": self.blocked}


def _first(errors: BaseExceptionGroup[BaseException]) -> BaseException:
    error: BaseException = errors
    while isinstance(error, BaseExceptionGroup):
        error = error.exceptions[0]
    return error
