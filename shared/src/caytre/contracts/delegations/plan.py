"""The annual plan of a locality: which delegations leave or arrive in a year, and what became of each."""

from __future__ import annotations

from datetime import date, datetime
from decimal import Decimal
from typing import Annotated, ClassVar
from uuid import UUID

from pydantic import Field

from caytre.contracts.agreements.agreement import ProcedureRef
from caytre.contracts.lineage import Link, Ref
from caytre.contracts.message import Document, Message, Shape, State, open_enum

Direction = Annotated[str, open_enum("OUT", "IN")]
PlanStatus = Annotated[
    str, open_enum("DRAFT", "SUBMITTED", "CONSULTED", "APPROVED", "ADJUSTING", "CLOSED", "WITHDRAWN")
]
ItemStatus = Annotated[str, open_enum("PLANNED", "REALISED", "POSTPONED", "DROPPED", "LAPSED")]
Month = Annotated[int, Field(ge=1, le=12)]

_ITEM = "01980000-0000-7000-8000-000000000012"


class Money(Shape):
    """An amount in a currency (ISO 4217)."""

    amount: Decimal
    currency: str = "VND"


class PlanItem(Shape):
    """One delegation as it is planned. `in_adoption` counts the adoptions of the plan in which it first stood.

    `carried_by` is what realises it, or is meant to: a delegation, a visit or an event.
    """

    id: UUID
    purpose: str | None = None
    countries: tuple[str, ...] = ()
    month_from: Month | None = None
    month_to: Month | None = None
    head_rank: str | None = None
    size: int | None = None
    budget_source: str | None = None
    budget: Money | None = None
    partner_ids: tuple[UUID, ...] = ()
    status: ItemStatus = "PLANNED"
    in_adoption: int = 1
    carried_by: Ref | None = None
    reason: str | None = None


class Advice(Shape):
    """What a consulted body says about a submitted plan."""

    agency: str
    answer: Annotated[str, open_enum("agree", "agree_with_comments", "disagree")]
    text: str | None = None
    given_at: datetime
    document: Document | None = None


class Adoption(Shape):
    """One approval of the plan; the first is number 1, each adjustment adds one."""

    number: int
    authority: str
    adopted_at: datetime
    document: Document
    items: int
    budget: Decimal
    reason: str | None = None


class Adjustment(Shape):
    """What the running adjustment has done to the items so far, so that it can be taken back.

    `changed` are items as they were approved, `dropped` those that it took out as they were then.
    """

    added: tuple[UUID, ...] = ()
    changed: tuple[PlanItem, ...] = ()
    dropped: tuple[PlanItem, ...] = ()


class AnnualPlanState(State):
    """The plan of outgoing (OUT) or incoming (IN) delegations of a locality for a calendar year.

    `adjust_until` is the last day on which an adjustment round may begin, while the plan waits for one.
    `withdrawn_for` is why a draft was given up.
    """

    PRIVATE: ClassVar[bool] = True

    status: PlanStatus
    locality: str
    organisation: str | None = None
    year: int
    direction: Direction
    currency: str = "VND"
    ceiling: Decimal | None = None
    items: tuple[PlanItem, ...] = ()
    advice: tuple[Advice, ...] = ()
    adoptions: tuple[Adoption, ...] = ()
    submitted_at: datetime | None = None
    adjusting_for: str | None = None
    adjustment: Adjustment | None = None
    adjust_until: date | None = None
    withdrawn_at: datetime | None = None
    withdrawn_for: str | None = None
    procedure: ProcedureRef | None = None
    links: tuple[Link, ...] = ()


class _PlanMessage(Message):
    locality: str
    year: int
    direction: Direction
    items: int = 0
    budget: Decimal = Decimal(0)


_PLAN: dict[str, object] = {
    "locality": "VN-P-2025-33",
    "year": 2026,
    "direction": "OUT",
    "items": 12,
    "budget": "3600000000",
}


class AnnualPlanDrafted(_PlanMessage):
    """A locality begins its plan for a year. Carries PLAN_SUBMIT."""

    TYPE = "caytre.annual_plan.drafted.v1"
    EXAMPLE: ClassVar[dict[str, object]] = _PLAN


class AnnualPlanRecorded(_PlanMessage):
    """A plan has come in from a file or a publication; it starts no clock of the past."""

    TYPE = "caytre.annual_plan.recorded.v1"
    EXAMPLE: ClassVar[dict[str, object]] = {**_PLAN, "status": "APPROVED", "origin": "imported"}

    status: PlanStatus
    origin: str


class AnnualPlanRevised(Message):
    """Items were added, changed or taken out while the plan is being drawn up or adjusted."""

    TYPE = "caytre.annual_plan.revised.v1"
    EXAMPLE: ClassVar[dict[str, object]] = {"added": 1, "changed": 0, "removed": 0}

    added: int = 0
    changed: int = 0
    removed: int = 0


class AnnualPlanSubmitted(_PlanMessage):
    """The plan is handed in for consultation and approval. Settles PLAN_SUBMIT."""

    TYPE = "caytre.annual_plan.submitted.v1"
    EXAMPLE: ClassVar[dict[str, object]] = {**_PLAN, "settles": [{"code": "PLAN_SUBMIT"}]}


class AnnualPlanSentBack(Message):
    """The plan goes back to be completed."""

    TYPE = "caytre.annual_plan.sent_back.v1"
    EXAMPLE: ClassVar[dict[str, object]] = {"reason": "two items lack a budget source"}

    reason: str


class AnnualPlanConsulted(Message):
    """A consulted body has given its advice on the plan."""

    TYPE = "caytre.annual_plan.consulted.v1"
    EXAMPLE: ClassVar[dict[str, object]] = {"agency": "MOFA", "answer": "agree"}

    agency: str
    answer: str


class AnnualPlanApproved(_PlanMessage):
    """The competent authority approves the plan. Carries PLAN_ADJUST until the day after which none is adjusted."""

    TYPE = "caytre.annual_plan.approved.v1"
    EXAMPLE: ClassVar[dict[str, object]] = {**_PLAN, "adoption": 1}

    adoption: int


class AnnualPlanAdjustmentOpened(Message):
    """An adjustment round begins; the plan as approved holds until it ends. Settles PLAN_ADJUST."""

    TYPE = "caytre.annual_plan.adjustment_opened.v1"
    EXAMPLE: ClassVar[dict[str, object]] = {
        "reason": "two partners asked for later dates",
        "settles": [{"code": "PLAN_ADJUST"}],
    }

    reason: str


class AnnualPlanAdjustmentEnded(Message):
    """The last day on which an adjustment round could begin is over. Settles PLAN_ADJUST."""

    TYPE = "caytre.annual_plan.adjustment_ended.v1"
    EXAMPLE: ClassVar[dict[str, object]] = {"until": "2026-10-01", "settles": [{"code": "PLAN_ADJUST"}]}

    until: date


class AnnualPlanAdjusted(_PlanMessage):
    """The adjustment round ends with a new approval. Carries PLAN_ADJUST anew while there is time for another round."""

    TYPE = "caytre.annual_plan.adjusted.v1"
    EXAMPLE: ClassVar[dict[str, object]] = {**_PLAN, "adoption": 2}

    adoption: int


class AnnualPlanAdjustmentWithdrawn(Message):
    """The adjustment is given up; the items are again as they were approved, what became of them stays."""

    TYPE = "caytre.annual_plan.adjustment_withdrawn.v1"
    EXAMPLE: ClassVar[dict[str, object]] = {"reason": "the partners keep their dates after all"}

    reason: str


class AnnualPlanWithdrawn(Message):
    """The draft is given up; nothing follows it but another draft. Settles PLAN_SUBMIT."""

    TYPE = "caytre.annual_plan.withdrawn.v1"
    EXAMPLE: ClassVar[dict[str, object]] = {
        "reason": "drawn up twice",
        "settles": [{"code": "PLAN_SUBMIT"}],
    }

    reason: str


class PlanItemMoved(Message):
    """What became of one item: realised, postponed, dropped, lapsed, or planned again."""

    TYPE = "caytre.annual_plan.item_changed.v1"
    EXAMPLE: ClassVar[dict[str, object]] = {"item": _ITEM, "status": "REALISED"}

    item: UUID
    status: ItemStatus
    carried_by: Ref | None = None
    reason: str | None = None


class PlanItemsLapsed(Message):
    """The year is over; these items were neither realised nor dropped."""

    TYPE = "caytre.annual_plan.items_lapsed.v1"
    EXAMPLE: ClassVar[dict[str, object]] = {"items": [_ITEM]}

    items: tuple[UUID, ...]


class AnnualPlanClosed(Message):
    """The plan is closed with what was planned and what became of it, by status of items."""

    TYPE = "caytre.annual_plan.closed.v1"
    EXAMPLE: ClassVar[dict[str, object]] = {"outcome": {"REALISED": 9, "LAPSED": 2, "DROPPED": 1}}

    outcome: dict[str, int]


PLAN_MESSAGES: tuple[type[Message], ...] = (
    AnnualPlanDrafted,
    AnnualPlanRecorded,
    AnnualPlanRevised,
    AnnualPlanSubmitted,
    AnnualPlanSentBack,
    AnnualPlanConsulted,
    AnnualPlanApproved,
    AnnualPlanAdjustmentOpened,
    AnnualPlanAdjustmentEnded,
    AnnualPlanAdjusted,
    AnnualPlanAdjustmentWithdrawn,
    AnnualPlanWithdrawn,
    PlanItemMoved,
    PlanItemsLapsed,
    AnnualPlanClosed,
)
