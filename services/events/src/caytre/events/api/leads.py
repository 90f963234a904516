"""Leads over HTTP."""

from __future__ import annotations

from typing import Annotated, Any, Literal
from uuid import UUID

from fastapi import Depends, Query, Request
from pydantic import Field
from starlette.responses import Response

from caytre.contracts.events import LeadState, Winning
from caytre.contracts.message import ExternalRef
from caytre.core.caller import Caller
from caytre.core.command import Command
from caytre.core.reading import Records
from caytre.core.storing.change import Change
from caytre.core.web.acting import REFUSED, changing, database_of
from caytre.core.web.app import Router
from caytre.core.web.bodies import (
    Body,
    ClassifyBody,
    Code,
    Country,
    Day,
    ExternalRefBody,
    LocalityId,
    Long,
    Reason,
    Sensitivity,
    Short,
    Title,
)
from caytre.core.web.commanding import asking, issuing, respond
from caytre.core.web.conditional import answer_unless_unchanged, etag
from caytre.core.web.paging import Page, paging
from caytre.events.api.acting import LeadAnswer
from caytre.events.api.bodies import LinkBody, MoneyBody, OutcomeKind, Topic, values
from caytre.events.commands import leads as commands
from caytre.events.policy import policy
from caytre.events.queries.lists import LeadFilter, list_leads
from caytre.events.tables import LEADS

router = Router(prefix="/leads", tags=["leads"], responses=REFUSED)
records = Records(LEADS, policy)
Reader = Annotated[Caller, Depends(asking("lead.read"))]
Trusted = Annotated[Caller, Depends(asking("lead.read_confidential"))]
Pursuing = Annotated[Change, Depends(changing("lead.pursue"))]


class _Particulars(Body):
    kind: OutcomeKind = "OTHER"
    owner_unit: Title | None = None
    partner_id: UUID | None = None
    partner_name: Title | None = None
    countries: Annotated[tuple[Country, ...], Field(max_length=20)] = ()
    fields: Annotated[tuple[Topic, ...], Field(max_length=30)] = ()
    expected: MoneyBody | None = None
    next_action: Reason | None = None
    next_action_on: Day | None = None
    note: Long | None = None
    contact: Short | None = None
    confidential_note: Long | None = None


class OpenLead(_Particulars):
    """An opportunity of a locality, with the event and meeting it came out of. `partner_name` is an organisation."""

    title: Title
    locality: LocalityId
    event_id: UUID | None = None
    meeting_id: UUID | None = None
    sensitivity: Sensitivity = "internal"
    agreement_ids: Annotated[tuple[UUID, ...], Field(max_length=50)] = ()
    external_refs: Annotated[tuple[ExternalRefBody, ...], Field(max_length=20)] = ()


class AmendLead(_Particulars):
    """What is to be corrected; members that are left out stay."""

    title: Title = ""


class Advance(Body):
    """How far the lead is."""

    status: Literal["OPEN", "QUALIFIED", "NEGOTIATING", "DORMANT"]


class FollowUp(Body):
    """What the look at the lead has shown."""

    note: Reason


class Win(Body):
    """What has come of it."""

    kind: OutcomeKind
    title: Title
    money: MoneyBody | None = None
    realised_on: Day
    evidence: Reason | None = None


class Lose(Body):
    """Why."""

    reason: Reason


class LeadLinkBody(LinkBody):
    """What a lead came out of."""

    relation: Literal["led_to_lead", "met_at", "promoted", "implements"] = "led_to_lead"


class Serves(Body):
    """The agreement that the lead serves."""

    agreement_id: UUID


def _particulars(body: Body) -> dict[str, Any]:
    return values(
        body,
        expected=lambda money: money.value(),
        external_refs=lambda items: tuple(item.to(ExternalRef) for item in items),
    )


@router.post("", status_code=201, response_model=LeadAnswer, summary="Open a lead")
async def open_lead(
    request: Request, body: OpenLead, command: Annotated[Command, Depends(issuing("lead.open"))]
) -> Response:
    given = _particulars(body)
    event_id, meeting_id = given.pop("event_id", None), given.pop("meeting_id", None)
    answer = await commands.open_lead(
        database_of(request), command, event_id=event_id, meeting_id=meeting_id, particulars=given
    )
    return respond(answer, f"/leads/{answer.id}")


@router.get("", summary="Leads, newest first")
async def leads(
    request: Request,
    caller: Reader,
    page: Annotated[Page, Depends(paging())],
    status: Annotated[list[Code] | None, Query(max_length=20)] = None,
    kind: OutcomeKind | None = None,
    locality: LocalityId | None = None,
    country: Country | None = None,
    event: UUID | None = None,
    partner: UUID | None = None,
    origin: Annotated[str | None, Query(max_length=40)] = None,
    search: Annotated[str | None, Query(max_length=200)] = None,
) -> Response:
    wanted = LeadFilter(
        status=status or (),
        kind=kind,
        locality=locality,
        country=country,
        event=event,
        partner=partner,
        origin=origin,
        search=search,
    )
    listed = await list_leads(database_of(request), caller, wanted, page)
    return page.respond(listed.items, listed.next_key, position=listed.position)


@router.get("/{id}", response_model=LeadState, summary="One lead")
async def lead(request: Request, id: UUID, caller: Reader) -> Response:
    text = await records.read(database_of(request), caller, id)
    return answer_unless_unchanged(request, etag(text.version), text.body)


@router.get("/{id}/confidential", response_model=LeadState, summary="One lead with its contact")
async def lead_with_confidential_part(request: Request, id: UUID, caller: Trusted) -> Response:
    text = await records.read_whole(database_of(request), caller, id)
    return answer_unless_unchanged(request, etag(text.version), text.body, headers={"Cache-Control": "no-store"})


@router.post("/{id}/amendments", response_model=LeadAnswer, summary="Correct particulars, plan the next action")
async def amend_lead(body: AmendLead, change: Pursuing) -> Response:
    return respond(await commands.amend_lead(change, _particulars(body)))


@router.post("/{id}/status", response_model=LeadAnswer, summary="Qualify, negotiate, let rest, take up again")
async def advance_lead(body: Advance, change: Pursuing) -> Response:
    return respond(await commands.advance_lead(change, body.status))


@router.post("/{id}/follow-ups/{days}", response_model=LeadAnswer, summary="Look at the lead after the event")
async def follow_up_lead(days: Literal["30", "90", "180"], body: FollowUp, change: Pursuing) -> Response:
    return respond(await commands.follow_up_lead(change, int(days), body.note))


@router.post("/{id}/win", response_model=LeadAnswer, summary="Something has come of it")
async def win_lead(body: Win, change: Pursuing) -> Response:
    won = Winning(
        kind=body.kind,
        title=body.title,
        money=body.money.value() if body.money else None,
        realised_on=body.realised_on,
        evidence=body.evidence,
    )
    return respond(await commands.win_lead(change, won))


@router.post("/{id}/loss", response_model=LeadAnswer, summary="The lead has come to nothing")
async def lose_lead(body: Lose, change: Pursuing) -> Response:
    return respond(await commands.lose_lead(change, body.reason))


@router.post("/{id}/links", response_model=LeadAnswer, summary="Say what the lead came out of")
async def link_lead(body: LeadLinkBody, change: Pursuing) -> Response:
    return respond(await commands.link_lead(change, body.link(body.relation, change.command.at)))


@router.post("/{id}/agreements", response_model=LeadAnswer, summary="Say which agreement the lead serves")
async def serve_agreement(body: Serves, change: Pursuing) -> Response:
    return respond(await commands.serve_agreement(change, body.agreement_id))


@router.post("/{id}/classification", response_model=LeadAnswer, summary="Raise or lower the sensitivity")
async def classify_lead(body: ClassifyBody, change: Annotated[Change, Depends(changing("lead.classify"))]) -> Response:
    confirmed = body.confirm_published_history_stays
    return respond(await commands.classify_lead(change, sensitivity=body.sensitivity, confirmed=confirmed))
