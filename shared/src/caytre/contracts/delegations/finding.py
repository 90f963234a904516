"""Conflicts between two delegations: found by a search over all localities, answered by both sides."""

from __future__ import annotations

from datetime import date, datetime
from typing import Annotated, ClassVar
from uuid import UUID

from caytre.contracts.delegations.delegation import Severity
from caytre.contracts.message import Message, Shape, State, open_enum

Conflict = Annotated[
    str,
    open_enum("SAME_PERSON", "SAME_HOST_SAME_DAYS", "SAME_HOST_NEAR", "MISSION_OVERLOAD", "TWO_LEADERS_AWAY"),
]
FindingStatus = Annotated[str, open_enum("OPEN", "RESOLVED", "CLOSED")]
How = Annotated[str, open_enum("proceed_with_reason", "reschedule", "merge", "split_hosts")]


class Side(Shape):
    """All that the other locality learns of a delegation: who sends it, country, days, host, the office to speak to.

    `locality` is the first of a joint delegation, and `also` are the others, each of which may answer for it.
    """

    delegation_id: UUID
    locality: str
    also: tuple[str, ...] = ()
    countries: tuple[str, ...] = ()
    first_day: date
    last_day: date
    hosts: tuple[str, ...] = ()
    contact: str | None = None


class Reply(Shape):
    """How one locality, or the ministry for both, resolves the conflict.

    `on_behalf_of` is the first locality of a joint delegation where another one of it has answered.
    """

    by: str
    on_behalf_of: str | None = None
    how: How
    reason: str
    given_at: datetime


class FindingState(State):
    """A conflict of two delegations. Its id is a digest of the pair and the kind, so that none is found twice.

    BLOCK and COORDINATE must be answered by both sides before either trip is approved; `round` counts how often
    it was opened.
    """

    PRIVATE: ClassVar[bool] = True

    status: FindingStatus
    conflict: Conflict
    severity: Severity
    sides: tuple[Side, Side]
    first_day: date
    last_day: date
    countries: tuple[str, ...] = ()
    round: int = 1
    replies: tuple[Reply, ...] = ()
    overdue: tuple[str, ...] = ()
    found_at: datetime
    ended_at: datetime | None = None


_PAIR: dict[str, object] = {
    "conflict": "SAME_HOST_SAME_DAYS",
    "severity": "COORDINATE",
    "delegation_ids": ["01980000-0000-7000-8000-000000000031", "01980000-0000-7000-8000-000000000032"],
}


class _FindingMessage(Message):
    conflict: Conflict
    severity: Severity
    delegation_ids: tuple[UUID, UUID]


class ConflictFound(_FindingMessage):
    """Two delegations conflict. Carries DEL_CONFLICT_ANSWER for each side's locality unless it only informs."""

    TYPE = "caytre.finding.conflict_found.v1"
    EXAMPLE: ClassVar[dict[str, object]] = {
        **_PAIR,
        "round": 1,
        "deadlines": [
            {
                "code": "DEL_CONFLICT_ANSWER",
                "discriminator": "VN-P-2025-33",
                "anchor": "2026-03-02",
                "n": 2,
                "unit": "WORKING",
                "answerable": "VN-P-2025-33",
            }
        ],
    }

    round: int


class ConflictChanged(_FindingMessage):
    """The conflict is still there with other days, hosts or severity; answers that were given stand."""

    TYPE = "caytre.finding.conflict_changed.v1"
    EXAMPLE: ClassVar[dict[str, object]] = _PAIR


class ConflictAnswered(_FindingMessage):
    """One side has answered. Settles its DEL_CONFLICT_ANSWER."""

    TYPE = "caytre.finding.conflict_answered.v1"
    EXAMPLE: ClassVar[dict[str, object]] = {
        **_PAIR,
        "by": "VN-P-2025-33",
        "how": "proceed_with_reason",
        "settles": [{"code": "DEL_CONFLICT_ANSWER", "discriminator": "VN-P-2025-33"}],
    }

    by: str
    how: How


class ConflictResolved(_FindingMessage):
    """Both sides have answered, or the ministry has ruled."""

    TYPE = "caytre.finding.conflict_resolved.v1"
    EXAMPLE: ClassVar[dict[str, object]] = {**_PAIR, "by": "VN-P-2025-33", "how": "reschedule"}

    by: str
    how: How


class ConflictClosed(_FindingMessage):
    """The cause is gone: a trip was changed, given up or is over. Settles what still ran."""

    TYPE = "caytre.finding.conflict_closed.v1"
    EXAMPLE: ClassVar[dict[str, object]] = _PAIR


class ConflictAnswerOverdue(_FindingMessage):
    """A locality has not answered in time."""

    TYPE = "caytre.finding.conflict_answer_overdue.v1"
    EXAMPLE: ClassVar[dict[str, object]] = {**_PAIR, "locality": "VN-P-2025-33"}

    locality: str


FINDING_MESSAGES: tuple[type[Message], ...] = (
    ConflictFound,
    ConflictChanged,
    ConflictAnswered,
    ConflictResolved,
    ConflictClosed,
    ConflictAnswerOverdue,
)
