"""The register of partners as this service knows it, and what happens to records when a partner changes."""

from __future__ import annotations

from collections.abc import Sequence
from uuid import UUID

from caytre.contracts import agreements
from caytre.contracts.agreements import (
    PartnerMerged,
    PartnerRejected,
    PartnerRevoked,
    PartnerState,
    PartnerVerificationExpired,
)
from caytre.contracts.lineage import Ref
from caytre.core.consuming.consumer import Reaction, Received
from caytre.core.storing.database import Connection
from caytre.events.consumers.group import consumers, react
from caytre.events.tables import EVENTS, LEADS, OUTCOMES, known_partner

_KEEP = """
INSERT INTO known_partner (id, version, name, country, verification, merged_into)
SELECT * FROM unnest($1::uuid[], $2::integer[], $3::text[], $4::text[], $5::text[], $6::uuid[])
ON CONFLICT (id) DO UPDATE SET version = excluded.version, name = excluded.name, country = excluded.country,
    verification = excluded.verification, merged_into = excluded.merged_into
WHERE known_partner.version < excluded.version
"""
_EVENTS_WITH = "SELECT id FROM event WHERE partner_ids @> ARRAY[$1::uuid]"
_LEADS_WITH = "SELECT id FROM lead WHERE partner_id = $1"
_OUTCOMES_WITH = "SELECT id FROM outcome WHERE partner_id = $1"


@consumers.projection(agreements.EVENTS_TOPIC, views=[known_partner])
async def know_partners(connection: Connection, messages: Sequence[Received]) -> None:
    """Keep the newest of each partner; a restricted one is known by its id alone."""
    newest: dict[UUID, tuple[object, ...]] = {}
    for message in messages:
        if message.type.startswith("caytre.partner.") and message.data is not None:
            state = agreements.read_state(message.type, message.json()["state"])
            newest[message.subject] = (message.subject, message.sequence, *_known(state))
    if newest:
        await connection.execute(_KEEP, *[list(column) for column in zip(*newest.values(), strict=True)])


def _is_unnamed(message: Received) -> bool:
    if not message.type.startswith("caytre.partner.") or message.data is None:
        return False
    name, *_ = _known(agreements.read_state(message.type, message.json()["state"]))
    return name is None


@consumers.general_reaction(agreements.EVENTS_TOPIC, wanted=_is_unnamed)
async def name_no_more(reaction: Reaction, message: Received) -> None:
    """A partner that is restricted, or a natural person, is named by no event, lead or outcome any more."""
    partner = message.subject
    for row in await reaction.connection.fetch(_EVENTS_WITH, partner):
        await react(EVENTS, reaction, row["id"], lambda event: event.unname(partner))
    for row in await reaction.connection.fetch(_LEADS_WITH, partner):
        await react(LEADS, reaction, row["id"], lambda lead: lead.unname(partner))
    for row in await reaction.connection.fetch(_OUTCOMES_WITH, partner):
        await react(OUTCOMES, reaction, row["id"], lambda outcome: outcome.unname(partner))


def _known(state: object) -> tuple[str | None, str | None, str, UUID | None]:
    if not isinstance(state, PartnerState):
        return None, None, "", None
    name = None if state.type == "individual" else next(iter(state.names.known()), None)
    # A verification that is asked for again stays what it was until it is answered.
    status = state.verification.status if state.verification else ""
    barring = {"REJECTED", "REVOKED", "EXPIRED"}
    return name, state.country, status if status in barring or state.verified_until else "", state.merged_into


@consumers.reaction(agreements.EVENTS_TOPIC, PartnerMerged.TYPE)
async def repoint_merged(reaction: Reaction, message: Received) -> None:
    """Records name the partner that stands for both; how it was called then stays as written."""
    into = PartnerMerged.model_validate(message.json()).into if "into" in message.json() else None
    if into is None:
        return
    merged = message.subject
    for row in await reaction.connection.fetch(_EVENTS_WITH, merged):
        await react(EVENTS, reaction, row["id"], lambda event: event.repoint(merged, into))
    for row in await reaction.connection.fetch(_LEADS_WITH, merged):
        await react(LEADS, reaction, row["id"], lambda lead: lead.repoint(merged, into))
    for row in await reaction.connection.fetch(_OUTCOMES_WITH, merged):
        await react(OUTCOMES, reaction, row["id"], lambda outcome: outcome.repoint(merged, into))


def _partner_and_version(message: Received) -> str:
    return f"{message.subject}@{message.sequence}"


async def _flag(reaction: Reaction, message: Received, code: str) -> None:
    partner, at = message.subject, message.time
    about = Ref(service="agreements", kind="partner", id=partner)
    for row in await reaction.connection.fetch(_EVENTS_WITH, partner):
        await react(EVENTS, reaction, row["id"], lambda event: event.warn("PARTNER_NOT_VERIFIED", about, at, code))
    for row in await reaction.connection.fetch(_LEADS_WITH, partner):
        await react(LEADS, reaction, row["id"], lambda lead: lead.flag(partner, code, at))
    for row in await reaction.connection.fetch(_OUTCOMES_WITH, partner):
        await react(OUTCOMES, reaction, row["id"], lambda outcome: outcome.flag(partner, code, at))


@consumers.reaction(agreements.EVENTS_TOPIC, PartnerRevoked.TYPE, key=_partner_and_version)
async def flag_revoked(reaction: Reaction, message: Received) -> None:
    """The ministry takes its verification back: open records are flagged."""
    await _flag(reaction, message, "REVOKED")


@consumers.reaction(agreements.EVENTS_TOPIC, PartnerRejected.TYPE, key=_partner_and_version)
async def flag_rejected(reaction: Reaction, message: Received) -> None:
    """The ministry does not vouch for the partner: open records are flagged."""
    await _flag(reaction, message, "REJECTED")


@consumers.reaction(agreements.EVENTS_TOPIC, PartnerVerificationExpired.TYPE, key=_partner_and_version)
async def flag_expired(reaction: Reaction, message: Received) -> None:
    """The verification has ended: open records are flagged."""
    await _flag(reaction, message, "VERIFICATION_EXPIRED")
