"""A signed agreement asks for its implementation plan, and belongs to the trip or visit during which it was signed."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any
from uuid import UUID, uuid5

from caytre.contracts import agreements
from caytre.contracts.agreements import AgreementSigned
from caytre.contracts.lineage import Ref
from caytre.core.consuming.consumer import Reaction, Received
from caytre.core.storing.decision import said
from caytre.delegations.consumers.listening import consumers, react
from caytre.delegations.model import FollowUp
from caytre.delegations.model.invitation import SERVICE
from caytre.delegations.tables import DELEGATIONS, FOLLOW_UPS, VISITS

_NAMESPACE = UUID("8f1d7c9e-2b0a-5c44-9a53-6d0c4e7b1a90")
_TRIP = "SELECT TRUE FROM delegation WHERE id = $1"
_VISIT = "SELECT TRUE FROM visit WHERE id = $1"


@consumers.reaction(agreements.EVENTS_TOPIC, AgreementSigned.TYPE, key=lambda message: str(message.subject))
async def follow_a_signature(reaction: Reaction, message: Received) -> None:
    """Prepare the plan (its clock is the agreement's own AGR_PLAN); name the agreement where it was signed."""
    agreement, data = message.subject, message.json()
    state: Mapping[str, Any] = data["state"]
    ref = Ref(service="agreements", kind="agreement", id=agreement, label=state.get("title_vi"))
    owner = state.get("responsible_locality") or next(iter(message.localities), "MOFA")
    follow_up, created = FollowUp.create(
        id=uuid5(_NAMESPACE, str(agreement)),
        text="Xây dựng kế hoạch thực hiện thỏa thuận / Prepare the implementation plan of the agreement",
        owner=owner,
        due_on=None,
        source=ref,
        localities=message.localities,
        sensitivity=message.sensitivity,
    )
    await FOLLOW_UPS.begin(reaction.command, reaction.connection, follow_up, said(created))
    occasion = data.get("occasion") or (state.get("signing") or {}).get("occasion")
    if not occasion or occasion.get("service") != SERVICE:
        return
    id = UUID(str(occasion["id"]))
    if await reaction.connection.fetchval(_VISIT, id):
        await react(reaction, VISITS, id, lambda visit: visit.connected((), (agreement,)))
    elif await reaction.connection.fetchval(_TRIP, id):
        await react(reaction, DELEGATIONS, id, lambda trip: trip.connected((), (agreement,)))
