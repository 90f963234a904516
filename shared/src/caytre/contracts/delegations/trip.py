"""What the delegations service says about an outgoing delegation, in the order of its life."""

from __future__ import annotations

from datetime import date
from typing import ClassVar
from uuid import UUID

from caytre.contracts.agreements.dates import StatedDate
from caytre.contracts.lineage import Link
from caytre.contracts.message import Message
from caytre.contracts.origins import ActOfOrigin

_DAY: dict[str, object] = {"text": "2026-05-04", "earliest": "2026-05-04", "latest": "2026-05-04"}
_BACK: dict[str, object] = {"text": "2026-05-10", "earliest": "2026-05-10", "latest": "2026-05-10"}
_PARTNER = "01980000-0000-7000-8000-000000000001"
_AGREEMENT = "01980000-0000-7000-8000-000000000003"


class _Trip(Message):
    direction: str = "OUT"
    countries: tuple[str, ...] = ()
    departs_on: StatedDate | None = None
    returns_on: StatedDate | None = None
    hosts: tuple[UUID, ...] = ()
    head_rank: str | None = None
    size: int = 0
    in_plan: bool = False


_TRIP: dict[str, object] = {
    "countries": ["KR"],
    "departs_on": _DAY,
    "returns_on": _BACK,
    "hosts": [_PARTNER],
    "head_rank": "Chair of the provincial People's Committee",
    "size": 9,
    "in_plan": True,
}


class DelegationDrafted(_Trip):
    """A locality begins to prepare a delegation."""

    TYPE = "caytre.delegation.drafted.v1"
    EXAMPLE: ClassVar[dict[str, object]] = _TRIP


class DelegationRecorded(_Trip):
    """A delegation has come in from a file, a publication or an illustration; it starts no clock of the past."""

    TYPE = "caytre.delegation.recorded.v1"
    EXAMPLE: ClassVar[dict[str, object]] = {**_TRIP, "status": "CLOSED", "origin": "sourced"}

    status: str
    origin: str


class DelegationRevised(Message):
    """The draft was edited; `fields` names what changed."""

    TYPE = "caytre.delegation.revised.v1"
    EXAMPLE: ClassVar[dict[str, object]] = {"fields": ["title"], "revision": 1}

    fields: tuple[str, ...]
    revision: int


class TripPaperReceived(Message):
    """A paper of the dossier is there."""

    TYPE = "caytre.delegation.dossier_item_received.v1"
    EXAMPLE: ClassVar[dict[str, object]] = {"item": "INVITATION"}

    item: str


class DelegationSubmitted(_Trip):
    """The dossier is handed in. Carries DEL_INTAKE."""

    TYPE = "caytre.delegation.submitted.v1"
    EXAMPLE: ClassVar[dict[str, object]] = {
        **_TRIP,
        "revision": 1,
        "round": 1,
        "deadlines": [
            {"code": "DEL_INTAKE", "anchor": "2026-03-02", "n": 1, "unit": "WORKING", "answerable": "VN-P-2025-33"}
        ],
    }

    revision: int
    round: int


class DelegationScanned(Message):
    """Other delegations were searched for conflicts with this revision."""

    TYPE = "caytre.delegation.scanned.v1"
    EXAMPLE: ClassVar[dict[str, object]] = {"revision": 1, "found": 2, "blocking": 0, "coordinate": 1}

    revision: int
    found: int = 0
    blocking: int = 0
    coordinate: int = 0


class DelegationReviewStarted(Message):
    """The dossier is accepted and under review. Settles DEL_INTAKE, carries DEL_REVIEW."""

    TYPE = "caytre.delegation.review_started.v1"
    EXAMPLE: ClassVar[dict[str, object]] = {
        "round": 1,
        "policy_findings": ["NO_DIASPORA_MEETING"],
        "settles": [{"code": "DEL_INTAKE"}],
    }

    round: int
    policy_findings: tuple[str, ...] = ()


class DelegationSentBack(Message):
    """The dossier goes back to be completed; its clock ends."""

    TYPE = "caytre.delegation.sent_back.v1"
    EXAMPLE: ClassVar[dict[str, object]] = {"reason": "the translation is missing", "settles": [{"code": "DEL_REVIEW"}]}

    reason: str


class DelegationCoordinationOpened(Message):
    """A conflict with another delegation waits for an answer."""

    TYPE = "caytre.delegation.coordination_opened.v1"
    EXAMPLE: ClassVar[dict[str, object]] = {"findings": ["01980000-0000-7000-8000-000000000021"]}

    findings: tuple[UUID, ...]


class DelegationCoordinationClosed(Message):
    """Every conflict is answered; the review goes on."""

    TYPE = "caytre.delegation.coordination_closed.v1"
    EXAMPLE: ClassVar[dict[str, object]] = {"step": "REVIEW"}

    step: str


class DelegationReferred(Message):
    """The reviewed dossier lies with the competent authority. Settles DEL_REVIEW, carries DEL_AUTHORITY."""

    TYPE = "caytre.delegation.referred.v1"
    EXAMPLE: ClassVar[dict[str, object]] = {"round": 1, "settles": [{"code": "DEL_REVIEW"}]}

    round: int


class DelegationApproved(_Trip):
    """The competent authority approves the trip. Settles DEL_AUTHORITY, carries DEL_RETURN."""

    TYPE = "caytre.delegation.approved.v1"
    EXAMPLE: ClassVar[dict[str, object]] = {
        **_TRIP,
        "authority": "PC_CHAIR",
        "revision": 1,
        "settles": [{"code": "DEL_AUTHORITY"}],
    }

    authority: str
    revision: int


class DelegationRejected(Message):
    """The competent authority rejects the trip."""

    TYPE = "caytre.delegation.rejected.v1"
    EXAMPLE: ClassVar[dict[str, object]] = {"authority": "PC_CHAIR", "reason": "no budget"}

    authority: str
    reason: str


class DelegationDecisionDelivered(Message):
    """The decision is in the hands of who asked for it. Settles DEL_RETURN."""

    TYPE = "caytre.delegation.decision_delivered.v1"
    EXAMPLE: ClassVar[dict[str, object]] = {"round": 1, "settles": [{"code": "DEL_RETURN"}]}

    round: int


class DelegationAmended(_Trip):
    """Days, stops, hosts, head or members change after submission: searched again, and after approval decided again."""

    TYPE = "caytre.delegation.amended.v1"
    EXAMPLE: ClassVar[dict[str, object]] = {**_TRIP, "fields": ["stops"], "revision": 2, "round": 1}

    fields: tuple[str, ...]
    revision: int
    round: int


class DepartureExpected(Message):
    """By its dates the delegation leaves today; a person confirms."""

    TYPE = "caytre.delegation.departure_expected.v1"
    EXAMPLE: ClassVar[dict[str, object]] = {"on": "2026-05-04"}

    on: date


class DelegationDeparted(Message):
    """The delegation has left."""

    TYPE = "caytre.delegation.departed.v1"
    EXAMPLE: ClassVar[dict[str, object]] = {"on": "2026-05-04", "countries": ["KR"], "size": 9}

    on: date
    countries: tuple[str, ...] = ()
    size: int = 0


class ReturnExpected(Message):
    """By its dates the delegation is back; a person confirms."""

    TYPE = "caytre.delegation.return_expected.v1"
    EXAMPLE: ClassVar[dict[str, object]] = {"on": "2026-05-10"}

    on: date


class DelegationReturned(Message):
    """The delegation is back. Carries DEL_REPORT."""

    TYPE = "caytre.delegation.returned.v1"
    EXAMPLE: ClassVar[dict[str, object]] = {"on": "2026-05-10"}

    on: date


class DelegationReportFiled(ActOfOrigin, Message):
    """The report on the trip. Settles DEL_REPORT; invitations and commitments become records of their own.

    `origin` is that of the report, which may be weaker than the trip's.
    """

    TYPE = "caytre.delegation.report_filed.v1"
    EXAMPLE: ClassVar[dict[str, object]] = {
        "results": 3,
        "invitations": 1,
        "commitments": 2,
        "settles": [{"code": "DEL_REPORT"}],
    }

    results: int = 0
    invitations: int = 0
    commitments: int = 0


class DelegationReportOverdue(Message):
    """The report on the trip has not come in time."""

    TYPE = "caytre.delegation.report_overdue.v1"
    EXAMPLE: ClassVar[dict[str, object]] = {"since": "2026-05-26"}

    since: date


class DelegationReportAccepted(Message):
    """The report is accepted."""

    TYPE = "caytre.delegation.report_accepted.v1"
    EXAMPLE: ClassVar[dict[str, object]] = {"declined": 0}

    declined: int = 0


class DelegationClosed(Message):
    """Report accepted and every promise followed up or declined: nothing is left to do."""

    TYPE = "caytre.delegation.closed.v1"
    EXAMPLE: ClassVar[dict[str, object]] = {"follow_ups": 2}

    follow_ups: int = 0


class DelegationPostponed(Message):
    """The trip is put off; it comes back as a draft with new days."""

    TYPE = "caytre.delegation.postponed.v1"
    EXAMPLE: ClassVar[dict[str, object]] = {"reason": "the host asked for autumn"}

    reason: str


class DelegationCancelled(Message):
    """The trip is given up; every running clock ends."""

    TYPE = "caytre.delegation.cancelled.v1"
    EXAMPLE: ClassVar[dict[str, object]] = {"reason": "the host cannot receive it"}

    reason: str


class DelegationHostFlagged(Message):
    """A host of the trip is no longer vouched for, or was merged into another partner."""

    TYPE = "caytre.delegation.host_flagged.v1"
    EXAMPLE: ClassVar[dict[str, object]] = {"partner_id": _PARTNER, "why": "REVOKED"}

    partner_id: UUID
    why: str


class DelegationLinked(Message):
    """A link of the trip with what it came out of, or with an agreement that it serves."""

    TYPE = "caytre.delegation.linked.v1"
    EXAMPLE: ClassVar[dict[str, object]] = {"agreement_ids": [_AGREEMENT]}

    added: tuple[Link, ...] = ()
    agreement_ids: tuple[UUID, ...] = ()


TRIP_MESSAGES: tuple[type[Message], ...] = (
    DelegationDrafted,
    DelegationRecorded,
    DelegationRevised,
    TripPaperReceived,
    DelegationSubmitted,
    DelegationScanned,
    DelegationReviewStarted,
    DelegationSentBack,
    DelegationCoordinationOpened,
    DelegationCoordinationClosed,
    DelegationReferred,
    DelegationApproved,
    DelegationRejected,
    DelegationDecisionDelivered,
    DelegationAmended,
    DepartureExpected,
    DelegationDeparted,
    ReturnExpected,
    DelegationReturned,
    DelegationReportFiled,
    DelegationReportOverdue,
    DelegationReportAccepted,
    DelegationClosed,
    DelegationPostponed,
    DelegationCancelled,
    DelegationHostFlagged,
    DelegationLinked,
)
