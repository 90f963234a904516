"""The lists: events, registrations and meetings of an event, leads, outcomes."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date
from uuid import UUID

from caytre.core.caller import Caller
from caytre.core.listing import Listed, equal, found, holds, listed, referenced
from caytre.core.storing.database import Database
from caytre.core.web.paging import Page
from caytre.events.tables import event, lead, meeting, outcome, registration
from caytre.reference.text import search_key


@dataclass(frozen=True, slots=True)
class EventFilter:
    """What a reader of the events looks for; empty members do not narrow."""

    status: Sequence[str] = ()
    kind: str | None = None
    series: str | None = None
    locality: str | None = None
    country: str | None = None
    partner: UUID | None = None
    agreement: UUID | None = None
    upstream: UUID | None = None
    origin: str | None = None
    starts_from: date | None = None
    starts_to: date | None = None
    external_system: str | None = None
    external_id: str | None = None
    search: str | None = None


@dataclass(frozen=True, slots=True)
class LeadFilter:
    """What a reader of the leads looks for."""

    status: Sequence[str] = ()
    kind: str | None = None
    locality: str | None = None
    country: str | None = None
    event: UUID | None = None
    partner: UUID | None = None
    origin: str | None = None
    search: str | None = None


@dataclass(frozen=True, slots=True)
class OutcomeFilter:
    """What a reader of the outcomes looks for."""

    status: Sequence[str] = ()
    kind: str | None = None
    locality: str | None = None
    country: str | None = None
    partner: UUID | None = None
    agreement: UUID | None = None
    upstream: UUID | None = None
    origin: str | None = None
    external_system: str | None = None
    external_id: str | None = None
    search: str | None = None


async def list_events(database: Database, caller: Caller, wanted: EventFilter, page: Page, *, by_day: bool) -> Listed:
    """A page of the events, newest first or by first day, latest first."""
    columns = event.c
    conditions = found(event, wanted.search)
    conditions += equal(columns.event_kind, wanted.kind)
    conditions += equal(columns.series, search_key(wanted.series) if wanted.series else None)
    conditions += equal(columns.origin, wanted.origin)
    conditions += holds(columns.localities, wanted.locality)
    conditions += holds(columns.countries, wanted.country)
    conditions += holds(columns.partner_ids, wanted.partner)
    conditions += holds(columns.agreement_ids, wanted.agreement)
    conditions += holds(columns.upstream_ids, wanted.upstream)
    conditions += referenced(event, wanted.external_system, wanted.external_id)
    if wanted.status:
        conditions.append(columns.status.in_(wanted.status))
    # A span of days fits if the event may have begun within it.
    if wanted.starts_from:
        conditions.append(columns.starts_latest >= wanted.starts_from)
    if wanted.starts_to:
        conditions.append(columns.starts_earliest <= wanted.starts_to)
    order = [columns.starts_order, columns.id] if by_day else [columns.id]
    return await listed(database, caller, event, conditions, order, page)


async def list_registrations(
    database: Database,
    caller: Caller,
    page: Page,
    *,
    event_id: UUID | None,
    status: Sequence[str],
    search: str | None,
) -> Listed:
    """A page of the registrations the reader may know of, newest first."""
    conditions = found(registration, search)
    conditions += equal(registration.c.event_id, event_id)
    if status:
        conditions.append(registration.c.status.in_(status))
    return await listed(database, caller, registration, conditions, [registration.c.id], page)


async def list_meetings(
    database: Database,
    caller: Caller,
    page: Page,
    *,
    event_id: UUID | None,
    party: UUID | None,
    status: Sequence[str],
) -> Listed:
    """A page of the meetings, newest first."""
    conditions = equal(meeting.c.event_id, event_id)
    conditions += holds(meeting.c.party_ids, party)
    if status:
        conditions.append(meeting.c.status.in_(status))
    return await listed(database, caller, meeting, conditions, [meeting.c.id], page)


async def list_leads(database: Database, caller: Caller, wanted: LeadFilter, page: Page) -> Listed:
    """A page of the leads, newest first."""
    conditions = found(lead, wanted.search)
    conditions += equal(lead.c.lead_kind, wanted.kind)
    conditions += equal(lead.c.event_id, wanted.event)
    conditions += equal(lead.c.partner_id, wanted.partner)
    conditions += equal(lead.c.origin, wanted.origin)
    conditions += holds(lead.c.localities, wanted.locality)
    conditions += holds(lead.c.countries, wanted.country)
    if wanted.status:
        conditions.append(lead.c.status.in_(wanted.status))
    return await listed(database, caller, lead, conditions, [lead.c.id], page)


async def list_outcomes(
    database: Database, caller: Caller, wanted: OutcomeFilter, page: Page, *, by_day: bool
) -> Listed:
    """A page of the outcomes, newest first or by the day they became real, latest first."""
    columns = outcome.c
    conditions = found(outcome, wanted.search)
    conditions += equal(columns.outcome_kind, wanted.kind)
    conditions += equal(columns.partner_id, wanted.partner)
    conditions += equal(columns.origin, wanted.origin)
    conditions += holds(columns.localities, wanted.locality)
    conditions += holds(columns.countries, wanted.country)
    conditions += holds(columns.agreement_ids, wanted.agreement)
    conditions += holds(columns.upstream_ids, wanted.upstream)
    conditions += referenced(outcome, wanted.external_system, wanted.external_id)
    if wanted.status:
        conditions.append(columns.status.in_(wanted.status))
    order = [columns.realised_order, columns.id] if by_day else [columns.id]
    return await listed(database, caller, outcome, conditions, order, page)
