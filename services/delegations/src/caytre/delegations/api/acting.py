"""What every endpoint needs: the change of a request, the record in an answer, what can go wrong."""

# No postponed annotations here: FastAPI reads those of `change`, which name a local variable.
from collections.abc import Awaitable, Callable, Sequence
from typing import Annotated, Any
from uuid import UUID

from fastapi import Depends, Query, Request
from starlette.responses import Response

from caytre.contracts.delegations import (
    AnnualPlanState,
    DelegationState,
    FindingState,
    FollowUpState,
    InvitationState,
    VisitState,
)
from caytre.contracts.message import State
from caytre.core.caller import Caller
from caytre.core.command import Command
from caytre.core.storing.database import Database
from caytre.core.web.commanding import issuing
from caytre.core.web.conditional import if_match
from caytre.core.web.paging import Page
from caytre.delegations.commands.change import Change
from caytre.delegations.queries.lists import list_records

#: What an act answers: the record after it, of a restricted one its envelope.
PlanAnswer = AnnualPlanState | State
DelegationAnswer = DelegationState | State
FindingAnswer = FindingState | State
InvitationAnswer = InvitationState | State
FollowUpAnswer = FollowUpState | State
VisitAnswer = VisitState | State

#: Documented for every act: refusals have their own page under /problems.
REFUSED: dict[int | str, dict[str, Any]] = {
    409: {"description": "A named refusal: the rules do not allow this act now. Nothing has changed."},
}
NO_STORE = {"Cache-Control": "no-store"}

Text40 = Annotated[str | None, Query(max_length=40)]
Text200 = Annotated[str | None, Query(max_length=200)]
Statuses = Annotated[list[Annotated[str, Query(max_length=20)]], Query(max_length=15)]
Search = Annotated[str | None, Query(max_length=200, description="Words, accents do not matter.")]


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


def person_key(request: Request) -> bytes:
    """The key under which a digest stands for a person."""
    key: bytes = request.app.state.settings.derived("delegations/person")
    return key


async def answer_list(
    request: Request,
    caller: Caller,
    kind: str,
    page: Page,
    *,
    filters: dict[str, object],
    statuses: Sequence[str] = (),
    search: str | None = None,
    external: tuple[str | None, str | None] = (None, None),
    by_date: bool = False,
) -> Response:
    """One page of a kind of records."""
    listed = await list_records(
        database_of(request),
        caller,
        kind,
        page,
        filters=filters,
        statuses=statuses,
        search=search,
        external=external,
        by_date=by_date,
    )
    return page.respond(listed.items, listed.next_key, position=listed.position)
