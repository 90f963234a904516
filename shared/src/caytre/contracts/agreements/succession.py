"""What the agreements service says about successions: who takes over what a unit that has ended had agreed."""

from __future__ import annotations

from datetime import date
from typing import Annotated, ClassVar
from uuid import UUID

from caytre.contracts.lineage import Link
from caytre.contracts.message import Document, Message, State, open_enum

SuccessionStatus = Annotated[str, open_enum("IDENTIFIED", "ASSIGNED", "NOTIFIED", "RESOLVED", "CLOSED")]
Resolution = Annotated[str, open_enum("continued", "amended", "replaced", "suspended", "terminated", "withdrawn")]


class SuccessionState(State):
    """The succession of one agreement to a unit that has ended (Decree 177/2025/NĐ-CP).

    The agreement keeps its party as it was; the case says who carries it on, whether the foreign party has been told,
    and what was decided. `effective` is the first day without the old unit. `successor` is empty where a unit was
    split, until somebody assigns one.
    """

    status: SuccessionStatus
    agreement_id: UUID
    title: str
    locality: str
    locality_name: str
    successor: str | None = None
    effective: date
    responsible_locality: str
    countries: tuple[str, ...] = ()
    agency: str | None = None
    assignment: Document | None = None
    notified_on: date | None = None
    notice: Document | None = None
    resolution: Resolution | None = None
    resolved_on: date | None = None
    decision: Document | None = None
    reason: str | None = None
    replaced_by: UUID | None = None
    overdue_since: date | None = None
    closed_on: date | None = None
    links: tuple[Link, ...] = ()


_AGREEMENT = "01980000-0000-7000-8000-000000000003"


class SuccessionOpened(Message):
    """A unit that is party to an agreement has ended. Carries AGR_SUCCESSION."""

    TYPE = "caytre.succession.opened.v1"
    EXAMPLE: ClassVar[dict[str, object]] = {
        "agreement_id": _AGREEMENT,
        "from_locality": "VN-P-2008-34",
        "to_locality": "VN-P-2025-33",
        "effective": "2025-07-01",
        "deadlines": [
            {
                "code": "AGR_SUCCESSION",
                "anchor": "2025-07-01",
                "n": 90,
                "unit": "CALENDAR",
                "answerable": "VN-P-2025-33",
            }
        ],
    }

    agreement_id: UUID
    from_locality: str
    to_locality: str | None = None
    effective: date


class SuccessorAssigned(Message):
    """The unit and agency that carry the agreement on are named."""

    TYPE = "caytre.succession.assigned.v1"
    EXAMPLE: ClassVar[dict[str, object]] = {"successor": "VN-P-2025-33", "agency": "Sở Ngoại vụ"}

    successor: str
    agency: str


class ForeignPartyNotified(Message):
    """The foreign party has been told."""

    TYPE = "caytre.succession.party_notified.v1"
    EXAMPLE: ClassVar[dict[str, object]] = {"notified_on": "2025-07-20", "document_number": "12/SNgV"}

    notified_on: date
    document_number: str


class SuccessionResolved(Message):
    """It is decided what becomes of the agreement. Settles AGR_SUCCESSION."""

    TYPE = "caytre.succession.resolved.v1"
    EXAMPLE: ClassVar[dict[str, object]] = {
        "agreement_id": _AGREEMENT,
        "from_locality": "VN-P-2008-34",
        "to_locality": "VN-P-2025-33",
        "resolution": "continued",
        "settles": [{"code": "AGR_SUCCESSION"}],
    }

    agreement_id: UUID
    from_locality: str
    to_locality: str | None = None
    resolution: Resolution


class SuccessionOverdue(Message):
    """The succession was not settled in time."""

    TYPE = "caytre.succession.overdue.v1"
    EXAMPLE: ClassVar[dict[str, object]] = {"overdue_since": "2025-09-30"}

    overdue_since: date


class SuccessionClosed(Message):
    """What was decided has been carried out."""

    TYPE = "caytre.succession.closed.v1"
    EXAMPLE: ClassVar[dict[str, object]] = {"closed_on": "2025-12-01"}

    closed_on: date


class SuccessionAmended(Message):
    """The sensitivity of the case has followed the agreement's."""

    TYPE = "caytre.succession.amended.v1"
    EXAMPLE: ClassVar[dict[str, object]] = {"fields": ["sensitivity"]}

    fields: tuple[str, ...]


class SuccessionRestricted(Message):
    """The agreement became restricted, and so did the case: its public state ends."""

    TYPE = "caytre.succession.restricted.v1"
    TOMBSTONE: ClassVar[bool] = True
    EXAMPLE: ClassVar[dict[str, object]] = {}


SUCCESSION_MESSAGES: tuple[type[Message], ...] = (
    SuccessionOpened,
    SuccessorAssigned,
    ForeignPartyNotified,
    SuccessionResolved,
    SuccessionOverdue,
    SuccessionClosed,
    SuccessionAmended,
    SuccessionRestricted,
)
