"""Events and what comes of them for tests: invented parties, the real rules."""

from __future__ import annotations

from datetime import UTC, date, datetime, time, timedelta
from decimal import Decimal
from typing import Any
from uuid import UUID

from caytre.contracts.agreements import StatedDate
from caytre.contracts.events import Guests, MeetingGrid, Money, Quotas, Schedule
from caytre.contracts.lineage import Link, Ref
from caytre.contracts.message import Document
from caytre.core.ids import new_id
from caytre.events.model import Event, Lead, Meeting, Outcome, Registration
from caytre.events.model.schedule import scheduled
from caytre.events.model.seats import Seats

#: A Monday morning in Viet Nam, after the merger of provinces.
AT = datetime(2026, 3, 2, 2, 0, tzinfo=UTC)
TODAY = date(2026, 3, 2)
FIRST_DAY = date(2026, 6, 1)
THERE = datetime(2026, 6, 1, 3, 0, tzinfo=UTC)
HUNG_YEN, OLD_THAI_BINH, CAO_BANG = "VN-P-2025-33", "VN-P-2008-34", "VN-P-2008-04"


def days(n: int) -> datetime:
    """`n` days after AT."""
    return AT + timedelta(days=n)


def a_paper(number: str = "12/UBND-NgV", issued_on: date | None = TODAY) -> Document:
    """A written act."""
    return Document(number=number, issued_on=issued_on, issuer="UBND tỉnh")


def on(day: date = FIRST_DAY, hour: time | None = None, **more: Any) -> Schedule:
    """A day at a venue."""
    return scheduled(starts_on=day, starts_at=hour, **more)


def a_draft(**particulars: Any) -> Event:
    """A forum of Hưng Yên on FIRST_DAY."""
    particulars = {
        "locality": HUNG_YEN,
        "kind": "forum",
        "title_vi": "Diễn đàn kết nối doanh nghiệp minh họa",
        "schedule": on(),
        "at": AT,
        **particulars,
    }
    event, _ = Event.draft(id=new_id(), **particulars)
    return event


def planned(**particulars: Any) -> Event:
    """In the plan."""
    event = a_draft(**particulars)
    event.plan(AT)
    return event


def applied(**particulars: Any) -> Event:
    """Permission has been applied for."""
    event = planned(**particulars)
    event.apply_for_permission(document=a_paper(), at=AT)
    return event


def permitted(**particulars: Any) -> Event:
    """Permitted by whoever is competent."""
    event = applied(**particulars)
    assert event.permission is not None
    if event.permission.authority == "PRIME_MINISTER":
        event.request_opinions(agencies=(), at=AT)
    event.decide_permission(
        outcome="permitted",
        authority=event.permission.authority,
        document=a_paper("77/QD"),
        conditions=None,
        at=AT,
    )
    return event


def opened(**particulars: Any) -> Event:
    """Open for registration."""
    event = permitted(**particulars)
    event.open_registration(barred={}, at=AT)
    return event


def live(**particulars: Any) -> Event:
    """Going on."""
    event = opened(**particulars)
    event.start(THERE)
    return event


def held(**particulars: Any) -> Event:
    """Over."""
    event = live(**particulars)
    event.hold(attendance=120, at=THERE)
    return event


def ministers() -> Guests:
    """Guests for whom the Prime Minister permits."""
    return Guests(expected=300, rank="MINISTER")


def party(event: Event, seats: Seats | None = None, **particulars: Any) -> Registration:
    """A registered party of an invented company."""
    particulars = {
        "organisation": "Công ty Minh Họa Tre",
        "country": "KR",
        "locality": None,
        "party_size": 1,
        "mode": "onsite",
        "at": AT,
        **particulars,
    }
    registration, _, _ = Registration.register(id=new_id(), event=event, seats=seats or Seats(), **particulars)
    return registration


def a_meeting(event: Event | None = None) -> tuple[Meeting, Event, Registration, Registration]:
    """Two parties, one of which asks the other."""
    event = event or opened(meeting_grid=MeetingGrid(slots=4, tables=3))
    one, other = party(event), party(event, organisation="Công ty Minh Họa Sen", country="VN")
    meeting, _ = Meeting.request(
        id=new_id(), event=event, requester=one, addressee=other, subject="Hợp tác minh họa", at=AT
    )
    return meeting, event, one, other


def a_lead(**particulars: Any) -> Lead:
    """A lead of Hưng Yên."""
    particulars = {"locality": HUNG_YEN, "title": "Nhà máy minh họa", "kind": "FDI", "at": AT, **particulars}
    lead, _ = Lead.open(id=new_id(), **particulars)
    return lead


def dollars(amount: str = "25000000.00", currency: str = "USD") -> Money:
    """Registered money."""
    return Money(amount=Decimal(amount), currency=currency, amount_type="registered")


def an_outcome(**particulars: Any) -> Outcome:
    """A claimed investment in Hưng Yên."""
    particulars = {
        "locality": HUNG_YEN,
        "kind": "FDI",
        "title": "Nhà máy minh họa",
        "realised_on": StatedDate.on_day(TODAY),
        "money": dollars(),
        "at": AT,
        **particulars,
    }
    outcome, _ = Outcome.claim(id=new_id(), **particulars)
    return outcome


def link_to(kind: str = "lead", share: str | None = None, id: UUID | None = None, **more: Any) -> Link:
    """A link to an invented record."""
    service = {"agreement": "agreements", "visit": "delegations", "invitation": "delegations"}.get(kind, "events")
    relation = more.pop("relation", "lead_became_outcome")
    return Link(
        upstream=Ref(service=service, kind=kind, id=id or new_id()),
        relation=relation,
        share=Decimal(share) if share else None,
        **more,
    )


def quotas(onsite: int | None = None, online: int | None = None) -> Quotas:
    """How many are admitted."""
    return Quotas(onsite=onsite, online=online)
