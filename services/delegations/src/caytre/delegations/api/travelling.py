"""The trip and what follows over HTTP: departure, return, report, closing; giving it up or putting it off."""

from __future__ import annotations

from typing import Annotated, Literal
from uuid import UUID

from fastapi import Depends
from pydantic import Field
from starlette.responses import Response

from caytre.contracts.delegations import Commitment, InvitationExtended, Result
from caytre.core.storing.change import Change, says
from caytre.core.web.acting import REFUSED, changing
from caytre.core.web.app import Router
from caytre.core.web.bodies import Body, Country, Day, DocumentBody, Long, Reason, ReasonBody, Short, document_of
from caytre.core.web.commanding import respond
from caytre.delegations.api.acting import DelegationAnswer
from caytre.delegations.api.bodies import CommitmentBody, Count, Number, OnDay, SourceOfFact, provenance_of, stated
from caytre.delegations.commands import delegations as commands
from caytre.delegations.tables import DELEGATIONS

router = Router(prefix="/delegations/{id}", tags=["trip and report"], responses=REFUSED)
Travelling = Annotated[Change, Depends(changing("delegation.travel"))]
Cancelling = Annotated[Change, Depends(changing("delegation.cancel"))]
Accepting = Annotated[Change, Depends(changing("delegation.accept_report"))]


class ResultBody(Body):
    """What came of one objective, by its number."""

    objective: Number
    achieved: Literal["yes", "partly", "no"]
    text: Long


class InvitationBody(Body):
    """An invitation extended on the way; `invitee` is an office, the name is kept encrypted."""

    number: Number
    invitee: Short
    name: Short | None = None
    organisation: Short | None = None
    country: Country
    partner_id: UUID | None = None
    form: Literal["oral", "written"]
    purpose: Short
    extended_on: Day | None = None


class FileReport(Body):
    """The report on the trip; `source` where it is no officer's own, e.g. an illustration."""

    results: Annotated[tuple[ResultBody, ...], Field(max_length=30)]
    contacts: Count = 0
    diaspora_contacts: Count = 0
    commitments: Annotated[tuple[CommitmentBody, ...], Field(max_length=100)] = ()
    invitations: Annotated[tuple[InvitationBody, ...], Field(max_length=50)] = ()
    document: DocumentBody | None = None
    source: SourceOfFact | None = None


class Decline(Body):
    """A commitment that is not followed up, and why."""

    commitment: Number
    reason: Reason


class AcceptReport(Body):
    """The report is accepted; some commitments may be declined."""

    declined: Annotated[tuple[Decline, ...], Field(max_length=100)] = ()


def extended(body: InvitationBody) -> InvitationExtended:
    """The invitation without the name."""
    values = body.model_dump(exclude={"name", "extended_on"})
    return InvitationExtended(**values, extended_on=stated(body.extended_on))


def names_of(bodies: tuple[InvitationBody, ...]) -> tuple[str, ...]:
    """The names of those invited; none when nobody is named."""
    return tuple(body.name or "" for body in bodies) if any(body.name for body in bodies) else ()


@router.post("/departure", response_model=DelegationAnswer, summary="Confirm the departure")
async def confirm_departure(body: OnDay, change: Travelling) -> Response:
    return respond(await says(DELEGATIONS, change, lambda d: d.depart(on=body.on, at=change.command.at)))


@router.post("/return", response_model=DelegationAnswer, summary="Confirm the return")
async def confirm_return(body: OnDay, change: Travelling) -> Response:
    return respond(await says(DELEGATIONS, change, lambda d: d.come_back(on=body.on, at=change.command.at)))


@router.post("/report", response_model=DelegationAnswer, summary="File the report")
async def file_report(body: FileReport, change: Annotated[Change, Depends(changing("delegation.report"))]) -> Response:
    return respond(
        await says(
            DELEGATIONS,
            change,
            lambda d: d.file_report(
                results=[each.to(Result) for each in body.results],
                contacts=body.contacts,
                diaspora_contacts=body.diaspora_contacts,
                commitments=[each.to(Commitment) for each in body.commitments],
                invitations=[extended(each) for each in body.invitations],
                invitee_names=names_of(body.invitations),
                document=document_of(body.document),
                provenance=provenance_of(body.source),
                at=change.command.at,
            ),
        )
    )


@router.post("/report/acceptance", response_model=DelegationAnswer, summary="Accept the report")
async def accept_report(body: AcceptReport, change: Accepting) -> Response:
    declined = {each.commitment: each.reason for each in body.declined}
    return respond(await says(DELEGATIONS, change, lambda d: d.accept_report(declined=declined, at=change.command.at)))


@router.post("/closure", response_model=DelegationAnswer, summary="Close the delegation")
async def close_delegation(change: Accepting) -> Response:
    return respond(await commands.close_delegation(change))


@router.post("/postponement", response_model=DelegationAnswer, summary="Put the trip off")
async def postpone_delegation(body: ReasonBody, change: Cancelling) -> Response:
    document, at = document_of(body.document), change.command.at
    return respond(await says(DELEGATIONS, change, lambda d: d.postpone(reason=body.reason, document=document, at=at)))


@router.post("/cancellation", response_model=DelegationAnswer, summary="Give the trip up")
async def cancel_delegation(body: ReasonBody, change: Cancelling) -> Response:
    document, at = document_of(body.document), change.command.at
    return respond(await says(DELEGATIONS, change, lambda d: d.cancel(reason=body.reason, document=document, at=at)))
