"""Lists of records: newest first or in another order of the service's own, pages by keyset, under the reader's scope.

Accent-free search takes its candidates from one function per table (`<table>_found`) that owns the trigram index; what
a reader may not see is left out there and again by row-level security here.
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any
from uuid import UUID

import sqlalchemy as sa
from sqlalchemy.dialects.postgresql import ARRAY
from sqlalchemy.dialects.postgresql.asyncpg import PGDialect_asyncpg
from sqlalchemy.sql.compiler import SQLCompiler

from caytre.core.caller import Caller
from caytre.core.refusals import Words
from caytre.core.storing.database import Connection, Database
from caytre.core.storing.patterns import containing
from caytre.core.telemetry import span
from caytre.core.web.paging import Page, Value
from caytre.core.web.query_parameters import nobody
from caytre.reference.text import search_key

_DIALECT = PGDialect_asyncpg()  # type: ignore[no-untyped-call]
_KNOWN = "SELECT EXISTS (SELECT FROM {table} WHERE id = $1)"
_POSITION = "SELECT position FROM relay"


@dataclass(frozen=True, slots=True)
class Listed:
    """One page: texts of records, the sort key after which the next page begins, the journal position at reading."""

    items: list[str]
    next_key: tuple[Value, ...] | None
    position: int


@dataclass(frozen=True, slots=True)
class Known:
    """The record a list is narrowed to, which its reader must know of: the parameter, what it names, where it lies."""

    parameter: str
    what: Words
    table: sa.Table
    id: UUID


def found(table: sa.Table, search: str | None) -> list[sa.ColumnElement[bool]]:
    """Records whose text has all these words, whatever their accents."""
    words = sorted(search_key(search).split(), key=len, reverse=True) if search else []
    if not words:
        return []
    found = getattr(sa.func, f"{table.name}_found")(sa.cast(containing(words), ARRAY(sa.Text)))
    return [table.c.id.in_(sa.select(found))]


def equal(column: sa.ColumnElement[Any], value: object) -> list[sa.ColumnElement[bool]]:
    """Records with this value; None does not narrow."""
    return [] if value is None else [column == value]


def holds(column: sa.ColumnElement[Any], value: object) -> list[sa.ColumnElement[bool]]:
    """Records with this value among others; None does not narrow."""
    return [] if value is None else [column.op("@>")(sa.cast([value], column.type))]


def referenced(table: sa.Table, system: str | None, id: str | None) -> list[sa.ColumnElement[bool]]:
    """Records that carry this external reference, or any of this system."""
    refs = table.metadata.tables["external_ref"]
    if system is None and id is None:
        return []
    wanted = sa.select(refs.c.record_id).where(*equal(refs.c.system, system), *equal(refs.c.external_id, id))
    return [table.c.id.in_(wanted)]


async def listed(
    database: Database,
    caller: Caller,
    table: sa.Table,
    conditions: list[sa.ColumnElement[bool]],
    order: list[sa.Column[Any]],
    page: Page,
    *,
    ascending: bool = False,
    of: Known | None = None,
) -> Listed:
    """One page of a table for this reader, in descending or ascending `order`, whose last column is unique.

    Raises RequestValidationError (422) when the reader may not know of the record that the list is to be `of`.
    """
    if page.after is not None:
        after = sa.tuple_(*[sa.literal(_typed(column, value)) for column, value in zip(order, page.after, strict=True)])
        key = sa.tuple_(*order)
        conditions = [*conditions, key > after if ascending else key < after]
    shown = sa.cast(table.c.document, sa.Text).label("document")
    sorting = [column.asc() if ascending else column.desc() for column in order]
    query = sa.select(shown, *order).where(*conditions).order_by(*sorting).limit(page.limit + 1)
    async with database.reading(caller) as connection:
        if of is not None and not await connection.fetchval(_KNOWN.format(table=of.table.name), of.id):
            raise nobody(of.parameter, of.what)
        position = await connection.fetchval(_POSITION)
        rows = await _fetch(connection, query, table.name)
    more = len(rows) > page.limit
    rows = rows[: page.limit]
    last = tuple(str(rows[-1][column.name]) for column in order) if more else None
    return Listed([row["document"] for row in rows], last, position)


def _typed(column: sa.Column[Any], value: Value) -> object:
    return UUID(str(value)) if isinstance(column.type, sa.UUID) else value


async def _fetch(connection: Connection, query: sa.Select[Any], name: str) -> Any:
    compiled = query.compile(dialect=_DIALECT, compile_kwargs={"render_postcompile": True})
    places = (compiled.positiontup if isinstance(compiled, SQLCompiler) else None) or []
    with span(f"list {name}"):
        return await connection.fetch(str(compiled), *[compiled.params[place] for place in places])
