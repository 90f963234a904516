"""Events over HTTP: from the draft to the plan."""

from __future__ import annotations

from typing import Annotated, Any, Literal
from uuid import UUID

from fastapi import Depends, Query, Request
from pydantic import Field, StrictBool
from starlette.responses import Response

from caytre.contracts import events as contract
from caytre.contracts.message import ExternalRef
from caytre.core.caller import Caller
from caytre.core.command import Command
from caytre.core.reading import Records
from caytre.core.storing.change import Change
from caytre.core.web.acting import REFUSED, changing, database_of
from caytre.core.web.app import Router
from caytre.core.web.bodies import Body as Strict
from caytre.core.web.bodies import (
    ClassifyBody,
    Code,
    Country,
    Day,
    ExternalRefBody,
    LocalityId,
    Long,
    Sensitivity,
    Short,
    Title,
)
from caytre.core.web.commanding import asking, issuing, respond
from caytre.core.web.conditional import answer_unless_unchanged, etag
from caytre.core.web.paging import Page, paging
from caytre.events.api.acting import EventAnswer
from caytre.events.api.bodies import (
    Channel,
    EventKind,
    EventLevel,
    EventLinkBody,
    EventMode,
    GridBody,
    GuestsBody,
    OrganiserBody,
    QuotasBody,
    ScheduleBody,
    SessionBody,
    Topic,
    VenueBody,
    values,
)
from caytre.events.commands import events as commands
from caytre.events.policy import policy
from caytre.events.queries.lists import EventFilter, list_events
from caytre.events.queries.places import Places, places_of
from caytre.events.tables import EVENTS

router = Router(prefix="/events", tags=["events"], responses=REFUSED)
records = Records(EVENTS, policy)
Reader = Annotated[Caller, Depends(asking("event.read"))]
Trusted = Annotated[Caller, Depends(asking("event.read_confidential"))]
Amending = Annotated[Change, Depends(changing("event.amend"))]


class EventParticulars(Strict):
    """What an event is. `topics` are fields of cooperation or sensitive subjects."""

    title_en: Title | None = None
    series: Short | None = None
    level: EventLevel = "provincial"
    mode: EventMode = "onsite"
    channel: Channel = "state"
    description: Long | None = None
    co_organisers: Annotated[tuple[OrganiserBody, ...], Field(max_length=50)] = ()
    countries: Annotated[tuple[Country, ...], Field(max_length=100)] = ()
    topics: Annotated[tuple[Topic, ...], Field(max_length=30)] = ()
    foreign_element: StrictBool = True
    guests: GuestsBody = GuestsBody()
    venue: VenueBody | None = None
    moderated: StrictBool = False
    meeting_grid: GridBody | None = None
    sessions: Annotated[tuple[SessionBody, ...], Field(max_length=200)] = ()
    guest_names: Annotated[tuple[Short, ...], Field(max_length=200)] = ()
    confidential_note: Long | None = None


_EVENT: dict[str, Any] = {
    "title_vi": "Diễn đàn kết nối doanh nghiệp minh họa",
    "kind": "forum",
    "locality": "VN-P-2025-33",
    "schedule": {"starts_on": "2026-10-09"},
}


class DraftEvent(EventParticulars, example=_EVENT):
    """An event of a locality; days may follow later."""

    title_vi: Title
    kind: EventKind
    locality: LocalityId
    organiser: Title | None = None
    schedule: ScheduleBody | None = None
    quotas: QuotasBody = QuotasBody()
    sensitivity: Sensitivity = "internal"
    agreement_ids: Annotated[tuple[UUID, ...], Field(max_length=50)] = ()
    external_refs: Annotated[tuple[ExternalRefBody, ...], Field(max_length=20)] = ()


class AmendEvent(EventParticulars):
    """What is to be corrected; members that are left out stay."""

    title_vi: Title = ""
    kind: EventKind = "other"


def particulars(body: Strict) -> dict[str, Any]:
    """The members of a request about an event as the model takes them."""
    return values(
        body,
        co_organisers=lambda items: tuple(item.to(contract.Organiser) for item in items),
        guests=lambda guests: guests.to(contract.Guests),
        venue=lambda venue: venue.to(contract.Venue),
        meeting_grid=lambda grid: grid.value(),
        sessions=lambda items: tuple(item.to(contract.Session) for item in items),
        schedule=lambda schedule: schedule.value(),
        quotas=lambda quotas: quotas.to(contract.Quotas),
        external_refs=lambda items: tuple(item.to(ExternalRef) for item in items),
    )


@router.post("", status_code=201, response_model=EventAnswer, summary="Begin an event")
async def draft_event(
    request: Request, body: DraftEvent, command: Annotated[Command, Depends(issuing("event.draft"))]
) -> Response:
    answer = await commands.draft_event(database_of(request), command, particulars(body))
    return respond(answer, f"/events/{answer.id}")


@router.get("", summary="Events, newest first or by their first day")
async def events(
    request: Request,
    caller: Reader,
    page: Annotated[Page, Depends(paging())],
    status: Annotated[list[Code] | None, Query(max_length=20)] = None,
    kind: EventKind | None = None,
    series: Annotated[str | None, Query(max_length=200)] = None,
    locality: LocalityId | None = None,
    country: Country | None = None,
    partner: UUID | None = None,
    agreement: UUID | None = None,
    upstream: UUID | None = None,
    origin: Annotated[str | None, Query(max_length=40)] = None,
    starts_from: Day | None = None,
    starts_to: Day | None = None,
    external_system: Annotated[str | None, Query(max_length=200)] = None,
    external_id: Annotated[str | None, Query(max_length=200)] = None,
    search: Annotated[str | None, Query(max_length=200)] = None,
    sort: Literal["newest", "starts_on"] = "newest",
) -> Response:
    wanted = EventFilter(
        status=status or (),
        kind=kind,
        series=series,
        locality=locality,
        country=country,
        partner=partner,
        agreement=agreement,
        upstream=upstream,
        origin=origin,
        starts_from=starts_from,
        starts_to=starts_to,
        external_system=external_system,
        external_id=external_id,
        search=search,
    )
    listed = await list_events(database_of(request), caller, wanted, page, by_day=sort == "starts_on")
    return page.respond(listed.items, listed.next_key, position=listed.position)


@router.get("/{id}", response_model=contract.EventState, summary="One event")
async def event(request: Request, id: UUID, caller: Reader) -> Response:
    text = await records.read(database_of(request), caller, id)
    return answer_unless_unchanged(request, etag(text.version), text.body)


@router.get("/{id}/confidential", response_model=contract.EventState, summary="One event with names of guests")
async def event_with_confidential_part(request: Request, id: UUID, caller: Trusted) -> Response:
    text = await records.read_whole(database_of(request), caller, id)
    return answer_unless_unchanged(request, etag(text.version), text.body, headers={"Cache-Control": "no-store"})


@router.get("/{id}/places", summary="How full an event is")
async def places(request: Request, id: UUID, caller: Reader) -> Places:
    return await places_of(database_of(request), caller, id)


@router.post("/{id}/amendments", response_model=EventAnswer, summary="Correct particulars")
async def amend_event(body: AmendEvent, change: Amending) -> Response:
    return respond(await commands.amend_event(change, particulars(body)))


@router.post("/{id}/schedule", response_model=EventAnswer, summary="Give the event its days, or others")
async def reschedule_event(body: ScheduleBody, change: Amending) -> Response:
    return respond(await commands.reschedule_event(change, body.value()))


@router.post("/{id}/plan", response_model=EventAnswer, summary="Put the event into the plan: who permits it?")
async def plan_event(change: Annotated[Change, Depends(changing("event.plan"))]) -> Response:
    return respond(await commands.plan_event(change))


@router.post("/{id}/links", response_model=EventAnswer, summary="Say what the event came out of")
async def link_event(body: EventLinkBody, change: Amending) -> Response:
    return respond(await commands.link_event(change, body.link(body.relation, change.command.at)))


@router.post("/{id}/classification", response_model=EventAnswer, summary="Raise or lower the sensitivity")
async def classify_event(
    body: ClassifyBody, change: Annotated[Change, Depends(changing("event.classify"))]
) -> Response:
    confirmed = body.confirm_published_history_stays
    return respond(await commands.classify_event(change, sensitivity=body.sensitivity, confirmed=confirmed))
