"""Delegations, visits, events, meetings, leads and outcomes that serve agreements."""

from __future__ import annotations

from collections.abc import Sequence
from uuid import UUID

from caytre.agreements.consumers.listening import agreement_reacts, consumers
from caytre.agreements.model import activity
from caytre.agreements.tables import AGREEMENTS
from caytre.contracts import delegations, events
from caytre.contracts.agreements.implementation import Activity
from caytre.contracts.lineage import Ref
from caytre.contracts.message import is_restricted
from caytre.core.clock import day_of
from caytre.core.consuming.consumer import Reaction, Received
from caytre.core.storing.database import Connection

#: The kinds of the delegations service; the others are of events.
_OF_DELEGATIONS = ("delegation", "visit")

_HEARD_ACTIVITY = """
INSERT INTO known_activity AS k (id, kind, version, took_place_on, agreement_ids) VALUES ($1, $2, $3, $4, $5)
ON CONFLICT (id) DO UPDATE SET version = excluded.version,
    took_place_on = CASE WHEN excluded.took_place_on IS NOT NULL
        THEN greatest(k.took_place_on, excluded.took_place_on) END, agreement_ids = excluded.agreement_ids
WHERE k.version < excluded.version
"""
_HEARD_OUTCOME = """
INSERT INTO known_outcome AS k (id, status, version, took_place_on, agreement_ids) VALUES ($1, $2, $3, $4, $5)
ON CONFLICT (id) DO UPDATE SET version = excluded.version, status = excluded.status,
    took_place_on = excluded.took_place_on, agreement_ids = excluded.agreement_ids
WHERE k.version < excluded.version
"""
_ACTIVITY_OF = """
SELECT count(*) OVER () AS count, took_place_on, kind, id FROM known_activity WHERE agreement_ids @> ARRAY[$1::uuid]
ORDER BY took_place_on DESC, id DESC LIMIT 1
"""
_OUTCOMES_OF = """
SELECT count(*) AS count, count(*) FILTER (WHERE status = 'CONFIRMED') AS confirmed, max(took_place_on) AS last_on
FROM known_outcome WHERE agreement_ids @> ARRAY[$1::uuid] AND status <> 'WITHDRAWN'
"""
_FORMER_ACTIVITY = "SELECT agreement_ids FROM known_activity WHERE id = $1"
_FORMER_OUTCOME = "SELECT agreement_ids FROM known_outcome WHERE id = $1"


def _kind(message: Received) -> str:
    return message.type.split(".")[1]


def _said(message: Received) -> str:
    return message.type.split(".")[2]


def _open(message: Received) -> bool:
    # Of a restricted record nothing is told; what was known of it stands.
    return message.data is not None and not is_restricted(message.sensitivity)


def _is_activity(message: Received) -> bool:
    heard = activity.concerns_activity(_kind(message), _said(message))
    return heard and _open(message) and bool(activity.served(message.json()["state"]))


def _is_outcome(message: Received) -> bool:
    return _kind(message) == "outcome" and _open(message)


def _record_and_version(message: Received) -> str:
    return f"{message.key}#{message.sequence}"


@consumers.general_reaction(delegations.EVENTS_TOPIC, wanted=_is_activity, key=_record_and_version)
@consumers.general_reaction(events.EVENTS_TOPIC, wanted=_is_activity, key=_record_and_version)
async def follow_activity(reaction: Reaction, message: Received) -> None:
    """What served an agreement is counted once per record, dated by when it took place, and until it is given up."""
    connection, kind, said, state = reaction.connection, _kind(message), _said(message), message.json()["state"]
    served = activity.served(state)
    agreements = await AGREEMENTS.hold(connection, await _formerly(connection, _FORMER_ACTIVITY, message, served))
    counts = activity.counts(kind, said, state)
    day = activity.took_place_on(kind, said, state, day_of(message.time)) if counts else None
    counted = served if counts else []
    await connection.execute(_HEARD_ACTIVITY, message.subject, kind, message.sequence, day, counted)
    for id in agreements:
        await _count_activity(reaction, id, _source(message))


async def _count_activity(reaction: Reaction, id: UUID, source: Ref) -> None:
    row = await reaction.connection.fetchrow(_ACTIVITY_OF, id)
    now = Activity(count=row["count"], last_on=row["took_place_on"], last=_ref(row["kind"], row["id"])) if row else None
    await agreement_reacts(reaction, id, lambda agreement: agreement.follow_activity(now or Activity(), source))


@consumers.general_reaction(events.EVENTS_TOPIC, wanted=_is_outcome, key=_record_and_version)
async def follow_outcome(reaction: Reaction, message: Received) -> None:
    """What became of an agreement: the outcomes that name it and stand, and how many of them are confirmed."""
    connection, state = reaction.connection, message.json()["state"]
    served = activity.served(state)
    agreements = await AGREEMENTS.hold(connection, await _formerly(connection, _FORMER_OUTCOME, message, served))
    if not agreements:
        return
    day = activity.took_place_on(_kind(message), _said(message), state, day_of(message.time))
    await connection.execute(_HEARD_OUTCOME, message.subject, state["status"], message.sequence, day, served)
    for id in agreements:
        await _count_outcomes(reaction, id, _source(message))


async def _count_outcomes(reaction: Reaction, id: UUID, source: Ref) -> None:
    (row,) = await reaction.connection.fetch(_OUTCOMES_OF, id)
    await agreement_reacts(
        reaction,
        id,
        lambda agreement: agreement.follow_outcomes(row["count"], row["confirmed"], row["last_on"], source),
    )


def _source(message: Received) -> Ref:
    return _ref(_kind(message), message.subject)


def _ref(kind: str, id: UUID) -> Ref:
    return Ref(service=(delegations if kind in _OF_DELEGATIONS else events).SERVICE, kind=kind, id=id)


async def _formerly(connection: Connection, known: str, message: Received, served: Sequence[UUID]) -> list[UUID]:
    # The agreements that it names, and those that it named before.
    former = await connection.fetchval(known, message.subject) or ()
    return sorted({*former, *served})
