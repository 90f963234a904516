"""The working-day calendar over HTTP: its days, what is counted with them, and their overrides."""

from __future__ import annotations

from datetime import date
from typing import Annotated, Literal

from fastapi import Depends, Query, Request
from pydantic import BaseModel, Field
from starlette.responses import Response

from caytre.contracts.notifications import CalendarDay, CalendarState, Roll, Said, Skipped
from caytre.core.caller import Caller
from caytre.core.command import Command
from caytre.core.reading import Records
from caytre.core.web.acting import REFUSED, database_of
from caytre.core.web.app import Router
from caytre.core.web.bodies import Body, Day, DocumentBody, Reason, Short, document_of
from caytre.core.web.commanding import asking, issuing, respond
from caytre.core.web.conditional import answer_unless_unchanged, etag, if_match
from caytre.notifications.commands import calendar as commands
from caytre.notifications.model.calendar import CALENDAR_ID
from caytre.notifications.model.counting import LONGEST
from caytre.notifications.policy import policy
from caytre.notifications.tables import CALENDARS

router = Router(prefix="/calendar", tags=["calendar"], responses=REFUSED)
records = Records(CALENDARS, policy)
Reader = Annotated[Caller, Depends(asking("calendar.read"))]
Overriding = Annotated[Command, Depends(issuing("calendar.override"))]
Expected = Annotated[int, Depends(if_match)]


class OverriddenDay(Body):
    """What a day is to be: `worked` is a working day, `ordinary` what its weekday says, all others are off."""

    day: Day
    kind: Literal["holiday", "observed", "swapped_off", "worked", "ordinary"]
    name_vi: Short
    name_en: Short


class OverrideDays(
    Body,
    example={
        "days": [
            {"day": "2027-01-04", "kind": "swapped_off", "name_vi": "Nghỉ hoán đổi", "name_en": "Day off in exchange"},
            {"day": "2027-01-09", "kind": "worked", "name_vi": "Làm bù", "name_en": "Worked in exchange"},
        ],
        "reason": "Hoán đổi ngày làm việc",
    },
):
    """Days of one decision, its reason and its paper."""

    days: Annotated[tuple[OverriddenDay, ...], Field(min_length=1, max_length=60)]
    reason: Reason
    document: DocumentBody | None = None


class TakeBack(Body):
    """Why the override no longer holds."""

    reason: Reason


class WorkingDay(BaseModel):
    """A computed day: how it came about, and the version of the calendar it was counted with."""

    day: date
    explanation: Said
    skipped: tuple[Skipped, ...]
    roll: Roll | None
    holidays_known: bool
    calendar_version: int


@router.get("", response_model=CalendarState, summary="The calendar with every day that is not what its weekday says")
async def calendar(request: Request, caller: Reader) -> Response:
    text = await records.read(database_of(request), caller, CALENDAR_ID)
    return answer_unless_unchanged(request, etag(text.version), text.body)


@router.get("/working-days", response_model=WorkingDay, summary="The day so many units from another, explained")
async def working_days(
    request: Request,
    caller: Reader,
    from_: Annotated[Day, Query(alias="from", description="The first day, which is not counted.")],
    n: Annotated[int, Query(ge=0, le=LONGEST)],
    unit: Literal["WORKING", "CALENDAR", "LEAD"] = "WORKING",
    roll: Annotated[bool, Query(description="Whether a count of calendar days leaves a rest day.")] = True,
) -> Response:
    async with database_of(request).reading(caller) as connection:
        counted = await commands.counted(connection)
    found = counted.count(from_, n, unit, roll=roll)
    answer = WorkingDay(
        day=found.day,
        explanation=found.explanation,
        skipped=found.skipped,
        roll=found.roll,
        holidays_known=found.known,
        calendar_version=counted.version,
    )
    return Response(answer.model_dump_json(), media_type="application/json")


@router.post("/overrides", response_model=CalendarState, summary="Say of days what they are, for open deadlines too")
async def override_days(request: Request, body: OverrideDays, command: Overriding, expected: Expected) -> Response:
    days = tuple(
        CalendarDay(day=each.day, kind=each.kind, name_vi=each.name_vi, name_en=each.name_en, source=body.reason)
        for each in body.days
    )
    wanted = commands.Override(days, body.reason, document_of(body.document))
    return respond(await commands.override(database_of(request), command, expected, wanted))


@router.post("/overrides/{day}/withdrawal", response_model=CalendarState, summary="Take an override back")
async def take_back(request: Request, day: Day, body: TakeBack, command: Overriding, expected: Expected) -> Response:
    return respond(await commands.take_back(database_of(request), command, expected, day, body.reason))
