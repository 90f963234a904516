"""Invitations over HTTP: prepare, extend, put through the channel, record the answer."""

from __future__ import annotations

from typing import Annotated, Any, Literal
from uuid import UUID

from fastapi import Depends, Request
from pydantic import Field
from starlette.responses import Response

from caytre.contracts.delegations import InvitationState
from caytre.contracts.message import ExternalRef
from caytre.core.caller import Caller
from caytre.core.command import Command
from caytre.core.reading import Records
from caytre.core.storing.change import Change, says
from caytre.core.web.acting import REFUSED, changing, database_of
from caytre.core.web.app import Router
from caytre.core.web.bodies import (
    Agency,
    Body,
    Country,
    Day,
    DocumentBody,
    Long,
    ReasonBody,
    Short,
    document_of,
)
from caytre.core.web.commanding import asking, issuing, respond
from caytre.core.web.conditional import answer_unless_unchanged, etag
from caytre.core.web.paging import Page, paging
from caytre.delegations.api.acting import NO_STORE, InvitationAnswer, Search, Statuses, Text40, Text200, answer_list
from caytre.delegations.api.bodies import Links, References, SourceOfFact, provenance_of
from caytre.delegations.commands import invitations as commands
from caytre.delegations.policy import policy
from caytre.delegations.tables import INVITATIONS

router = Router(prefix="/invitations", tags=["invitations"], responses=REFUSED)
records = Records(INVITATIONS, policy)
Reader = Annotated[Caller, Depends(asking("invitation.read"))]
Trusted = Annotated[Caller, Depends(asking("invitation.read_confidential"))]
Form = Literal["oral", "written"]
_INVITATION: dict[str, Any] = {
    "locality": "VN-P-2025-33",
    "invitee": "Chủ tịch hiệp hội doanh nghiệp",
    "country": "KR",
    "purpose": "Thăm và làm việc với tỉnh",
}


class DraftInvitation(Body, example=_INVITATION):
    """An invitation; `invitee` is an office, `invitee_name` is kept encrypted and is on no topic."""

    locality: Short
    invitee: Short
    invitee_name: Short | None = None
    organisation: Short | None = None
    country: Country
    partner_id: UUID | None = None
    purpose: Short
    valid_until: Day | None = None
    delegation_id: UUID | None = None
    confidential_note: Long | None = None
    sensitivity: Annotated[str, Field(pattern="^(public|internal|restricted)$")] = "internal"
    external_refs: References = ()


class ExtendInvitation(Body):
    """When and how the invitation was extended."""

    on: Day
    form: Form = "written"


class ChannelInvitation(Body):
    """The ministry or mission that passes the invitation on, since when, by which paper."""

    via: Agency = "MOFA"
    on: Day
    document: DocumentBody | None = None


class ReplyBody(Body):
    """The answer of the invited side; `source` where it is no officer's record, e.g. an illustration."""

    answer: Literal["accepted", "declined"]
    on: Day
    through: Short | None = None
    document: DocumentBody | None = None
    source: SourceOfFact | None = None


class LinksBody(Body):
    """What the invitation came out of."""

    links: Links


@router.post("", status_code=201, response_model=InvitationAnswer, summary="Prepare an invitation")
async def draft_invitation(
    request: Request, body: DraftInvitation, command: Annotated[Command, Depends(issuing("invitation.draft"))]
) -> Response:
    values = {**body.given(), "external_refs": tuple(ref.to(ExternalRef) for ref in body.external_refs)}
    answer = await commands.draft_invitation(database_of(request), command, particulars=values)
    return respond(answer, f"/invitations/{answer.id}")


@router.get("", summary="Invitations, newest first")
async def invitations(
    request: Request,
    caller: Reader,
    page: Annotated[Page, Depends(paging())],
    status: Statuses = [],  # noqa: B006 - FastAPI copies it
    locality: Text40 = None,
    country: Country | None = None,
    delegation_id: UUID | None = None,
    origin: Text40 = None,
    external_system: Text200 = None,
    external_id: Text200 = None,
    search: Search = None,
) -> Response:
    return await answer_list(
        request,
        caller,
        "invitation",
        page,
        filters={"locality": locality, "country": country, "delegation_id": delegation_id, "origin": origin},
        statuses=status,
        search=search,
        external=(external_system, external_id),
    )


@router.get("/{id}", response_model=InvitationState, summary="One invitation")
async def invitation(request: Request, id: UUID, caller: Reader) -> Response:
    text = await records.read(database_of(request), caller, id)
    return answer_unless_unchanged(request, etag(text.version), text.body)


@router.get("/{id}/confidential", response_model=InvitationState, summary="One invitation with the name of the guest")
async def invitation_with_name(request: Request, id: UUID, caller: Trusted) -> Response:
    text = await records.read_whole(database_of(request), caller, id)
    return answer_unless_unchanged(request, etag(text.version), text.body, headers=NO_STORE)


@router.post("/{id}/extension", response_model=InvitationAnswer, summary="The invitation is extended")
async def extend_invitation(
    body: ExtendInvitation, change: Annotated[Change, Depends(changing("invitation.extend"))]
) -> Response:
    at = change.command.at
    return respond(await says(INVITATIONS, change, lambda i: i.extend(on=body.on, form=body.form, at=at)))


@router.post("/{id}/channel", response_model=InvitationAnswer, summary="Put it through the diplomatic channel")
async def channel_invitation(
    body: ChannelInvitation, change: Annotated[Change, Depends(changing("invitation.channel"))]
) -> Response:
    document, at = document_of(body.document), change.command.at
    return respond(
        await says(INVITATIONS, change, lambda i: i.put_through(via=body.via, on=body.on, document=document, at=at))
    )


@router.post("/{id}/reply", response_model=InvitationAnswer, summary="Record the answer of the invited side")
async def reply_to_invitation(
    body: ReplyBody, change: Annotated[Change, Depends(changing("invitation.reply"))]
) -> Response:
    return respond(
        await says(
            INVITATIONS,
            change,
            lambda i: i.take_reply(
                answer=body.answer,
                on=body.on,
                through=body.through,
                document=document_of(body.document),
                provenance=provenance_of(body.source),
                at=change.command.at,
            ),
        )
    )


@router.post("/{id}/lapse", response_model=InvitationAnswer, summary="Take the invitation back or give it up")
async def lapse_invitation(
    body: ReasonBody, change: Annotated[Change, Depends(changing("invitation.lapse"))]
) -> Response:
    document, at = document_of(body.document), change.command.at
    return respond(await says(INVITATIONS, change, lambda i: i.lapse(reason=body.reason, document=document, at=at)))


@router.post("/{id}/links", response_model=InvitationAnswer, summary="Say what it came out of")
async def link_invitation(body: LinksBody, change: Annotated[Change, Depends(changing("invitation.link"))]) -> Response:
    links = [each.link() for each in body.links]
    return respond(await says(INVITATIONS, change, lambda i: i.connect(links)))
