"""Two kinds of failure, told by type. *Not now*: try again, for as long as it takes. *Never*: park the message."""

from __future__ import annotations

import asyncpg
from aiokafka.errors import KafkaError

#: SQLSTATE classes that pass by themselves: connection, rollback (serialization, deadlock), resources, object state
#: (locks), operator intervention and system errors; and authorisation or a missing database, which operators mend
#: (PostgreSQL 18 manual, appendix A).
_PASSING_CLASSES = ("08", "40", "53", "55", "57", "58", "28", "3D", "XX")
#: Read-only transaction: the connection still leads to a server that is no longer the primary.
_PASSING_CODES = ("25006",)

#: The types among which those that pass are found; not all of them do.
PASSING = (asyncpg.PostgresError, asyncpg.InterfaceError, asyncpg.InternalClientError, OSError, KafkaError)


def is_passing(error: BaseException) -> bool:
    """Whether the same message may succeed later without anything being changed: *not now* rather than *never*."""
    if isinstance(error, BaseExceptionGroup):
        return all(is_passing(inner) for inner in error.exceptions)
    if isinstance(error, asyncpg.InvalidCachedStatementError):
        return True
    if isinstance(error, asyncpg.PostgresError):
        state = error.sqlstate or ""
        return state.startswith(_PASSING_CLASSES) or state in _PASSING_CODES
    # asyncpg's DataError is a ValueError (a value that cannot be encoded) and an InterfaceError (a lost connection).
    if isinstance(error, ValueError):
        return False
    return isinstance(error, PASSING)
