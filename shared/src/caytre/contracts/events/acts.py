"""What the events service says about an event."""

from __future__ import annotations

from datetime import date, datetime
from typing import ClassVar
from uuid import UUID

from caytre.contracts.events.event import Authority, Quotas
from caytre.contracts.lineage import Link
from caytre.contracts.message import Message

_ID = "01980000-0000-7000-8000-000000000021"
_LINK: dict[str, object] = {
    "upstream": {"service": "delegations", "kind": "visit", "id": _ID, "label": "Đoàn minh họa"},
    "relation": "occasioned_event",
}
_APPLY: dict[str, object] = {
    "code": "EVT_APPLY",
    "anchor": "2023-12-01",
    "n": 40,
    "unit": "LEAD",
    "answerable": "VN-P-2008-34",
    "citation": "Quyết định 06/2020/QĐ-TTg",
    "verified": True,
}


class EventDrafted(Message):
    """An event has been begun; `offered` because an invitation was accepted, for an officer to take up or drop."""

    TYPE = "caytre.event.drafted.v1"
    EXAMPLE: ClassVar[dict[str, object]] = {"event_kind": "forum", "offered": False}

    event_kind: str
    offered: bool = False


class EventRecorded(Message):
    """An event has come in with imported, sourced or illustrative records."""

    TYPE = "caytre.event.recorded.v1"
    EXAMPLE: ClassVar[dict[str, object]] = {"event_kind": "forum", "status": "HELD", "origin": "sourced"}

    event_kind: str
    status: str
    origin: str


class EventAmended(Message):
    """Particulars have changed; `fields` names them.

    With `judged_anew` who permits the event stays the same and its clock runs on, but on other reasons.
    """

    TYPE = "caytre.event.amended.v1"
    EXAMPLE: ClassVar[dict[str, object]] = {"fields": ["title_vi"]}

    fields: tuple[str, ...]
    judged_anew: bool = False


class EventWithdrawn(Message):
    """The event's sensitivity was raised: its public state ends, published history stays as it is."""

    TYPE = "caytre.event.withdrawn.v1"
    TOMBSTONE: ClassVar[bool] = True
    EXAMPLE: ClassVar[dict[str, object]] = {}


class EventPlanned(Message):
    """The event has its day and it is known who permits it. Carries EVT_APPLY where permission is to be applied for."""

    TYPE = "caytre.event.planned.v1"
    EXAMPLE: ClassVar[dict[str, object]] = {
        "authority": "PRIME_MINISTER",
        "certain": True,
        "lead_days": 40,
        "deadlines": [_APPLY],
    }

    authority: Authority
    certain: bool
    lead_days: int | None = None


class CompetenceSettled(Message):
    """An officer has said which reading is taken where the law is open. Carries or settles EVT_APPLY."""

    TYPE = "caytre.event.competence_settled.v1"
    EXAMPLE: ClassVar[dict[str, object]] = {"authority": "NONE", "settles": [{"code": "EVT_APPLY"}]}

    authority: Authority
    lead_days: int | None = None


class PermissionRequested(Message):
    """Permission has been applied for. Settles EVT_APPLY."""

    TYPE = "caytre.event.permission_requested.v1"
    EXAMPLE: ClassVar[dict[str, object]] = {
        "authority": "PRIME_MINISTER",
        "round": 1,
        "days_before": 45,
        "late": False,
        "settles": [{"code": "EVT_APPLY"}],
    }

    authority: Authority
    round: int
    days_before: int
    late: bool = False


class OpinionsRequested(Message):
    """Agencies have been asked about the event. Carries EVT_OPINION for each."""

    TYPE = "caytre.event.opinions_requested.v1"
    EXAMPLE: ClassVar[dict[str, object]] = {
        "agencies": ["MOFA", "MPS"],
        "deadlines": [
            {
                "code": "EVT_OPINION",
                "discriminator": "MOFA",
                "anchor": "2023-10-18",
                "n": 15,
                "unit": "CALENDAR",
                "answerable": "MOFA",
            }
        ],
    }

    agencies: tuple[str, ...]


class EventOpinionGiven(Message):
    """An agency has replied. Settles its EVT_OPINION."""

    TYPE = "caytre.event.opinion_given.v1"
    EXAMPLE: ClassVar[dict[str, object]] = {
        "agency": "MOFA",
        "answer": "agree",
        "settles": [{"code": "EVT_OPINION", "discriminator": "MOFA"}],
    }

    agency: str
    answer: str


class PermissionDecided(Message):
    """The competent authority has permitted or refused the event. Settles what is still asked of agencies."""

    TYPE = "caytre.event.permission_decided.v1"
    EXAMPLE: ClassVar[dict[str, object]] = {"outcome": "permitted", "authority": "PRIME_MINISTER", "round": 1}

    outcome: str
    authority: Authority
    round: int


class ApplicationWithdrawn(Message):
    """The organiser has taken the application back. Carries EVT_APPLY of the next round."""

    TYPE = "caytre.event.application_withdrawn.v1"
    EXAMPLE: ClassVar[dict[str, object]] = {"reason": "the programme changes", "deadlines": [{**_APPLY, "round": 2}]}

    reason: str


class PermissionReopened(Message):
    """Rank, subject or date have changed so that a permission must be looked at anew. Carries or settles EVT_APPLY."""

    TYPE = "caytre.event.permission_reopened.v1"
    EXAMPLE: ClassVar[dict[str, object]] = {
        "because": ["guests"],
        "authority": "PRIME_MINISTER",
        "round": 2,
        "deadlines": [{**_APPLY, "round": 2}],
    }

    because: tuple[str, ...]
    authority: Authority
    round: int
    lead_days: int | None = None


class EventOpened(Message):
    """Registration is open."""

    TYPE = "caytre.event.opened.v1"
    EXAMPLE: ClassVar[dict[str, object]] = {"quotas": {"onsite": 300}, "moderated": False}

    quotas: Quotas = Quotas()
    moderated: bool = False


class QuotaChanged(Message):
    """How many are admitted has changed."""

    TYPE = "caytre.event.quota_changed.v1"
    EXAMPLE: ClassVar[dict[str, object]] = {"quotas": {"onsite": 350}}

    quotas: Quotas


class EventFrozen(Message):
    """From now on changes of registrations are requests that the organiser answers."""

    TYPE = "caytre.event.frozen.v1"
    EXAMPLE: ClassVar[dict[str, object]] = {}


class EventStarted(Message):
    """The event is going on."""

    TYPE = "caytre.event.started.v1"
    EXAMPLE: ClassVar[dict[str, object]] = {"on": "2023-12-01"}

    on: date


class EventHeld(Message):
    """The event is over. Carries EVT_REPORT; what it brought is followed up by its leads."""

    TYPE = "caytre.event.held.v1"
    EXAMPLE: ClassVar[dict[str, object]] = {
        "ended_on": "2023-12-01",
        "attendance": 320,
        "deadlines": [
            {
                "code": "EVT_REPORT",
                "anchor": "2023-12-01",
                "n": 15,
                "unit": "CALENDAR",
                "answerable": "VN-P-2008-34",
            }
        ],
    }

    ended_on: date
    attendance: int | None = None


class EventReported(Message):
    """The report of results has been filed. Settles EVT_REPORT."""

    TYPE = "caytre.event.reported.v1"
    EXAMPLE: ClassVar[dict[str, object]] = {"filed_on": "2023-12-11", "settles": [{"code": "EVT_REPORT"}]}

    filed_on: date


class EventClosed(Message):
    """The file of the event is closed."""

    TYPE = "caytre.event.closed.v1"
    EXAMPLE: ClassVar[dict[str, object]] = {}


class EventCancelled(Message):
    """The event will not take place. Settles what still ran."""

    TYPE = "caytre.event.cancelled.v1"
    EXAMPLE: ClassVar[dict[str, object]] = {"reason": "storm warning", "settles": [{"code": "EVT_APPLY"}]}

    reason: str


class EventPostponed(Message):
    """The event is put off without a new day. Settles what still ran."""

    TYPE = "caytre.event.postponed.v1"
    EXAMPLE: ClassVar[dict[str, object]] = {"reason": "storm warning"}

    reason: str


class EventRescheduled(Message):
    """The event has other days; lead time and permission have been looked at again."""

    TYPE = "caytre.event.rescheduled.v1"
    EXAMPLE: ClassVar[dict[str, object]] = {
        "before": "2023-11-24",
        "starts_on": "2023-12-01",
        "reopened": False,
    }

    before: date | None = None
    starts_on: date
    reopened: bool = False


class EventLinked(Message):
    """It is known what the event came out of, or which agreements it serves."""

    TYPE = "caytre.event.linked.v1"
    EXAMPLE: ClassVar[dict[str, object]] = {"link": _LINK}

    link: Link | None = None
    agreement_ids: tuple[UUID, ...] = ()


class EventWarned(Message):
    """Another record has changed so that the organiser should look at this event."""

    TYPE = "caytre.event.warned.v1"
    EXAMPLE: ClassVar[dict[str, object]] = {"code": "OCCASION_CANCELLED"}

    code: str


class EventPartnerRepointed(Message):
    """A co-organiser has been merged with another entry of the register; the event names the one that stands."""

    TYPE = "caytre.event.partner_repointed.v1"
    EXAMPLE: ClassVar[dict[str, object]] = {"partner_id": _ID, "into": "01980000-0000-7000-8000-000000000022"}

    partner_id: UUID
    into: UUID


class EventRehomed(Message):
    """The unit that answered for the event has ended; its successor does now."""

    TYPE = "caytre.event.rehomed.v1"
    EXAMPLE: ClassVar[dict[str, object]] = {"before": "VN-P-2008-34", "responsible_locality": "VN-P-2025-33"}

    before: str
    responsible_locality: str


class EventDeadlineMissed(Message):
    """A deadline of the event has passed unmet."""

    TYPE = "caytre.event.deadline_missed.v1"
    EXAMPLE: ClassVar[dict[str, object]] = {
        "code": "EVT_OPINION",
        "discriminator": "MOFA",
        "since": "2023-11-03T02:00:00Z",
    }

    code: str
    discriminator: str = ""
    since: datetime


EVENT_MESSAGES: tuple[type[Message], ...] = (
    EventDrafted,
    EventRecorded,
    EventAmended,
    EventWithdrawn,
    EventPlanned,
    CompetenceSettled,
    PermissionRequested,
    OpinionsRequested,
    EventOpinionGiven,
    PermissionDecided,
    ApplicationWithdrawn,
    PermissionReopened,
    EventOpened,
    QuotaChanged,
    EventFrozen,
    EventStarted,
    EventHeld,
    EventReported,
    EventClosed,
    EventCancelled,
    EventPostponed,
    EventRescheduled,
    EventLinked,
    EventWarned,
    EventPartnerRepointed,
    EventRehomed,
    EventDeadlineMissed,
)
