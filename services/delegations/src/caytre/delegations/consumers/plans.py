"""What delegations, visits and events do to the items of annual plans that they carry out."""

from __future__ import annotations

from caytre.contracts import events
from caytre.contracts.delegations import (
    AnnualPlanAdjustmentWithdrawn,
    DelegationAmended,
    DelegationCancelled,
    DelegationPostponed,
    DelegationRecorded,
    DelegationRejected,
    DelegationReturned,
    DelegationSentBack,
    DelegationSubmitted,
    VisitAmended,
    VisitApproved,
    VisitCancelled,
    VisitDeclined,
    VisitDeparted,
    VisitRecorded,
)
from caytre.contracts.events import EventHeld
from caytre.contracts.message import Message, is_restricted
from caytre.core.consuming.consumer import Reaction, Received
from caytre.core.storing.decision import Decision
from caytre.delegations.commands.plans import plan_of
from caytre.delegations.consumers.listening import OWN, consumers, react_all
from caytre.delegations.model import AnnualPlan, Delegation, Visit
from caytre.delegations.model.planned import carrier_ref
from caytre.delegations.tables import DELEGATIONS, PLANS, VISITS

_CARRIED = "SELECT id FROM annual_plan WHERE carrier_ids @> ARRAY[$1::uuid]"
#: What became of a trip, as its item is told: by the status it is in by now, else planned. A draft, one that was given
#: back too, and what was rejected carry nothing.
_OF_A_TRIP = {
    "DRAFT": None,
    "REJECTED": None,
    "CANCELLED": "DROPPED",
    "POSTPONED": "POSTPONED",
    "RETURNED": "REALISED",
    "REPORTED": "REALISED",
    "CLOSED": "REALISED",
}
_OF_A_VISIT = {
    "DECLINED": None,
    "CANCELLED": "DROPPED",
    "DEPARTED": "REALISED",
    "REPORTED": "REALISED",
    "CLOSED": "REALISED",
}
#: With these an item is taken, after the act looked at its plan or a register told so; with others it is only moved.
_TAKING = {
    DelegationSubmitted.TYPE,
    DelegationAmended.TYPE,
    DelegationRecorded.TYPE,
    VisitApproved.TYPE,
    VisitRecorded.TYPE,
}


@consumers.reaction(OWN, DelegationSubmitted.TYPE)
@consumers.reaction(OWN, DelegationAmended.TYPE)
@consumers.reaction(OWN, DelegationSentBack.TYPE)
@consumers.reaction(OWN, DelegationRejected.TYPE)
@consumers.reaction(OWN, DelegationPostponed.TYPE)
@consumers.reaction(OWN, DelegationCancelled.TYPE)
@consumers.reaction(OWN, DelegationReturned.TYPE)
@consumers.reaction(OWN, DelegationRecorded.TYPE)
async def tell_the_plan_of_a_trip(reaction: Reaction, message: Received) -> None:
    """The item of the plan follows its delegation; what the delegation carried before is free."""
    trip = await DELEGATIONS.load(reaction.connection, message.subject)
    await _tell(reaction, message, trip, _OF_A_TRIP.get(trip.status, "PLANNED"))


@consumers.reaction(OWN, VisitApproved.TYPE)
@consumers.reaction(OWN, VisitAmended.TYPE)
@consumers.reaction(OWN, VisitDeclined.TYPE)
@consumers.reaction(OWN, VisitCancelled.TYPE)
@consumers.reaction(OWN, VisitDeparted.TYPE)
@consumers.reaction(OWN, VisitRecorded.TYPE)
async def tell_the_plan_of_a_visit(reaction: Reaction, message: Received) -> None:
    """The item of the plan follows its visit; what the visit carried before is free."""
    visit = await VISITS.load(reaction.connection, message.subject)
    await _tell(reaction, message, visit, _OF_A_VISIT.get(visit.status, "PLANNED"))


async def _tell(reaction: Reaction, message: Received, record: Delegation | Visit, became: str | None) -> None:
    connection, place = reaction.connection, record.plan
    plans = {row["id"] for row in await connection.fetch(_CARRIED, record.id)}
    if place is not None and await plan_of(connection, place.plan_id) is not None:
        plans.add(place.plan_id)

    def follow(plan: AnnualPlan) -> Decision:
        return Decision(_follow(plan, record, became, takes=message.type in _TAKING))

    # In the order of their ids, so that no two reactions wait for each other.
    for id in sorted(plans):
        await PLANS.react(reaction.command, connection, id, follow)


def _follow(plan: AnnualPlan, record: Delegation | Visit, became: str | None, *, takes: bool) -> tuple[Message, ...]:
    at = record.plan.item_id if record.plan and record.plan.plan_id == plan.id else None
    # Words of a restricted record stay out of its plan.
    told = record.setback if not is_restricted(record.sensitivity) else None
    return plan.follow(carrier_ref(record), at, became, takes=takes, reason=told.reason if told else None)


@consumers.reaction(OWN, AnnualPlanAdjustmentWithdrawn.TYPE)
async def follow_what_stands_in_the_plan_again(reaction: Reaction, message: Received) -> None:
    """While an adjustment had dropped an item, nothing told the plan what became of the item's carrier."""
    connection = reaction.connection
    plan = await PLANS.load(connection, message.subject)
    carriers = [item.carried_by.id for item in plan.items if item.carried_by]
    told: list[tuple[Delegation | Visit, str | None]] = []
    # Held, so that what they tell the plan themselves is no older than this.
    for id in await DELEGATIONS.hold(connection, carriers):
        trip = await DELEGATIONS.load(connection, id)
        told.append((trip, _OF_A_TRIP.get(trip.status, "PLANNED")))
    for id in await VISITS.hold(connection, carriers):
        visit = await VISITS.load(connection, id)
        told.append((visit, _OF_A_VISIT.get(visit.status, "PLANNED")))
    await PLANS.react(
        reaction.command,
        connection,
        plan.id,
        lambda plan: Decision(
            tuple(said for record, became in told for said in _follow(plan, record, became, takes=False))
        ),
    )


@consumers.reaction(events.EVENTS_TOPIC, EventHeld.TYPE, key=lambda message: str(message.subject))
async def realise_by_an_event(reaction: Reaction, message: Received) -> None:
    """An item that names the event as what carries it is realised when the event is held."""
    rows = await reaction.connection.fetch(_CARRIED, message.subject)
    await react_all(reaction, PLANS, [row["id"] for row in rows], lambda plan: plan.realise_by(message.subject))
