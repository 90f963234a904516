"""The tables of this service, and the stores that keep its records in them.

Of a restricted record only what decides who may read it stands in columns, and ids, numbers and states by which places,
slots and the waiting list are kept; the rest is in its encrypted part.
"""

from __future__ import annotations

import sqlalchemy as sa
from sqlalchemy.dialects.postgresql import ARRAY

from caytre.contracts.message import is_restricted
from caytre.core.storing.store import Store
from caytre.core.storing.tables import kernel, new_metadata, record_table
from caytre.events.model import Event, Lead, Meeting, Outcome, Registration
from caytre.events.model.meeting import PartyAlreadyMeets, TableAlreadyTaken
from caytre.events.model.seats import Oversold, TurnTaken
from caytre.events.model.statuses import EntryNumberTaken
from caytre.reference.text import search_key

metadata = new_metadata()
kernel(metadata)


def _searched(table: str) -> sa.Index:
    return sa.Index(f"ix_{table}_search", "search", postgresql_using="gin", postgresql_ops={"search": "gin_trgm_ops"})


event = record_table(
    "event",
    metadata,
    sa.Column("status", sa.Text, nullable=False, server_default=""),
    sa.Column("event_kind", sa.Text, nullable=False, server_default=""),
    sa.Column("series", sa.Text, nullable=False, server_default=""),
    sa.Column("starts_earliest", sa.Date),
    sa.Column("starts_latest", sa.Date),
    # ISO day or '': a text sorts events without a day last and travels in a cursor as it is.
    sa.Column("starts_order", sa.Text, nullable=False, server_default=""),
    sa.Column("partner_ids", ARRAY(sa.UUID), nullable=False, server_default="{}"),
    sa.Column("agreement_ids", ARRAY(sa.UUID), nullable=False, server_default="{}"),
    sa.Column("upstream_ids", ARRAY(sa.UUID), nullable=False, server_default="{}"),
    sa.Column("origin", sa.Text, nullable=False, server_default="act"),
    sa.Index("ix_event_starts_order_id", "starts_order", "id"),
    sa.Index("ix_event_status_id", "status", "id"),
    sa.Index("ix_event_localities", "localities", postgresql_using="gin"),
    sa.Index("ix_event_partner_ids", "partner_ids", postgresql_using="gin"),
    sa.Index("ix_event_upstream_ids", "upstream_ids", postgresql_using="gin"),
    _searched("event"),
)

registration = record_table(
    "registration",
    metadata,
    sa.Column("event_id", sa.UUID, nullable=False),
    sa.Column("status", sa.Text, nullable=False),
    sa.Column("mode", sa.Text, nullable=False),
    sa.Column("waiting_place", sa.Integer),
    sa.Index("ix_registration_event_id_id", "event_id", "id"),
    sa.Index(
        "ix_registration_waiting",
        "event_id",
        "mode",
        "waiting_place",
        postgresql_where=sa.text("status = 'WAITLISTED'"),
    ),
    _searched("registration"),
)

#: The ledger of places, one row per change. Two changes that both follow the same one cannot both be written.
seat_turn = sa.Table(
    "seat_turn",
    metadata,
    sa.Column("event_id", sa.UUID, primary_key=True),
    sa.Column("mode", sa.Text, primary_key=True),
    sa.Column("turn", sa.Integer, primary_key=True, autoincrement=False),
    sa.Column("taken", sa.Integer, nullable=False),
    sa.Column("waiting", sa.Integer, nullable=False),
    sa.Column("quota", sa.Integer),
    sa.Column("record_id", sa.UUID, nullable=False),
    sa.CheckConstraint("taken <= quota", name="not_oversold"),
    sa.CheckConstraint("taken >= 0 AND waiting >= 0", name="not_negative"),
)

meeting = record_table(
    "meeting",
    metadata,
    sa.Column("event_id", sa.UUID, nullable=False),
    sa.Column("status", sa.Text, nullable=False),
    sa.Column("slot", sa.Integer),
    sa.Column("party_ids", ARRAY(sa.UUID), nullable=False, server_default="{}"),
    sa.Index("ix_meeting_event_id_id", "event_id", "id"),
    sa.Index("ix_meeting_party_ids", "party_ids", postgresql_using="gin"),
)

#: Who meets in a slot, and which table is used. A row stands while its meeting is agreed or was held in that slot; the
#: next one to have the party or the table takes the next turn, so that two at the same instant cannot both have it.
party_slot = sa.Table(
    "party_slot",
    metadata,
    sa.Column("event_id", sa.UUID, primary_key=True),
    sa.Column("slot", sa.Integer, primary_key=True, autoincrement=False),
    sa.Column("registration_id", sa.UUID, primary_key=True),
    sa.Column("turn", sa.Integer, primary_key=True, autoincrement=False),
    sa.Column("record_id", sa.UUID, nullable=False),
)
table_slot = sa.Table(
    "table_slot",
    metadata,
    sa.Column("event_id", sa.UUID, primary_key=True),
    sa.Column("slot", sa.Integer, primary_key=True, autoincrement=False),
    sa.Column("table_no", sa.Integer, primary_key=True, autoincrement=False),
    sa.Column("turn", sa.Integer, primary_key=True, autoincrement=False),
    sa.Column("record_id", sa.UUID, nullable=False),
)

lead = record_table(
    "lead",
    metadata,
    sa.Column("status", sa.Text, nullable=False, server_default=""),
    sa.Column("lead_kind", sa.Text, nullable=False, server_default=""),
    sa.Column("event_id", sa.UUID),
    sa.Column("partner_id", sa.UUID),
    sa.Column("origin", sa.Text, nullable=False, server_default="act"),
    sa.Index("ix_lead_event_id", "event_id"),
    sa.Index("ix_lead_partner_id", "partner_id"),
    sa.Index("ix_lead_status_id", "status", "id"),
    sa.Index("ix_lead_localities", "localities", postgresql_using="gin"),
    _searched("lead"),
)

outcome = record_table(
    "outcome",
    metadata,
    sa.Column("status", sa.Text, nullable=False, server_default=""),
    sa.Column("outcome_kind", sa.Text, nullable=False, server_default=""),
    sa.Column("partner_id", sa.UUID),
    sa.Column("agreement_ids", ARRAY(sa.UUID), nullable=False, server_default="{}"),
    sa.Column("upstream_ids", ARRAY(sa.UUID), nullable=False, server_default="{}"),
    sa.Column("realised_order", sa.Text, nullable=False, server_default=""),
    sa.Column("origin", sa.Text, nullable=False, server_default="act"),
    sa.Index("ix_outcome_realised_order_id", "realised_order", "id"),
    sa.Index("ix_outcome_partner_id", "partner_id"),
    sa.Index("ix_outcome_localities", "localities", postgresql_using="gin"),
    sa.Index("ix_outcome_agreement_ids", "agreement_ids", postgresql_using="gin"),
    sa.Index("ix_outcome_upstream_ids", "upstream_ids", postgresql_using="gin"),
    _searched("outcome"),
)

#: What this service needs of the register of partners, as messages have told it.
known_partner = sa.Table(
    "known_partner",
    metadata,
    sa.Column("id", sa.UUID, primary_key=True),
    sa.Column("version", sa.Integer, nullable=False),
    sa.Column("name", sa.Text),
    sa.Column("country", sa.Text),
    sa.Column("verification", sa.Text, nullable=False, server_default=""),
    sa.Column("merged_into", sa.UUID),
)

_HIDDEN_EVENT: dict[str, object] = {
    **dict.fromkeys(("status", "event_kind", "series", "starts_order", "search"), ""),
    **dict.fromkeys(("partner_ids", "agreement_ids", "upstream_ids"), ()),
    **dict.fromkeys(("starts_earliest", "starts_latest"), None),
}
_HIDDEN_LEAD: dict[str, object] = {"status": "", "lead_kind": "", "partner_id": None, "search": ""}
_HIDDEN_OUTCOME: dict[str, object] = {
    **dict.fromkeys(("status", "outcome_kind", "realised_order", "search"), ""),
    **dict.fromkeys(("agreement_ids", "upstream_ids"), ()),
    "partner_id": None,
}


def _event_columns(record: Event) -> dict[str, object]:
    columns: dict[str, object] = {
        "countries": record.countries,
        "consultees": record.consultees,
        "origin": record.provenance.origin,
    }
    starts = record.schedule.starts_on if record.schedule else None
    names = [organiser.name for organiser in (record.lead_organiser, *record.co_organisers)]
    shown: dict[str, object] = {
        "status": record.status,
        "event_kind": record.kind,
        "series": search_key(record.series or ""),
        "starts_earliest": starts.earliest if starts else None,
        "starts_latest": starts.latest if starts else None,
        "starts_order": starts.earliest.isoformat() if starts else "",
        "partner_ids": record.partner_ids(),
        "agreement_ids": record.agreement_ids,
        "upstream_ids": tuple(link.upstream.id for link in record.links),
        "search": _search(record.title_vi, record.title_en, record.series, *names),
    }
    return columns | (_HIDDEN_EVENT if is_restricted(record.sensitivity) else shown)


def _registration_columns(record: Registration) -> dict[str, object]:
    return {
        "countries": record.countries,
        "event_id": record.event_id,
        "status": record.status,
        "mode": record.mode,
        "waiting_place": record.waiting_place,
        "search": "" if is_restricted(record.sensitivity) else _search(record.organisation),
    }


def _meeting_columns(record: Meeting) -> dict[str, object]:
    return {
        "countries": record.countries,
        "event_id": record.event_id,
        "status": record.status,
        "slot": record.slot,
        "party_ids": record.party_ids(),
    }


def _lead_columns(record: Lead) -> dict[str, object]:
    columns: dict[str, object] = {
        "countries": record.countries,
        "origin": record.provenance.origin,
        "event_id": record.event_id,
    }
    shown: dict[str, object] = {
        "status": record.status,
        "lead_kind": record.kind,
        "partner_id": record.partner_id,
        "search": _search(record.title, record.partner_name),
    }
    return columns | (_HIDDEN_LEAD if is_restricted(record.sensitivity) else shown)


def _outcome_columns(record: Outcome) -> dict[str, object]:
    columns: dict[str, object] = {"countries": record.countries, "origin": record.provenance.origin}
    shown: dict[str, object] = {
        "status": record.status,
        "outcome_kind": record.kind,
        "partner_id": record.partner_id,
        "agreement_ids": record.agreement_ids,
        "upstream_ids": tuple(link.upstream.id for link in record.links),
        "realised_order": record.realised_on.latest.isoformat(),
        "search": _search(record.title, record.partner_name),
    }
    return columns | (_HIDDEN_OUTCOME if is_restricted(record.sensitivity) else shown)


def _search(*texts: str | None) -> str:
    return search_key(" ".join(text for text in texts if text))


_REFERENCES = {"pk_external_ref": EntryNumberTaken}
_TURNS = {"pk_seat_turn": TurnTaken, "ck_seat_turn_not_oversold": Oversold}
EVENTS = Store(Event, event, _event_columns, {**_REFERENCES, **_TURNS})
REGISTRATIONS = Store(Registration, registration, _registration_columns, {**_REFERENCES, **_TURNS})
MEETINGS = Store(
    Meeting, meeting, _meeting_columns, {"pk_party_slot": PartyAlreadyMeets, "pk_table_slot": TableAlreadyTaken}
)
LEADS = Store(Lead, lead, _lead_columns, _REFERENCES)
OUTCOMES = Store(Outcome, outcome, _outcome_columns, _REFERENCES)
STORES = (EVENTS, REGISTRATIONS, MEETINGS, LEADS, OUTCOMES)
