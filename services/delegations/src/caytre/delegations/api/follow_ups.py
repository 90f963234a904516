"""What has to be followed up, over HTTP: set its day, do it, drop it, make a record of its own of it."""

from __future__ import annotations

from typing import Annotated
from uuid import UUID

from fastapi import Depends, Request
from starlette.responses import Response

from caytre.contracts.delegations import FollowUpState
from caytre.contracts.lineage import Ref
from caytre.core.caller import Caller
from caytre.core.reading import Records
from caytre.core.storing.change import Change, says
from caytre.core.web.acting import REFUSED, changing, database_of
from caytre.core.web.app import Router
from caytre.core.web.bodies import Body, Day, DocumentBody, Reason, ReasonBody, document_of
from caytre.core.web.commanding import asking, respond
from caytre.core.web.conditional import answer_unless_unchanged, etag
from caytre.core.web.paging import Page, paging
from caytre.delegations.api.acting import FollowUpAnswer, Statuses, Text40, answer_list
from caytre.delegations.api.bodies import RefBody
from caytre.delegations.policy import policy
from caytre.delegations.tables import FOLLOW_UPS

router = Router(prefix="/follow-ups", tags=["follow-ups"], responses=REFUSED)
records = Records(FOLLOW_UPS, policy)
Reader = Annotated[Caller, Depends(asking("follow_up.read"))]
Managing = Annotated[Change, Depends(changing("follow_up.manage"))]


class RescheduleFollowUp(Body):
    """Another day, and why."""

    due_on: Day
    reason: Reason


class CompleteFollowUp(Body):
    """What was done."""

    outcome: Reason
    document: DocumentBody | None = None


class PromoteFollowUp(Body):
    """The record it has become."""

    record: RefBody


@router.get("", summary="Follow-ups, newest first")
async def follow_ups(
    request: Request,
    caller: Reader,
    page: Annotated[Page, Depends(paging())],
    status: Statuses = [],  # noqa: B006 - FastAPI copies it
    owner: Text40 = None,
    source_id: UUID | None = None,
) -> Response:
    filters: dict[str, object] = {"owner": owner, "source_id": source_id}
    return await answer_list(request, caller, "follow_up", page, filters=filters, statuses=status)


@router.get("/{id}", response_model=FollowUpState, summary="One follow-up")
async def follow_up(request: Request, id: UUID, caller: Reader) -> Response:
    text = await records.read(database_of(request), caller, id)
    return answer_unless_unchanged(request, etag(text.version), text.body)


@router.post("/{id}/rescheduling", response_model=FollowUpAnswer, summary="Set its day anew")
async def reschedule_follow_up(body: RescheduleFollowUp, change: Managing) -> Response:
    at = change.command.at
    return respond(
        await says(FOLLOW_UPS, change, lambda f: f.reschedule(due_on=body.due_on, reason=body.reason, at=at))
    )


@router.post("/{id}/completion", response_model=FollowUpAnswer, summary="It is done")
async def complete_follow_up(body: CompleteFollowUp, change: Managing) -> Response:
    document, at = document_of(body.document), change.command.at
    return respond(await says(FOLLOW_UPS, change, lambda f: f.complete(outcome=body.outcome, document=document, at=at)))


@router.post("/{id}/dropping", response_model=FollowUpAnswer, summary="It will not be done")
async def drop_follow_up(body: ReasonBody, change: Managing) -> Response:
    document, at = document_of(body.document), change.command.at
    return respond(await says(FOLLOW_UPS, change, lambda f: f.drop(reason=body.reason, document=document, at=at)))


@router.post("/{id}/promotion", response_model=FollowUpAnswer, summary="It has become a record of its own")
async def promote_follow_up(body: PromoteFollowUp, change: Managing) -> Response:
    to = body.record.to(Ref)
    return respond(await says(FOLLOW_UPS, change, lambda f: f.promote(to)))
