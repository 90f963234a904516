"""The two lists: partners and the register of agreements. Newest first, pages by keyset.

Accent-free search takes its candidates from one function that owns the trigram index; what a reader may not see is
left out there and again by row-level security here.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date
from typing import Any
from uuid import UUID

import sqlalchemy as sa
from sqlalchemy.dialects.postgresql import ARRAY
from sqlalchemy.dialects.postgresql.asyncpg import PGDialect_asyncpg
from sqlalchemy.sql.compiler import SQLCompiler

from caytre.agreements.tables import agreement, metadata, partner
from caytre.core.caller import Caller
from caytre.core.refusals import Words
from caytre.core.storing.database import Connection, Database
from caytre.core.storing.patterns import containing
from caytre.core.telemetry import span
from caytre.core.web.paging import Page, Value
from caytre.core.web.query_parameters import nobody
from caytre.reference.text import search_key

_DIALECT = PGDialect_asyncpg()  # type: ignore[no-untyped-call]
_IS_PARTNER = "SELECT EXISTS (SELECT FROM partner WHERE id = $1)"
_POSITION = "SELECT position FROM relay"


@dataclass(frozen=True, slots=True)
class AgreementFilter:
    """What a reader of the register looks for; empty members do not narrow."""

    status: Sequence[str] = ()
    locality: str | None = None
    responsible_locality: str | None = None
    country: str | None = None
    partner: UUID | None = None
    field: str | None = None
    sensitivity: str | None = None
    origin: str | None = None
    procedure: str | None = None
    register_no: str | None = None
    external_system: str | None = None
    external_id: str | None = None
    signed_from: date | None = None
    signed_to: date | None = None
    search: str | None = None


@dataclass(frozen=True, slots=True)
class PartnerFilter:
    """What a reader of the partners looks for."""

    country: str | None = None
    type: str | None = None
    status: str | None = None
    verified_on: date | None = None
    search: str | None = None
    origin: str | None = None
    external_system: str | None = None
    external_id: str | None = None


@dataclass(frozen=True, slots=True)
class Listed:
    """One page: texts of records, the sort key after which the next page begins, the journal position at reading."""

    items: list[str]
    next_key: tuple[Value, ...] | None
    position: int


async def list_agreements(
    database: Database, caller: Caller, wanted: AgreementFilter, page: Page, *, by_signing: bool
) -> Listed:
    """A page of the register, newest first or by day of signing, latest first.

    Raises RequestValidationError for a partner the reader may not know of.
    """
    columns = agreement.c
    conditions = _conditions(agreement, wanted.search)
    conditions += _equal(columns.responsible_locality, wanted.responsible_locality)
    conditions += _equal(columns.sensitivity, wanted.sensitivity)
    conditions += _equal(columns.origin, wanted.origin)
    conditions += _equal(columns.procedure, wanted.procedure)
    conditions += _equal(columns.register_no, wanted.register_no)
    conditions += _holds(columns.localities, wanted.locality)
    conditions += _holds(columns.countries, wanted.country)
    conditions += _holds(columns.fields, wanted.field)
    conditions += _holds(columns.partner_ids, wanted.partner)
    if wanted.status:
        conditions.append(columns.status.in_(wanted.status))
    # A span of days fits if the agreement may have been signed within it.
    if wanted.signed_from:
        conditions.append(columns.signed_latest >= wanted.signed_from)
    if wanted.signed_to:
        conditions.append(columns.signed_earliest <= wanted.signed_to)
    conditions += _referenced(agreement, wanted.external_system, wanted.external_id)
    order = [columns.signed_order, columns.id] if by_signing else [columns.id]
    return await _page(database, caller, agreement, conditions, order, page, of=wanted.partner)


async def list_partners(database: Database, caller: Caller, wanted: PartnerFilter, page: Page) -> Listed:
    """A page of the partners, newest first."""
    columns = partner.c
    conditions = _conditions(partner, wanted.search)
    conditions += _equal(columns.country, wanted.country)
    conditions += _equal(columns.partner_type, wanted.type)
    conditions += _equal(columns.status, wanted.status)
    conditions += _equal(columns.origin, wanted.origin)
    if wanted.verified_on:
        conditions += [columns.verified_until >= wanted.verified_on, columns.status == "ACTIVE"]
    conditions += _referenced(partner, wanted.external_system, wanted.external_id)
    return await _page(database, caller, partner, conditions, [columns.id], page)


def _conditions(table: sa.Table, search: str | None) -> list[sa.ColumnElement[bool]]:
    words = sorted(search_key(search).split(), key=len, reverse=True) if search else []
    if not words:
        return []
    found = getattr(sa.func, f"{table.name}_found")(sa.cast(containing(words), ARRAY(sa.Text)))
    return [table.c.id.in_(sa.select(found))]


def _equal(column: sa.ColumnElement[Any], value: object) -> list[sa.ColumnElement[bool]]:
    return [] if value is None else [column == value]


def _holds(column: sa.ColumnElement[Any], value: object) -> list[sa.ColumnElement[bool]]:
    return [] if value is None else [column.op("@>")(sa.cast([value], column.type))]


def _referenced(table: sa.Table, system: str | None, id: str | None) -> list[sa.ColumnElement[bool]]:
    refs = metadata.tables["external_ref"]
    if system is None and id is None:
        return []
    wanted = sa.select(refs.c.record_id).where(*_equal(refs.c.system, system), *_equal(refs.c.external_id, id))
    return [table.c.id.in_(wanted)]


async def _page(
    database: Database,
    caller: Caller,
    table: sa.Table,
    conditions: list[sa.ColumnElement[bool]],
    order: list[sa.Column[Any]],
    page: Page,
    *,
    of: UUID | None = None,
) -> Listed:
    if page.after is not None:
        after = [sa.literal(_typed(column, value)) for column, value in zip(order, page.after, strict=True)]
        conditions = [*conditions, sa.tuple_(*order) < sa.tuple_(*after)]
    shown = sa.cast(table.c.document, sa.Text).label("document")
    query = sa.select(shown, *order).where(*conditions).order_by(*[c.desc() for c in order]).limit(page.limit + 1)
    async with database.reading(caller) as connection:
        if of is not None and not await connection.fetchval(_IS_PARTNER, of):
            raise nobody("partner", Words("đối tác", "partner"))
        position = await connection.fetchval(_POSITION)
        rows = await _fetch(connection, query, table.name)
    more = len(rows) > page.limit
    rows = rows[: page.limit]
    key = tuple(str(rows[-1][column.name]) for column in order) if more else None
    return Listed([row["document"] for row in rows], key, position)


def _typed(column: sa.Column[Any], value: Value) -> object:
    return UUID(str(value)) if isinstance(column.type, sa.UUID) else value


async def _fetch(connection: Connection, query: sa.Select[Any], name: str) -> Any:
    compiled = query.compile(dialect=_DIALECT, compile_kwargs={"render_postcompile": True})
    places = (compiled.positiontup if isinstance(compiled, SQLCompiler) else None) or []
    with span(f"list {name}"):
        return await connection.fetch(str(compiled), *[compiled.params[place] for place in places])
