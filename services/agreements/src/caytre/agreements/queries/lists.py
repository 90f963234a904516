"""The two lists: partners and the register of agreements. Newest first, pages by keyset.

Accent-free search takes its candidates from one function that owns the trigram index; what a reader may not see is
left out there and again by row-level security here.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date
from uuid import UUID

import sqlalchemy as sa

from caytre.agreements.model.proposing import BEFORE_SIGNATURE
from caytre.agreements.tables import agreement, partner
from caytre.core.caller import Caller
from caytre.core.listing import Known, Listed, equal, found, holds, listed, referenced
from caytre.core.refusals import Words
from caytre.core.storing.database import Database
from caytre.core.web.paging import Page

#: Told of a later version of its procedure and not decided yet; of a restricted one no document says so.
_TO_DECIDE = """document #>> '{procedure_superseded,version}' IS NOT NULL
    AND document #>> '{procedure_superseded,decided}' IS NULL"""


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
    procedure_superseded: bool = False
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


async def list_agreements(
    database: Database, caller: Caller, wanted: AgreementFilter, page: Page, *, by_signing: bool
) -> Listed:
    """A page of the register, newest first or by day of signing, latest first.

    Raises RequestValidationError for a partner the reader may not know of.
    """
    columns = agreement.c
    conditions = found(agreement, wanted.search)
    conditions += equal(columns.responsible_locality, wanted.responsible_locality)
    conditions += equal(columns.sensitivity, wanted.sensitivity)
    conditions += equal(columns.origin, wanted.origin)
    conditions += equal(columns.procedure, wanted.procedure)
    conditions += equal(columns.register_no, wanted.register_no)
    conditions += holds(columns.localities, wanted.locality)
    conditions += holds(columns.countries, wanted.country)
    conditions += holds(columns.fields, wanted.field)
    conditions += holds(columns.partner_ids, wanted.partner)
    if wanted.procedure_superseded:
        conditions += [columns.status.in_(BEFORE_SIGNATURE), sa.literal_column(_TO_DECIDE, sa.Boolean())]
    if wanted.status:
        conditions.append(columns.status.in_(wanted.status))
    # A span of days fits if the agreement may have been signed within it.
    if wanted.signed_from:
        conditions.append(columns.signed_latest >= wanted.signed_from)
    if wanted.signed_to:
        conditions.append(columns.signed_earliest <= wanted.signed_to)
    conditions += referenced(agreement, wanted.external_system, wanted.external_id)
    order = [columns.signed_order, columns.id] if by_signing else [columns.id]
    of = Known("partner", Words("đối tác", "partner"), partner, wanted.partner) if wanted.partner else None
    return await listed(database, caller, agreement, conditions, order, page, of=of)


async def list_partners(database: Database, caller: Caller, wanted: PartnerFilter, page: Page) -> Listed:
    """A page of the partners, newest first."""
    columns = partner.c
    conditions = found(partner, wanted.search)
    conditions += equal(columns.country, wanted.country)
    conditions += equal(columns.partner_type, wanted.type)
    conditions += equal(columns.status, wanted.status)
    conditions += equal(columns.origin, wanted.origin)
    if wanted.verified_on:
        conditions += [columns.verified_until >= wanted.verified_on, columns.status == "ACTIVE"]
    conditions += referenced(partner, wanted.external_system, wanted.external_id)
    return await listed(database, caller, partner, conditions, [columns.id], page)
