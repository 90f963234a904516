"""The beginning of a day: units that have ended, thresholds that have come."""

from __future__ import annotations

from datetime import date, timedelta
from uuid import UUID

from caytre.agreements.consumers.listening import consumers, if_said
from caytre.agreements.consumers.successions import open_cases
from caytre.agreements.model import Agreement
from caytre.agreements.tables import AGREEMENTS, PLANS
from caytre.contracts import notifications
from caytre.contracts.notifications import DayBegan
from caytre.core.consuming.consumer import Reaction, Received
from caytre.core.storing.database import Database
from caytre.core.storing.decision import Decision
from caytre.reference import localities

#: Only those whose next threshold has come; the others would be judged as they are.
_TO_JUDGE = "SELECT id FROM agreement WHERE stall_check_on <= $1 ORDER BY id"
_NEXT_CHECK = "SELECT min(stall_check_on) FROM agreement WHERE stall_check_on > $1"
_OF_UNITS = "SELECT id FROM {table} WHERE localities && $1::text[] ORDER BY id"


def _day(message: Received) -> str:
    return str(message.json()["day"])


@consumers.reaction(notifications.EVENTS_TOPIC, DayBegan.TYPE, key=_day)
async def follow_day(reaction: Reaction, message: Received) -> None:
    """Records of units that ended the day before pass to their successors; what time alone stalls is found."""
    today = DayBegan.model_validate(message.json()).day
    if ended := ended_on(today - timedelta(days=1)):
        await _pass_on(reaction, ended, today)
    for row in await reaction.connection.fetch(_TO_JUDGE, today):
        await AGREEMENTS.react(
            reaction.command, reaction.connection, row["id"], lambda agreement: _if_changed(agreement, today)
        )


def _if_changed(agreement: Agreement, today: date) -> Decision | None:
    said = agreement.time_passed(today)
    return Decision(said) if said else None


def ended_on(day: date) -> list[str]:
    """The units whose last day this was."""
    return [unit.id for unit in localities.all_localities(illustration=True) if unit.valid_to == day]


async def _pass_on(reaction: Reaction, ended: list[str], today: date) -> None:
    for row in await reaction.connection.fetch(_OF_UNITS.format(table="agreement"), ended):
        await _pass_on_agreement(reaction, row["id"], today)
    for row in await reaction.connection.fetch(_OF_UNITS.format(table="plan"), ended):
        await PLANS.react(reaction.command, reaction.connection, row["id"], lambda plan: if_said(plan.rehome(today)))


async def _pass_on_agreement(reaction: Reaction, id: UUID, today: date) -> None:
    def decide(agreement: Agreement) -> Decision | None:
        message = agreement.rehome(today)
        said = agreement.assess(today)
        return Decision((message, *said) if message else said) if message or said else None

    await AGREEMENTS.react(reaction.command, reaction.connection, id, decide)
    await open_cases(reaction, id, today)


async def awaited_day(database: Database, today: date) -> date | None:
    """The next day whose beginning changes something here: a threshold, or the end of a unit the day before."""
    threshold = await database.worker.fetchval(_NEXT_CHECK, today)
    return min((day for day in (threshold, localities.next_change(today)) if day is not None), default=None)
