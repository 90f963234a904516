"""The directory over HTTP. Names and addresses are confidential; reading them is recorded."""

from __future__ import annotations

from typing import Annotated, Any, Literal
from uuid import UUID

from fastapi import Depends, Query, Request
from pydantic import Field, StrictBool
from starlette.responses import Response

from caytre.contracts.notifications import RecipientState
from caytre.core.caller import Caller
from caytre.core.command import Command
from caytre.core.reading import Records
from caytre.core.storing.change import Change
from caytre.core.web.acting import REFUSED, changing, database_of
from caytre.core.web.app import Router
from caytre.core.web.bodies import Agency, Body, Country, LocalityId, Short
from caytre.core.web.commanding import asking, issuing, respond
from caytre.core.web.conditional import answer_unless_unchanged, etag
from caytre.core.web.paging import Page, paging
from caytre.notifications.commands import records as commands
from caytre.notifications.policy import policy
from caytre.notifications.queries.lists import list_recipients
from caytre.notifications.tables import RECIPIENTS

router = Router(prefix="/recipients", tags=["recipients"], responses=REFUSED)
records = Records(RECIPIENTS, policy)
Reader = Annotated[Caller, Depends(asking("recipient.read"))]
Trusted = Annotated[Caller, Depends(asking("recipient.read_confidential"))]
Role = Literal[
    "locality_officer",
    "locality_approver",
    "locality_chair",
    "ministry_officer",
    "ministry_approver",
    "consultee",
    "mission_officer",
    "organiser",
]
Muted = Annotated[tuple[Annotated[str, Field(pattern=r"^[A-Z_]{1,40}$")], ...], Field(max_length=20)]


class _Particulars(Body):
    organisation: Agency | None = None
    locality: LocalityId | None = None
    country: Country | None = None
    language: Literal["vi", "en"] = "vi"
    muted: Muted = ()
    name: Short | None = None
    address: Annotated[str, Field(min_length=3, max_length=254)] | None = None
    active: StrictBool = True


_DESK: dict[str, Any] = {
    "role": "locality_officer",
    "locality": "VN-P-2025-33",
    "language": "vi",
    "name": "Phòng Hợp tác quốc tế",
    "address": "hop-tac@caytre.example",
}


class RegisterRecipient(_Particulars, example=_DESK):
    """A desk that is told for a role."""

    role: Role


class AmendRecipient(_Particulars, example={"muted": ["EVENTS"], "language": "en"}):
    """What is to be corrected; members that are left out stay, null empties."""


@router.post("", status_code=201, response_model=RecipientState, summary="Enter a desk in the directory")
async def register_recipient(
    request: Request, body: RegisterRecipient, command: Annotated[Command, Depends(issuing("recipient.register"))]
) -> Response:
    answer = await commands.register_recipient(database_of(request), command, body.given())
    return respond(answer, f"/recipients/{answer.id}")


@router.get("", summary="The directory, newest first, without addresses")
async def recipients(
    request: Request,
    caller: Reader,
    page: Annotated[Page, Depends(paging())],
    role: Role | None = None,
    organisation: Annotated[str | None, Query(max_length=64)] = None,
    locality: Annotated[str | None, Query(max_length=40)] = None,
) -> Response:
    found = await list_recipients(
        database_of(request), caller, page, role=role, organisation=organisation, locality=locality
    )
    return page.respond(found.items, found.next_key, position=found.position)


@router.get("/{id}", response_model=RecipientState, summary="One desk")
async def recipient(request: Request, id: UUID, caller: Reader) -> Response:
    text = await records.read(database_of(request), caller, id)
    return answer_unless_unchanged(request, etag(text.version), text.body)


@router.get("/{id}/confidential", response_model=RecipientState, summary="One desk with name and address")
async def recipient_with_address(request: Request, id: UUID, caller: Trusted) -> Response:
    text = await records.read_whole(database_of(request), caller, id)
    return answer_unless_unchanged(request, etag(text.version), text.body, headers={"Cache-Control": "no-store"})


@router.post("/{id}/amendments", response_model=RecipientState, summary="Correct particulars")
async def amend_recipient(
    body: AmendRecipient, change: Annotated[Change, Depends(changing("recipient.amend"))]
) -> Response:
    return respond(await commands.amend_recipient(change, body.given()))
