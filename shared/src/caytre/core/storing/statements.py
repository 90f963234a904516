"""The one SQL statement of a command, written in SQLAlchemy Core and compiled once per shape.

    guard   (SELECT … FOR SHARE)         rows of other records that must still be as they were read
    changed (INSERT | UPDATE … WHERE version = expected AND every guard held)
    claims  (INSERT … FROM changed)      rows with named constraints: references, seats, slots
    sent    (INSERT INTO outbox … FROM changed)
    INSERT INTO idempotency … FROM changed RETURNING version

Everything after `changed` is written from it, so that nothing happens unless the change itself did. The record's JSON
is sent once, as bytes: it is the document, the state in every message, and the body of the idempotency row.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from functools import cache
from typing import Any, cast

import sqlalchemy as sa
from sqlalchemy.dialects.postgresql import ARRAY
from sqlalchemy.dialects.postgresql.asyncpg import PGDialect_asyncpg
from sqlalchemy.sql.compiler import SQLCompiler

_DIALECT = PGDialect_asyncpg()  # type: ignore[no-untyped-call]

#: Message columns that differ between the messages of one command; others are the command's own or the record's.
_PER_MESSAGE = ("ordinal", "message_id", "type", "data")
_PER_COMMAND = (
    "occurred_at",
    "actor",
    "pseudonym",
    "traceparent",
    "correlation_id",
    "causation_id",
)
_KEYED = ("client", "subject", "key", "fingerprint", "kind", "status")


@dataclass(frozen=True, slots=True)
class Compiled:
    """Statement text with `$n` places, and the names of the values in that order."""

    text: str
    names: tuple[str, ...]

    def arguments(self, values: Mapping[str, Any]) -> list[Any]:
        """The values in the order of their places. Raises KeyError for a missing one."""
        return [values[name] for name in self.names]


def compile_statement(statement: sa.sql.ClauseElement) -> Compiled:
    """Compile for asyncpg. Every value must be a named bindparam: a literal would become a hidden parameter."""
    compiled = statement.compile(dialect=_DIALECT)
    names = tuple(cast(SQLCompiler, compiled).positiontup or ())
    hidden = [name for name in names if name.startswith("param_") or name.endswith("_1")]
    if hidden:
        raise ValueError(f"literals in a compiled statement: {hidden}")
    return Compiled(str(compiled), names)


@dataclass(frozen=True, slots=True)
class Shape:
    """What decides the text of a command's statement: same shape, same compiled statement."""

    table: sa.Table
    insert: bool
    keyed: bool
    messages: int = 1
    guards: tuple[sa.Table, ...] = ()
    claims: tuple[tuple[sa.Table, tuple[str, ...]], ...] = ()


#: The record's JSON text. No literal may stand in a statement but one that is written out.
_DOCUMENT: sa.ColumnElement[str] = sa.func.convert_from(
    sa.bindparam("document", type_=sa.LargeBinary), sa.literal_column("'UTF8'"), type_=sa.Text
)


def _value(column: sa.Column[Any], name: str) -> sa.ColumnElement[Any]:
    return sa.bindparam(name, type_=column.type)


def _new(column: sa.Column[Any]) -> sa.ColumnElement[Any]:
    return sa.cast(_DOCUMENT, column.type) if column.name == "document" else _value(column, f"new_{column.name}")


def _unnest(columns: Sequence[tuple[str, str, sa.types.TypeEngine[Any]]], alias: str) -> sa.FromClause:
    # (place, output column, element type) -> unnest(...) WITH ORDINALITY, keeping the order of the arrays.
    return (
        sa.func.unnest(*[sa.bindparam(place, type_=ARRAY(kind)) for place, _, kind in columns])
        .table_valued(*[sa.column(name, kind) for _, name, kind in columns], with_ordinality="place", name=alias)
        .render_derived()
    )


def _guards(shape: Shape) -> list[sa.CTE]:
    ctes = []
    for n, table in enumerate(shape.guards):
        wanted = _unnest(
            [(f"guard{n}_id", "id", sa.UUID()), (f"guard{n}_version", "version", sa.Integer())], f"want{n}"
        )
        ctes.append(
            sa.select(table.c.id)
            .join_from(table, wanted, sa.and_(table.c.id == wanted.c.id, table.c.version == wanted.c.version))
            .with_for_update(read=True, of=table)
            .cte(f"guard{n}")
            .prefix_with("MATERIALIZED", dialect="postgresql")
        )
    return ctes


def _changed(shape: Shape) -> sa.CTE:
    held = [
        sa.select(sa.func.count()).select_from(guard).scalar_subquery()
        == sa.bindparam(f"guard{n}_count", type_=sa.BigInteger)
        for n, guard in enumerate(_guards(shape))
    ]
    table = shape.table
    statement: Any
    if shape.insert:
        row = sa.select(*[_new(column).label(column.name) for column in table.c]).where(*held)
        statement = sa.insert(table).from_select([column.name for column in table.c], row)
    else:
        statement = (
            sa.update(table)
            .where(
                table.c.id == sa.bindparam("id", type_=sa.UUID),
                table.c.version == sa.bindparam("expected", type_=sa.Integer),
                *held,
            )
            .values({column.name: _new(column) for column in table.c if column.name != "id"})
        )
    written = (table.c.id, table.c.version, table.c.sensitivity, table.c.localities)
    cte: sa.CTE = statement.returning(*written).cte("changed")
    return cte


def _said(messages: int) -> sa.Subquery:
    # Not unnest: the driver takes three single values in a fraction of the time of three arrays.
    rows = [
        sa.select(
            sa.literal_column(str(n + 1), sa.SmallInteger).label("ordinal"),
            sa.bindparam(f"message{n}_id", type_=sa.UUID).label("message_id"),
            sa.bindparam(f"message{n}_type", type_=sa.Text).label("type"),
            sa.bindparam(f"message{n}_data", type_=sa.Text).label("data"),
        )
        for n in range(messages)
    ]
    return sa.union_all(*rows).subquery("said") if messages > 1 else rows[0].subquery("said")


@cache
def commit_statement(shape: Shape) -> Compiled:
    """The compiled statement for this shape; it returns one row if the change happened and none if it did not."""
    metadata = shape.table.metadata
    changed = _changed(shape)
    outbox = metadata.tables["outbox"]
    said = _said(shape.messages)
    sent = (
        sa.insert(outbox)
        .from_select(
            ["record_id", "version", "sensitivity", "localities", *_PER_MESSAGE, *_PER_COMMAND],
            sa.select(
                changed.c.id,
                changed.c.version,
                changed.c.sensitivity,
                changed.c.localities,
                said.c.ordinal,
                said.c.message_id,
                said.c.type,
                sa.cast(said.c.data + _DOCUMENT + sa.literal_column("'}'", sa.Text), outbox.c.data.type),
                *[_value(outbox.c[name], f"message_{name}") for name in _PER_COMMAND],
            )
            .select_from(changed.join(said, sa.true()))
            .order_by(said.c.ordinal),
        )
        .cte("sent")
    )
    claims = [_claim(n, table, columns, changed) for n, (table, columns) in enumerate(shape.claims)]
    final: Any
    if shape.keyed:
        keys = metadata.tables["idempotency"]
        final = (
            sa.insert(keys)
            .from_select(
                ["record_id", "version", "body", *_KEYED],
                sa.select(
                    changed.c.id,
                    changed.c.version,
                    _DOCUMENT,
                    *[_value(keys.c[name], f"key_{name}") for name in _KEYED],
                ),
            )
            .returning(keys.c.version)
        )
    else:
        final = sa.select(changed.c.version)
    for cte in (*claims, sent):
        final = final.add_cte(cte)
    return compile_statement(final)


def _claim(n: int, table: sa.Table, columns: tuple[str, ...], changed: sa.CTE) -> sa.CTE:
    rows = _unnest([(f"claim{n}_{name}", name, table.c[name].type) for name in columns], f"rows{n}")
    return (
        sa.insert(table)
        .from_select(
            ["record_id", *columns],
            sa.select(changed.c.id, *[rows.c[name] for name in columns]).select_from(changed.join(rows, sa.true())),
        )
        .cte(f"claim{n}")
    )
