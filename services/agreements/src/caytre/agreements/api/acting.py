"""What every endpoint needs: the change of a request, the record in an answer, what can go wrong."""

# No postponed annotations here: FastAPI reads those of `change`, which name a local variable.
import json
from collections.abc import Awaitable, Callable
from typing import Annotated, Any
from uuid import UUID

from fastapi import Depends, Request
from starlette.responses import Response

from caytre.agreements.commands.change import Change
from caytre.agreements.model import Agreement, Partner
from caytre.contracts.agreements import AgreementState, PartnerState
from caytre.contracts.message import State
from caytre.core.command import Answer, Command
from caytre.core.commanding import issuing, respond
from caytre.core.conditional import if_match
from caytre.core.database import Database

_KINDS: dict[str, type[Agreement] | type[Partner]] = {"agreement": Agreement, "partner": Partner}

#: What an act answers: the record after it, of a restricted one its envelope.
AgreementAnswer = AgreementState | State
PartnerAnswer = PartnerState | State

#: Documented for every act: refusals have their own page under /problems.
REFUSED: dict[int | str, dict[str, Any]] = {
    409: {"description": "A named refusal: the rules do not allow this act now. Nothing has changed."},
}


def changing(operation: str) -> Callable[..., Awaitable[Change]]:
    """A dependency that makes the Change of a request on one record."""

    async def change(
        request: Request,
        id: UUID,
        command: Annotated[Command, Depends(issuing(operation))],
        expected: Annotated[int, Depends(if_match)],
    ) -> Change:
        return Change(request.app.state.database, command, id, expected)

    return change


def database_of(request: Request) -> Database:
    """The pools of this service."""
    database: Database = request.app.state.database
    return database


def answered(answer: Answer, location: str | None = None) -> Response:
    """The answer to a command, showing the open part: reading what is confidential is an act of its own."""
    body = answer.body
    if b'"confidential":"sha256:' in body:
        record = _KINDS[answer.kind].model_validate(json.loads(body))
        shown = record.open_text().encode()
        answer = Answer(answer.kind, answer.id, answer.version, answer.status, shown, answer.replayed)
    return respond(answer, location)
