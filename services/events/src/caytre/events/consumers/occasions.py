"""Invitations, visits and trips that occasion events, and agreements that are signed, or may be moved, during them."""

from __future__ import annotations

from uuid import UUID, uuid5

from caytre.contracts import agreements, delegations
from caytre.contracts.agreements import AgreementSigned, AgreementState
from caytre.contracts.agreements.implementation import AgreementStalled
from caytre.contracts.delegations import (
    DelegationCancelled,
    DelegationPostponed,
    InvitationAccepted,
    InvitationState,
    VisitApproved,
    VisitCancelled,
    VisitState,
)
from caytre.contracts.lineage import Link, Ref
from caytre.contracts.message import Provenance
from caytre.core.clock import day_of
from caytre.core.consuming.consumer import Reaction, Received
from caytre.core.places import responsible
from caytre.core.storing.decision import said
from caytre.events.consumers.group import consumers, react
from caytre.events.model import Event
from caytre.events.tables import EVENTS
from caytre.reference import localities

_FROM = "SELECT id FROM event WHERE upstream_ids && $1::uuid[]"
_THERE = "SELECT TRUE FROM event WHERE id = $1"
_OF_PARTNERS = "SELECT id FROM event WHERE partner_ids && $1::uuid[] AND localities && $2::text[]"
_OFFERED = "event offered because an invitation was accepted"


def _subject(message: Received) -> str:
    return str(message.subject)


@consumers.reaction(delegations.EVENTS_TOPIC, InvitationAccepted.TYPE, key=_subject)
async def offer_event(reaction: Reaction, message: Received) -> None:
    """Offer the locality the draft of an event, unless one is known; a restricted invitation is left to its people."""
    state = delegations.read_state(message.type, message.json()["state"])
    if not isinstance(state, InvitationState) or await reaction.connection.fetch(_FROM, [message.subject]):
        return
    day = day_of(reaction.command.at)
    unit = responsible(localities.get(state.locality), day)
    fresh, drafted = Event.draft(
        id=uuid5(message.subject, _OFFERED),
        locality=unit.id,
        kind="other",
        title_vi="Sự kiện đề xuất nhân lời mời được chấp nhận",
        title_en="Event proposed because an invitation was accepted",
        countries=(state.country,),
        offered=True,
        sensitivity=state.sensitivity,
        localities=tuple(dict.fromkeys((unit.id, *state.localities))),
        links=(_occasioned("invitation", message.subject, reaction, "an invitation was accepted"),),
        at=reaction.command.at,
    )
    await EVENTS.begin(reaction.command, reaction.connection, fresh, said(drafted))


def _occasioned(kind: str, id: UUID, reaction: Reaction, inferred_from: str) -> Link:
    return Link(
        upstream=Ref(service=delegations.SERVICE, kind=kind, id=id),
        relation="occasioned_event",
        provenance=Provenance(origin="inferred", inferred_from=inferred_from),
        asserted_on=day_of(reaction.command.at),
    )


@consumers.reaction(delegations.EVENTS_TOPIC, VisitApproved.TYPE, key=_subject)
async def link_visit(reaction: Reaction, message: Received) -> None:
    """An event that came out of the invitation is now also known to be occasioned by the visit."""
    state = delegations.read_state(message.type, message.json()["state"])
    if not isinstance(state, VisitState):
        return
    upstream = {link.upstream.id for link in state.links if link.upstream.kind == "invitation"}
    upstream |= {state.invitation_id} if state.invitation_id else set()
    link = _occasioned("visit", message.subject, reaction, "the visit came out of the same invitation")
    for row in await reaction.connection.fetch(_FROM, list(upstream)):
        await react(EVENTS, reaction, row["id"], lambda event: event.link_once(link))


async def _warn(reaction: Reaction, message: Received, code: str, kind: str) -> None:
    about = Ref(service=delegations.SERVICE, kind=kind, id=message.subject)
    at = message.time
    for row in await reaction.connection.fetch(_FROM, [message.subject]):
        await react(EVENTS, reaction, row["id"], lambda event: event.warn(code, about, at))


@consumers.reaction(delegations.EVENTS_TOPIC, DelegationCancelled.TYPE)
async def warn_of_cancelled_trip(reaction: Reaction, message: Received) -> None:
    """Events that came out of the trip should be looked at."""
    await _warn(reaction, message, "OCCASION_CANCELLED", "delegation")


@consumers.reaction(delegations.EVENTS_TOPIC, DelegationPostponed.TYPE)
async def warn_of_postponed_trip(reaction: Reaction, message: Received) -> None:
    """Events that came out of the trip should be looked at."""
    await _warn(reaction, message, "OCCASION_POSTPONED", "delegation")


@consumers.reaction(delegations.EVENTS_TOPIC, VisitCancelled.TYPE)
async def warn_of_cancelled_visit(reaction: Reaction, message: Received) -> None:
    """Events that the visit occasioned should be looked at."""
    await _warn(reaction, message, "OCCASION_CANCELLED", "visit")


@consumers.reaction(agreements.EVENTS_TOPIC, AgreementSigned.TYPE, key=_subject)
async def serve_signed_agreement(reaction: Reaction, message: Received) -> None:
    """An agreement was signed during an event of ours; of a restricted one that is not told."""
    state = agreements.read_state(message.type, message.json()["state"])
    if not isinstance(state, AgreementState) or state.signing is None or state.signing.occasion is None:
        return
    occasion, agreement_id = state.signing.occasion, message.subject
    if (occasion.service, occasion.kind) != ("events", "event"):
        return
    # Officers name the occasion by hand: what is no event of ours is left alone.
    if await reaction.connection.fetchval(_THERE, occasion.id):
        await react(EVENTS, reaction, occasion.id, lambda event: event.serve_agreement(agreement_id))


def _standstill(message: Received) -> str:
    data = message.json()
    return f"{message.subject}/{data.get('level')}/{data.get('since')}"


@consumers.reaction(agreements.EVENTS_TOPIC, AgreementStalled.TYPE, key=_standstill)
async def suggest_session(reaction: Reaction, message: Received) -> None:
    """Events ahead that one of its localities organises with its partner may bring a stalled agreement up."""
    state = agreements.read_state(message.type, message.json()["state"])
    if not isinstance(state, AgreementState):
        return
    agreement = Ref(service="agreements", kind="agreement", id=message.subject)
    partners = [party.partner_id for party in state.foreign_parties]
    for row in await reaction.connection.fetch(_OF_PARTNERS, partners, list(message.localities)):
        await react(EVENTS, reaction, row["id"], lambda event: event.suggest_session(agreement, message.time))
