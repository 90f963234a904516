"""One entry of a register or a publication over HTTP: validated or taken over, found again by its number there."""

from __future__ import annotations

from typing import Annotated, Any, Literal
from uuid import UUID

from fastapi import Depends, Request
from pydantic import Field, StrictInt

from caytre.contracts import events as contract
from caytre.contracts.message import ExternalRef, Message
from caytre.core.command import Command
from caytre.core.ids import new_id
from caytre.core.web.acting import REFUSED, database_of
from caytre.core.web.app import Router
from caytre.core.web.bodies import Body, Country, Long, Reason, Sensitivity, Short, Title
from caytre.core.web.commanding import issuing
from caytre.events.api.bodies import (
    Channel,
    EventKind,
    EventLinkBody,
    EventMode,
    EvidenceBody,
    GuestsBody,
    MoneyBody,
    OrganiserBody,
    OutcomeKind,
    SessionBody,
    Source,
    Topic,
    VenueBody,
    Zone,
    stated,
    values,
)
from caytre.events.api.leads import LeadLinkBody
from caytre.events.api.outcomes import OutcomeLinkBody
from caytre.events.commands.recordings import Recording, record_entry
from caytre.events.model import Event, Lead, Outcome, schedule
from caytre.events.tables import EVENTS, LEADS, OUTCOMES

events = Router(prefix="/events/recordings", tags=["recordings"], responses=REFUSED)
leads = Router(prefix="/leads/recordings", tags=["recordings"], responses=REFUSED)
outcomes = Router(prefix="/outcomes/recordings", tags=["recordings"], responses=REFUSED)
Localities = Annotated[tuple[Short, ...], Field(min_length=1, max_length=20, examples=[["Thái Bình"]])]
#: A publication need not say at which level an event was held.
StatedLevel = Literal["provincial", "regional", "national", "international", "not_stated"]

_EVENT = {
    "source": {"system": "so-su-kien", "number": "TB-2023-01"},
    "localities": ["Thái Bình"],
    "status": "HELD",
    "kind": "festival",
    "title_vi": "Ngày hội văn hóa minh họa",
    "starts_on": "01/12/2023",
}


class RecordEvent(Body, example=_EVENT):
    """An event as a register or a publication tells of it. Dates are its words ("đầu năm 2023", "01/12/2023")."""

    source: Source
    localities: Localities
    status: Literal["HELD", "REPORTED", "CLOSED", "CANCELLED"] = "HELD"
    kind: EventKind
    title_vi: Title
    title_en: Title | None = None
    series: Short | None = None
    level: StatedLevel = "not_stated"
    mode: EventMode = "onsite"
    channel: Channel = "state"
    description: Long | None = None
    organiser: Title | None = None
    co_organisers: Annotated[tuple[OrganiserBody, ...], Field(max_length=50)] = ()
    countries: Annotated[tuple[Country, ...], Field(max_length=100)] = ()
    topics: Annotated[tuple[Topic, ...], Field(max_length=30)] = ()
    guests: GuestsBody = GuestsBody()
    venue: VenueBody | None = None
    sessions: Annotated[tuple[SessionBody, ...], Field(max_length=200)] = ()
    starts_on: Short
    ends_on: Short | None = None
    time_zone: Zone = schedule.VIETNAM
    attendance: Annotated[StrictInt, Field(ge=0, le=10_000_000)] | None = None
    agreement_ids: Annotated[tuple[UUID, ...], Field(max_length=50)] = ()
    links: Annotated[tuple[EventLinkBody, ...], Field(max_length=30)] = ()
    guest_names: Annotated[tuple[Short, ...], Field(max_length=200)] = ()
    ended_because: Reason | None = None
    sensitivity: Sensitivity = "internal"


class RecordLead(Body):
    """A lead as a register or an illustration tells of it. `known_since` is in its words."""

    source: Source
    locality: Short
    status: Literal["OPEN", "QUALIFIED", "NEGOTIATING", "WON", "LOST", "DORMANT"] = "OPEN"
    title: Title
    kind: OutcomeKind = "OTHER"
    known_since: Short
    event_id: UUID | None = None
    partner_id: UUID | None = None
    partner_name: Title | None = None
    countries: Annotated[tuple[Country, ...], Field(max_length=20)] = ()
    fields: Annotated[tuple[Topic, ...], Field(max_length=30)] = ()
    expected: MoneyBody | None = None
    agreement_ids: Annotated[tuple[UUID, ...], Field(max_length=50)] = ()
    links: Annotated[tuple[LeadLinkBody, ...], Field(max_length=30)] = ()
    sensitivity: Sensitivity = "internal"


class RecordOutcome(Body):
    """An outcome as a register or a publication tells of it. `realised_on` is in its words."""

    source: Source
    locality: Short
    status: Literal["CLAIMED", "CONFIRMED"] = "CLAIMED"
    kind: OutcomeKind
    title: Title
    money: MoneyBody | None = None
    realised_on: Short
    partner_id: UUID | None = None
    partner_name: Title | None = None
    countries: Annotated[tuple[Country, ...], Field(max_length=20)] = ()
    fields: Annotated[tuple[Topic, ...], Field(max_length=30)] = ()
    evidence: Annotated[tuple[EvidenceBody, ...], Field(max_length=50)] = ()
    agreement_ids: Annotated[tuple[UUID, ...], Field(max_length=50)] = ()
    links: Annotated[tuple[OutcomeLinkBody, ...], Field(max_length=30)] = ()
    sensitivity: Sensitivity = "internal"


def _entry(body: Body, source: Source, command: Command) -> dict[str, Any]:
    given = values(
        body,
        co_organisers=lambda items: tuple(item.to(contract.Organiser) for item in items),
        guests=lambda guests: guests.to(contract.Guests),
        venue=lambda venue: venue.to(contract.Venue),
        sessions=lambda items: tuple(item.to(contract.Session) for item in items),
        evidence=lambda items: tuple(item.to(contract.OutcomeEvidence) for item in items),
        money=lambda money: money.value(),
        expected=lambda money: money.value(),
        known_since=lambda text: stated(text, "/known_since"),
        realised_on=lambda text: stated(text, "/realised_on"),
        links=lambda links: tuple(link.link(link.relation, command.at, getattr(link, "share", None)) for link in links),
    )
    reference = ExternalRef(system=source.system, id=source.number)
    taken = {"source", "starts_on", "ends_on", "time_zone"}
    return {name: value for name, value in given.items() if name not in taken} | {
        "provenance": source.provenance(),
        "external_refs": (reference,),
        "at": command.at,
    }


@events.post("", response_model=Recording, summary="Validate or take over one event")
async def record_event(
    request: Request,
    body: RecordEvent,
    command: Annotated[Command, Depends(issuing("event.record"))],
    mode: Literal["validate", "apply"] = "validate",
    update: bool = False,
) -> Recording:
    given = {"status": body.status, **_entry(body, body.source, command)}
    begins, ends = stated(body.starts_on, "/starts_on"), body.ends_on
    given["schedule"] = schedule.recorded(begins, stated(ends, "/ends_on") if ends else None, body.time_zone)
    id = new_id()

    def make() -> tuple[Event, Message]:
        return Event.record(id=id, **given)

    return await record_entry(
        EVENTS,
        database_of(request),
        command,
        given["external_refs"][0],
        make,
        differing=Event.differing,
        follow=Event.follow,
        apply=mode == "apply",
        update=update,
    )


@leads.post("", response_model=Recording, summary="Validate or take over one lead")
async def record_lead(
    request: Request,
    body: RecordLead,
    command: Annotated[Command, Depends(issuing("lead.record"))],
    mode: Literal["validate", "apply"] = "validate",
    update: bool = False,
) -> Recording:
    given = {"status": body.status, **_entry(body, body.source, command)}
    id = new_id()

    def make() -> tuple[Lead, Message]:
        return Lead.record(id=id, **given)

    return await record_entry(
        LEADS,
        database_of(request),
        command,
        given["external_refs"][0],
        make,
        differing=Lead.differing,
        follow=Lead.follow,
        apply=mode == "apply",
        update=update,
    )


@outcomes.post("", response_model=Recording, summary="Validate or take over one outcome")
async def record_outcome(
    request: Request,
    body: RecordOutcome,
    command: Annotated[Command, Depends(issuing("outcome.record"))],
    mode: Literal["validate", "apply"] = "validate",
    update: bool = False,
) -> Recording:
    given = {"status": body.status, **_entry(body, body.source, command)}
    id = new_id()

    def make() -> tuple[Outcome, Message]:
        return Outcome.record(id=id, **given)

    return await record_entry(
        OUTCOMES,
        database_of(request),
        command,
        given["external_refs"][0],
        make,
        differing=Outcome.differing,
        follow=lambda here, there: here.follow(there, command.at),
        apply=mode == "apply",
        update=update,
    )
