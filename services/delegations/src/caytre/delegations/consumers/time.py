"""What time brings about: deadlines that fall due or run over, and the day that begins."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import date
from typing import Any
from uuid import UUID

from caytre.contracts import notifications
from caytre.contracts.delegations import DelegationsDeadline
from caytre.contracts.notifications import DayBegan, DeadlineDue, DeadlineMessage, DeadlineOverdue
from caytre.core.clock import day_of
from caytre.core.consuming.consumer import Reaction, Received
from caytre.core.storing.database import Database
from caytre.core.storing.store import Store
from caytre.delegations.consumers.listening import consumers, react, react_all
from caytre.delegations.model.rehoming import gone_up, rehome
from caytre.delegations.tables import DELEGATIONS, FINDINGS, FOLLOW_UPS, INVITATIONS, PLANS, STORES
from caytre.reference import localities

TOPIC = notifications.EVENTS_TOPIC
_YEAR_OVER = "SELECT id FROM annual_plan WHERE status IN ('APPROVED', 'ADJUSTING') AND year < $1"
_ADJUSTABLE = "SELECT id FROM annual_plan WHERE adjust_until < $1"
_EXPECTED = (
    "SELECT id FROM delegation WHERE (status = 'APPROVED' AND departs_on <= $1) "
    "OR (status = 'DEPARTED' AND returns_on < $1)"
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

#: How many records of a kind follow a merger in one day: a day's transaction stays short.
A_DAY = 2_000
_HOMELESS = {
    store.table.name: (
        f"SELECT id FROM {store.table.name} r WHERE r.localities && $1::text[] AND EXISTS ("
        "SELECT FROM unnest($1::text[], $2::text[]) AS gone (ended, today) "
        "WHERE r.localities @> ARRAY[gone.ended] AND NOT r.localities @> ARRAY[gone.today]) LIMIT $3"
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


@consumers.reaction(TOPIC, DayBegan.TYPE, key=lambda message: str(message.json()["day"]))
async def begin_the_day(reaction: Reaction, message: Received) -> None:
    """What is left of a year's plan lapses when the year is over; by their dates delegations leave or are back.

    After the last day on which plans are adjusted nobody waits for it.
    """
    day = DayBegan.model_validate(message.json()).day
    waiting = await reaction.connection.fetch(_ADJUSTABLE, day)
    await react_all(reaction, PLANS, [row["id"] for row in waiting], lambda plan: plan.end_adjustments(day))
    plans = await reaction.connection.fetch(_YEAR_OVER, day.year)
    await react_all(reaction, PLANS, [row["id"] for row in plans], lambda plan: plan.lapse(day))
    trips = await reaction.connection.fetch(_EXPECTED, day)
    await react_all(reaction, DELEGATIONS, [row["id"] for row in trips], lambda trip: trip.expect(day))


@consumers.reaction(TOPIC, DayBegan.TYPE, key=lambda message: str(message.json()["day"]))
async def rehome_records(reaction: Reaction, message: Received) -> None:
    """The locality that answers today for one that has ended reads and carries on its records, so many a day."""
    gone = gone_up(DayBegan.model_validate(message.json()).day)
    if not gone:
        return
    stores: Sequence[Store[Any]] = STORES
    for store in stores:
        rows = await reaction.connection.fetch(_HOMELESS[store.table.name], list(gone), list(gone.values()), A_DAY)
        await react_all(reaction, store, [row["id"] for row in rows], lambda record: rehome(record, gone))


async def awaited_day(database: Database, today: date) -> date | None:
    """The next day whose beginning changes something here: a year, a trip, or the end of a unit the day before."""
    dated = await database.worker.fetchval(_AWAITED, today)
    return min((day for day in (dated, localities.next_change(today)) if day is not None), default=None)


def _owner(deadline: DeadlineMessage) -> tuple[str, UUID]:
    kind, _, id = deadline.owner.partition("/")
    return kind, UUID(id)
