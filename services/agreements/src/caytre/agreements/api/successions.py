"""Successions over HTTP."""

from __future__ import annotations

from typing import Annotated, Literal
from uuid import UUID

from fastapi import Depends, Request
from starlette.responses import Response

from caytre.agreements.api.acting import SuccessionAnswer
from caytre.agreements.commands import successions as commands
from caytre.agreements.policy import policy
from caytre.agreements.queries.parts import PartFilter, list_parts
from caytre.agreements.tables import SUCCESSIONS
from caytre.agreements.tables import succession as table
from caytre.contracts.agreements import SuccessionState
from caytre.core.caller import Caller
from caytre.core.days import Day
from caytre.core.reading import Records
from caytre.core.storing.change import Change
from caytre.core.web.acting import REFUSED, changing, database_of
from caytre.core.web.app import Router
from caytre.core.web.bodies import Body, DocumentBody, LocalityId, Reason, Short, document_of
from caytre.core.web.commanding import asking, respond
from caytre.core.web.conditional import answer_unless_unchanged, etag
from caytre.core.web.paging import Page, paging
from caytre.reference import filters

router = Router(prefix="/successions", tags=["successions"], responses=REFUSED)
records = Records(SUCCESSIONS, policy)
Reader = Annotated[Caller, Depends(asking("succession.read"))]
Status = Literal["IDENTIFIED", "ASSIGNED", "NOTIFIED", "RESOLVED", "CLOSED"]


class AssignSuccessor(Body):
    """Who carries the agreement on; the unit is named where the old one was split."""

    successor: LocalityId | None = None
    agency: Short
    document: DocumentBody | None = None


class NotifyForeignParty(Body):
    """When and by what paper the foreign party was told."""

    on: Day
    document: DocumentBody


class ResolveSuccession(Body):
    """What becomes of the agreement. `replaced` names the new agreement, which is signed."""

    resolution: Literal["continued", "amended", "replaced", "suspended", "terminated", "withdrawn"]
    decision: DocumentBody
    reason: Reason | None = None
    replaced_by: UUID | None = None


@router.get("", summary="Successions, newest first")
async def successions(
    request: Request,
    caller: Reader,
    page: Annotated[Page, Depends(paging())],
    status: Status | None = None,
    agreement: UUID | None = None,
    locality: filters.Locality | None = None,
) -> Response:
    wanted = PartFilter(status=status, agreement=agreement, locality=locality)
    listed = await list_parts(database_of(request), caller, table, wanted, page)
    return page.respond(listed.items, listed.next_key, position=listed.position)


@router.get("/{id}", response_model=SuccessionState, summary="One succession")
async def succession(request: Request, id: UUID, caller: Reader) -> Response:
    text = await records.read(database_of(request), caller, id)
    return answer_unless_unchanged(request, etag(text.version), text.body)


@router.post("/{id}/assignment", response_model=SuccessionAnswer, summary="Name the successor")
async def assign_successor(
    body: AssignSuccessor, change: Annotated[Change, Depends(changing("succession.assign"))]
) -> Response:
    answer = await commands.assign_successor(
        change, successor=body.successor, agency=body.agency, document=document_of(body.document)
    )
    return respond(answer)


@router.post("/{id}/notice", response_model=SuccessionAnswer, summary="The foreign party has been told")
async def notify_foreign_party(
    body: NotifyForeignParty, change: Annotated[Change, Depends(changing("succession.notify"))]
) -> Response:
    return respond(await commands.notify_foreign_party(change, on=body.on, document=body.document.value()))


@router.post("/{id}/resolution", response_model=SuccessionAnswer, summary="Decide what becomes of the agreement")
async def resolve_succession(
    body: ResolveSuccession, change: Annotated[Change, Depends(changing("succession.resolve"))]
) -> Response:
    answer = await commands.resolve_succession(
        change,
        resolution=body.resolution,
        decision=body.decision.value(),
        reason=body.reason,
        replaced_by=body.replaced_by,
    )
    return respond(answer)


@router.post("/{id}/closure", response_model=SuccessionAnswer, summary="It has been carried out")
async def close_succession(change: Annotated[Change, Depends(changing("succession.close"))]) -> Response:
    return respond(await commands.close_succession(change))
