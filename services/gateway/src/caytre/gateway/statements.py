"""How rows travel to PostgreSQL: one array per column, and a later place in the journal replaces an earlier one."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from typing import Any

import sqlalchemy as sa
from sqlalchemy.dialects import postgresql

_ARRAYS = "\x1f"
_DIALECT = postgresql.dialect()  # type: ignore[no-untyped-call]


def unnest(table: sa.Table, columns: Sequence[str], place: Callable[[], int]) -> str:
    """`SELECT … FROM unnest(…)` of one array per column. An array in a row travels as one text: unnest flattens."""
    arrays, values = [], []
    for name in columns:
        kind = table.c[name].type
        sql = kind.compile(dialect=_DIALECT)
        if isinstance(kind, postgresql.ARRAY):
            arrays.append(f"${place()}::text[]")
            values.append(f"string_to_array(n.{name}, '{_ARRAYS}')::{sql}")
        elif isinstance(kind, postgresql.JSONB):
            arrays.append(f"${place()}::text[]")
            values.append(f"n.{name}::jsonb")
        else:
            arrays.append(f"${place()}::{sql}[]")
            values.append(f"n.{name}")
    return f"SELECT {', '.join(values)} FROM unnest({', '.join(arrays)}) n ({', '.join(columns)})"


def upsert(table: sa.Table, columns: Sequence[str], place: Callable[[], int]) -> str:
    """Insert rows, or replace those whose place in the journal is earlier."""
    key = ", ".join(column.name for column in table.primary_key)
    assigned = ", ".join(f"{name} = excluded.{name}" for name in columns if not table.c[name].primary_key)
    return f"""
        INSERT INTO {table.name} AS v ({", ".join(columns)}) {unnest(table, columns, place)}
        ON CONFLICT ({key}) DO UPDATE SET {assigned}
        WHERE v.epoch IS NULL OR (v.epoch, v.position) < (excluded.epoch, excluded.position)"""


def names(table: sa.Table, *, without: str = "\0") -> list[str]:
    """The columns of a table but those whose name begins so."""
    return [column.name for column in table.columns if not column.name.startswith(without)]


def columns(rows: Sequence[tuple[Any, ...]], count: int) -> list[Sequence[Any]]:
    """The columns of rows, so many empty ones when there are no rows."""
    return [_joined(column) for column in zip(*rows, strict=True)] if rows else [()] * count


def _joined(column: Sequence[Any]) -> Sequence[Any]:
    return [_ARRAYS.join(cell) for cell in column] if isinstance(column[0], list) else column
