"""When the next timer fires."""

from __future__ import annotations

from datetime import datetime
from typing import Annotated

from fastapi import Depends, Request
from pydantic import BaseModel
from starlette.responses import Response

from caytre.core.caller import Caller
from caytre.core.clock import business_now
from caytre.core.web.acting import database_of
from caytre.core.web.app import Router
from caytre.core.web.commanding import asking
from caytre.notifications.queries.timers import next_timer

router = Router(prefix="/timers", tags=["timers"])


class Timer(BaseModel):
    """The next moment in business time, the next one of a deadline, and how much has come and is not done yet."""

    at: datetime | None
    deadline_at: datetime | None
    pending: int


@router.get("/next", response_model=Timer, summary="The next moment at which a deadline's rung or a day fires")
async def next_(request: Request, caller: Annotated[Caller, Depends(asking("timer.read"))]) -> Response:
    found = await next_timer(database_of(request), business_now(), mails=request.app.state.mails)
    answer = Timer(at=found.at, deadline_at=found.deadline_at, pending=found.pending)
    return Response(answer.model_dump_json(), media_type="application/json", headers={"Cache-Control": "no-store"})
