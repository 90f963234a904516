"""What firing a deadline costs among many open ones, against the same among few.

Two databases that differ only in how many deadlines are open take turns, so that what the machine does besides meets
both alike. One round fires deadlines that have come; a deadline that fires says its messages in the same statement.
"""

import asyncio
from dataclasses import dataclass
from datetime import date, timedelta
from time import perf_counter

from caytre.bench.engines import Engines
from caytre.bench.results import Goal, Result, Table, middle, percentile
from caytre.contracts.message import Deadline as Wanted
from caytre.contracts.notifications import Cause
from caytre.core.clock import business_now, business_today
from caytre.core.ids import new_id
from caytre.core.storing import migrations
from caytre.core.storing.database import Database
from caytre.notifications.commands.calendar import counted, seed
from caytre.notifications.commands.firing import Timers
from caytre.notifications.main import service
from caytre.notifications.model import Deadline
from caytre.notifications.model.deadline import Owner

#: Among many at most so many times as long as among few.
GOAL = 1.5

_FILL = """
INSERT INTO deadline (id, version, document, sensitivity, localities, owner, code, status, answerable, due_order,
                      is_open, next_at, calendar_checked)
SELECT made.id, 1,
       $1::jsonb || jsonb_build_object('id', made.id, 'version', 1, 'owner', 'agreement/' || made.id),
       'internal', '{VN-P-2025-33}', 'agreement/' || made.id, 'AGR_PM_REPORT', 'SCHEDULED', 'VN-P-2025-33', $2::text,
       true, $3::timestamptz + random() * interval '300 days', 1
FROM (SELECT uuidv7() AS id FROM generate_series(1, $4)) made
"""


@dataclass(frozen=True, slots=True)
class Plan:
    """How many are open in either database, and how many fire in each of the rounds."""

    few: int = 1_000
    many: int = 100_000
    rounds: int = 8
    due: int = 150


@dataclass(slots=True)
class _Stage:
    database: Database
    open: int
    milliseconds: list[float]


def measure(engines: Engines, plan: Plan) -> Result:
    """Run it."""
    return asyncio.run(_measure(engines, plan))


async def _measure(engines: Engines, plan: Plan) -> Result:
    stages = [await _stage(engines, size) for size in (plan.few, plan.many)]
    try:
        for round_ in range(plan.rounds + 1):
            for stage in stages:
                taken = await _round(stage, plan.due)
                # The first round warms statements and pages and does not count.
                stage.milliseconds += taken if round_ else []
    finally:
        for stage in stages:
            await stage.database.close()
    return _result(plan, stages)


async def _stage(engines: Engines, size: int) -> _Stage:
    name = engines.postgres.ensure_database("notifications", f"caytre_notifications_{size}")
    url = engines.postgres.database_url("notifications", name)
    await migrations.migrate(url, service.migrations)
    database = await Database.open("notifications", url)
    await seed(database)
    await _fill(database, business_today() + timedelta(days=400), size)
    await database.worker.execute("ANALYZE deadline")
    return _Stage(database, size, [])


async def _fill(database: Database, anchor: date, size: int) -> None:
    async with database.worker.acquire() as connection:
        calendar = await counted(connection)
    wanted = Wanted(code="AGR_PM_REPORT", anchor=anchor, n=15, unit="CALENDAR", answerable="VN-P-2025-33")
    owner = Owner(f"agreement/{new_id()}", "x", "internal", ("VN-P-2025-33",))
    cause = Cause(message_id=new_id(), type="caytre.agreement.signed.v1", correlation=new_id())
    deadline, _ = Deadline.open(wanted, owner, cause, calendar, business_now())
    arguments = (deadline.open_text(), str(deadline.due_on), deadline.next_at, size)
    await database.worker.execute(_FILL, *arguments)


async def _round(stage: _Stage, due: int) -> list[float]:
    await _fill(stage.database, business_today() - timedelta(days=360), due)
    timers, taken, fired = Timers(stage.database), [], 0
    while fired < due:
        began = perf_counter()
        done = await timers.fire_deadlines(business_now())
        if not done:
            raise RuntimeError("nothing fires although something is due")
        taken.append((perf_counter() - began) * 1000 / done)
        fired += done
    return taken


def _result(plan: Plan, stages: list[_Stage]) -> Result:
    rows = [(stage.open, middle(stage.milliseconds), percentile(stage.milliseconds, 99)) for stage in stages]
    ratio = rows[1][1] / rows[0][1]
    return Result(
        "timers",
        "Firing deadlines among many open ones",
        {"few": plan.few, "many": plan.many, "rounds": plan.rounds, "due": plan.due},
        [Table("milliseconds per deadline fired", ("open", "median", "slowest round"), rows)],
        [Goal(f"{plan.many:,} open against {plan.few:,}", f"≤ {GOAL} ×", f"{ratio:.2f} ×", ratio <= GOAL)],
        ["One process fires one deadline after the other; each says up to six messages in its statement."],
    )
