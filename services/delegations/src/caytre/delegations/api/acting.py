"""What acts answer, and how this service lists."""

from collections.abc import Sequence
from typing import Annotated

from fastapi import Query, Request
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
from caytre.core.web.acting import database_of
from caytre.core.web.paging import Page
from caytre.delegations.queries.lists import list_records

#: What an act answers: the record after it, of a restricted one its envelope.
PlanAnswer = AnnualPlanState | State
DelegationAnswer = DelegationState | State
FindingAnswer = FindingState | State
InvitationAnswer = InvitationState | State
FollowUpAnswer = FollowUpState | State
VisitAnswer = VisitState | State

NO_STORE = {"Cache-Control": "no-store"}

Text40 = Annotated[str | None, Query(max_length=40)]
Text200 = Annotated[str | None, Query(max_length=200)]
Statuses = Annotated[list[Annotated[str, Query(max_length=20)]], Query(max_length=15)]
Search = Annotated[str | None, Query(max_length=200, description="Words, accents do not matter.")]


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
    procedure_superseded: bool = False,
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
        procedure_superseded=procedure_superseded,
    )
    return page.respond(listed.items, listed.next_key, position=listed.position)
