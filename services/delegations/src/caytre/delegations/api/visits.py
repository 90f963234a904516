"""Visits over HTTP: request, check of the guest's side, programme, decision, arrival, departure, report."""

from __future__ import annotations

from typing import Annotated, Any, Literal
from uuid import UUID

from fastapi import Depends, Request
from pydantic import Field
from starlette.responses import Response

from caytre.contracts import delegations as contract
from caytre.contracts.delegations import Commitment, VisitState
from caytre.contracts.message import ExternalRef
from caytre.core.caller import Caller
from caytre.core.command import Command
from caytre.core.reading import Records
from caytre.core.storing.change import Change, says
from caytre.core.web.acting import REFUSED, changing, database_of
from caytre.core.web.app import Router
from caytre.core.web.bodies import (
    Body,
    Country,
    Day,
    DocumentBody,
    Long,
    Reason,
    ReasonBody,
    Short,
    Title,
    document_of,
)
from caytre.core.web.commanding import asking, issuing, respond
from caytre.core.web.conditional import answer_unless_unchanged, etag
from caytre.core.web.paging import Page, paging
from caytre.delegations.api.acting import NO_STORE, Search, Statuses, Text40, Text200, VisitAnswer, answer_list
from caytre.delegations.api.bodies import (
    Channel,
    CommitmentBody,
    ConnectBody,
    Ids,
    Number,
    OnDay,
    PlanPlaceBody,
    Programme,
    References,
    Ruling,
    Shorts,
    SourceOfFact,
    provenance_of,
    stated,
)
from caytre.delegations.commands import visits as commands
from caytre.delegations.policy import policy
from caytre.delegations.tables import VISITS

router = Router(prefix="/visits", tags=["visits"], responses=REFUSED)
records = Records(VISITS, policy)
Reader = Annotated[Caller, Depends(asking("visit.read"))]
Trusted = Annotated[Caller, Depends(asking("visit.read_confidential"))]
Deciding = Annotated[Change, Depends(changing("visit.decide"))]
Receiving = Annotated[Change, Depends(changing("visit.receive"))]
GUEST = "The delegation or office that comes (đoàn, cơ quan khách), as it is called; persons are named in `guests`."
_VISIT: dict[str, Any] = {
    "locality": "VN-P-2025-33",
    "title": "Đoàn doanh nghiệp thăm tỉnh",
    "country": "KR",
    "arrives_on": "2027-05-04",
    "leaves_on": "2027-05-06",
}


class VisitBody(Body):
    """What can be said of a visit; `guests` are names and are kept encrypted with those in the programme."""

    organisation: Short | None = None
    kind: Literal["official", "business", "overseas_vietnamese", "press", "ngo", "other"] = "official"
    channel: Channel = "state"
    guest_name: Annotated[Short | None, Field(description=GUEST)] = None
    guests: Annotated[tuple[Short, ...], Field(max_length=200)] = ()
    head_rank: Short | None = None
    size: Number | None = None
    business: Shorts = ()
    purposes: Annotated[tuple[Reason, ...], Field(max_length=20)] = ()
    arrives_on: Day | None = None
    leaves_on: Day | None = None
    plan: PlanPlaceBody | None = None
    agreement_ids: Ids = ()
    confidential_note: Long | None = None


class RequestVisit(VisitBody, example=_VISIT):
    """A foreign side asks to come; `partner_id` is its side in the register of partners."""

    locality: Short
    title: Title
    country: Country
    partner_id: UUID | None = None
    sensitivity: Annotated[str, Field(pattern="^(public|internal|restricted)$")] = "internal"
    external_refs: References = ()


class AmendVisit(VisitBody, example={"leaves_on": "2027-05-07"}):
    """What is to be edited; members that are left out stay, null empties."""

    title: Title = ""


class CheckPartner(Body):
    """Why a side that nobody vouches for is received all the same."""

    waived: Reason | None = None


class PublishProgramme(Body):
    """A version of the programme."""

    items: Programme


class FileVisitReport(Body):
    """What the visit was meant to bring, and what it brought; `source` where it is no officer's own report."""

    text: Long
    expected: Long | None = None
    achieved: Literal["more", "as_expected", "less", "not_stated"] = "not_stated"
    commitments: Annotated[tuple[CommitmentBody, ...], Field(max_length=100)] = ()
    document: DocumentBody | None = None
    source: SourceOfFact | None = None


_CONVERTED: dict[str, Any] = {
    "arrives_on": stated,
    "leaves_on": stated,
    "plan": lambda place: place and place.to(contract.PlanPlace),
    "external_refs": lambda refs: tuple(ref.to(ExternalRef) for ref in refs),
}


def visit_values(body: Body) -> dict[str, Any]:
    """The arguments a visit's body stands for."""
    given = body.given()
    return {name: _CONVERTED[name](value) if name in _CONVERTED else value for name, value in given.items()}


@router.post("", status_code=201, response_model=VisitAnswer, summary="A foreign side asks to come")
async def request_visit(
    request: Request, body: RequestVisit, command: Annotated[Command, Depends(issuing("visit.request"))]
) -> Response:
    values = visit_values(body)
    partner = values.pop("partner_id", None)
    answer = await commands.request_visit(database_of(request), command, partner_id=partner, particulars=values)
    return respond(answer, f"/visits/{answer.id}")


@router.get("", summary="Visits, newest first or by day of arrival")
async def visits(
    request: Request,
    caller: Reader,
    page: Annotated[Page, Depends(paging())],
    status: Statuses = [],  # noqa: B006 - FastAPI copies it
    locality: Text40 = None,
    country: Country | None = None,
    partner_id: UUID | None = None,
    invitation_id: UUID | None = None,
    origin: Text40 = None,
    external_system: Text200 = None,
    external_id: Text200 = None,
    search: Search = None,
    sort: Literal["newest", "arrival"] = "newest",
) -> Response:
    return await answer_list(
        request,
        caller,
        "visit",
        page,
        filters={
            "locality": locality,
            "country": country,
            "partner_id": partner_id,
            "invitation_id": invitation_id,
            "origin": origin,
        },
        statuses=status,
        search=search,
        external=(external_system, external_id),
        by_date=sort == "arrival",
    )


@router.get("/{id}", response_model=VisitState, summary="One visit")
async def visit(request: Request, id: UUID, caller: Reader) -> Response:
    text = await records.read(database_of(request), caller, id)
    return answer_unless_unchanged(request, etag(text.version), text.body)


@router.get("/{id}/confidential", response_model=VisitState, summary="One visit with the persons in it")
async def visit_with_names(request: Request, id: UUID, caller: Trusted) -> Response:
    text = await records.read_whole(database_of(request), caller, id)
    return answer_unless_unchanged(request, etag(text.version), text.body, headers=NO_STORE)


@router.post("/{id}/amendments", response_model=VisitAnswer, summary="Edit the visit before the guests arrive")
async def amend_visit(body: AmendVisit, change: Annotated[Change, Depends(changing("visit.amend"))]) -> Response:
    values = visit_values(body)
    return respond(await commands.amend_visit(change, values))


@router.post("/{id}/partner-check", response_model=VisitAnswer, summary="Look the guest's side up in the register")
async def check_partner(
    body: CheckPartner, change: Annotated[Change, Depends(changing("visit.check_partner"))]
) -> Response:
    return respond(await commands.check_partner(change, waived=body.waived))


@router.post("/{id}/programme", response_model=VisitAnswer, summary="Publish a version of the programme")
async def publish_programme(
    body: PublishProgramme, change: Annotated[Change, Depends(changing("visit.publish_programme"))]
) -> Response:
    return respond(await commands.publish_programme(change, [item.value() for item in body.items]))


@router.post("/{id}/approval", response_model=VisitAnswer, summary="Approve the visit and its programme")
async def approve_visit(body: Ruling, change: Deciding) -> Response:
    document = body.document.value()
    return respond(await commands.approve_visit(change, authority=body.authority, document=document))


@router.post("/{id}/refusal", response_model=VisitAnswer, summary="Do not receive the visit")
async def decline_visit(body: ReasonBody, change: Deciding) -> Response:
    document, at = document_of(body.document), change.command.at
    return respond(await says(VISITS, change, lambda v: v.decline(reason=body.reason, document=document, at=at)))


@router.post("/{id}/cancellation", response_model=VisitAnswer, summary="The visit does not take place")
async def cancel_visit(body: ReasonBody, change: Annotated[Change, Depends(changing("visit.cancel"))]) -> Response:
    document, at = document_of(body.document), change.command.at
    return respond(await says(VISITS, change, lambda v: v.cancel(reason=body.reason, document=document, at=at)))


@router.post("/{id}/arrival", response_model=VisitAnswer, summary="The guests are there")
async def confirm_arrival(body: OnDay, change: Receiving) -> Response:
    return respond(await says(VISITS, change, lambda v: v.arrive(on=body.on, at=change.command.at)))


@router.post("/{id}/departure", response_model=VisitAnswer, summary="The guests have left")
async def confirm_leaving(body: OnDay, change: Receiving) -> Response:
    return respond(await says(VISITS, change, lambda v: v.leave(on=body.on, at=change.command.at)))


@router.post("/{id}/report", response_model=VisitAnswer, summary="File the report")
async def file_visit_report(
    body: FileVisitReport, change: Annotated[Change, Depends(changing("visit.report"))]
) -> Response:
    return respond(
        await says(
            VISITS,
            change,
            lambda v: v.file_report(
                text=body.text,
                expected=body.expected,
                achieved=body.achieved,
                commitments=[each.to(Commitment) for each in body.commitments],
                document=document_of(body.document),
                provenance=provenance_of(body.source),
                at=change.command.at,
            ),
        )
    )


@router.post("/{id}/closure", response_model=VisitAnswer, summary="Close the visit")
async def close_visit(change: Annotated[Change, Depends(changing("visit.close"))]) -> Response:
    return respond(await commands.close_visit(change))


@router.post("/{id}/links", response_model=VisitAnswer, summary="Say what it came out of and what it serves")
async def link_visit(body: ConnectBody, change: Annotated[Change, Depends(changing("visit.link"))]) -> Response:
    links = [each.link() for each in body.links]
    return respond(await says(VISITS, change, lambda v: v.connect(links=links, agreement_ids=body.agreement_ids)))
