"""What the agreements service says about implementation plans: who does what by when, and how far it has come."""

from __future__ import annotations

from datetime import date, datetime
from decimal import Decimal
from typing import Annotated, ClassVar
from uuid import UUID

from caytre.contracts.lineage import Link
from caytre.contracts.message import Document, Message, Shape, State, open_enum

PlanStatus = Annotated[str, open_enum("DRAFT", "APPROVED", "ACTIVE", "COMPLETED", "ABANDONED")]
MilestoneStatus = Annotated[str, open_enum("PLANNED", "IN_PROGRESS", "DONE", "LATE", "DROPPED")]


class Agency(Shape):
    """An agency by its name, and the unit it belongs to: when that one ends, so does the agency."""

    name: str
    locality: str | None = None


class Budget(Shape):
    """An amount with its currency (ISO 4217) and where the money comes from."""

    amount: Decimal
    currency: str
    source: str | None = None


class Milestone(Shape):
    """A step with its owner and day. `id` is M1, M2 … in the order of the plan; `round` counts how often it was dated.

    `weight` is its part in the progress, in relation to those of the others.
    """

    id: str
    title: str
    owner: str | None = None
    due_on: date | None = None
    weight: int = 1
    status: MilestoneStatus = "PLANNED"
    round: int = 1
    started_on: date | None = None
    done_on: date | None = None
    late_since: date | None = None
    evidence: tuple[Document, ...] = ()
    note: str | None = None
    reason: str | None = None


class PlanState(State):
    """The implementation plan of an agreement. `progress` is the percentage of the weights that is done.

    `changed_on` is the last day on which a milestone moved.
    """

    status: PlanStatus
    agreement_id: UUID
    ordinal: int = 1
    title: str
    responsible_locality: str
    countries: tuple[str, ...] = ()
    key_issues: tuple[str, ...] = ()
    lead_agency: Agency | None = None
    coordinating: tuple[Agency, ...] = ()
    budget: Budget | None = None
    review_every_months: int | None = None
    milestones: tuple[Milestone, ...] = ()
    progress: int = 0
    changed_on: date
    drafted_at: datetime | None = None
    approved_on: date | None = None
    approval: Document | None = None
    activated_on: date | None = None
    completed_on: date | None = None
    abandoned_on: date | None = None
    reason: str | None = None
    links: tuple[Link, ...] = ()


_AGREEMENT = "01980000-0000-7000-8000-000000000003"
_MILESTONE: dict[str, object] = {"milestone": "M1", "due_on": "2026-09-30", "progress": 40}


class PlanDrafted(Message):
    """A plan is drawn up for a signed agreement."""

    TYPE = "caytre.plan.drafted.v1"
    EXAMPLE: ClassVar[dict[str, object]] = {"agreement_id": _AGREEMENT}

    agreement_id: UUID


class PlanAmended(Message):
    """Particulars of the draft, or its sensitivity, have changed; `fields` names them."""

    TYPE = "caytre.plan.amended.v1"
    EXAMPLE: ClassVar[dict[str, object]] = {"fields": ["milestones"]}

    fields: tuple[str, ...]


class PlanApproved(Message):
    """The plan is approved. Settles AGR_PLAN of the agreement; carries AGR_MILESTONE for each milestone."""

    TYPE = "caytre.plan.approved.v1"
    EXAMPLE: ClassVar[dict[str, object]] = {
        "agreement_id": _AGREEMENT,
        "approved_on": "2026-04-10",
        "deadlines": [
            {
                "code": "AGR_MILESTONE",
                "discriminator": "M1",
                "anchor": "2026-09-30",
                "n": 0,
                "unit": "CALENDAR",
                "answerable": "VN-P-2025-33",
            }
        ],
        "settles": [{"owner": f"agreement/{_AGREEMENT}", "code": "AGR_PLAN"}],
    }

    agreement_id: UUID
    approved_on: date


class PlanActivated(Message):
    """Work on the plan has begun."""

    TYPE = "caytre.plan.activated.v1"
    EXAMPLE: ClassVar[dict[str, object]] = {"activated_on": "2026-04-15"}

    activated_on: date


class MilestoneStarted(Message):
    """Work on a milestone has begun."""

    TYPE = "caytre.plan.milestone_started.v1"
    EXAMPLE: ClassVar[dict[str, object]] = {"milestone": "M1"}

    milestone: str


class MilestoneCompleted(Message):
    """A milestone is done. Settles its AGR_MILESTONE."""

    TYPE = "caytre.plan.milestone_completed.v1"
    EXAMPLE: ClassVar[dict[str, object]] = {
        **_MILESTONE,
        "done_on": "2026-09-28",
        "settles": [{"code": "AGR_MILESTONE", "discriminator": "M1"}],
    }

    milestone: str
    due_on: date | None = None
    done_on: date
    progress: int


class MilestoneLate(Message):
    """A milestone was not done by its day."""

    TYPE = "caytre.plan.milestone_late.v1"
    EXAMPLE: ClassVar[dict[str, object]] = _MILESTONE

    milestone: str
    due_on: date | None = None
    progress: int


class MilestoneRescheduled(Message):
    """A milestone has another day. Settles its AGR_MILESTONE and carries that of the next round."""

    TYPE = "caytre.plan.milestone_rescheduled.v1"
    EXAMPLE: ClassVar[dict[str, object]] = {
        "milestone": "M1",
        "before": "2026-09-30",
        "due_on": "2026-12-31",
        "reason": "the partner's budget year",
    }

    milestone: str
    before: date | None = None
    due_on: date
    reason: str


class MilestoneDropped(Message):
    """A milestone is given up and counts no more. Settles its AGR_MILESTONE."""

    TYPE = "caytre.plan.milestone_dropped.v1"
    EXAMPLE: ClassVar[dict[str, object]] = {"milestone": "M2", "reason": "taken over by the ministry", "progress": 50}

    milestone: str
    reason: str
    progress: int


class PlanCompleted(Message):
    """Every milestone is done or dropped, and the plan is closed."""

    TYPE = "caytre.plan.completed.v1"
    EXAMPLE: ClassVar[dict[str, object]] = {"completed_on": "2027-01-10"}

    completed_on: date


class PlanAbandoned(Message):
    """The plan is given up. Settles the AGR_MILESTONE of what was not done."""

    TYPE = "caytre.plan.abandoned.v1"
    EXAMPLE: ClassVar[dict[str, object]] = {"reason": "replaced by a plan of the new province"}

    reason: str


class PlanRehomed(Message):
    """The unit that answered for the plan has ended; its successor does now."""

    TYPE = "caytre.plan.rehomed.v1"
    EXAMPLE: ClassVar[dict[str, object]] = {"before": "VN-P-2008-34", "responsible_locality": "VN-P-2025-33"}

    before: str
    responsible_locality: str


class PlanRestricted(Message):
    """The agreement became restricted, and so did its plan: its public state ends."""

    TYPE = "caytre.plan.restricted.v1"
    TOMBSTONE: ClassVar[bool] = True
    EXAMPLE: ClassVar[dict[str, object]] = {}


PLAN_MESSAGES: tuple[type[Message], ...] = (
    PlanDrafted,
    PlanAmended,
    PlanApproved,
    PlanActivated,
    MilestoneStarted,
    MilestoneCompleted,
    MilestoneLate,
    MilestoneRescheduled,
    MilestoneDropped,
    PlanCompleted,
    PlanAbandoned,
    PlanRehomed,
    PlanRestricted,
)
