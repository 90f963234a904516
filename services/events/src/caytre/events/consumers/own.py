"""From the event to what becomes of it: follow-ups of leads, leads of meetings, outcomes of leads."""

from __future__ import annotations

from uuid import uuid5

from caytre.contracts import events
from caytre.contracts.agreements import StatedDate
from caytre.contracts.events import EventHeld, LeadWon, MeetingHeld, OutcomeEvidence
from caytre.contracts.lineage import Link, Ref
from caytre.contracts.message import Provenance, is_restricted
from caytre.core.clock import day_of
from caytre.core.consuming.consumer import Reaction, Received
from caytre.core.places import responsible
from caytre.core.storing.decision import said
from caytre.events.commands.leads import over_since
from caytre.events.consumers.group import consumers, react
from caytre.events.model import Lead, Outcome
from caytre.events.tables import EVENTS, LEADS, MEETINGS, OUTCOMES
from caytre.reference import localities

_AS_IT_IS = "SELECT FROM event WHERE id = $1 FOR SHARE"
_LEADS_OF = "SELECT id FROM lead WHERE event_id = $1"
_PROPOSED = "lead proposed because a meeting was held"
_CLAIMED = "outcome claimed because a lead was won"


def _subject(message: Received) -> str:
    return str(message.subject)


@consumers.reaction(events.EVENTS_TOPIC, EventHeld.TYPE, key=_subject)
async def follow_leads_up(reaction: Reaction, message: Received) -> None:
    """The event is over: its leads are looked at 30, 90 and 180 days later."""
    event = await EVENTS.load(reaction.connection, message.subject)
    ended_on = event.last_day()
    for row in await reaction.connection.fetch(_LEADS_OF, message.subject):
        await react(LEADS, reaction, row["id"], lambda lead: lead.schedule_follow_ups(ended_on, reaction.command.at))


@consumers.reaction(events.EVENTS_TOPIC, MeetingHeld.TYPE, key=_subject)
async def propose_lead(reaction: Reaction, message: Received) -> None:
    """Two parties have met: the locality of the event gets a lead to take up or drop."""
    meeting = await MEETINGS.load(reaction.connection, message.subject)
    # Until this lead is there the event cannot end: who follows leads up then sees it.
    await reaction.connection.execute(_AS_IT_IS, meeting.event_id)
    event = await EVENTS.load(reaction.connection, meeting.event_id)
    day = day_of(reaction.command.at)
    sides = (meeting.requester, meeting.addressee)
    foreign = next((side for side in sides if side.country not in (None, "VN")), meeting.requester)
    held = Provenance(origin="inferred", inferred_from="a meeting was held")
    upstream = (
        Ref(service=events.SERVICE, kind="meeting", id=meeting.id),
        Ref(service=events.SERVICE, kind="event", id=event.id),
    )
    lead, opened = Lead.open(
        id=uuid5(meeting.id, _PROPOSED),
        locality=responsible(localities.get(event.responsible_locality), day).id,
        localities=event.localities,
        title=meeting.subject,
        kind="OTHER",
        event_id=event.id,
        meeting_id=meeting.id,
        event_over_since=over_since(event),
        partner_id=foreign.partner_id,
        partner_name=foreign.organisation,
        countries=meeting.countries,
        note=meeting.result,
        proposed=True,
        # The meeting follows its event a moment later.
        sensitivity=event.sensitivity if is_restricted(event.sensitivity) else meeting.sensitivity,
        links=tuple(Link(upstream=ref, relation="led_to_lead", provenance=held, asserted_on=day) for ref in upstream),
        at=reaction.command.at,
    )
    await LEADS.begin(reaction.command, reaction.connection, lead, said(opened))


@consumers.reaction(events.EVENTS_TOPIC, LeadWon.TYPE, key=_subject)
async def claim_outcome(reaction: Reaction, message: Received) -> None:
    """A lead is won: its outcome is claimed, for somebody to confirm on evidence."""
    # Held until its outcome is there: who renames, repoints or rehomes does so with leads first, then with outcomes.
    await LEADS.hold(reaction.connection, [message.subject])
    lead = await LEADS.load(reaction.connection, message.subject)
    won = lead.won
    if won is None:
        return
    day = day_of(reaction.command.at)
    links = [
        Link(
            upstream=Ref(service=events.SERVICE, kind="lead", id=lead.id),
            relation="lead_became_outcome",
            confidence="confirmed",
            provenance=lead.provenance,
            asserted_on=day,
        )
    ]
    links += [
        Link(
            upstream=Ref(service="agreements", kind="agreement", id=id),
            relation="implements",
            provenance=lead.provenance,
            asserted_on=day,
        )
        for id in lead.agreement_ids
    ]
    outcome, recorded = Outcome.claim(
        id=uuid5(lead.id, _CLAIMED),
        locality=lead.owner_locality,
        localities=lead.localities,
        kind=won.kind,
        title=won.title,
        money=won.money,
        realised_on=StatedDate.on_day(won.realised_on),
        evidence=(OutcomeEvidence(summary=won.evidence),) if won.evidence else (),
        partner_id=lead.partner_id,
        partner_name=lead.partner_name,
        countries=lead.countries,
        fields=lead.fields,
        agreement_ids=lead.agreement_ids,
        links=tuple(links),
        provenance=lead.provenance,
        sensitivity=lead.sensitivity,
        at=reaction.command.at,
    )
    await OUTCOMES.begin(reaction.command, reaction.connection, outcome, said(recorded))
