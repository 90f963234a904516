"""What a search for conflicts costs among many delegations, against the same among few and against a scan of all.

The delegations of every year are as many and as close to each other; there are only more years. Two databases that
differ in that alone take turns, so that what the machine does besides meets both alike. A search writes the stays of
the delegation, reads what is near them and decides; it is taken back after it was measured.
"""

import asyncio
from collections.abc import Sequence
from dataclasses import dataclass, field
from datetime import date, timedelta
from random import Random
from time import perf_counter
from uuid import UUID

import asyncpg

from caytre.bench.engines import Engines
from caytre.bench.results import Goal, Result, Table, middle, percentile
from caytre.contracts.agreements import StatedDate
from caytre.contracts.delegations import Host, Member, Stop
from caytre.core.clock import business_today
from caytre.core.ids import new_id
from caytre.core.keyring import Keyring
from caytre.core.storing import migrations
from caytre.core.storing.database import Database
from caytre.delegations.commands.scanning import search, stay_in
from caytre.delegations.main import service
from caytre.delegations.model import Delegation
from caytre.delegations.model.conflicts import conflicts_of
from caytre.delegations.model.people import Traveller
from caytre.reference.localities import all_localities

#: Among many at most so many times as long as among few.
GOAL = 1.5
#: What one year looks like: 34 provinces with thirty trips each, to a few countries and partners.
A_YEAR, PEOPLE, HOSTS = 1_000, 4_000, 300
COUNTRIES = ("KR", "JP", "FR", "US", "CN", "DE", "TH", "LA", "SG", "AU")

#: Six people, a host, a mission and perhaps a leader for each; hosts and people are other ones every year.
_FILL = """
INSERT INTO stay (delegation_id, kind, key, during, localities)
SELECT trip.id, taken.kind, taken.key, daterange(trip.first, trip.first + trip.days, '[]'), ARRAY[trip.locality]
FROM (SELECT gen_random_uuid() AS id, n % $2::int AS year, ($1::text[])[1 + n % cardinality($1::text[])] AS locality,
             $3::date + (n % $2::int) * 365 + (random() * 364)::int AS first, 2 + (random() * 5)::int AS days,
             random() AS chance
      FROM generate_series(1, $4::int) n) trip,
     LATERAL (SELECT 'person' AS kind, trip.year || '-' || (random() * $5::int)::int AS key FROM generate_series(1, 6)
              UNION SELECT 'host', lpad(to_hex(trip.year * 1000 + (trip.chance * $6::int)::int), 32, '0')::uuid::text
              UNION SELECT 'mission', ($7::text[])[1 + (trip.chance * 1000)::int % cardinality($7::text[])]
              UNION SELECT 'leader', trip.locality || '/pc_chair' WHERE trip.chance < 0.3) taken
"""
_EVERYTHING = "SELECT delegation_id, localities, kind, key, lower(during) AS first, upper(during) - 1 AS last FROM stay"


@dataclass(frozen=True, slots=True)
class Plan:
    """How many delegations are in either database, how many searches are made, and how many scans of all."""

    few: int = 1_000
    many: int = 100_000
    searches: int = 300
    scans: int = 3


@dataclass(slots=True)
class _Stage:
    database: Database
    delegations: int
    trips: Sequence[Delegation]
    milliseconds: list[float] = field(default_factory=list)
    naive: list[float] = field(default_factory=list)
    found: int = 0


def measure(engines: Engines, plan: Plan) -> Result:
    """Run it."""
    return asyncio.run(_measure(engines, plan))


async def _measure(engines: Engines, plan: Plan) -> Result:
    ring = Keyring("delegations", "k1", {"k1": bytes(32)})
    for store in service.stores:
        store.use(ring)
    stages = [await _stage(engines, size, plan.searches) for size in (plan.few, plan.many)]
    try:
        for n in range(plan.searches):
            for stage in stages:
                taken = await _search(stage, stage.trips[n])
                # The first searches warm statements and pages and do not count.
                stage.milliseconds += [taken] if n >= plan.searches // 10 else []
        for stage in stages:
            stage.naive = [await _scan(stage, trip) for trip in stage.trips[: plan.scans]]
    finally:
        for stage in stages:
            await stage.database.close()
    return _result(plan, stages)


async def _stage(engines: Engines, size: int, searches: int) -> _Stage:
    name = engines.postgres.ensure_database("delegations", f"caytre_delegations_{size}")
    url = engines.postgres.database_url("delegations", name)
    await migrations.migrate(url, service.migrations)
    began, provinces = business_today() + timedelta(days=30), [unit.id for unit in all_localities(business_today())]
    years = max(1, size // A_YEAR)
    owner = await asyncpg.connect(url)
    try:
        # An index is built faster than it is kept.
        await owner.execute("DROP INDEX ix_stay_kind_key_during")
        await owner.execute(_FILL, provinces, years, began, size, PEOPLE, HOSTS, list(COUNTRIES))
        await owner.execute("CREATE INDEX ix_stay_kind_key_during ON stay USING gist (kind, key, during)")
        await owner.execute("ANALYZE stay")
    finally:
        await owner.close()
    chance = Random(size)
    trips = [_trip(chance, provinces, began, years) for _ in range(searches)]
    return _Stage(await Database.open("delegations", url), size, trips)


def _trip(chance: Random, provinces: Sequence[str], began: date, years: int) -> Delegation:
    year = chance.randrange(years)
    first = began + timedelta(days=365 * year + chance.randrange(364))
    last = first + timedelta(days=chance.randrange(2, 8))
    people = tuple(
        Traveller(number=n, name="Người Minh Họa", digests=(f"{year}-{chance.randrange(PEOPLE)}",)) for n in range(1, 7)
    )
    host = Host(partner_id=UUID(int=year * 1000 + chance.randrange(HOSTS)))
    mission = chance.choice(COUNTRIES)
    return Delegation(
        id=new_id(),
        status="SUBMITTED",
        locality=chance.choice(provinces),
        title="Đoàn minh họa",
        departs_on=StatedDate.on_day(first),
        returns_on=StatedDate.on_day(last),
        stops=(Stop(country=mission, arrives=first, leaves=last, hosts=(host,)),),
        members=(Member(number=1, role="head", post="party_secretary"),),
        people=people,
    )


async def _search(stage: _Stage, trip: Delegation) -> float:
    async with stage.database.worker.acquire() as connection:
        transaction = connection.transaction()
        await transaction.start()
        began = perf_counter()
        found, _ = await search(connection, trip)
        taken = (perf_counter() - began) * 1000
        await transaction.rollback()
    stage.found += len(found)
    return taken


async def _scan(stage: _Stage, trip: Delegation) -> float:
    began = perf_counter()
    rows = await stage.database.worker.fetch(_EVERYTHING, timeout=600)
    conflicts_of(trip.id, [*trip.stays(), *map(stay_in, rows)])
    return (perf_counter() - began) * 1000


def _result(plan: Plan, stages: Sequence[_Stage]) -> Result:
    rows = [
        (
            stage.delegations,
            middle(stage.milliseconds),
            percentile(stage.milliseconds, 99),
            round(stage.found / plan.searches, 1),
            middle(stage.naive),
        )
        for stage in stages
    ]
    ratio = rows[1][2] / rows[0][2]
    columns = ("delegations", "median", "p99", "conflicts found per search", "scan of all, median")
    return Result(
        "conflicts",
        "Searching a delegation's conflicts among many others",
        {"few": plan.few, "many": plan.many, "searches": plan.searches},
        [Table("milliseconds per search", columns, rows)],
        [Goal(f"p99 at {plan.many:,} against {plan.few:,}", f"≤ {GOAL} ×", f"{ratio:.2f} ×", ratio <= GOAL)],
        [
            "Searches run one at a time by design; each writes the stays of its delegation and reads what is near.",
            "The scan of all reads every stay and compares; it stands for a search without an index.",
        ],
    )
