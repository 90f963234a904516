"""What happens elsewhere and concerns trips or visits becomes a follow-up of their owner: a suggestion, no change."""

from __future__ import annotations

import json
from collections.abc import Mapping
from typing import Any
from uuid import UUID, uuid5

from caytre.contracts import agreements, events
from caytre.contracts.agreements.implementation import AgreementStalled, AgreementUnstalled
from caytre.contracts.delegations import FollowUpDropped
from caytre.contracts.events import EventRescheduled
from caytre.contracts.lineage import Ref
from caytre.contracts.message import is_restricted
from caytre.core.clock import business_now
from caytre.core.consuming.consumer import Reaction, Received
from caytre.core.storing.decision import said
from caytre.delegations.consumers.listening import consumers, react
from caytre.delegations.model import FollowUp
from caytre.delegations.model.invitation import SERVICE
from caytre.delegations.model.reviewing import TRIP_GOES_ON
from caytre.delegations.model.visit import VISIT_GOES_ON
from caytre.delegations.tables import FOLLOW_UPS

_NAMESPACE = UUID("3c5e1f0a-7d42-5b8e-8c19-2f6a90d4e7b3")
_OF_AN_AGREEMENT = "Đưa thỏa thuận vào chuyến đi hoặc chuyến thăm tới / Take the agreement up on the next trip or visit"
_OF_AN_EVENT = "Xem lại ngày đi: sự kiện đã đổi ngày / Look at the days again: the event has other days"
_MOVES_AGAIN = "Thỏa thuận đã được thúc đẩy trở lại / The agreement moves again"
_KNOWN = "SELECT TRUE FROM follow_up WHERE id = $1"
_GOING = """
SELECT id, localities, sensitivity FROM delegation
WHERE (id = ANY ($1::uuid[]) OR document -> 'links' @> $2::text::jsonb)
  AND status = ANY ($3::text[])
UNION ALL
SELECT id, localities, sensitivity FROM visit
WHERE (id = ANY ($1::uuid[]) OR document -> 'links' @> $2::text::jsonb)
  AND status = ANY ($4::text[])
ORDER BY id
"""


def _standstill(message: Received) -> UUID:
    # Of a restricted agreement nothing is said that could be suggested.
    return uuid5(_NAMESPACE, f"{message.subject}/{message.json().get('since')}")


@consumers.reaction(agreements.EVENTS_TOPIC, AgreementStalled.TYPE, key=lambda message: str(_standstill(message)))
async def suggest_taking_it_up(reaction: Reaction, message: Received) -> None:
    """An agreement at a standstill is a subject for the next trip or visit."""
    if is_restricted(message.sensitivity):
        return
    state: Mapping[str, Any] = message.json()["state"]
    source = Ref(service="agreements", kind="agreement", id=message.subject, label=state.get("title_vi"))
    owner = state.get("responsible_locality") or next(iter(message.localities), "MOFA")
    await _begin(reaction, _standstill(message), _OF_AN_AGREEMENT, owner, source, message.localities, message)


@consumers.reaction(agreements.EVENTS_TOPIC, AgreementUnstalled.TYPE)
async def take_the_suggestion_back(reaction: Reaction, message: Received) -> None:
    """What moves again needs no suggestion, unless somebody has made something of it."""
    id = _standstill(message)

    def drop(follow_up: FollowUp) -> FollowUpDropped | None:
        if follow_up.status != "OPEN" or follow_up.promoted_to is not None:
            return None
        return follow_up.drop(reason=_MOVES_AGAIN, document=None, at=business_now())

    if await reaction.connection.fetchval(_KNOWN, id):
        await react(reaction, FOLLOW_UPS, id, drop)


@consumers.reaction(events.EVENTS_TOPIC, EventRescheduled.TYPE)
async def ask_for_other_days(reaction: Reaction, message: Received) -> None:
    """Trips and visits that occasioned the event, or are linked to it themselves, may have to move with it."""
    if is_restricted(message.sensitivity):
        return
    state: Mapping[str, Any] = message.json()["state"]
    source = Ref(service="events", kind="event", id=message.subject, label=state.get("title"))
    upstream = [link["upstream"] for link in state.get("links", ())]
    ids = [UUID(each["id"]) for each in upstream if each["service"] == SERVICE]
    named = json.dumps([{"upstream": {"service": source.service, "id": str(source.id)}}])
    for row in await reaction.connection.fetch(_GOING, ids, named, TRIP_GOES_ON, VISIT_GOES_ON):
        id = uuid5(_NAMESPACE, f"{row['id']}/{message.message_id}")
        owner = next(iter(row["localities"]), "MOFA")
        await _begin(reaction, id, _OF_AN_EVENT, owner, source, row["localities"], message)


async def _begin(
    reaction: Reaction, id: UUID, text: str, owner: str, source: Ref, localities: Any, message: Received
) -> None:
    follow_up, created = FollowUp.create(
        id=id,
        text=text,
        owner=owner,
        due_on=None,
        source=source,
        localities=localities,
        sensitivity=message.sensitivity,
    )
    await FOLLOW_UPS.begin(reaction.command, reaction.connection, follow_up, said(created))
