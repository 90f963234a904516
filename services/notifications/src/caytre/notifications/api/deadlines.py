"""Deadlines over HTTP."""

from __future__ import annotations

from typing import Annotated, Literal
from uuid import UUID

from fastapi import Depends, Query, Request
from starlette.responses import Response

from caytre.contracts.notifications import DeadlineState
from caytre.core.caller import Caller
from caytre.core.reading import Records
from caytre.core.storing.change import Change
from caytre.core.web.acting import REFUSED, changing, database_of
from caytre.core.web.app import Router
from caytre.core.web.bodies import Body, Day, Reason, ReasonBody, document_of
from caytre.core.web.commanding import asking, respond
from caytre.core.web.conditional import answer_unless_unchanged, etag
from caytre.core.web.paging import Page, paging
from caytre.notifications.commands import records as commands
from caytre.notifications.policy import policy
from caytre.notifications.queries.lists import DeadlineFilter, list_deadlines
from caytre.notifications.tables import DEADLINES

router = Router(prefix="/deadlines", tags=["deadlines"], responses=REFUSED)
records = Records(DEADLINES, policy)
Reader = Annotated[Caller, Depends(asking("deadline.read"))]
Query200 = Annotated[str | None, Query(max_length=200)]
Status = Literal["SCHEDULED", "DUE_SOON", "DUE", "OVERDUE", "MET", "WAIVED", "UNANCHORED", "HISTORICAL"]


class Acknowledge(Body):
    """What is to be remembered of taking note."""

    note: Reason | None = None


@router.get("", summary="Deadlines, what falls due first first")
async def deadlines(
    request: Request,
    caller: Reader,
    page: Annotated[Page, Depends(paging())],
    owner: Annotated[str | None, Query(max_length=100, description="`<kind>/<id>`, e.g. agreement/…")] = None,
    answerable: Query200 = None,
    code: Query200 = None,
    locality: Query200 = None,
    status: Annotated[list[Status], Query(max_length=8)] = [],  # noqa: B006 - FastAPI copies it
    open: bool | None = None,
    due_from: Day | None = None,
    due_to: Day | None = None,
) -> Response:
    wanted = DeadlineFilter(
        owner=owner,
        answerable=answerable,
        code=code,
        locality=locality,
        status=status,
        open=open,
        due_from=due_from,
        due_to=due_to,
    )
    found = await list_deadlines(database_of(request), caller, wanted, page)
    return page.respond(found.items, found.next_key, position=found.position)


@router.get("/{id}", response_model=DeadlineState, summary="One deadline with its explanation, ladder and history")
async def deadline(request: Request, id: UUID, caller: Reader) -> Response:
    text = await records.read(database_of(request), caller, id)
    return answer_unless_unchanged(request, etag(text.version), text.body)


@router.post("/{id}/waiver", response_model=DeadlineState, summary="Lift the deadline, with a reason")
async def waive(body: ReasonBody, change: Annotated[Change, Depends(changing("deadline.waive"))]) -> Response:
    document = document_of(body.document)
    return respond(await commands.waive_deadline(change, reason=body.reason, document=document))


@router.post("/{id}/acknowledgement", response_model=DeadlineState, summary="Take note of what was told")
async def acknowledge(
    body: Acknowledge, change: Annotated[Change, Depends(changing("deadline.acknowledge"))]
) -> Response:
    return respond(await commands.acknowledge_deadline(change, note=body.note))
