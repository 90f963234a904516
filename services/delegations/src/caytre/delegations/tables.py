"""The tables of this service, and the stores that keep its records in them.

Words of a restricted record stand in no column. Statuses, days and ids do: reactions find by them whom a day, a plan
or a partner concerns, and row-level security shows them to nobody whom the record does not concern.
"""

from __future__ import annotations

from collections.abc import Iterable

import sqlalchemy as sa
from sqlalchemy.dialects.postgresql import ARRAY, DATERANGE

from caytre.contracts.agreements import StatedDate
from caytre.contracts.message import State, is_restricted
from caytre.core.storing.store import Store
from caytre.core.storing.tables import kernel, new_metadata, record_table
from caytre.delegations.model import AnnualPlan, Delegation, Finding, FollowUp, Invitation, Visit
from caytre.delegations.model.life import ReferenceTaken, only
from caytre.delegations.model.plan import PlanYearTaken
from caytre.delegations.model.plan_items import ItemTaken
from caytre.reference.text import search_key

metadata = new_metadata()
kernel(metadata)


def _status() -> sa.Column[str]:
    return sa.Column("status", sa.Text, nullable=False, server_default="")


def _locality() -> sa.Column[str]:
    return sa.Column("locality", sa.Text, nullable=False, server_default="")


def _origin() -> sa.Column[str]:
    return sa.Column("origin", sa.Text, nullable=False, server_default="act")


def _links_index(table: str) -> sa.Index:
    # What a record came out of is found from its upstream, for example when an event has other days.
    links: sa.Label[object] = sa.literal_column("(document -> 'links')").label("links")
    return sa.Index(f"ix_{table}_links", links, postgresql_using="gin", postgresql_ops={"links": "jsonb_path_ops"})


annual_plan = record_table(
    "annual_plan",
    metadata,
    _status(),
    _locality(),
    sa.Column("year", sa.Integer, nullable=False, server_default="0"),
    sa.Column("direction", sa.Text, nullable=False, server_default=""),
    sa.Column("adjust_until", sa.Date),
    # What is said to carry an item: a delegation, a visit or an event.
    sa.Column("carrier_ids", ARRAY(sa.UUID), nullable=False, server_default="{}"),
    _origin(),
    sa.Index("ix_annual_plan_locality_year", "locality", "year"),
    sa.Index("ix_annual_plan_status_year", "status", "year"),
    sa.Index("ix_annual_plan_carrier_ids", "carrier_ids", postgresql_using="gin"),
)

#: One approved plan per locality, year and direction: written with the approval, never taken away.
plan_year = sa.Table(
    "plan_year",
    metadata,
    sa.Column("locality", sa.Text, primary_key=True),
    sa.Column("year", sa.Integer, primary_key=True, autoincrement=False),
    sa.Column("direction", sa.Text, primary_key=True),
    sa.Column("record_id", sa.UUID, nullable=False),
)

#: Who took an item of a plan, one row per taking: two who follow the same one cannot both be written. The last one has
#: the item as long as its own state says so.
item_turn = sa.Table(
    "item_turn",
    metadata,
    sa.Column("plan_id", sa.UUID, primary_key=True),
    sa.Column("item_id", sa.UUID, primary_key=True),
    sa.Column("turn", sa.Integer, primary_key=True, autoincrement=False),
    sa.Column("record_id", sa.UUID, nullable=False),
)

delegation = record_table(
    "delegation",
    metadata,
    _status(),
    _locality(),
    sa.Column("departs_on", sa.Date),
    sa.Column("returns_on", sa.Date),
    # ISO day or '': a text sorts records without days last and travels in a cursor as it is.
    sa.Column("departs_order", sa.Text, nullable=False, server_default=""),
    sa.Column("partner_ids", ARRAY(sa.UUID), nullable=False, server_default="{}"),
    sa.Column("plan_id", sa.UUID),
    _origin(),
    sa.Index("ix_delegation_departs_order_id", "departs_order", "id"),
    sa.Index("ix_delegation_status_departs_on", "status", "departs_on"),
    sa.Index("ix_delegation_locality_id", "locality", "id"),
    sa.Index("ix_delegation_plan_id", "plan_id"),
    sa.Index("ix_delegation_partner_ids", "partner_ids", postgresql_using="gin"),
    sa.Index("ix_delegation_localities", "localities", postgresql_using="gin"),
    _links_index("delegation"),
    sa.Index("ix_delegation_search", "search", postgresql_using="gin", postgresql_ops={"search": "gin_trgm_ops"}),
)

#: Who or what a delegation takes on which days (see `model.conflicts`); persons by keyed digests only. Rewritten by the
#: search, under one lock, so that of two delegations that meet the later search always sees the earlier.
stay = sa.Table(
    "stay",
    metadata,
    sa.Column("delegation_id", sa.UUID, primary_key=True),
    sa.Column("kind", sa.Text, primary_key=True),
    sa.Column("key", sa.Text, primary_key=True),
    sa.Column("during", DATERANGE, primary_key=True),
    sa.Column("localities", ARRAY(sa.Text), nullable=False),
    sa.Index("ix_stay_kind_key_during", "kind", "key", "during", postgresql_using="gist"),
)

finding = record_table(
    "finding",
    metadata,
    _status(),
    sa.Column("conflict", sa.Text, nullable=False, server_default=""),
    sa.Column("severity", sa.Text, nullable=False, server_default=""),
    sa.Column("delegation_ids", ARRAY(sa.UUID), nullable=False, server_default="{}"),
    sa.Index("ix_finding_delegation_ids", "delegation_ids", postgresql_using="gin"),
    sa.Index("ix_finding_status_id", "status", "id"),
    sa.Index("ix_finding_localities", "localities", postgresql_using="gin"),
)

invitation = record_table(
    "invitation",
    metadata,
    _status(),
    _locality(),
    sa.Column("delegation_id", sa.UUID),
    _origin(),
    sa.Index("ix_invitation_status_id", "status", "id"),
    sa.Index("ix_invitation_delegation_id", "delegation_id"),
    sa.Index("ix_invitation_search", "search", postgresql_using="gin", postgresql_ops={"search": "gin_trgm_ops"}),
)

follow_up = record_table(
    "follow_up",
    metadata,
    _status(),
    sa.Column("owner", sa.Text, nullable=False, server_default=""),
    sa.Column("due_on", sa.Date),
    sa.Column("source_id", sa.UUID, nullable=False),
    _origin(),
    sa.Index("ix_follow_up_status_id", "status", "id"),
    sa.Index("ix_follow_up_source_id", "source_id"),
)

visit = record_table(
    "visit",
    metadata,
    _status(),
    _locality(),
    sa.Column("arrives_on", sa.Date),
    sa.Column("leaves_on", sa.Date),
    sa.Column("arrives_order", sa.Text, nullable=False, server_default=""),
    sa.Column("partner_id", sa.UUID),
    sa.Column("invitation_id", sa.UUID),
    sa.Column("plan_id", sa.UUID),
    _origin(),
    sa.Index("ix_visit_arrives_order_id", "arrives_order", "id"),
    sa.Index("ix_visit_locality_arrives_on", "locality", "arrives_on"),
    sa.Index("ix_visit_status_id", "status", "id"),
    sa.Index("ix_visit_partner_id", "partner_id"),
    sa.Index("ix_visit_plan_id", "plan_id"),
    _links_index("visit"),
    sa.Index("ix_visit_search", "search", postgresql_using="gin", postgresql_ops={"search": "gin_trgm_ops"}),
)

#: The copy of the register of partners that guards and names hosts and guests; kept by a projection.
known_partner = sa.Table(
    "known_partner",
    metadata,
    sa.Column("id", sa.UUID, primary_key=True),
    sa.Column("version", sa.Integer, nullable=False),
    sa.Column("partner_type", sa.Text, nullable=False, server_default=""),
    sa.Column("name", sa.Text),
    sa.Column("country", sa.Text),
    sa.Column("verified_until", sa.Date),
    sa.Column("barred", sa.Boolean, nullable=False, server_default=sa.false()),
    sa.Column("merged_into", sa.UUID),
)


def _search(record: State, *texts: str | None) -> str:
    return "" if is_restricted(record.sensitivity) else search_key(" ".join(text for text in texts if text))


def _first(stated: StatedDate | None) -> object:
    return stated.earliest if stated else None


def _last(stated: StatedDate | None) -> object:
    return stated.latest if stated else None


def _order(stated: StatedDate | None) -> str:
    return stated.latest.isoformat() if stated else ""


def _names(names: Iterable[str | None]) -> str:
    return " ".join(name for name in names if name)


def _plan_columns(record: AnnualPlan) -> dict[str, object]:
    # A running adjustment may take an item out that is carried: if it is withdrawn, the item stands again.
    dropped = record.adjustment.dropped if record.adjustment else ()
    return {
        "status": record.status,
        "locality": record.locality,
        "year": record.year,
        "direction": record.direction,
        "adjust_until": record.adjust_until,
        "carrier_ids": only(item.carried_by.id for item in (*record.items, *dropped) if item.carried_by),
        "origin": record.provenance.origin,
    }


def _delegation_columns(record: Delegation) -> dict[str, object]:
    hosts = _names(host.name for stop in record.stops for host in stop.hosts)
    return {
        "countries": record.countries,
        "search": _search(record, record.title, _names(stop.city for stop in record.stops), hosts),
        "status": record.status,
        "locality": record.locality,
        "departs_on": _first(record.departs_on),
        "returns_on": _last(record.returns_on),
        "departs_order": _order(record.departs_on),
        "partner_ids": record.host_ids,
        "plan_id": record.plan.plan_id if record.plan else None,
        "origin": record.provenance.origin,
    }


def _finding_columns(record: Finding) -> dict[str, object]:
    return {
        "countries": record.countries,
        "status": record.status,
        "conflict": record.conflict,
        "severity": record.severity,
        "delegation_ids": record.delegation_ids,
    }


def _invitation_columns(record: Invitation) -> dict[str, object]:
    return {
        "countries": record.countries,
        "search": _search(record, record.invitee, record.organisation, record.purpose),
        "status": record.status,
        "locality": record.locality,
        "delegation_id": record.delegation_id,
        "origin": record.provenance.origin,
    }


def _follow_up_columns(record: FollowUp) -> dict[str, object]:
    return {
        "status": record.status,
        "owner": record.owner,
        "due_on": record.due_on,
        "source_id": record.source.id,
        "origin": record.provenance.origin,
    }


def _visit_columns(record: Visit) -> dict[str, object]:
    guest = record.guest.name if record.guest else None
    return {
        "countries": record.countries,
        "search": _search(record, record.title, record.guest_name, guest),
        "status": record.status,
        "locality": record.locality,
        "arrives_on": _first(record.arrives_on),
        "leaves_on": _last(record.leaves_on),
        "arrives_order": _order(record.arrives_on),
        "partner_id": record.guest.partner_id if record.guest else None,
        "invitation_id": record.invitation_id,
        "plan_id": record.plan.plan_id if record.plan else None,
        "origin": record.provenance.origin,
    }


_REFERENCES = {"pk_external_ref": ReferenceTaken}
PLANS = Store(AnnualPlan, annual_plan, _plan_columns, _REFERENCES | {"pk_plan_year": PlanYearTaken})
_TAKING = _REFERENCES | {"pk_item_turn": ItemTaken}
DELEGATIONS = Store(Delegation, delegation, _delegation_columns, _TAKING)
FINDINGS = Store(Finding, finding, _finding_columns)
INVITATIONS = Store(Invitation, invitation, _invitation_columns, _REFERENCES)
FOLLOW_UPS = Store(FollowUp, follow_up, _follow_up_columns)
VISITS = Store(Visit, visit, _visit_columns, _TAKING)
STORES = (PLANS, DELEGATIONS, FINDINGS, INVITATIONS, FOLLOW_UPS, VISITS)
