"""The permission of an event over HTTP; an agency speaks under `/opinions/{agency}` and only for itself."""

from __future__ import annotations

from typing import Annotated, Literal

from fastapi import Depends
from pydantic import Field
from starlette.responses import Response

from caytre.contracts.events import Lateness
from caytre.core.command import Answer
from caytre.core.storing.change import Change
from caytre.core.web.acting import REFUSED, changing
from caytre.core.web.app import Router
from caytre.core.web.bodies import Agency, Body, Day, DocumentBody, Long, Reason, ReasonBody, document_of
from caytre.core.web.commanding import respond
from caytre.events.api.acting import EventAnswer
from caytre.events.api.bodies import Authority
from caytre.events.commands import events as commands

router = Router(prefix="/events/{id}/permission", tags=["permission"], responses=REFUSED)
Applying = Annotated[Change, Depends(changing("event.apply"))]


class SettleCompetence(Body):
    """Which reading of the law is taken, why, and the paper that says so."""

    authority: Authority
    reason: Reason
    document: DocumentBody | None = None


class Application(Body):
    """The application; `lateness` says why it comes after its time."""

    document: DocumentBody
    lateness: ReasonBody | None = None


class AskAgencies(Body):
    """Who is asked, and the day the agencies got the request (today if left out)."""

    agencies: Annotated[tuple[Agency, ...], Field(max_length=30)] = ()
    received_on: Day | None = None


class Reply(Body):
    """The written reply of an agency."""

    answer: Literal["agree", "agree_with_comments", "disagree"]
    text: Long | None = None
    document: DocumentBody


class Decide(Body):
    """The written answer of the authority."""

    outcome: Literal["permitted", "refused"]
    document: DocumentBody
    conditions: Reason | None = None


@router.post("/competence", response_model=EventAnswer, summary="Settle who permits it where the law is open")
async def settle_competence(
    body: SettleCompetence, change: Annotated[Change, Depends(changing("event.settle_competence"))]
) -> Response:
    answer = await commands.settle_competence(
        change, authority=body.authority, reason=body.reason, document=document_of(body.document)
    )
    return respond(answer)


@router.post("/application", response_model=EventAnswer, summary="Apply for the permission")
async def apply_for_permission(body: Application, change: Applying) -> Response:
    late = body.lateness
    lateness = Lateness(reason=late.reason, document=document_of(late.document)) if late else None
    return respond(await commands.apply_for_permission(change, document=body.document.value(), lateness=lateness))


@router.post("/application/withdrawal", response_model=EventAnswer, summary="Take the application back")
async def withdraw_application(body: ReasonBody, change: Applying) -> Response:
    return respond(await commands.withdraw_application(change, body.reason))


@router.post("/opinions", response_model=EventAnswer, summary="Ask agencies for their opinions")
async def request_opinions(
    body: AskAgencies, change: Annotated[Change, Depends(changing("event.request_opinions"))]
) -> Response:
    answer = await commands.request_opinions(change, agencies=body.agencies, received_on=body.received_on)
    return respond(answer)


@router.post("/opinions/{agency}", response_model=EventAnswer, summary="Give the opinion of an agency")
async def give_opinion(
    agency: Agency, body: Reply, change: Annotated[Change, Depends(changing("event.give_opinion"))]
) -> Response:
    answer = await commands.give_opinion(
        change, agency, answer=body.answer, text=body.text, document=body.document.value()
    )
    return respond(answer)


@router.post(
    "/opinions/{agency}/paper-reply", response_model=EventAnswer, summary="Record what an agency replied on paper"
)
async def record_reply(
    agency: Agency, body: Reply, change: Annotated[Change, Depends(changing("event.record_reply"))]
) -> Response:
    answer = await commands.record_reply(
        change, agency, answer=body.answer, text=body.text, document=body.document.value()
    )
    return respond(answer)


@router.post("/decision", response_model=EventAnswer, summary="Permit or refuse the event, as the chair")
async def decide(body: Decide, change: Annotated[Change, Depends(changing("event.decide"))]) -> Response:
    return respond(await _decided(body, change, "PC_CHAIR"))


@router.post("/pm-decision", response_model=EventAnswer, summary="Record the answer of the Prime Minister")
async def record_pm_decision(
    body: Decide, change: Annotated[Change, Depends(changing("event.record_pm_decision"))]
) -> Response:
    return respond(await _decided(body, change, "PRIME_MINISTER"))


async def _decided(body: Decide, change: Change, authority: str) -> Answer:
    return await commands.decide_permission(
        change,
        outcome=body.outcome,
        authority=authority,
        document=body.document.value(),
        conditions=body.conditions,
    )
