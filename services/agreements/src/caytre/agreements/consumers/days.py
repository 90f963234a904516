"""The beginning of a day: units that have ended, thresholds that have come."""

from __future__ import annotations

from datetime import date, timedelta
from uuid import UUID

from caytre.agreements.consumers.listening import consumers, if_said
from caytre.agreements.consumers.successions import open_cases
from caytre.agreements.model import Agreement
from caytre.agreements.model.proposing import BEFORE_SIGNATURE
from caytre.agreements.tables import AGREEMENTS, PLANS
from caytre.contracts import notifications
from caytre.contracts.message import OPEN
from caytre.contracts.notifications import DayBegan
from caytre.core.consuming.consumer import Reaction, Received
from caytre.core.storing.database import Database
from caytre.core.storing.decision import Decision
from caytre.reference import localities, procedures

#: Only those whose next threshold has come; the others would be judged as they are.
_TO_JUDGE = "SELECT id FROM agreement WHERE stall_check_on <= $1 AND id > $2 ORDER BY id LIMIT $3"
_NEXT_CHECK = "SELECT min(stall_check_on) FROM agreement WHERE stall_check_on > $1"
#: Of a restricted agreement only its encrypted part says whether it is in force.
_PERHAPS_IN_FORCE = "(status = 'IN_FORCE' OR sensitivity <> ALL ($1))"
_TO_REPORT = f"SELECT id FROM agreement WHERE {_PERHAPS_IN_FORCE} AND id > $2 ORDER BY id LIMIT $3"
_ANY_TO_REPORT = f"SELECT EXISTS (SELECT FROM agreement WHERE {_PERHAPS_IN_FORCE})"
#: Under an earlier version than the one in force, and not told of that one. A restricted one may be told, or signed.
_SUPERSEDED = """
SELECT a.id FROM agreement a JOIN unnest($1::text[], $2::int[]) later (code, version) ON later.code = a.procedure
WHERE later.version >
        greatest((document #>> '{procedure,version}')::int, (document #>> '{procedure_superseded,version}')::int)
    AND (status = ANY ($3) OR sensitivity <> ALL ($4)) AND id > $5 ORDER BY id LIMIT $6
"""
_OF_UNITS = "SELECT id FROM {table} WHERE localities && $1::text[] AND id > $2 ORDER BY id LIMIT $3"


def _day(message: Received) -> str:
    return str(message.json()["day"])


def _today(message: Received) -> date:
    return DayBegan.model_validate(message.json()).day


@consumers.paged_reaction(notifications.EVENTS_TOPIC, DayBegan.TYPE, key=_day)
async def pass_agreements_on(reaction: Reaction, message: Received) -> UUID | None:
    """Agreements of units that ended the day before pass to their successors, and have their case."""
    today = _today(message)
    if not (ended := ended_before(today)):
        return None

    async def pass_on(id: UUID) -> None:
        await AGREEMENTS.react(
            reaction.command, reaction.connection, id, lambda agreement: _if_passed_on(agreement, today)
        )
        await open_cases(reaction, id, today)

    return await reaction.page(_OF_UNITS.format(table="agreement"), ended, change=pass_on)


def _if_passed_on(agreement: Agreement, today: date) -> Decision | None:
    message = agreement.rehome(today)
    said = agreement.assess(today)
    return Decision((message, *said) if message else said) if message or said else None


@consumers.paged_reaction(notifications.EVENTS_TOPIC, DayBegan.TYPE, key=_day)
async def pass_plans_on(reaction: Reaction, message: Received) -> UUID | None:
    """Plans of units that ended the day before pass to their successors."""
    today = _today(message)
    if not (ended := ended_before(today)):
        return None

    async def pass_on(id: UUID) -> None:
        await PLANS.react(reaction.command, reaction.connection, id, lambda plan: if_said(plan.rehome(today)))

    return await reaction.page(_OF_UNITS.format(table="plan"), ended, change=pass_on)


@consumers.paged_reaction(notifications.EVENTS_TOPIC, DayBegan.TYPE, key=_day)
async def judge_anew(reaction: Reaction, message: Received) -> UUID | None:
    """What time alone stalls is found."""
    today = _today(message)

    async def judge(id: UUID) -> None:
        await AGREEMENTS.react(
            reaction.command, reaction.connection, id, lambda agreement: _if_changed(agreement, today)
        )

    return await reaction.page(_TO_JUDGE, today, change=judge)


@consumers.paged_reaction(notifications.EVENTS_TOPIC, DayBegan.TYPE, key=_day)
async def ask_for_reports(reaction: Reaction, message: Received) -> UUID | None:
    """With a year begins the clock of the report on it, for every agreement that is in force then."""
    today = _today(message)
    if (today.month, today.day) != (1, 1):
        return None

    async def ask(id: UUID) -> None:
        await AGREEMENTS.react(
            reaction.command, reaction.connection, id, lambda agreement: if_said(agreement.year_began(today))
        )

    return await reaction.page(_TO_REPORT, list(OPEN), change=ask)


@consumers.paged_reaction(notifications.EVENTS_TOPIC, DayBegan.TYPE, key=_day)
async def tell_of_later_procedures(reaction: Reaction, message: Received) -> UUID | None:
    """Agreements that are not signed yet are told of a later version of their procedure, once; none switches to it."""
    today = _today(message)
    later = [each for each in procedures.all_procedures() if each.version > 1 and each.in_force(today)]
    if not later:
        return None
    codes, versions = [each.code for each in later], [each.version for each in later]

    async def tell(id: UUID) -> None:
        await AGREEMENTS.react(
            reaction.command, reaction.connection, id, lambda agreement: if_said(agreement.procedure_passed(today))
        )

    return await reaction.page(_SUPERSEDED, codes, versions, list(BEFORE_SIGNATURE), list(OPEN), change=tell)


def _if_changed(agreement: Agreement, today: date) -> Decision | None:
    said = agreement.time_passed(today)
    return Decision(said) if said else None


def ended_before(today: date) -> list[str]:
    """The units whose last day was the one before."""
    yesterday = today - timedelta(days=1)
    return [unit.id for unit in localities.all_localities(illustration=True) if unit.valid_to == yesterday]


async def awaited_day(database: Database, today: date) -> date | None:
    """The next day whose beginning changes something here: a threshold, a year, a procedure, the end of a unit."""
    threshold = await database.worker.fetchval(_NEXT_CHECK, today)
    reports = await database.worker.fetchval(_ANY_TO_REPORT, list(OPEN))
    days = (
        threshold,
        date(today.year + 1, 1, 1) if reports else None,
        procedures.next_version(today),
        localities.next_change(today),
    )
    return min((day for day in days if day is not None), default=None)
