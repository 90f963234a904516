"""What every endpoint that acts on a record needs: the change of a request, the pools, what can go wrong."""

# No postponed annotations here: FastAPI reads those of `change`, which name a local variable.
from collections.abc import Awaitable, Callable
from typing import Annotated, Any
from uuid import UUID

from fastapi import Depends, Request

from caytre.core.command import Command
from caytre.core.storing.change import Change
from caytre.core.storing.database import Database
from caytre.core.web.commanding import issuing
from caytre.core.web.conditional import if_match

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
