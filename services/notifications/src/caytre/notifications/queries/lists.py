"""The lists of deadlines, of the directory and of notifications, and which notifications are a reader's own."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import date
from typing import Any
from uuid import UUID

import sqlalchemy as sa

from caytre.core.caller import Caller
from caytre.core.listing import Listed, equal, holds, listed
from caytre.core.storing.database import Database
from caytre.core.web.paging import Page
from caytre.notifications.model.places import predecessors_too
from caytre.notifications.tables import deadline, notification, recipient


@dataclass(frozen=True, slots=True)
class DeadlineFilter:
    """What a reader of deadlines looks for; empty members do not narrow."""

    owner: str | None = None
    answerable: str | None = None
    code: str | None = None
    locality: str | None = None
    status: Sequence[str] = ()
    open: bool | None = None
    due_from: date | None = None
    due_to: date | None = None


@dataclass(frozen=True, slots=True)
class NotificationFilter:
    """What a reader of notifications looks for. `mine` are those of the reader's own roles and organisation."""

    mine: bool = True
    status: Sequence[str] = ()
    acknowledged: bool | None = None
    cause: UUID | None = None
    about: UUID | None = None


async def list_deadlines(database: Database, caller: Caller, wanted: DeadlineFilter, page: Page) -> Listed:
    """A page of deadlines, what falls due first first; what has no day comes last."""
    columns = deadline.c
    conditions = equal(columns.owner, wanted.owner)
    conditions += equal(columns.answerable, wanted.answerable)
    conditions += equal(columns.code, wanted.code)
    conditions += equal(columns.is_open, wanted.open)
    conditions += holds(columns.localities, wanted.locality)
    if wanted.status:
        conditions.append(columns.status.in_(wanted.status))
    if wanted.due_from:
        conditions.append(columns.due_order >= wanted.due_from.isoformat())
    if wanted.due_to:
        conditions.append(columns.due_order <= wanted.due_to.isoformat())
    order = [columns.due_order, columns.id]
    return await listed(database, caller, deadline, conditions, order, page, ascending=True)


async def list_recipients(
    database: Database, caller: Caller, page: Page, *, role: str | None, organisation: str | None, locality: str | None
) -> Listed:
    """A page of the directory, without addresses."""
    columns = recipient.c
    conditions = equal(columns.role, role) + equal(columns.organisation, organisation)
    conditions += equal(columns.locality, locality)
    return await listed(database, caller, recipient, conditions, [columns.id], page)


async def list_notifications(database: Database, caller: Caller, wanted: NotificationFilter, page: Page) -> Listed:
    """A page of notifications, newest first."""
    columns = notification.c
    conditions = equal(columns.cause_id, wanted.cause) + equal(columns.about_id, wanted.about)
    conditions += equal(columns.acknowledged, wanted.acknowledged)
    if wanted.mine:
        conditions.append(_mine(caller))
    if wanted.status:
        conditions.append(columns.status.in_(wanted.status))
    return await listed(database, caller, notification, conditions, [columns.id], page)


def _mine(caller: Caller) -> sa.ColumnElement[bool]:
    columns = notification.c
    roles, localities, countries = sorted(caller.roles), localities_of(caller), sorted(caller.countries)
    role = columns.role.in_(roles)
    anywhere = sa.and_(columns.locality.is_(None), columns.country.is_(None), columns.organisation.is_(None))
    own = sa.and_(columns.organisation == (caller.organisation or ""), sa.or_(columns.role.is_(None), role))
    return sa.or_(
        sa.and_(role, columns.locality.in_(localities)), sa.and_(role, columns.country.in_(countries)),
        sa.and_(role, anywhere), own,
    )  # fmt: skip


def is_mine(caller: Caller, audience: Mapping[str, Any]) -> bool:
    """The same for one notification's audience."""
    role, organisation = audience.get("role"), audience.get("organisation")
    locality, country = audience.get("locality"), audience.get("country")
    if organisation is not None:
        return organisation == caller.organisation and (role is None or role in caller.roles)
    if role not in caller.roles:
        return False
    if locality is not None:
        return locality in localities_of(caller)
    return country is None or country in caller.countries


def localities_of(caller: Caller) -> list[str]:
    """The caller's localities and those they were formed from."""
    return sorted({each for id in caller.localities for each in predecessors_too(id)})
