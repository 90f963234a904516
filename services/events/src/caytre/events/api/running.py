"""An event that goes on, over HTTP: registration, the days themselves, the report, and the ways out."""

from __future__ import annotations

from typing import Annotated

from fastapi import Depends
from pydantic import Field, StrictInt
from starlette.responses import Response

from caytre.contracts.events import EventReport, Quotas
from caytre.core.storing.change import Change
from caytre.core.web.acting import REFUSED, changing
from caytre.core.web.app import Router
from caytre.core.web.bodies import Body, Day, DocumentBody, Long, ReasonBody, document_of
from caytre.core.web.commanding import respond
from caytre.events.api.acting import EventAnswer
from caytre.events.api.bodies import QuotasBody
from caytre.events.commands import events as commands

router = Router(prefix="/events/{id}", tags=["events"], responses=REFUSED)
RunningIt = Annotated[Change, Depends(changing("event.run"))]
Reporting = Annotated[Change, Depends(changing("event.report"))]
Cancelling = Annotated[Change, Depends(changing("event.cancel"))]


class Ending(Body):
    """How many took part."""

    attendance: Annotated[StrictInt, Field(ge=0, le=10_000_000)] | None = None


class Report(Body):
    """The report of results, and what other localities may learn from it."""

    filed_on: Day
    results: Long
    lessons: Long | None = None
    document: DocumentBody | None = None


@router.post("/opening", response_model=EventAnswer, summary="Open registration")
async def open_registration(change: RunningIt) -> Response:
    return respond(await commands.open_registration(change))


@router.post("/quotas", response_model=EventAnswer, summary="Admit more or fewer")
async def change_quotas(body: QuotasBody, change: RunningIt) -> Response:
    return respond(await commands.change_quotas(change, body.to(Quotas)))


@router.post("/freeze", response_model=EventAnswer, summary="From now on changes of registrations are requests")
async def freeze_event(change: RunningIt) -> Response:
    return respond(await commands.freeze_event(change))


@router.post("/start", response_model=EventAnswer, summary="The event begins")
async def start_event(change: RunningIt) -> Response:
    return respond(await commands.start_event(change))


@router.post("/end", response_model=EventAnswer, summary="The event is over")
async def hold_event(body: Ending, change: RunningIt) -> Response:
    return respond(await commands.hold_event(change, body.attendance))


@router.post("/report", response_model=EventAnswer, summary="File the report of results")
async def file_report(body: Report, change: Reporting) -> Response:
    return respond(await commands.file_report(change, body.to(EventReport)))


@router.post("/closure", response_model=EventAnswer, summary="Close the file")
async def close_event(change: Reporting) -> Response:
    return respond(await commands.close_event(change))


@router.post("/cancellation", response_model=EventAnswer, summary="Give the event up before it begins")
async def cancel_event(body: ReasonBody, change: Cancelling) -> Response:
    answer = await commands.cancel_event(change, reason=body.reason, document=document_of(body.document))
    return respond(answer)


@router.post("/postponement", response_model=EventAnswer, summary="Put the event off without a new day")
async def postpone_event(body: ReasonBody, change: Cancelling) -> Response:
    answer = await commands.postpone_event(change, reason=body.reason, document=document_of(body.document))
    return respond(answer)
