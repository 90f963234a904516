"""The tables of this service, and the stores that keep partners and agreements in them.

Of a restricted record only what decides who may read it stands in columns; the rest is in its encrypted part.
"""

from __future__ import annotations

from collections.abc import Sequence
from functools import lru_cache

import sqlalchemy as sa
from sqlalchemy.dialects.postgresql import ARRAY

from caytre.agreements.model import Agreement, Partner, Plan, Succession
from caytre.agreements.model.partner import NameJustTaken
from caytre.agreements.model.plan import PlanExists
from caytre.agreements.model.recording import ExternalRefTaken
from caytre.contracts.message import is_restricted
from caytre.core.storing.store import Store
from caytre.core.storing.tables import kernel, new_metadata, record_table
from caytre.reference.text import search_key

metadata = new_metadata()
kernel(metadata)

partner = record_table(
    "partner",
    metadata,
    sa.Column("status", sa.Text, nullable=False, server_default=""),
    # Not `type`: the statement of a command has a value of that name already.
    sa.Column("partner_type", sa.Text, nullable=False, server_default=""),
    sa.Column("country", sa.Text, nullable=False, server_default=""),
    sa.Column("verified_until", sa.Date),
    sa.Column("origin", sa.Text, nullable=False, server_default="act"),
    sa.Index("ix_partner_country_id", "country", "id"),
    sa.Index("ix_partner_search", "search", postgresql_using="gin", postgresql_ops={"search": "gin_trgm_ops"}),
)

#: Which names are taken, as digests. `twin` counts namesakes that an officer has told apart, so that two officers who
#: register the same name in the same moment cannot both be first.
partner_name = sa.Table(
    "partner_name",
    metadata,
    # '' for an organisation of many countries, so that its names are taken once too.
    sa.Column("country", sa.Text, primary_key=True),
    sa.Column("key", sa.Text, primary_key=True),
    sa.Column("twin", sa.Integer, primary_key=True),
    sa.Column("record_id", sa.UUID, nullable=False, index=True),
)

agreement = record_table(
    "agreement",
    metadata,
    sa.Column("status", sa.Text, nullable=False, server_default=""),
    sa.Column("register_no", sa.Text),
    sa.Column("procedure", sa.Text),
    sa.Column("responsible_locality", sa.Text, nullable=False, server_default=""),
    sa.Column("partner_ids", ARRAY(sa.UUID), nullable=False, server_default="{}"),
    sa.Column("fields", ARRAY(sa.Text), nullable=False, server_default="{}"),
    sa.Column("signed_earliest", sa.Date),
    sa.Column("signed_latest", sa.Date),
    # ISO day or '': a text sorts records without a day of signing last and travels in a cursor as it is.
    sa.Column("signed_order", sa.Text, nullable=False, server_default=""),
    sa.Column("origin", sa.Text, nullable=False, server_default="act"),
    # The next day on which time alone changes whether it is stalled; of a restricted one too: nobody lists by it.
    sa.Column("stall_check_on", sa.Date),
    sa.Index("ix_agreement_stall_check_on", "stall_check_on"),
    sa.Index("ix_agreement_signed_order_id", "signed_order", "id"),
    sa.Index("ix_agreement_status_id", "status", "id"),
    sa.Index("ix_agreement_responsible_locality_id", "responsible_locality", "id"),
    sa.Index("ix_agreement_register_no", "register_no"),
    sa.Index("ix_agreement_partner_ids", "partner_ids", postgresql_using="gin"),
    sa.Index("ix_agreement_localities", "localities", postgresql_using="gin"),
    sa.Index("ix_agreement_search", "search", postgresql_using="gin", postgresql_ops={"search": "gin_trgm_ops"}),
)

plan = record_table(
    "plan",
    metadata,
    sa.Column("status", sa.Text, nullable=False, server_default=""),
    sa.Column("agreement_id", sa.UUID, nullable=False),
    sa.Column("responsible_locality", sa.Text, nullable=False, server_default=""),
    sa.Index("ix_plan_agreement_id", "agreement_id"),
    sa.Index("ix_plan_status_id", "status", "id"),
    sa.Index("ix_plan_localities", "localities", postgresql_using="gin"),
)

#: An agreement has its plans one after the other: of two that are drawn up at once one is refused.
plan_place = sa.Table(
    "plan_place",
    metadata,
    sa.Column("agreement_id", sa.UUID, primary_key=True),
    sa.Column("ordinal", sa.Integer, primary_key=True),
    sa.Column("record_id", sa.UUID, nullable=False),
)

succession = record_table(
    "succession",
    metadata,
    sa.Column("status", sa.Text, nullable=False, server_default=""),
    sa.Column("agreement_id", sa.UUID, nullable=False),
    sa.Column("responsible_locality", sa.Text, nullable=False, server_default=""),
    sa.Index("ix_succession_agreement_id", "agreement_id"),
    sa.Index("ix_succession_status_id", "status", "id"),
    sa.Index("ix_succession_localities", "localities", postgresql_using="gin"),
)

#: What other services said that served agreements: one row per record of theirs, at its newest version.
known_activity = sa.Table(
    "known_activity",
    metadata,
    sa.Column("id", sa.UUID, primary_key=True),
    sa.Column("kind", sa.Text, nullable=False),
    sa.Column("version", sa.Integer, nullable=False),
    sa.Column("took_place_on", sa.Date),
    sa.Column("agreement_ids", ARRAY(sa.UUID), nullable=False),
    sa.Index("ix_known_activity_agreement_ids", "agreement_ids", postgresql_using="gin"),
)
known_outcome = sa.Table(
    "known_outcome",
    metadata,
    sa.Column("id", sa.UUID, primary_key=True),
    sa.Column("version", sa.Integer, nullable=False),
    sa.Column("status", sa.Text, nullable=False),
    sa.Column("took_place_on", sa.Date),
    sa.Column("agreement_ids", ARRAY(sa.UUID), nullable=False),
    sa.Index("ix_known_outcome_agreement_ids", "agreement_ids", postgresql_using="gin"),
)


def _partner_columns(record: Partner) -> dict[str, object]:
    columns: dict[str, object] = {
        "countries": record.countries,
        "consultees": record.consultees,
        "origin": record.provenance.origin,
    }
    shown: dict[str, object] = {
        "status": record.status,
        "partner_type": record.type,
        "country": record.country or "",
        "verified_until": record.verified_until,
        "search": "" if record.type == "individual" else _search(*record.names.known(), *record.aliases),
    }
    hidden: dict[str, object] = {"status": "", "partner_type": "", "country": "", "verified_until": None, "search": ""}
    return columns | (hidden if is_restricted(record.sensitivity) else shown)


_HIDDEN: dict[str, object] = {
    **dict.fromkeys(("status", "responsible_locality", "signed_order", "search"), ""),
    **dict.fromkeys(("partner_ids", "fields"), ()),
    **dict.fromkeys(("register_no", "signed_earliest", "signed_latest"), None),
}


def _agreement_columns(record: Agreement) -> dict[str, object]:
    columns: dict[str, object] = {
        "countries": record.countries,
        "consultees": record.consultees,
        "procedure": record.procedure.code if record.procedure else None,
        "origin": record.provenance.origin,
        "stall_check_on": record.implementation.check_on,
    }
    if is_restricted(record.sensitivity):
        return columns | _HIDDEN
    signed = record.signing.signed_on if record.signing else None
    names = [party.name for party in record.foreign_parties] + [p.name_at_signing for p in record.vietnamese_parties]
    return columns | {
        "status": record.status,
        "register_no": record.register_no,
        "responsible_locality": record.responsible_locality,
        "partner_ids": record.partner_ids,
        "fields": record.fields,
        "signed_earliest": signed.earliest if signed else None,
        "signed_latest": signed.latest if signed else None,
        "signed_order": signed.latest.isoformat() if signed else "",
        "search": _search(record.title_vi, record.title_foreign, record.register_no, names=names),
    }


def _part_columns(record: Plan | Succession) -> dict[str, object]:
    hidden = is_restricted(record.sensitivity)
    return {
        "countries": record.countries,
        "agreement_id": record.agreement_id,
        "status": "" if hidden else record.status,
        "responsible_locality": "" if hidden else record.responsible_locality,
        "search": "" if hidden else _search(record.title),
    }


#: Parties come again in agreement after agreement; their keys are made once.
_name_key = lru_cache(maxsize=20_000)(search_key)


def _search(*texts: str | None, names: Sequence[str | None] = ()) -> str:
    own = search_key(" ".join(text for text in texts if text))
    return " ".join(filter(None, (own, *(_name_key(name) for name in names if name))))


PARTNERS = Store(
    Partner,
    partner,
    _partner_columns,
    {"pk_partner_name": NameJustTaken, "pk_external_ref": ExternalRefTaken},
)
AGREEMENTS = Store(Agreement, agreement, _agreement_columns, {"pk_external_ref": ExternalRefTaken})
PLANS = Store(Plan, plan, _part_columns, {"pk_plan_place": PlanExists})
SUCCESSIONS = Store(Succession, succession, _part_columns)
