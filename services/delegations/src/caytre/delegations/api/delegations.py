"""Outgoing delegations over HTTP: draft, dossier, submission, review, decision."""

from __future__ import annotations

from typing import Annotated, Literal
from uuid import UUID

from fastapi import Depends, Query, Request
from pydantic import Field, StrictBool, StrictInt
from starlette.responses import Response

from caytre.contracts.delegations import DelegationState
from caytre.core.caller import Caller
from caytre.core.command import Command
from caytre.core.reading import Records
from caytre.core.storing.change import Change, says
from caytre.core.web.acting import REFUSED, changing, database_of
from caytre.core.web.app import Router
from caytre.core.web.bodies import Body, Code, Country, DocumentBody, Long, ReasonBody, document_of
from caytre.core.web.commanding import asking, issuing, respond
from caytre.core.web.conditional import answer_unless_unchanged, etag
from caytre.core.web.paging import Page, paging
from caytre.delegations.api.acting import (
    NO_STORE,
    DelegationAnswer,
    Search,
    Statuses,
    Text40,
    Text200,
    answer_list,
    person_key,
)
from caytre.delegations.api.bodies import ConnectBody, ReasonedRuling, Ruling
from caytre.delegations.api.trips import DraftDelegation, ReviseDelegation, trip_values
from caytre.delegations.commands import delegations as commands
from caytre.delegations.policy import policy
from caytre.delegations.tables import DELEGATIONS

router = Router(prefix="/delegations", tags=["delegations"], responses=REFUSED)
records = Records(DELEGATIONS, policy)
Reader = Annotated[Caller, Depends(asking("delegation.read"))]
Trusted = Annotated[Caller, Depends(asking("delegation.read_confidential"))]
Revising = Annotated[Change, Depends(changing("delegation.revise"))]
Reviewing = Annotated[Change, Depends(changing("delegation.review"))]
Deciding = Annotated[Change, Depends(changing("delegation.decide"))]


class ReceivePaper(Body):
    """The paper that has come in."""

    document: DocumentBody | None = None


class DecideProcedure(ReasonBody):
    """The later version of the procedure, and whether the trip adopts it or goes on as it began."""

    version: Annotated[StrictInt, Field(ge=1, le=10_000, examples=[2])]
    adopt: StrictBool


class Recommendation(Body):
    """What the review recommends to the authority."""

    recommendation: Annotated[Long, Field(examples=["Đề nghị phê duyệt"])]


@router.post("", status_code=201, response_model=DelegationAnswer, summary="Begin a delegation")
async def draft_delegation(
    request: Request, body: DraftDelegation, command: Annotated[Command, Depends(issuing("delegation.draft"))]
) -> Response:
    values = trip_values(body, person_key(request))
    answer = await commands.draft_delegation(database_of(request), command, particulars=values)
    return respond(answer, f"/delegations/{answer.id}")


@router.get("", summary="Delegations, newest first or by day of departure")
async def delegations(
    request: Request,
    caller: Reader,
    page: Annotated[Page, Depends(paging())],
    status: Statuses = [],  # noqa: B006 - FastAPI copies it
    locality: Text40 = None,
    country: Country | None = None,
    host: UUID | None = None,
    plan_id: UUID | None = None,
    origin: Text40 = None,
    procedure_superseded: Annotated[bool, Query(description="Open, and to decide on a later version.")] = False,
    external_system: Text200 = None,
    external_id: Text200 = None,
    search: Search = None,
    sort: Literal["newest", "departure"] = "newest",
) -> Response:
    return await answer_list(
        request,
        caller,
        "delegation",
        page,
        filters={"locality": locality, "country": country, "host": host, "plan_id": plan_id, "origin": origin},
        statuses=status,
        search=search,
        external=(external_system, external_id),
        by_date=sort == "departure",
        procedure_superseded=procedure_superseded,
    )


@router.get("/{id}", response_model=DelegationState, summary="One delegation")
async def delegation(request: Request, id: UUID, caller: Reader) -> Response:
    text = await records.read(database_of(request), caller, id)
    return answer_unless_unchanged(request, etag(text.version), text.body)


@router.get("/{id}/confidential", response_model=DelegationState, summary="One delegation with the people in it")
async def delegation_with_people(request: Request, id: UUID, caller: Trusted) -> Response:
    text = await records.read_whole(database_of(request), caller, id)
    return answer_unless_unchanged(request, etag(text.version), text.body, headers=NO_STORE)


@router.post("/{id}/revisions", response_model=DelegationAnswer, summary="Edit the draft")
async def revise_delegation(request: Request, body: ReviseDelegation, change: Revising) -> Response:
    return respond(await commands.revise_delegation(change, trip_values(body, person_key(request))))


@router.post("/{id}/dossier/{item}", response_model=DelegationAnswer, summary="Receive a paper of the dossier")
async def receive_paper(item: Code, body: ReceivePaper, change: Revising) -> Response:
    document, at = document_of(body.document), change.command.at
    return respond(await says(DELEGATIONS, change, lambda d: d.receive_paper(item=item, document=document, at=at)))


@router.post("/{id}/procedure", response_model=DelegationAnswer, summary="Decide on a later version of the procedure")
async def decide_procedure(
    body: DecideProcedure, change: Annotated[Change, Depends(changing("delegation.decide_procedure"))]
) -> Response:
    document, at = document_of(body.document), change.command.at
    return respond(
        await says(
            DELEGATIONS,
            change,
            lambda d: d.decide_procedure(
                version=body.version, adopt=body.adopt, reason=body.reason, document=document, at=at
            ),
        )
    )


@router.post("/{id}/submission", response_model=DelegationAnswer, summary="Hand the dossier in")
async def submit_delegation(change: Annotated[Change, Depends(changing("delegation.submit"))]) -> Response:
    return respond(await commands.submit_delegation(change))


@router.post(
    "/{id}/amendments", response_model=DelegationAnswer, summary="Change the trip after submission or approval"
)
async def amend_delegation(
    request: Request, body: ReviseDelegation, change: Annotated[Change, Depends(changing("delegation.amend"))]
) -> Response:
    return respond(await commands.amend_delegation(change, trip_values(body, person_key(request))))


@router.post("/{id}/review", response_model=DelegationAnswer, summary="Accept the dossier and begin the review")
async def start_review(change: Reviewing) -> Response:
    return respond(await says(DELEGATIONS, change, lambda d: d.start_review(change.command.at)))


@router.post("/{id}/return-to-draft", response_model=DelegationAnswer, summary="Give the dossier back")
async def send_back(body: ReasonBody, change: Reviewing) -> Response:
    document, at = document_of(body.document), change.command.at
    return respond(await says(DELEGATIONS, change, lambda d: d.send_back(reason=body.reason, document=document, at=at)))


@router.post("/{id}/referral", response_model=DelegationAnswer, summary="Lay the dossier before the authority")
async def refer_delegation(body: Recommendation, change: Reviewing) -> Response:
    return respond(await commands.refer_delegation(change, recommendation=body.recommendation))


@router.post("/{id}/approval", response_model=DelegationAnswer, summary="Approve the trip that was searched")
async def approve_delegation(body: Ruling, change: Deciding) -> Response:
    document = body.document.value()
    return respond(await commands.approve_delegation(change, authority=body.authority, document=document))


@router.post("/{id}/rejection", response_model=DelegationAnswer, summary="Reject the trip")
async def reject_delegation(body: ReasonedRuling, change: Deciding) -> Response:
    document, at = body.document.value(), change.command.at
    return respond(
        await says(
            DELEGATIONS,
            change,
            lambda d: d.reject(authority=body.authority, document=document, reason=body.reason, at=at),
        )
    )


@router.post("/{id}/delivery", response_model=DelegationAnswer, summary="Hand the decision back")
async def deliver_decision(change: Reviewing) -> Response:
    return respond(await says(DELEGATIONS, change, lambda d: d.deliver_decision()))


@router.post("/{id}/links", response_model=DelegationAnswer, summary="Say what it came out of and what it serves")
async def link_delegation(
    body: ConnectBody, change: Annotated[Change, Depends(changing("delegation.link"))]
) -> Response:
    links = [each.link() for each in body.links]
    return respond(await says(DELEGATIONS, change, lambda d: d.connect(links=links, agreement_ids=body.agreement_ids)))
