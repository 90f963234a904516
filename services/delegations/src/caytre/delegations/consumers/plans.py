"""What delegations, visits and events do to the items of annual plans that they carry out."""

from __future__ import annotations

from caytre.contracts import events
from caytre.contracts.delegations import (
    DelegationCancelled,
    DelegationPostponed,
    DelegationRecorded,
    DelegationReturned,
    DelegationSubmitted,
    PlanPlace,
    VisitApproved,
    VisitCancelled,
    VisitDeparted,
    VisitRecorded,
)
from caytre.contracts.events import EventHeld
from caytre.contracts.lineage import Ref
from caytre.core.consuming.consumer import Reaction, Received
from caytre.delegations.commands.plans import plan_of
from caytre.delegations.consumers.listening import OWN, consumers, react, react_all
from caytre.delegations.model.invitation import SERVICE
from caytre.delegations.tables import DELEGATIONS, PLANS, VISITS

_CARRIED = "SELECT id FROM annual_plan WHERE carrier_ids @> ARRAY[$1::uuid]"
#: What became of a trip or visit, as its item is told: by the status it is in by now.
_BECAME = {
    "CANCELLED": "DROPPED",
    "POSTPONED": "POSTPONED",
    "RETURNED": "REALISED",
    "REPORTED": "REALISED",
    "CLOSED": "REALISED",
}


@consumers.reaction(OWN, DelegationSubmitted.TYPE)
@consumers.reaction(OWN, DelegationPostponed.TYPE)
@consumers.reaction(OWN, DelegationCancelled.TYPE)
@consumers.reaction(OWN, DelegationReturned.TYPE)
@consumers.reaction(OWN, DelegationRecorded.TYPE)
async def tell_the_plan_of_a_trip(reaction: Reaction, message: Received) -> None:
    """The item of the plan follows its delegation."""
    trip = await DELEGATIONS.load(reaction.connection, message.subject)
    carrier = Ref(service=SERVICE, kind=trip.KIND, id=trip.id, label=trip.title)
    reason = trip.setback.reason if trip.setback else None
    await _tell(reaction, trip.plan, _BECAME.get(trip.status, "PLANNED"), carrier, reason)


@consumers.reaction(OWN, VisitApproved.TYPE)
@consumers.reaction(OWN, VisitCancelled.TYPE)
@consumers.reaction(OWN, VisitDeparted.TYPE)
@consumers.reaction(OWN, VisitRecorded.TYPE)
async def tell_the_plan_of_a_visit(reaction: Reaction, message: Received) -> None:
    """The item of the plan follows its visit."""
    visit = await VISITS.load(reaction.connection, message.subject)
    carrier = Ref(service=SERVICE, kind=visit.KIND, id=visit.id, label=visit.title)
    became = "REALISED" if visit.status == "DEPARTED" else _BECAME.get(visit.status, "PLANNED")
    reason = visit.setback.reason if visit.setback else None
    await _tell(reaction, visit.plan, became, carrier, reason)


async def _tell(reaction: Reaction, place: PlanPlace | None, became: str, carrier: Ref, reason: str | None) -> None:
    if place is not None and await plan_of(reaction.connection, place.plan_id) is not None:
        item = place.item_id
        await react(
            reaction,
            PLANS,
            place.plan_id,
            lambda plan: plan.move_item(item, became, carried_by=carrier, reason=reason),
        )


@consumers.reaction(events.EVENTS_TOPIC, EventHeld.TYPE, key=lambda message: str(message.subject))
async def realise_by_an_event(reaction: Reaction, message: Received) -> None:
    """An item that names the event as what carries it is realised when the event is held."""
    rows = await reaction.connection.fetch(_CARRIED, message.subject)
    await react_all(reaction, PLANS, [row["id"] for row in rows], lambda plan: plan.realise_by(message.subject))
