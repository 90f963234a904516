"""What time brings about: deadlines that fall due or run over, and the day that begins."""

from __future__ import annotations

from collections.abc import Awaitable, Callable
from datetime import date
from typing import Any
from uuid import UUID

from caytre.contracts import notifications
from caytre.contracts.delegations import DelegationsDeadline
from caytre.contracts.message import OPEN, Message
from caytre.contracts.notifications import DayBegan, DeadlineDue, DeadlineMessage, DeadlineOverdue
from caytre.core.clock import day_of
from caytre.core.consuming.consumer import Reaction, Received
from caytre.core.storing.database import Database
from caytre.core.storing.store import Store
from caytre.delegations.consumers.listening import R, consumers, react
from caytre.delegations.model.preparing import PROCEDURE
from caytre.delegations.model.rehoming import gone_up, rehome
from caytre.delegations.model.superseding import NOT_APPROVED
from caytre.delegations.tables import DELEGATIONS, FINDINGS, FOLLOW_UPS, INVITATIONS, PLANS, STORES
from caytre.reference import localities, procedures

TOPIC = notifications.EVENTS_TOPIC
_PAGE = "AND id > $2 ORDER BY id LIMIT $3"
_YEAR_OVER = f"SELECT id FROM annual_plan WHERE status IN ('APPROVED', 'ADJUSTING') AND year < $1 {_PAGE}"
_ADJUSTABLE = f"SELECT id FROM annual_plan WHERE adjust_until < $1 {_PAGE}"
_EXPECTED = (
    "SELECT id FROM delegation WHERE (status = 'APPROVED' AND departs_on <= $1 "
    f"OR status = 'DEPARTED' AND returns_on < $1) {_PAGE}"
)
#: Under an earlier version than the one in force, and not told of that one. Of a restricted one no document says so.
_SUPERSEDED = (
    "SELECT id FROM delegation WHERE status = ANY ($1) AND (sensitivity <> ALL ($2) OR $3 > greatest("
    "(document #>> '{procedure,version}')::int, (document #>> '{procedure_superseded,version}')::int)) "
    "AND id > $4 ORDER BY id LIMIT $5"
)

#: The next end of a year with plans or of their adjustment, and the next days on which trips should begin or be over.
_AWAITED = """
SELECT least(
    (SELECT make_date(min(year) + 1, 1, 1) FROM annual_plan
     WHERE status IN ('APPROVED', 'ADJUSTING') AND year >= extract(year FROM $1::date)),
    (SELECT min(adjust_until) + 1 FROM annual_plan WHERE adjust_until >= $1),
    (SELECT min(departs_on) FROM delegation WHERE status = 'APPROVED' AND departs_on > $1),
    (SELECT min(returns_on) + 1 FROM delegation WHERE status = 'DEPARTED' AND returns_on >= $1)
)
"""

_HOMELESS = {
    store.table.name: (
        f"SELECT id FROM {store.table.name} r WHERE r.localities && $1::text[] AND EXISTS ("
        "SELECT FROM unnest($1::text[], $2::text[]) AS gone (ended, today) "
        "WHERE r.localities @> ARRAY[gone.ended] AND NOT r.localities @> ARRAY[gone.today]) "
        "AND id > $3 ORDER BY id LIMIT $4"
    )
    for store in STORES
}


def _identity(message: Received) -> str:
    return DeadlineDue.model_validate(message.json()).identity


def _identity_and_level(message: Received) -> str:
    deadline = DeadlineOverdue.model_validate(message.json())
    return f"{deadline.identity}#{deadline.level}"


@consumers.reaction(TOPIC, DeadlineOverdue.TYPE, key=_identity_and_level)
async def flag_overdue(reaction: Reaction, message: Received) -> None:
    """Mark the report, the answer, the channel or the promise that has not come in time."""
    deadline = DeadlineOverdue.model_validate(message.json())
    kind, id = _owner(deadline)
    match kind, deadline.code:
        case "delegation", DelegationsDeadline.DEL_REPORT:
            since = deadline.due_on or day_of(message.time)
            await react(reaction, DELEGATIONS, id, lambda trip: trip.report_ran_over(since))
        case "finding", DelegationsDeadline.DEL_CONFLICT_ANSWER:
            await react(
                reaction, FINDINGS, id, lambda finding: finding.ran_over(deadline.discriminator, deadline.round)
            )
        case "invitation", DelegationsDeadline.INV_CHANNEL:
            await react(reaction, INVITATIONS, id, lambda invitation: invitation.channel_ran_over())
        case "follow_up", DelegationsDeadline.FOLLOW_UP:
            await react(reaction, FOLLOW_UPS, id, lambda follow_up: follow_up.ran_over(deadline.round))


@consumers.reaction(TOPIC, DeadlineDue.TYPE, key=_identity)
async def follow_time(reaction: Reaction, message: Received) -> None:
    """An invitation that holds until a day lapses after it."""
    deadline = DeadlineDue.model_validate(message.json())
    kind, id = _owner(deadline)
    if kind == "invitation" and deadline.code == DelegationsDeadline.INV_LAPSE:
        await react(reaction, INVITATIONS, id, lambda invitation: invitation.ran_out(message.time))


def _day(message: Received) -> str:
    return str(message.json()["day"])


def _today(message: Received) -> date:
    return DayBegan.model_validate(message.json()).day


async def _each(
    reaction: Reaction, store: Store[R], statement: str, *arguments: object, act: Callable[[R], Message | None]
) -> UUID | None:
    return await reaction.page(statement, *arguments, change=lambda id: react(reaction, store, id, act))


@consumers.paged_reaction(TOPIC, DayBegan.TYPE, key=_day)
async def end_adjustments(reaction: Reaction, message: Received) -> UUID | None:
    """After the last day on which plans are adjusted nobody waits for it."""
    day = _today(message)
    return await _each(reaction, PLANS, _ADJUSTABLE, day, act=lambda plan: plan.end_adjustments(day))


@consumers.paged_reaction(TOPIC, DayBegan.TYPE, key=_day)
async def lapse_plans(reaction: Reaction, message: Received) -> UUID | None:
    """What is left of a year's plan lapses when the year is over."""
    day = _today(message)
    return await _each(reaction, PLANS, _YEAR_OVER, day.year, act=lambda plan: plan.lapse(day))


@consumers.paged_reaction(TOPIC, DayBegan.TYPE, key=_day)
async def expect_trips(reaction: Reaction, message: Received) -> UUID | None:
    """By their dates delegations leave or are back."""
    day = _today(message)
    return await _each(reaction, DELEGATIONS, _EXPECTED, day, act=lambda trip: trip.expect(day))


@consumers.paged_reaction(TOPIC, DayBegan.TYPE, key=_day)
async def tell_of_later_procedures(reaction: Reaction, message: Received) -> UUID | None:
    """Trips that are not approved yet are told of a later version of their procedure, once; none switches to it."""
    day = _today(message)
    later = procedures.successor(procedures.by_version(PROCEDURE, 1), day)
    if later is None:
        return None
    arguments = (list(NOT_APPROVED), list(OPEN), later.version)
    return await _each(reaction, DELEGATIONS, _SUPERSEDED, *arguments, act=lambda trip: trip.procedure_passed(day))


def _rehoming(store: Store[Any]) -> Callable[[Reaction, Received], Awaitable[UUID | None]]:
    async def rehome_records(reaction: Reaction, message: Received) -> UUID | None:
        gone = gone_up(_today(message))
        if not gone:
            return None
        statement = _HOMELESS[store.table.name]
        arguments = (list(gone), list(gone.values()))
        return await _each(reaction, store, statement, *arguments, act=lambda record: rehome(record, gone))

    rehome_records.__name__ = f"rehome_{store.table.name}"
    return rehome_records


for _store in STORES:
    # The locality that answers today for one that has ended reads and carries on its records.
    consumers.paged_reaction(TOPIC, DayBegan.TYPE, key=_day)(_rehoming(_store))


async def awaited_day(database: Database, today: date) -> date | None:
    """The next day whose beginning changes something here: a year, a trip, a procedure, the end of a unit."""
    dated = await database.worker.fetchval(_AWAITED, today)
    days = (dated, procedures.next_version(today), localities.next_change(today))
    return min((day for day in days if day is not None), default=None)


def _owner(deadline: DeadlineMessage) -> tuple[str, UUID]:
    kind, _, id = deadline.owner.partition("/")
    return kind, UUID(id)
