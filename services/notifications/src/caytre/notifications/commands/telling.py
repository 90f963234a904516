"""Who is told because of a message: one notification per recipient and template, however often the message comes."""

from __future__ import annotations

from collections.abc import Sequence

from caytre.contracts.notifications import Audience
from caytre.core.clock import day_of, machine_now, rehearsal
from caytre.core.consuming.consumer import Reaction, Received
from caytre.core.storing.database import Connection
from caytre.core.storing.decision import Claim, Decision
from caytre.notifications.commands.observing import cause_in, heard_in
from caytre.notifications.model import Notification
from caytre.notifications.model.notification import Desk
from caytre.notifications.model.places import predecessors_too
from caytre.notifications.model.telling import audiences, worded
from caytre.notifications.tables import NOTIFICATIONS, mail_queue

#: A desk that was entered for a former locality stands for the one that answers today.
_DESKS = """
SELECT id, document FROM recipient
WHERE active AND ($1::text IS NULL OR role = $1) AND ($2::text IS NULL OR organisation = $2)
  AND ($3::text[] IS NULL OR locality = ANY ($3)) AND ($4::text IS NULL OR country = $4)
ORDER BY id
"""
_DESK = f"""
SELECT id, document->>'language' AS language, (document->>'has_address')::boolean AS has_address,
       ARRAY(SELECT jsonb_array_elements_text(document->'muted')) AS muted
FROM ({_DESKS}) desks
"""


async def tell(reaction: Reaction, message: Received) -> None:
    """Apply every rule that the message sets off."""
    heard, cause = heard_in(message), cause_in(message)
    today = day_of(reaction.command.at)
    for notice in heard.told:
        words = worded(notice, heard)
        for audience, desk in await _told(reaction.connection, audiences(notice, heard, today)):
            notification, messages = Notification.tell(
                notice,
                heard,
                cause,
                audience,
                desk,
                words,
                provenance=heard.provenance,
                rehearsal=rehearsal() is not None,
                at=reaction.command.at,
            )
            claims = (_queued(reaction),) if notification.status == "QUEUED" else ()
            await NOTIFICATIONS.begin(
                reaction.command, reaction.connection, notification, Decision(messages, claims=claims)
            )


async def _told(connection: Connection, meant: Sequence[Audience]) -> list[tuple[Audience, Desk | None]]:
    """Each recipient once, under the first audience that means it; audiences without any stand for themselves."""
    found: dict[object, tuple[Audience, Desk | None]] = {}
    for audience in meant:
        desks = await _desks(connection, audience)
        for desk in desks:
            found.setdefault(desk.id, (audience, desk))
        if not desks:
            found.setdefault(audience, (audience, None))
    return list(found.values())


async def _desks(connection: Connection, audience: Audience) -> list[Desk]:
    localities = list(predecessors_too(audience.locality)) if audience.locality else None
    rows = await connection.fetch(_DESK, audience.role, audience.organisation, localities, audience.country)
    return [
        Desk(
            id=row["id"],
            language=row["language"] or "vi",
            muted=tuple(row["muted"] or ()),
            has_address=bool(row["has_address"]),
        )
        for row in rows
    ]


def _queued(reaction: Reaction) -> Claim:
    command = reaction.command
    return Claim(
        mail_queue,
        {
            "send_at": [machine_now()],
            "correlation_id": [command.correlation],
            "traceparent": [command.traceparent],
        },
    )


def applies(message: Received) -> bool:
    """Whether some rule hears the message."""
    return bool(heard_in(message).told)
