"""Plans, delegations, visits for tests: invented people and partners, the real procedure."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from datetime import UTC, date, datetime, timedelta
from typing import Any
from uuid import UUID

from caytre.contracts.agreements import StatedDate
from caytre.contracts.delegations import (
    Host,
    InvitationExtended,
    Member,
    Money,
    Objective,
    OutOfPlan,
    PlanItem,
    PlanPlace,
    ProgrammeItem,
    Result,
    Side,
    Stop,
)
from caytre.contracts.message import Document, Provenance
from caytre.core.ids import new_id
from caytre.delegations.model import AnnualPlan, Delegation, Finding, Invitation, Visit
from caytre.delegations.model.conflicts import Found
from caytre.delegations.model.partners import KnownPartner
from caytre.delegations.model.people import Traveller

#: A Monday morning in Viet Nam, after the merger of provinces.
AT = datetime(2026, 3, 2, 2, 0, tzinfo=UTC)
TODAY = date(2026, 3, 2)
HUNG_YEN, CAO_BANG, HA_NOI = "VN-P-2025-33", "VN-P-2008-04", "VN-P-2008-01"
KEY = b"k" * 32
BOSS = "Chủ tịch UBND tỉnh"
SOURCED = Provenance(origin="sourced", publication="S1", statement="7")
EARLY_2023 = StatedDate(text="đầu năm 2023", earliest=date(2023, 1, 1), latest=date(2023, 4, 30), precision="season")
#: An invitation as a report tells of it.
EXTENDED = InvitationExtended(number=1, invitee="Cựu nguyên thủ", country="KR", form="oral", purpose="Thăm tỉnh")
#: A whole item as a request names it.
ITEM: dict[str, Any] = {
    "purpose": "Xúc tiến đầu tư",
    "countries": ["KR"],
    "month_from": 5,
    "month_to": 6,
    "head_rank": BOSS,
    "budget_source": "Ngân sách tỉnh",
    "budget": {"amount": "300000000"},
}


def later(days: int) -> datetime:
    """`days` after AT."""
    return AT + timedelta(days=days)


def on(day: date) -> StatedDate:
    """A day known to the day."""
    return StatedDate.on_day(day)


def paper(number: str = "12/UBND-NgV", issued_on: date | None = TODAY) -> Document:
    """A written act."""
    return Document(number=number, issued_on=issued_on, issuer="UBND tỉnh")


def known(type: str = "foreign_locality", **changes: Any) -> KnownPartner:
    """A partner as this service knows it."""
    return KnownPartner(**{"id": new_id(), "version": 1, "type": type, "name": "Thành phố Minh Họa", **changes})


def by_id(*partners: KnownPartner) -> Mapping[UUID, KnownPartner]:
    """The partners by their ids."""
    return {partner.id: partner for partner in partners}


def item(**changes: Any) -> PlanItem:
    """A whole item."""
    values: dict[str, Any] = {
        "id": new_id(),
        "purpose": "Xúc tiến đầu tư",
        "countries": ("KR",),
        "month_from": 5,
        "month_to": 6,
        "head_rank": BOSS,
        "budget_source": "Ngân sách tỉnh",
        "budget": Money(amount=300_000_000),
    }
    return PlanItem(**(values | changes))


def a_plan(*items: PlanItem, approved: bool = True, direction: str = "OUT", **particulars: Any) -> AnnualPlan:
    """The plan of Hưng Yên for 2026."""
    plan, _ = AnnualPlan.draft(
        id=new_id(),
        **{
            "locality": HUNG_YEN,
            "year": 2026,
            "direction": direction,
            "items": items or (item(),),
            "at": AT,
            **particulars,
        },
    )
    if approved:
        plan.submit(AT)
        plan.take_advice(agency="MOFA", answer="agree", text=None, document=None, at=AT)
        plan.approve(authority="PARTY_STANDING_BOARD", document=paper(), at=AT)
    return plan


def traveller(number: int, identity: str | None = None, name: str | None = None) -> Traveller:
    """A person behind a member."""
    name = name or f"Người Minh Họa {number}"
    return Traveller(number=number, name=name, identity_number=identity or f"0010{new_id().int % 10**8}").identified(
        KEY
    )


def a_draft(
    *hosts: KnownPartner,
    first: date = date(2026, 5, 4),
    last: date = date(2026, 5, 10),
    country: str = "KR",
    people: Sequence[Traveller] | None = None,
    post: str = "pc_chair",
    **particulars: Any,
) -> Delegation:
    """A delegation of Hưng Yên to Korea that lacks its papers only."""
    stops = (
        Stop(country=country, arrives=first, leaves=last, hosts=tuple(Host(partner_id=host.id) for host in hosts)),
    )
    values: dict[str, Any] = {
        "locality": HUNG_YEN,
        "title": "Đoàn xúc tiến đầu tư",
        "objectives": (Objective(number=1, text="Gặp doanh nghiệp", expected="Hai thư ngỏ"),),
        "departs_on": on(first),
        "returns_on": on(last),
        "stops": stops,
        "members": (Member(number=1, role="head", rank=BOSS, post=post), Member(number=2, role="member")),
        "people": tuple(people or (traveller(1), traveller(2))),
        "contact": "Sở Ngoại vụ Hưng Yên",
        "budget_source": "Ngân sách tỉnh",
        "out_of_plan": OutOfPlan(reason="theo lời mời", directed_by="Thường trực Tỉnh ủy", document=paper()),
        "at": AT,
        "partners": by_id(*hosts),
        **particulars,
    }
    if values.get("plan"):
        values.pop("out_of_plan")
    delegation, _ = Delegation.draft(id=new_id(), **values)
    return delegation


def with_papers(delegation: Delegation) -> Delegation:
    """All required papers are received."""
    for each in delegation.dossier:
        if each.required and each.received_at is None:
            delegation.receive_paper(item=each.code, document=paper(), at=AT)
    return delegation


def submitted(delegation: Delegation, plan: AnnualPlan | None = None) -> Delegation:
    """Handed in."""
    with_papers(delegation).submit(plan=plan, at=AT)
    return delegation


def scanned(delegation: Delegation, plan: AnnualPlan | None = None) -> Delegation:
    """Handed in and searched, nothing found."""
    submitted(delegation, plan).note_scan(found=0, blocking=0, coordinate=0, at=AT)
    return delegation


def referred(delegation: Delegation, plan: AnnualPlan | None = None) -> Delegation:
    """With the authority."""
    scanned(delegation, plan).start_review(AT)
    delegation.refer(recommendation="đề nghị phê duyệt", findings=(), at=AT)
    return delegation


def approved(delegation: Delegation, *partners: KnownPartner, plan: AnnualPlan | None = None) -> Delegation:
    """Approved by the chair."""
    referred(delegation, plan).approve(
        authority="PC_CHAIR", document=paper(), findings=(), partners=by_id(*partners), at=AT
    )
    return delegation


def back(delegation: Delegation, *partners: KnownPartner, plan: AnnualPlan | None = None) -> Delegation:
    """Returned from the trip."""
    approved(delegation, *partners, plan=plan).depart(on=date(2026, 5, 4), at=later(63))
    delegation.come_back(on=date(2026, 5, 10), at=later(69))
    return delegation


def reported(delegation: Delegation, **report: Any) -> Delegation:
    """The report is filed."""
    values: dict[str, Any] = {
        "results": [Result(objective=1, achieved="yes", text="đã gặp")],
        "contacts": 3,
        "diaspora_contacts": 0,
        "commitments": (),
        "invitations": (),
        "invitee_names": (),
        "document": None,
        "at": later(75),
    }
    back(delegation).file_report(**(values | report))
    return delegation


def a_past_trip(**particulars: Any) -> Delegation:
    """A trip of Thái Bình as a source tells it, without a report."""
    values: dict[str, Any] = {"title": "Đoàn công tác tại Hàn Quốc", "departs_on": EARLY_2023, "provenance": SOURCED}
    trip, _ = Delegation.record(
        id=new_id(), localities=["Thái Bình"], status="RETURNED", at=AT, **(values | particulars)
    )
    return trip


def a_channelled_invitation(**particulars: Any) -> Invitation:
    """An invitation of Thái Bình that a source tells of; the answer has not come yet."""
    invitation, _ = Invitation.record(
        id=new_id(),
        locality="Thái Bình",
        status="CHANNELLED",
        invitee="Cựu nguyên thủ",
        country="KR",
        purpose="Thăm tỉnh",
        extended_on=EARLY_2023,
        provenance=SOURCED,
        at=AT,
        **particulars,
    )
    return invitation


def a_visit(*entries: ProgrammeItem, plan: AnnualPlan | None = None) -> Visit:
    """A visit of a day to Hưng Yên, whose programme has an entry at least."""
    visit, _ = Visit.request(
        id=new_id(),
        locality=HUNG_YEN,
        partner=None,
        title="Đoàn khách",
        country="KR",
        arrives_on=on(TODAY),
        leaves_on=on(TODAY),
        plan=place_of(plan) if plan else None,
        at=AT,
    )
    visit.check_partner(None, waived=None, at=AT)
    visit.publish_programme(entries or [ProgrammeItem(number=1, title="Gặp")])
    return visit


def place_of(plan: AnnualPlan) -> PlanPlace:
    """The first item of a plan."""
    return PlanPlace(plan_id=plan.id, item_id=plan.items[0].id)


def a_finding(trip: Delegation, conflict: str, severity: str, also: Sequence[str] = ()) -> Finding:
    """A conflict of the trip with an invented one of another province; `also` send that of Hưng Yên along."""
    other = new_id()
    ids = (min(trip.id, other), max(trip.id, other))
    found = Found(ids, conflict, severity, date(2026, 5, 4), date(2026, 5, 5), ())
    finding, _ = Finding.find(
        found, sides=sides_of(found, also), sensitivity="internal", localities=(HUNG_YEN, *also, CAO_BANG), at=AT
    )
    return finding


def sides_of(found: Found, also: Sequence[str] = ()) -> tuple[Side, Side]:
    """What each side shows: a delegation of Hưng Yên, perhaps with others, and one of Cao Bằng."""
    one, other = (
        Side(
            delegation_id=id,
            locality=locality,
            also=tuple(others),
            countries=("KR",),
            first_day=found.first_day,
            last_day=found.last_day,
        )
        for id, locality, others in zip(found.pair, (HUNG_YEN, CAO_BANG), (also, ()), strict=True)
    )
    return one, other
