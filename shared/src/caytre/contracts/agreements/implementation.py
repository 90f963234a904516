"""What follows an agreement: what is known of its plan, of what served it, of its outcomes; whether it is stalled."""

from __future__ import annotations

from datetime import date
from typing import Annotated, ClassVar
from uuid import UUID

from caytre.contracts.lineage import Ref
from caytre.contracts.message import Message, Shape, open_enum

StallCode = Annotated[
    str,
    open_enum(
        "S1_NO_PLAN",
        "S2_NO_PROGRESS",
        "S3_LATE_MILESTONES",
        "S4_NO_ACTIVITY",
        "S5_NO_OWNER",
        "S6_NEAR_EXPIRY_NO_RESULT",
        "S7_UNREPORTED",
        "S8_SUCCESSION_OPEN",
    ),
]
StallLevel = Annotated[str, open_enum("warn", "critical")]


class Sentence(Shape):
    """A sentence in both languages."""

    vi: str
    en: str


class PlanSummary(Shape):
    """The implementation plan as the agreement knows it. `open_due` are the days of milestones not yet done."""

    id: UUID
    version: int
    status: str
    approved: bool = False
    lead_agency: str | None = None
    lead_locality: str | None = None
    progress: int = 0
    changed_on: date
    open_due: tuple[date, ...] = ()


class Activity(Shape):
    """How many delegations, visits, events, meetings and leads served the agreement, and the last of them."""

    count: int = 0
    last_on: date | None = None
    last: Ref | None = None


class Outcomes(Shape):
    """How many outcomes stand, how many of them are confirmed, and the day of the last."""

    count: int = 0
    confirmed: int = 0
    last_on: date | None = None


class SuccessionSummary(Shape):
    """A succession case as the agreement knows it: of which unit that ended, and how far."""

    id: UUID
    version: int
    locality: str
    status: str


class Implementation(Shape):
    """What is known of the life after signature.

    `judged_from` is the day from which silence counts: that of signing, of a register's entry the day it came in. Of
    what a publication says nothing is judged, so it is empty. `check_on` is the next day on which time alone changes
    the judgement, `unreported_since` the day on which a statutory report was found to be overdue.
    """

    judged_from: date | None = None
    check_on: date | None = None
    unreported_since: date | None = None
    plan: PlanSummary | None = None
    activity: Activity = Activity()
    outcomes: Outcomes = Outcomes()
    successions: tuple[SuccessionSummary, ...] = ()


class StallReason(Shape):
    """Why an agreement is stalled: rule, level, the day since which it holds, the fact, the version of the rules."""

    code: StallCode
    level: StallLevel
    since: date
    fact: Sentence
    rule_version: int


class Stall(Shape):
    """That an agreement is stalled: the highest level, since when at this level, why, and what to do next."""

    level: StallLevel
    since: date
    reasons: tuple[StallReason, ...]
    next_action: Sentence


class Effectiveness(Shape):
    """Points of 100 with the components they are the sum of, as of the day they were counted."""

    score: int
    plan: int
    milestones: int
    activity: int
    outcomes: int
    rule_version: int
    as_of: date


_REASON: dict[str, object] = {
    "code": "S1_NO_PLAN",
    "level": "warn",
    "since": "2026-04-19",
    "fact": {
        "vi": "chưa có kế hoạch được duyệt sau 30 ngày kể từ 2026-03-20",
        "en": "no approved plan 30 days after 2026-03-20",
    },
    "rule_version": 1,
}
_STALLED: dict[str, object] = {
    "level": "warn",
    "since": "2026-04-19",
    "reasons": [_REASON],
    "next_action": {"vi": "lập và trình duyệt kế hoạch thực hiện", "en": "draw up the plan and have it approved"},
    "rule_version": 1,
}


class AgreementStalled(Message):
    """The agreement has come to a standstill. Said once for (agreement, level, since)."""

    TYPE = "caytre.agreement.stalled.v1"
    EXAMPLE: ClassVar[dict[str, object]] = _STALLED

    level: StallLevel
    since: date
    reasons: tuple[StallReason, ...]
    next_action: Sentence
    rule_version: int


class StallLevelChanged(Message):
    """The standstill has become graver or less grave."""

    TYPE = "caytre.agreement.stall_level_changed.v1"
    EXAMPLE: ClassVar[dict[str, object]] = {**_STALLED, "before": "critical"}

    before: StallLevel
    level: StallLevel
    since: date
    reasons: tuple[StallReason, ...]
    next_action: Sentence
    rule_version: int


class StallReasonsChanged(Message):
    """The standstill has other reasons at the same level."""

    TYPE = "caytre.agreement.stall_reasons_changed.v1"
    EXAMPLE: ClassVar[dict[str, object]] = {"reasons": [_REASON]}

    reasons: tuple[StallReason, ...]


class AgreementUnstalled(Message):
    """No reason for a standstill is left."""

    TYPE = "caytre.agreement.unstalled.v1"
    EXAMPLE: ClassVar[dict[str, object]] = {"before": "warn", "since": "2026-04-19"}

    before: StallLevel
    since: date


class AgreementFollowed(Message):
    """Something that concerns the agreement has happened elsewhere: to its plan, by activity, outcome or succession."""

    TYPE = "caytre.agreement.followed.v1"
    EXAMPLE: ClassVar[dict[str, object]] = {
        "what": "outcome",
        "source": {"service": "events", "kind": "outcome", "id": "01980000-0000-7000-8000-000000000031"},
    }

    what: Annotated[str, open_enum("plan", "activity", "outcome", "succession", "time")]
    source: Ref | None = None


class AgreementRehomed(Message):
    """The unit that answered for the agreement has ended; its successor does now. The parties keep their names."""

    TYPE = "caytre.agreement.rehomed.v1"
    EXAMPLE: ClassVar[dict[str, object]] = {"before": "VN-P-2008-34", "responsible_locality": "VN-P-2025-33"}

    before: str
    responsible_locality: str


IMPLEMENTATION_MESSAGES: tuple[type[Message], ...] = (
    AgreementStalled,
    StallLevelChanged,
    StallReasonsChanged,
    AgreementUnstalled,
    AgreementFollowed,
    AgreementRehomed,
)
