"""Business meetings over HTTP."""

from __future__ import annotations

from typing import Annotated
from uuid import UUID

from fastapi import Depends, Query, Request
from pydantic import Field, StrictInt
from starlette.responses import Response

from caytre.contracts.events import MeetingState
from caytre.core.caller import Caller
from caytre.core.command import Command
from caytre.core.reading import Records
from caytre.core.storing.change import Change
from caytre.core.web.acting import REFUSED, changing, database_of
from caytre.core.web.app import Router
from caytre.core.web.bodies import Body, Code, Long, Reason, Title
from caytre.core.web.commanding import asking, issuing, respond
from caytre.core.web.conditional import answer_unless_unchanged, etag
from caytre.core.web.paging import Page, paging
from caytre.events.api.acting import MeetingAnswer
from caytre.events.commands import meetings as commands
from caytre.events.policy import policy
from caytre.events.queries.lists import list_meetings
from caytre.events.tables import MEETINGS

router = Router(prefix="/meetings", tags=["meetings"], responses=REFUSED)
records = Records(MEETINGS, policy)
Reader = Annotated[Caller, Depends(asking("meeting.read"))]
Trusted = Annotated[Caller, Depends(asking("meeting.read_confidential"))]
Answering = Annotated[Change, Depends(changing("meeting.answer"))]
Telling = Annotated[Change, Depends(changing("meeting.tell"))]


class RequestMeeting(Body):
    """Two registrations of one event, and what they want to talk about."""

    requester: UUID
    addressee: UUID
    subject: Title
    confidential_note: Long | None = None


class Accept(Body):
    """Slot and table, counted from 1."""

    slot: Annotated[StrictInt, Field(ge=1, le=200)]
    table: Annotated[StrictInt, Field(ge=1, le=500)]


class Decline(Body):
    """Why, if it is to be said."""

    reason: Reason | None = None


class CancelMeeting(Body):
    """Why."""

    reason: Reason


class Held(Body):
    """What came of it, without names of persons."""

    result: Reason | None = None


class Absent(Body):
    """The registrations that did not come."""

    absent: Annotated[tuple[UUID, ...], Field(min_length=1, max_length=2)]


@router.post("", status_code=201, response_model=MeetingAnswer, summary="Ask for a meeting")
async def request_meeting(
    request: Request, body: RequestMeeting, command: Annotated[Command, Depends(issuing("meeting.request"))]
) -> Response:
    answer = await commands.request_meeting(
        database_of(request),
        command,
        requester=body.requester,
        addressee=body.addressee,
        subject=body.subject,
        confidential_note=body.confidential_note,
    )
    return respond(answer, f"/meetings/{answer.id}")


@router.get("", summary="Meetings, newest first")
async def meetings(
    request: Request,
    caller: Reader,
    page: Annotated[Page, Depends(paging())],
    event: UUID | None = None,
    party: UUID | None = None,
    status: Annotated[list[Code] | None, Query(max_length=20)] = None,
) -> Response:
    listed = await list_meetings(database_of(request), caller, page, event_id=event, party=party, status=status or ())
    return page.respond(listed.items, listed.next_key, position=listed.position)


@router.get("/{id}", response_model=MeetingState, summary="One meeting")
async def meeting(request: Request, id: UUID, caller: Reader) -> Response:
    text = await records.read(database_of(request), caller, id)
    return answer_unless_unchanged(request, etag(text.version), text.body)


@router.get("/{id}/confidential", response_model=MeetingState, summary="One meeting with its confidential note")
async def meeting_with_confidential_part(request: Request, id: UUID, caller: Trusted) -> Response:
    text = await records.read_whole(database_of(request), caller, id)
    return answer_unless_unchanged(request, etag(text.version), text.body, headers={"Cache-Control": "no-store"})


@router.post("/{id}/acceptance", response_model=MeetingAnswer, summary="Agree on a slot and a table")
async def accept_meeting(body: Accept, change: Answering) -> Response:
    return respond(await commands.accept_meeting(change, slot=body.slot, table=body.table))


@router.post("/{id}/refusal", response_model=MeetingAnswer, summary="Do not want to meet")
async def decline_meeting(body: Decline, change: Answering) -> Response:
    return respond(await commands.decline_meeting(change, body.reason))


@router.post("/{id}/cancellation", response_model=MeetingAnswer, summary="Give the meeting up")
async def cancel_meeting(body: CancelMeeting, change: Answering) -> Response:
    return respond(await commands.cancel_meeting(change, body.reason))


@router.post("/{id}/end", response_model=MeetingAnswer, summary="The parties have met")
async def hold_meeting(body: Held, change: Telling) -> Response:
    return respond(await commands.hold_meeting(change, body.result))


@router.post("/{id}/no-show", response_model=MeetingAnswer, summary="One or both did not come")
async def miss_meeting(body: Absent, change: Telling) -> Response:
    return respond(await commands.miss_meeting(change, body.absent))
