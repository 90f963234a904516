"""The register of partners as this service needs it: a copy that guards decisions, and what its changes flag."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from datetime import date
from typing import Any
from uuid import UUID

from caytre.contracts import agreements
from caytre.contracts.agreements import (
    PartnerMerged,
    PartnerRejected,
    PartnerRevoked,
    PartnerVerificationExpired,
)
from caytre.contracts.message import is_restricted
from caytre.core.consuming.consumer import Reaction, Received
from caytre.core.storing.database import Connection
from caytre.delegations.commands.partners import known
from caytre.delegations.consumers.listening import consumers, react_all
from caytre.delegations.tables import DELEGATIONS, VISITS, known_partner

_KEEP = """
INSERT INTO known_partner AS k (id, version, partner_type, name, country, verified_until, barred, merged_into)
SELECT * FROM unnest($1::uuid[], $2::int[], $3::text[], $4::text[], $5::text[], $6::date[], $7::bool[], $8::uuid[])
ON CONFLICT (id) DO UPDATE SET version = excluded.version,
    partner_type = coalesce(nullif(excluded.partner_type, ''), k.partner_type), name = excluded.name,
    country = excluded.country, verified_until = excluded.verified_until, barred = excluded.barred,
    merged_into = excluded.merged_into
WHERE k.version < excluded.version"""
_TRIPS = "SELECT id FROM delegation WHERE partner_ids @> ARRAY[$1::uuid]"
_VISITS = "SELECT id FROM visit WHERE partner_id = $1"

_Row = tuple[UUID, int, str, str | None, str | None, date | None, bool, UUID | None]


@consumers.projection(agreements.EVENTS_TOPIC, views=[known_partner])
async def keep_partners(connection: Connection, messages: Sequence[Received]) -> None:
    """Type, name and verification of each partner at its last version."""
    rows: dict[UUID, _Row] = {}
    for message in messages:
        if message.type.startswith("caytre.partner."):
            rows[message.subject] = _row(message)
    if rows:
        await connection.execute(_KEEP, *map(list, zip(*rows.values(), strict=True)))


def _row(message: Received) -> _Row:
    state: Mapping[str, Any] = message.json()["state"]
    if is_restricted(str(state.get("sensitivity"))):
        # Of a restricted partner the register tells neither name nor verification: nobody vouches for it here.
        return message.subject, message.sequence, "", None, None, None, message.type == PartnerRevoked.TYPE, None
    names = state.get("names") or {}
    name = next((names[language] for language in ("vi", "en", "native") if names.get(language)), None)
    verification, until = state.get("verification") or {}, state.get("verified_until")
    return (
        message.subject,
        message.sequence,
        str(state.get("type") or "other"),
        name,
        state.get("country"),
        date.fromisoformat(until) if until else None,
        verification.get("status") in {"REJECTED", "REVOKED"},
        UUID(state["merged_into"]) if state.get("merged_into") else None,
    )


_WHY = {
    PartnerRevoked.TYPE: "REVOKED",
    PartnerRejected.TYPE: "REJECTED",
    PartnerVerificationExpired.TYPE: "VERIFICATION_EXPIRED",
}


@consumers.reaction(agreements.EVENTS_TOPIC, PartnerRevoked.TYPE)
@consumers.reaction(agreements.EVENTS_TOPIC, PartnerRejected.TYPE)
@consumers.reaction(agreements.EVENTS_TOPIC, PartnerVerificationExpired.TYPE)
async def flag_partner(reaction: Reaction, message: Received) -> None:
    """Trips and visits that are still ahead are told that the partner is no longer vouched for."""
    partner, why = message.subject, _WHY[message.type]
    trips = await reaction.connection.fetch(_TRIPS, partner)
    await react_all(reaction, DELEGATIONS, [r["id"] for r in trips], lambda trip: trip.flag_host(partner, why))
    visits = await reaction.connection.fetch(_VISITS, partner)
    await react_all(reaction, VISITS, [r["id"] for r in visits], lambda visit: visit.flag_partner(partner, why))


@consumers.reaction(agreements.EVENTS_TOPIC, PartnerMerged.TYPE)
async def follow_merger(reaction: Reaction, message: Received) -> None:
    """Who received or came as the duplicate is repointed to the partner that stands for both."""
    duplicate = message.subject
    survivor = (await known(reaction.connection, [duplicate]))[0].get(duplicate)
    if survivor is None or survivor.id == duplicate:
        # The survivor has not been heard of yet; it is followed wherever the duplicate is looked up.
        return
    trips = await reaction.connection.fetch(_TRIPS, duplicate)
    await react_all(reaction, DELEGATIONS, [r["id"] for r in trips], lambda t: t.repoint_host(duplicate, survivor))
    visits = await reaction.connection.fetch(_VISITS, duplicate)
    await react_all(reaction, VISITS, [r["id"] for r in visits], lambda v: v.repoint_guest(duplicate, survivor))
