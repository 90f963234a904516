"""Mail: claimed for a while, sent outside of any transaction, then marked. At least once, under one Message-ID.

Who claims has a lease; when the process dies in the middle the lease runs out and another sends it again. A server that
is slow holds up no more than the places that wait for it, and never a transaction.
"""

from __future__ import annotations

import asyncio
from collections.abc import Callable
from dataclasses import dataclass
from email.message import EmailMessage
from random import uniform
from uuid import UUID

import asyncpg
import structlog
from jinja2 import TemplateError
from opentelemetry.trace import SpanKind

from caytre.contracts.message import Message
from caytre.contracts.notifications import Failure
from caytre.core.clock import business_now
from caytre.core.command import Command
from caytre.core.keyring import Undecryptable
from caytre.core.refusals import NotFound, Refusal, Stale
from caytre.core.storing.database import DISCONNECTS, Connection, Database
from caytre.core.storing.decision import Decision, said
from caytre.notifications.commands.sending import NotSent, Sends
from caytre.notifications.commands.service_acts import acting
from caytre.notifications.measures import mail_deliveries
from caytre.notifications.model import Notification
from caytre.notifications.model.mail import mail_of
from caytre.notifications.model.notification import MOST_ATTEMPTS, WAITING
from caytre.notifications.tables import NOTIFICATIONS, RECIPIENTS

log = structlog.get_logger(__name__)

#: So many mails are on their way at once in one process.
AT_ONCE = 8
LONGEST_PAUSE = 3600.0
LOOK_SECONDS = 0.5
#: How often a mark is tried again when the notification has moved meanwhile, e.g. because note was taken of it.
MARKS = 5

#: Chosen once, before anything is updated: as a subquery it may be asked again for each row, and takes more than asked.
_CLAIM = """
WITH due AS MATERIALIZED (
    SELECT record_id FROM mail_queue
    WHERE send_at <= clock_timestamp() AND (leased_until IS NULL OR leased_until <= clock_timestamp())
    ORDER BY send_at LIMIT $2 FOR UPDATE SKIP LOCKED
)
UPDATE mail_queue q
SET leased_until = clock_timestamp() + $1::float8 * interval '1 second', attempts = attempts + 1
FROM due WHERE q.record_id = due.record_id
RETURNING q.record_id, attempts, correlation_id, traceparent
"""
_LATER = """
UPDATE mail_queue
SET leased_until = NULL, last_error = $3, send_at = clock_timestamp() + $2::float8 * interval '1 second'
WHERE record_id = $1
"""
_DONE = """
DELETE FROM mail_queue q
WHERE record_id = $1 AND NOT EXISTS (SELECT FROM notification n WHERE n.id = q.record_id AND n.status = ANY ($2))
RETURNING 1
"""
#: Why a row waits whose mail was handed over, or given up, when that could not be written down.
UNMARKED = "UNMARKED"


@dataclass
class Mailer:
    """Sends what is queued. `retry_seconds` is the first pause after a failure; it doubles up to an hour."""

    database: Database
    send: Sends
    sender: str
    public_url: str = ""
    retry_seconds: float = 5
    lease_seconds: float = 120

    async def run(self) -> None:
        """Send until cancelled; a mail on its way is then left to whoever claims it after its lease."""
        working: set[asyncio.Task[None]] = set()
        try:
            while True:
                for row in await self._claimed(AT_ONCE - len(working)):
                    working.add(asyncio.create_task(self._guarded(row), name="send mail"))
                if working:
                    _, working = await asyncio.wait(working, timeout=LOOK_SECONDS, return_when=asyncio.FIRST_COMPLETED)
                else:
                    await asyncio.sleep(LOOK_SECONDS)
        finally:
            for task in working:
                task.cancel()
            await asyncio.gather(*working, return_exceptions=True)

    async def run_once(self) -> int:
        """Claim and send what may be sent now; returns how many were claimed."""
        claimed = await self._claimed(AT_ONCE)
        await asyncio.gather(*[self._guarded(row) for row in claimed])
        return len(claimed)

    async def _claimed(self, most: int) -> list[asyncpg.Record]:
        try:
            rows: list[asyncpg.Record] = await self.database.worker.fetch(_CLAIM, self.lease_seconds, most)
        except DISCONNECTS as error:
            log.warning("no mail can be claimed now", error=repr(error))
            return []
        return rows

    async def _guarded(self, row: asyncpg.Record) -> None:
        try:
            await self._deliver_or_put_off(row)
        except DISCONNECTS as error:
            log.warning("a mail was not marked; it is sent again", id=str(row["record_id"]), error=repr(error))

    async def _deliver_or_put_off(self, row: asyncpg.Record) -> None:
        try:
            await self._deliver(row)
        except DISCONNECTS:
            raise
        except (Refusal, ValueError, LookupError, TypeError, asyncpg.PostgresError):
            log.exception("a mail cannot be marked and is tried again later", id=str(row["record_id"]))
            await self._put_off(row["record_id"], row["attempts"], UNMARKED)

    async def _deliver(self, row: asyncpg.Record) -> None:
        id, attempt = row["record_id"], row["attempts"]
        failure = None
        with acting(
            "send mail", parent=row["traceparent"], correlation=row["correlation_id"], kind=SpanKind.PRODUCER
        ) as command:
            made = await self._made(id)
            if made is not None:
                failure = made if isinstance(made, Failure) else await self._handed_over(made)
                mail_deliveries.add(1, {"outcome": "sent" if failure is None else failure.code})
                await self._mark(id, command, lambda record: _told(record, failure, attempt, command))
        if failure is not None:
            log.warning("a mail was not sent", notification=str(id), attempt=attempt, code=failure.code)
        await self._settle(id, attempt, failure)

    async def _made(self, id: UUID) -> EmailMessage | Failure | None:
        """The mail, why there is none, or None when nothing waits. No connection is held when it is sent."""
        async with self.database.worker.acquire() as connection:
            try:
                notification = await NOTIFICATIONS.load(connection, id)
            except NotFound:
                return None
            if notification.status not in WAITING:
                return None
            try:
                recipient = await RECIPIENTS.load(connection, notification.recipient_id or id)
            except NotFound:
                return Failure(code="NO_RECIPIENT", permanent=True)
            except Undecryptable:
                # Keys are set by the operator, who may set them right.
                return Failure(code="UNSENDABLE", permanent=False, detail=Undecryptable.__name__)
        if recipient.address is None or not recipient.active:
            return Failure(code="NO_ADDRESS", permanent=True)
        try:
            return mail_of(notification, recipient, sender=self.sender, public_url=self.public_url, at=business_now())
        except (ValueError, LookupError, TypeError, TemplateError) as error:
            log.exception("a mail cannot be made", notification=str(id))
            return Failure(code="UNSENDABLE", permanent=True, detail=type(error).__name__)

    async def _handed_over(self, mail: EmailMessage) -> Failure | None:
        try:
            await self.send(mail)
        except NotSent as error:
            return error.failure
        except ValueError as error:  # an address that cannot be put into an SMTP command
            return Failure(code="UNSENDABLE", permanent=True, detail=type(error).__name__)
        return None

    async def _mark(self, id: UUID, command: Command, act: Callable[[Notification], Message | None]) -> None:
        for _ in range(MARKS):
            async with self.database.worker.acquire() as connection:
                present = await NOTIFICATIONS.load(connection, id)
            if present.status not in WAITING:
                return

            async def decide(record: Notification, _: Connection) -> Decision:
                message = act(record)
                if message is None:
                    raise Stale(expected=record.version, present=record.version)
                return said(message)

            try:
                await NOTIFICATIONS.change(self.database, command, id, present.version, decide)
            except Stale:
                continue
            return

    async def _settle(self, id: UUID, attempt: int, failure: Failure | None) -> None:
        """Nothing waits any more, or it waits for its next attempt; also what was sent when that is not known of it."""
        if await self.database.worker.fetchval(_DONE, id, list(WAITING)) is None:
            await self._put_off(id, attempt, UNMARKED if failure is None else failure.code)

    async def _put_off(self, id: UUID, attempt: int, why: str) -> None:
        pause = min(self.retry_seconds * 2 ** min(attempt - 1, MOST_ATTEMPTS), LONGEST_PAUSE)
        spread = uniform(0.75, 1.0)  # noqa: S311 - spreads retries, keeps no secret
        await self.database.worker.execute(_LATER, id, pause * spread, why)


def _told(record: Notification, failure: Failure | None, attempt: int, command: Command) -> Message | None:
    return record.sent(attempt, command.at) if failure is None else record.failed(failure, attempt)
