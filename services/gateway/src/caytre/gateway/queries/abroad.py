"""Which delegations are abroad on a day, in one place or all of them."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date, datetime, time, timedelta
from typing import Any
from uuid import UUID

from caytre.contracts.delegations import DelegationDeparted, DelegationReturned
from caytre.core.clock import VIETNAM
from caytre.core.storing.database import Connection
from caytre.gateway.queries.lines import DOCUMENTED, Line, line_of
from caytre.gateway.record_rows import NO_DAY

# Who has left and is not back is abroad until today, or as long as was planned. A restricted one has no days and no
# countries here; that it left, and when that was told, is in its envelopes.
_AWAY = """
SELECT r.id FROM record_view r
WHERE r.away_until >= $1 AND r.away_from <= $1 AND (r.away_until < $3 OR $1 <= greatest(r.ends_on, $2))
  AND ($4::text IS NULL OR $4 = ANY (r.localities)) AND ($5::text IS NULL OR $5 = ANY (r.countries))
UNION ALL
SELECT r.id FROM record_view r
WHERE r.kind = 'delegation' AND r.status = '' AND $1 <= $2
  AND ($4::text IS NULL OR $4 = ANY (r.localities)) AND $5::text IS NULL
  AND EXISTS (SELECT FROM act a WHERE a.record_id = r.id AND a.type = $8 AND a.at < $7)
  AND NOT EXISTS (SELECT FROM act a WHERE a.record_id = r.id AND a.type = $9 AND a.at < $6)
"""
_PAGE = f"""
SELECT {DOCUMENTED} FROM record_view r
WHERE r.id IN ({_AWAY}) AND ($10::uuid IS NULL OR r.id < $10) ORDER BY r.id DESC LIMIT $11
"""
# Of the localities the one that answers today stands last.
_COUNTED = f"""
WITH here AS (
    SELECT r.localities[cardinality(r.localities)] AS locality, r.countries,
           coalesce(jsonb_array_length(r.document -> 'members'), 0) AS travellers
    FROM record_view r WHERE r.id IN ({_AWAY})
)
SELECT 'locality' AS what, locality AS place, count(*) AS delegations, sum(travellers) AS travellers
FROM here WHERE locality IS NOT NULL GROUP BY locality
UNION ALL
SELECT 'country', c.country, count(*), sum(travellers) FROM here CROSS JOIN unnest(here.countries) c (country)
GROUP BY c.country ORDER BY what, delegations DESC, place
"""


@dataclass(frozen=True, slots=True)
class Sought:
    """The day, and the one that is today; a locality or a country of the trip, or all that the reader may know of."""

    day: date
    today: date
    locality: str | None = None
    country: str | None = None

    @property
    def arguments(self) -> tuple[Any, ...]:
        """What the statement asks for: the day also as the moments between which it lies."""
        morning = datetime.combine(self.day, time(), VIETNAM)
        moments = morning, morning + timedelta(days=1)
        told = DelegationDeparted.TYPE, DelegationReturned.TYPE
        return self.day, self.today, NO_DAY, self.locality, self.country, *moments, *told


@dataclass(frozen=True, slots=True)
class Counted:
    """How many delegations, and how many travel with those of which that is known."""

    place: str
    delegations: int
    travellers: int


async def abroad(connection: Connection, sought: Sought, *, before: UUID | None, most: int) -> list[Line]:
    """At most so many delegations, from the newest, older than `before`, with what the view holds of them."""
    return [line_of(row) for row in await connection.fetch(_PAGE, *sought.arguments, before, most)]


async def counted(connection: Connection, sought: Sought) -> dict[str, list[Counted]]:
    """All of them by `locality` that sends them and by `country` of their trips, the most first."""
    found: dict[str, list[Counted]] = {"locality": [], "country": []}
    for row in await connection.fetch(_COUNTED, *sought.arguments):
        found[row["what"]].append(Counted(row["place"], row["delegations"], int(row["travellers"])))
    return found
