"""Old rows go in steps: no statement is so long that it runs into its time limit, and has to begin again for ever."""

from __future__ import annotations

from typing import Any

from caytre.core.storing.database import Pool

#: How many rows one statement deletes.
STEP = 10_000


async def purge(pool: Pool, table: str, old: str, *arguments: Any, step: int = STEP) -> int:
    """Delete the rows of `table` for which the condition `old` holds ($1, $2, … are `arguments`); returns how many."""
    limit = f"${len(arguments) + 1}"
    statement = f"DELETE FROM {table} WHERE ctid = ANY (ARRAY(SELECT ctid FROM {table} WHERE {old} LIMIT {limit}))"
    purged, gone = 0, step
    while gone == step:
        gone = int((await pool.execute(statement, *arguments, step)).rsplit(" ", 1)[1])
        purged += gone
    return purged
