"""The lists: plans, delegations, conflicts, invitations, follow-ups, visits, under the reader's scope."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import Any

import sqlalchemy as sa

from caytre.core.caller import Caller
from caytre.core.listing import Listed, equal, found, holds, listed, referenced
from caytre.core.storing.database import Database
from caytre.core.web.paging import Page
from caytre.delegations.model.superseding import NOT_APPROVED
from caytre.delegations.tables import annual_plan, delegation, finding, follow_up, invitation, visit

TABLES: Mapping[str, sa.Table] = {
    table.name: table for table in (annual_plan, delegation, finding, follow_up, invitation, visit)
}
#: Lists that are read by date rather than by when a record came; the others are newest first.
_BY_DATE = {"delegation": "departs_order", "visit": "arrives_order"}
#: Filters on columns that hold several values.
_HELD = {"locality": "localities", "country": "countries", "delegation": "delegation_ids", "host": "partner_ids"}
#: Told of a later version of its procedure and not decided yet; of a restricted one no document says so.
_TO_DECIDE = (
    "document #>> '{procedure_superseded,version}' IS NOT NULL "
    "AND document #>> '{procedure_superseded,decided}' IS NULL"
)


async def list_records(
    database: Database,
    caller: Caller,
    kind: str,
    page: Page,
    *,
    filters: Mapping[str, object],
    statuses: Sequence[str] = (),
    search: str | None = None,
    external: tuple[str | None, str | None] = (None, None),
    by_date: bool = False,
    procedure_superseded: bool = False,
) -> Listed:
    """A page of one kind. `filters` name columns, or what the lists call them; None does not narrow.

    `procedure_superseded` narrows delegations to those whose later version of the procedure waits for a decision.
    """
    table = TABLES[kind]
    columns = table.c
    conditions = found(table, search) + referenced(table, *external)
    for name, value in filters.items():
        column: sa.ColumnElement[Any] = columns[_HELD.get(name, name)]
        conditions += holds(column, value) if name in _HELD else equal(column, value)
    if procedure_superseded:
        conditions += [columns.status.in_(NOT_APPROVED), sa.literal_column(_TO_DECIDE, sa.Boolean())]
    if statuses:
        conditions.append(columns.status.in_(statuses))
    order = [columns[_BY_DATE[kind]], columns.id] if by_date else [columns.id]
    return await listed(database, caller, table, conditions, order, page)
