"""A locality has gone up into another one: its records are the other one's too from that day on."""

from __future__ import annotations

from typing import ClassVar

from caytre.contracts.message import Message

_ADDED: dict[str, object] = {"added": ["VN-P-2025-33"]}


class Rehomed(Message):
    """`added` are the localities that answer for the record now; those of then keep reading it."""

    added: tuple[str, ...]


class AnnualPlanRehomed(Rehomed):
    """The plan is read and carried on by the locality that answers today."""

    TYPE = "caytre.annual_plan.rehomed.v1"
    EXAMPLE: ClassVar[dict[str, object]] = _ADDED


class DelegationRehomed(Rehomed):
    """The delegation is read and carried on by the locality that answers today."""

    TYPE = "caytre.delegation.rehomed.v1"
    EXAMPLE: ClassVar[dict[str, object]] = _ADDED


class FindingRehomed(Rehomed):
    """The conflict is read and answered by the locality that answers today."""

    TYPE = "caytre.finding.rehomed.v1"
    EXAMPLE: ClassVar[dict[str, object]] = _ADDED


class InvitationRehomed(Rehomed):
    """The invitation is read and carried on by the locality that answers today."""

    TYPE = "caytre.invitation.rehomed.v1"
    EXAMPLE: ClassVar[dict[str, object]] = _ADDED


class FollowUpRehomed(Rehomed):
    """The follow-up is read and carried on by the locality that answers today."""

    TYPE = "caytre.follow_up.rehomed.v1"
    EXAMPLE: ClassVar[dict[str, object]] = _ADDED


class VisitRehomed(Rehomed):
    """The visit is read and carried on by the locality that answers today."""

    TYPE = "caytre.visit.rehomed.v1"
    EXAMPLE: ClassVar[dict[str, object]] = _ADDED


REHOMING_MESSAGES: tuple[type[Rehomed], ...] = (
    AnnualPlanRehomed,
    DelegationRehomed,
    FindingRehomed,
    InvitationRehomed,
    FollowUpRehomed,
    VisitRehomed,
)
