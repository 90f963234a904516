"""What the events service says about outcomes: what became of it all, in money where there is any."""

from __future__ import annotations

from datetime import date, datetime
from typing import Annotated, ClassVar
from uuid import UUID

from caytre.contracts.agreements.dates import StatedDate
from caytre.contracts.events.lead import Money, OutcomeKind, PartnerFlag
from caytre.contracts.lineage import Link, Ref
from caytre.contracts.message import Document, Message, Shape, State, open_enum
from caytre.contracts.origins import ActOfOrigin

OutcomeStatus = Annotated[str, open_enum("CLAIMED", "CONFIRMED", "WITHDRAWN")]


class OutcomeEvidence(Shape):
    """What an outcome rests on."""

    summary: str
    document: Document | None = None
    obtained_on: date | None = None


class OutcomeState(State):
    """Something that came of it: an investment, a trade deal, a memorandum of enterprises, aid, training.

    Claimed until a second pair of eyes has confirmed it on evidence. The shares of its links never exceed 100 percent
    in sum, so that nothing is counted twice; what is not credited to anything is left over.
    """

    status: OutcomeStatus
    kind: OutcomeKind
    title: str
    money: Money | None = None
    realised_on: StatedDate
    responsible_locality: str
    partner_id: UUID | None = None
    partner_name: str | None = None
    countries: tuple[str, ...] = ()
    fields: tuple[str, ...] = ()
    evidence: tuple[OutcomeEvidence, ...] = ()
    agreement_ids: tuple[UUID, ...] = ()
    flags: tuple[PartnerFlag, ...] = ()
    links: tuple[Link, ...] = ()
    claimed_at: datetime | None = None
    confirmed_at: datetime | None = None
    confirmation: Document | None = None
    withdrawn_at: datetime | None = None
    reason: str | None = None


_ID = "01980000-0000-7000-8000-000000000021"
_MONEY: dict[str, object] = {"amount": "25000000", "currency": "USD", "amount_type": "registered"}


class OutcomeRecorded(ActOfOrigin, Message):
    """An outcome is claimed, or has come in with imported, sourced or illustrative records (`origin`)."""

    TYPE = "caytre.outcome.recorded.v1"
    EXAMPLE: ClassVar[dict[str, object]] = {"outcome_kind": "FDI", "status": "CLAIMED", "money": _MONEY}

    outcome_kind: OutcomeKind
    status: OutcomeStatus = "CLAIMED"
    money: Money | None = None


class OutcomeAmended(Message):
    """Particulars of a claimed outcome have changed; `fields` names them."""

    TYPE = "caytre.outcome.amended.v1"
    EXAMPLE: ClassVar[dict[str, object]] = {"fields": ["money"]}

    fields: tuple[str, ...]


class OutcomeConfirmed(Message):
    """Somebody who may has confirmed the outcome on its evidence."""

    TYPE = "caytre.outcome.confirmed.v1"
    EXAMPLE: ClassVar[dict[str, object]] = {"money": _MONEY}

    money: Money | None = None


class OutcomeWithdrawn(Message):
    """The outcome does not stand: it is counted nowhere from now on."""

    TYPE = "caytre.outcome.withdrawn.v1"
    EXAMPLE: ClassVar[dict[str, object]] = {"reason": "the licence was given back"}

    reason: str


class OutcomeLinked(Message):
    """A record that the outcome came out of is credited with a share, or with another one than before."""

    TYPE = "caytre.outcome.linked.v1"
    EXAMPLE: ClassVar[dict[str, object]] = {
        "link": {
            "upstream": {"service": "events", "kind": "lead", "id": _ID, "label": "Nhà máy minh họa"},
            "relation": "lead_became_outcome",
            "share": "60",
        }
    }

    link: Link


class OutcomeUnlinked(Message):
    """A record is no longer credited with the outcome."""

    TYPE = "caytre.outcome.unlinked.v1"
    EXAMPLE: ClassVar[dict[str, object]] = {
        "upstream": {"service": "agreements", "kind": "agreement", "id": _ID},
        "reason": "it was another agreement",
    }

    upstream: Ref
    reason: str


class OutcomePartnerFlagged(Message):
    """The partner is no longer vouched for: look at the outcome before it is confirmed."""

    TYPE = "caytre.outcome.partner_flagged.v1"
    EXAMPLE: ClassVar[dict[str, object]] = {"partner_id": _ID, "code": "REVOKED"}

    partner_id: UUID
    code: str


class OutcomePartnerRepointed(Message):
    """The partner has been merged with another; the outcome names the one that stands."""

    TYPE = "caytre.outcome.partner_repointed.v1"
    EXAMPLE: ClassVar[dict[str, object]] = {"partner_id": _ID, "into": "01980000-0000-7000-8000-000000000022"}

    partner_id: UUID
    into: UUID


class OutcomeRestricted(Message):
    """The outcome's sensitivity was raised: its public state ends, published history stays as it is."""

    TYPE = "caytre.outcome.restricted.v1"
    TOMBSTONE: ClassVar[bool] = True
    EXAMPLE: ClassVar[dict[str, object]] = {}


class OutcomeRehomed(Message):
    """The unit that answered for the outcome has ended; its successor does now."""

    TYPE = "caytre.outcome.rehomed.v1"
    EXAMPLE: ClassVar[dict[str, object]] = {"before": "VN-P-2008-34", "responsible_locality": "VN-P-2025-33"}

    before: str
    responsible_locality: str


OUTCOME_MESSAGES: tuple[type[Message], ...] = (
    OutcomeRecorded,
    OutcomeAmended,
    OutcomeConfirmed,
    OutcomeWithdrawn,
    OutcomeLinked,
    OutcomeUnlinked,
    OutcomePartnerFlagged,
    OutcomePartnerRepointed,
    OutcomeRehomed,
    OutcomeRestricted,
)
