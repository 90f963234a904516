"""What the events service says about leads: a business opportunity from its first day to its end."""

from __future__ import annotations

from datetime import date, datetime
from decimal import Decimal
from typing import Annotated, ClassVar
from uuid import UUID

from caytre.contracts.agreements.dates import StatedDate
from caytre.contracts.lineage import Link
from caytre.contracts.message import Message, Shape, State, open_enum

LeadStatus = Annotated[str, open_enum("OPEN", "QUALIFIED", "NEGOTIATING", "WON", "LOST", "DORMANT")]
OutcomeKind = Annotated[
    str,
    open_enum("FDI", "TRADE", "MOU_ENTERPRISE", "ODA", "AID", "TRAINING", "OTHER"),
]
AmountType = Annotated[str, open_enum("registered", "disbursed", "pledged")]


class Money(Shape):
    """An amount as decimal text, its currency (ISO 4217), and whether it is registered, disbursed or pledged."""

    amount: Decimal
    currency: str
    amount_type: AmountType


class LeadFollowUp(Shape):
    """The look at a lead so many days after the event."""

    days: int
    note: str | None = None
    done_at: datetime | None = None
    overdue_at: datetime | None = None


class PartnerFlag(Shape):
    """What has happened to a partner of this record in the register of partners."""

    partner_id: UUID
    code: Annotated[str, open_enum("REVOKED", "VERIFICATION_EXPIRED", "REJECTED")]
    at: datetime


class LeadState(State):
    """An opportunity that a locality pursues. `proposed` marks one that was made because a meeting was held."""

    status: LeadStatus
    title: str
    kind: OutcomeKind = "OTHER"
    owner_locality: str
    owner_unit: str | None = None
    event_id: UUID | None = None
    meeting_id: UUID | None = None
    partner_id: UUID | None = None
    partner_name: str | None = None
    countries: tuple[str, ...] = ()
    fields: tuple[str, ...] = ()
    expected: Money | None = None
    next_action: str | None = None
    next_action_on: date | None = None
    proposed: bool = False
    agreement_ids: tuple[UUID, ...] = ()
    follow_ups: tuple[LeadFollowUp, ...] = ()
    flags: tuple[PartnerFlag, ...] = ()
    links: tuple[Link, ...] = ()
    note: str | None = None
    known_since: StatedDate | None = None
    opened_at: datetime
    ended_at: datetime | None = None
    reason: str | None = None


_ID = "01980000-0000-7000-8000-000000000021"
_FOLLOW_UP: dict[str, object] = {
    "code": "EVT_LEAD_FOLLOWUP",
    "discriminator": "30",
    "anchor": "2023-12-01",
    "n": 30,
    "unit": "CALENDAR",
    "answerable": "VN-P-2025-33",
}


class LeadOpened(Message):
    """A lead is there. Carries EVT_LEAD_FOLLOWUP when the event it came from is over."""

    TYPE = "caytre.lead.opened.v1"
    EXAMPLE: ClassVar[dict[str, object]] = {"lead_kind": "FDI", "proposed": True, "deadlines": [_FOLLOW_UP]}

    lead_kind: OutcomeKind
    proposed: bool = False


class LeadRecorded(Message):
    """A lead has come in with imported, sourced or illustrative records."""

    TYPE = "caytre.lead.recorded.v1"
    EXAMPLE: ClassVar[dict[str, object]] = {"lead_kind": "FDI", "status": "OPEN", "origin": "imported"}

    lead_kind: OutcomeKind
    status: str
    origin: str


class LeadAdvanced(Message):
    """The lead is further, has been let rest, or taken up again."""

    TYPE = "caytre.lead.advanced.v1"
    EXAMPLE: ClassVar[dict[str, object]] = {"before": "OPEN", "status": "QUALIFIED"}

    before: LeadStatus
    status: LeadStatus


class LeadAmended(Message):
    """Particulars have changed; `fields` names them."""

    TYPE = "caytre.lead.amended.v1"
    EXAMPLE: ClassVar[dict[str, object]] = {"fields": ["next_action_on"]}

    fields: tuple[str, ...]


class LeadFollowUpsScheduled(Message):
    """The event of the lead is over: it is looked at 30, 90 and 180 days later. Carries EVT_LEAD_FOLLOWUP."""

    TYPE = "caytre.lead.follow_ups_scheduled.v1"
    EXAMPLE: ClassVar[dict[str, object]] = {"days": [30], "deadlines": [_FOLLOW_UP]}

    days: tuple[int, ...]


class LeadFollowedUp(Message):
    """The lead has been looked at. Settles EVT_LEAD_FOLLOWUP of these days."""

    TYPE = "caytre.lead.followed_up.v1"
    EXAMPLE: ClassVar[dict[str, object]] = {
        "days": 30,
        "settles": [{"code": "EVT_LEAD_FOLLOWUP", "discriminator": "30"}],
    }

    days: int


class LeadFollowUpOverdue(Message):
    """Nobody has looked at the lead in time."""

    TYPE = "caytre.lead.follow_up_overdue.v1"
    EXAMPLE: ClassVar[dict[str, object]] = {"days": 30, "since": "2024-01-02T02:00:00Z"}

    days: int
    since: datetime


class LeadWon(Message):
    """The lead has become something; an outcome is claimed of it. Settles what was to be followed up."""

    TYPE = "caytre.lead.won.v1"
    EXAMPLE: ClassVar[dict[str, object]] = {
        "outcome_kind": "FDI",
        "title": "Nhà máy minh họa",
        "money": {"amount": "25000000", "currency": "USD", "amount_type": "registered"},
        "realised_on": "2024-06-03",
    }

    outcome_kind: OutcomeKind
    title: str
    money: Money | None = None
    realised_on: date
    evidence: str | None = None


class LeadLost(Message):
    """The lead has come to nothing. Settles what was to be followed up."""

    TYPE = "caytre.lead.lost.v1"
    EXAMPLE: ClassVar[dict[str, object]] = {"reason": "the company went elsewhere"}

    reason: str


class LeadLinked(Message):
    """It is known what the lead came out of, or which agreements it serves."""

    TYPE = "caytre.lead.linked.v1"
    EXAMPLE: ClassVar[dict[str, object]] = {
        "link": {
            "upstream": {"service": "events", "kind": "event", "id": _ID, "label": "Diễn đàn minh họa"},
            "relation": "led_to_lead",
        }
    }

    link: Link | None = None
    agreement_ids: tuple[UUID, ...] = ()


class LeadPartnerFlagged(Message):
    """The partner is no longer vouched for: look at the lead before going on."""

    TYPE = "caytre.lead.partner_flagged.v1"
    EXAMPLE: ClassVar[dict[str, object]] = {"partner_id": _ID, "code": "REVOKED"}

    partner_id: UUID
    code: str


class LeadPartnerRepointed(Message):
    """The partner has been merged with another; the lead names the one that stands."""

    TYPE = "caytre.lead.partner_repointed.v1"
    EXAMPLE: ClassVar[dict[str, object]] = {"partner_id": _ID, "into": "01980000-0000-7000-8000-000000000022"}

    partner_id: UUID
    into: UUID


class LeadWithdrawn(Message):
    """The lead's sensitivity was raised: its public state ends, published history stays as it is."""

    TYPE = "caytre.lead.withdrawn.v1"
    TOMBSTONE: ClassVar[bool] = True
    EXAMPLE: ClassVar[dict[str, object]] = {}


class LeadRehomed(Message):
    """The unit that answered for the lead has ended; its successor does now."""

    TYPE = "caytre.lead.rehomed.v1"
    EXAMPLE: ClassVar[dict[str, object]] = {"before": "VN-P-2008-34", "responsible_locality": "VN-P-2025-33"}

    before: str
    responsible_locality: str


LEAD_MESSAGES: tuple[type[Message], ...] = (
    LeadOpened,
    LeadRecorded,
    LeadAdvanced,
    LeadAmended,
    LeadFollowUpsScheduled,
    LeadFollowedUp,
    LeadFollowUpOverdue,
    LeadWon,
    LeadLost,
    LeadLinked,
    LeadPartnerFlagged,
    LeadPartnerRepointed,
    LeadRehomed,
    LeadWithdrawn,
)
