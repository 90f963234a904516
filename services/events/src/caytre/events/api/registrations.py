"""Registrations over HTTP. Who the persons are is encrypted; reading it leaves a row in a chain of its own."""

from __future__ import annotations

from typing import Annotated, Any, Literal, Self
from uuid import UUID

from fastapi import Depends, Path, Query, Request
from pydantic import Field, StrictBool, model_validator
from starlette.responses import Response

from caytre.contracts.events import RegistrationState
from caytre.contracts.message import ExternalRef
from caytre.core.caller import Caller
from caytre.core.command import Command
from caytre.core.reading import Records
from caytre.core.storing.change import Change
from caytre.core.web.acting import REFUSED, changing, database_of
from caytre.core.web.app import Router
from caytre.core.web.bodies import Body, Code, Country, ExternalRefBody, LocalityId, Long, Reason, Title
from caytre.core.web.commanding import asking, issuing, respond
from caytre.core.web.conditional import answer_unless_unchanged, etag
from caytre.core.web.paging import Page, paging
from caytre.events.api.acting import RegistrationAnswer
from caytre.events.api.bodies import Attendance, ParticipantBody, Persons, Rank, RegistrantKind, values
from caytre.events.commands import registrations as commands
from caytre.events.model.party import Participant
from caytre.events.policy import policy
from caytre.events.queries.lists import list_registrations
from caytre.events.tables import REGISTRATIONS

router = Router(prefix="/registrations", tags=["registrations"], responses=REFUSED)
records = Records(REGISTRATIONS, policy)
Reader = Annotated[Caller, Depends(asking("registration.read"))]
Trusted = Annotated[Caller, Depends(asking("registration.read_confidential"))]
Changing = Annotated[Change, Depends(changing("registration.change"))]
Moderating = Annotated[Change, Depends(changing("registration.moderate"))]


class _Particulars(Body):
    country: Country | None = None
    rank: Rank | None = None
    kind: RegistrantKind = "participant"
    participants: Annotated[tuple[ParticipantBody, ...], Field(max_length=1_000)] = ()
    confidential_note: Long | None = None


class Register(_Particulars):
    """A party for an event. `on_behalf`: a focal point registers for others."""

    event_id: UUID
    organisation: Title
    party_size: Persons = 1
    mode: Attendance = "onsite"
    locality: LocalityId | None = None
    partner_id: UUID | None = None
    on_behalf: StrictBool = False
    external_refs: Annotated[tuple[ExternalRefBody, ...], Field(max_length=20)] = ()


class AmendRegistration(_Particulars):
    """What is to be corrected; members that are left out stay."""

    organisation: Title = ""


class Why(Body):
    """Why."""

    reason: Reason | None = None


class Because(Body):
    """Why; it must be said."""

    reason: Reason


class Size(Body):
    """How many persons the party has."""

    party_size: Persons


class AskForChange(Body):
    """A change of a registration of a frozen event."""

    kind: Literal["withdraw", "party_size"]
    party_size: Persons | None = None
    reason: Reason

    @model_validator(mode="after")
    def _size_where_it_changes(self) -> Self:
        if (self.kind == "party_size") != (self.party_size is not None):
            raise ValueError("party_size is given when it is to change, and only then")
        return self


class AnswerChange(Body):
    """Whether the change is granted; a refusal says why."""

    approved: StrictBool
    answer: Reason | None = None

    @model_validator(mode="after")
    def _reason_of_a_refusal(self) -> Self:
        if not self.approved and self.answer is None:
            raise ValueError("a refusal says why (answer)")
        return self


class Present(Body):
    """How many of the party have come; all if left out."""

    present: Persons | None = None


def _particulars(body: Body) -> dict[str, Any]:
    return values(
        body,
        participants=lambda items: tuple(item.to(Participant) for item in items),
        external_refs=lambda items: tuple(item.to(ExternalRef) for item in items),
    )


@router.post("", status_code=201, response_model=RegistrationAnswer, summary="Register a party for an event")
async def register(
    request: Request, body: Register, command: Annotated[Command, Depends(issuing("registration.register"))]
) -> Response:
    given = _particulars(body)
    event_id = given.pop("event_id")
    wanted = {"mode": body.mode, "locality": body.locality, **given}
    answer = await commands.register(database_of(request), command, event_id, wanted)
    return respond(answer, f"/registrations/{answer.id}")


@router.get("", summary="Registrations that concern the reader, newest first")
async def registrations(
    request: Request,
    caller: Reader,
    page: Annotated[Page, Depends(paging())],
    event: UUID | None = None,
    status: Annotated[list[Code] | None, Query(max_length=20)] = None,
    search: Annotated[str | None, Query(max_length=200)] = None,
) -> Response:
    listed = await list_registrations(
        database_of(request), caller, page, event_id=event, status=status or (), search=search
    )
    return page.respond(listed.items, listed.next_key, position=listed.position)


@router.get("/{id}", response_model=RegistrationState, summary="One registration")
async def registration(request: Request, id: UUID, caller: Reader) -> Response:
    text = await records.read(database_of(request), caller, id)
    return answer_unless_unchanged(request, etag(text.version), text.body)


@router.get("/{id}/confidential", response_model=RegistrationState, summary="One registration with its persons")
async def registration_with_persons(request: Request, id: UUID, caller: Trusted) -> Response:
    text = await records.read_whole(database_of(request), caller, id)
    return answer_unless_unchanged(request, etag(text.version), text.body, headers={"Cache-Control": "no-store"})


@router.post("/{id}/amendments", response_model=RegistrationAnswer, summary="Correct particulars")
async def amend_registration(body: AmendRegistration, change: Changing) -> Response:
    return respond(await commands.amend_registration(change, _particulars(body)))


@router.post("/{id}/party-size", response_model=RegistrationAnswer, summary="Make the party smaller or larger")
async def resize(body: Size, change: Changing) -> Response:
    return respond(await commands.resize(change, body.party_size))


@router.post("/{id}/withdrawal", response_model=RegistrationAnswer, summary="The party does not come")
async def withdraw(body: Why, change: Changing) -> Response:
    return respond(await commands.withdraw(change, body.reason))


@router.post("/{id}/change-requests", response_model=RegistrationAnswer, summary="Ask for a change after the freeze")
async def request_change(body: AskForChange, change: Changing) -> Response:
    answer = await commands.request_change(change, kind=body.kind, party_size=body.party_size, reason=body.reason)
    return respond(answer)


@router.post("/{id}/change-requests/{number}", response_model=RegistrationAnswer, summary="Grant or refuse a change")
async def answer_change(
    number: Annotated[int, Path(ge=1, le=1_000)], body: AnswerChange, change: Moderating
) -> Response:
    return respond(await commands.answer_change(change, number, approved=body.approved, answer=body.answer))


@router.post("/{id}/approval", response_model=RegistrationAnswer, summary="Admit the party")
async def approve(change: Moderating) -> Response:
    return respond(await commands.approve(change))


@router.post("/{id}/rejection", response_model=RegistrationAnswer, summary="Do not admit the party")
async def reject(body: Because, change: Moderating) -> Response:
    return respond(await commands.reject(change, body.reason))


@router.post("/{id}/check-in", response_model=RegistrationAnswer, summary="The party has come")
async def check_in(body: Present, change: Moderating) -> Response:
    return respond(await commands.check_in(change, body.present))


@router.post("/{id}/no-show", response_model=RegistrationAnswer, summary="The party has not come")
async def miss(change: Moderating) -> Response:
    return respond(await commands.miss(change))
