"""Plans, invitations, follow-ups and visits under any sequence of acts: no illegal state is reachable."""

from __future__ import annotations

from datetime import UTC, date, datetime, timedelta
from typing import ClassVar

from hypothesis import settings
from hypothesis import strategies as st
from hypothesis.stateful import invariant, rule

from caytre.contracts.agreements import StatedDate
from caytre.contracts.delegations import (
    Commitment,
    PlanItem,
    ProgrammeItem,
)
from caytre.contracts.lineage import Ref
from caytre.core.ids import new_id
from caytre.delegations.model import AnnualPlan, FollowUp, Invitation, Visit
from caytre.delegations.model.travelling import follow_up_id
from tests.builders.delegations import (
    AT,
    HUNG_YEN,
    TODAY,
    a_plan,
    item,
    known,
    later,
    paper,
)
from tests.builders.living import LATE, Lives, days


class Plans(Lives):
    """A plan between officers, consulted bodies, the authority, its items and the year."""

    ALLOWED: ClassVar = {
        ("DRAFT", "SUBMITTED"),
        ("SUBMITTED", "CONSULTED"),
        ("SUBMITTED", "DRAFT"),
        ("CONSULTED", "DRAFT"),
        ("CONSULTED", "APPROVED"),
        ("APPROVED", "ADJUSTING"),
        ("ADJUSTING", "APPROVED"),
        ("DRAFT", "WITHDRAWN"),
        ("APPROVED", "CLOSED"),
    }

    def __init__(self) -> None:
        super().__init__()
        self.record: AnnualPlan = a_plan(item(), item(), approved=False, ceiling=1_000_000_000)
        self.approved: list[PlanItem] = []

    @rule(whole=st.booleans())
    def add(self, whole: bool) -> None:
        self.act(lambda p: p.revise(put=[item() if whole else item(head_rank=None)]))

    @rule(number=st.integers(0, 3))
    def take_out(self, number: int) -> None:
        ids = [each.id for each in self.record.items][number : number + 1] or [new_id()]
        self.act(lambda p: p.revise(remove=ids))

    @rule()
    def submit(self) -> None:
        self.act(lambda p: p.submit(AT))

    @rule()
    def send_back(self) -> None:
        self.act(lambda p: p.send_back("x"))

    @rule()
    def advise(self) -> None:
        self.act(lambda p: p.take_advice(agency="MOFA", answer="agree", text=None, document=None, at=AT))

    @rule()
    def approve(self) -> None:
        self.act(lambda p: p.approve(authority="PARTY_STANDING_BOARD", document=paper(), at=AT))

    @rule(late=st.booleans())
    def adjust(self, late: bool) -> None:
        before, was = self.as_approved(), self.record.status
        self.act(lambda p: p.open_adjustment("x", later(250) if late else AT))
        if self.record.status == "ADJUSTING" and was != "ADJUSTING":
            self.approved = before

    @rule(number=st.integers(0, 3), size=st.integers(1, 9))
    def change(self, number: int, size: int) -> None:
        put = [each.model_copy(update={"size": size}) for each in self.record.items[number : number + 1]]
        self.act(lambda p: p.revise(put=put))

    @rule(chance=st.integers(0, 3))
    def withdraw(self, chance: int) -> None:
        if chance == 0 or self.record.status == "ADJUSTING":
            adjusting = self.record.status == "ADJUSTING"
            self.act(lambda p: p.withdraw("x", AT))
            assert not adjusting or self.as_approved() == self.approved, "what was approved stands again"

    def as_approved(self) -> list[PlanItem]:
        """The items without what became of them."""
        became = PlanItem(id=new_id()).model_dump(include={"status", "carried_by", "reason"})
        return [each.model_copy(update=became) for each in self.record.items]

    @rule(status=st.sampled_from(("PLANNED", "POSTPONED", "DROPPED", "REALISED")), number=st.integers(0, 3))
    def an_item_moves(self, status: str, number: int) -> None:
        ids = [each.id for each in self.record.items][number : number + 1] or [new_id()]
        carrier = Ref(service="delegations", kind="delegation", id=self.record.id)
        self.act(lambda p: p.move_item(ids[0], status, carried_by=carrier))

    @rule(over=st.booleans())
    def time_passes(self, over: bool) -> None:
        self.act(lambda p: p.lapse(date(2027, 1, 1) if over else TODAY))

    @rule(over=st.booleans())
    def the_time_for_adjustments_passes(self, over: bool) -> None:
        self.act(lambda p: p.end_adjustments(date(2026, 10, 2) if over else TODAY))

    @rule(over=st.booleans())
    def close(self, over: bool) -> None:
        self.act(lambda p: p.close(datetime(2027, 1, 5, tzinfo=UTC) if over else AT))

    @invariant()
    def what_was_approved_was_whole_and_paid_for(self) -> None:
        plan: AnnualPlan = self.record
        assert plan.adjust_until is None or plan.status == "APPROVED"
        assert (plan.adjustment is not None) == (plan.status == "ADJUSTING")
        assert (plan.withdrawn_at is not None) == (plan.withdrawn_for is not None) == (plan.status == "WITHDRAWN")
        if plan.status == "APPROVED" and plan.adoptions:
            assert plan.ceiling is None or plan.budget <= plan.ceiling
            assert all(i.head_rank and i.purpose for i in plan.items if i.status in {"PLANNED", "POSTPONED"})
        assert [adoption.number for adoption in plan.adoptions] == list(range(1, len(plan.adoptions) + 1))


class Invitations(Lives):
    """An invitation between the locality, the channel, the invited and time."""

    ALLOWED: ClassVar = {
        ("DRAFT", "EXTENDED"),
        ("DRAFT", "LAPSED"),
        ("EXTENDED", "CHANNELLED"),
        *((s, e) for s in ("EXTENDED", "CHANNELLED") for e in ("ACCEPTED", "DECLINED", "LAPSED")),
        ("ACCEPTED", "VISIT_SCHEDULED"),
    }

    def __init__(self) -> None:
        super().__init__()
        self.record, _ = Invitation.draft(
            id=new_id(),
            locality=HUNG_YEN,
            invitee="Chủ tịch hiệp hội",
            invitee_name="Người Được Mời",
            country="KR",
            purpose="Thăm tỉnh",
            valid_until=date(2026, 6, 1),
            at=AT,
        )

    @rule(day=days)
    def extend(self, day: date) -> None:
        self.act(lambda i: i.extend(on=day, form="oral", at=LATE))

    @rule(day=days)
    def put_through(self, day: date) -> None:
        self.act(lambda i: i.put_through(via="MOFA", on=day, document=None, at=LATE))

    @rule(day=days, answer=st.sampled_from(("accepted", "declined")))
    def reply(self, day: date, answer: str) -> None:
        self.act(lambda i: i.take_reply(answer=answer, on=day, through=None, document=None, at=LATE))

    @rule()
    def give_up(self) -> None:
        self.act(lambda i: i.lapse(reason="x", document=None, at=LATE))

    @rule()
    def run_out(self) -> None:
        self.act(lambda i: i.ran_out(LATE))

    @rule()
    def channel_runs_over(self) -> None:
        self.act(lambda i: i.channel_ran_over())

    @rule()
    def a_visit_is_there(self) -> None:
        visit, _ = Visit.from_invitation(self.record, None, LATE)
        self.act(lambda i: i.schedule(visit.id))


class Promises(Lives):
    """A follow-up."""

    ALLOWED: ClassVar = {("OPEN", "DONE"), ("OPEN", "DROPPED")}

    def __init__(self) -> None:
        super().__init__()
        source = Ref(service="delegations", kind="delegation", id=new_id())
        self.record, _ = FollowUp.create(
            id=new_id(), text="x", owner=HUNG_YEN, due_on=date(2026, 6, 1), source=source, localities=(HUNG_YEN,)
        )

    @rule(day=days)
    def reschedule(self, day: date) -> None:
        self.act(lambda f: f.reschedule(due_on=day, reason="x", at=AT))

    @rule(round=st.integers(1, 3))
    def run_over(self, round: int) -> None:
        self.act(lambda f: f.ran_over(round))

    @rule()
    def promote(self) -> None:
        self.act(lambda f: f.promote(Ref(service="agreements", kind="agreement", id=new_id())))

    @rule(chance=st.integers(0, 3))
    def complete(self, chance: int) -> None:
        if chance == 0:
            self.act(lambda f: f.complete(outcome="x", document=None, at=AT))

    @rule(chance=st.integers(0, 3))
    def drop(self, chance: int) -> None:
        if chance == 0:
            self.act(lambda f: f.drop(reason="x", document=None, at=AT))


class Visits(Lives):
    """A visit between the guests, the register of partners, the programme and the authority."""

    ALLOWED: ClassVar = {
        ("REQUESTED", "PARTNER_CHECK"),
        ("PARTNER_CHECK", "PROGRAMME_DRAFT"),
        ("PROGRAMME_DRAFT", "APPROVED"),
        ("APPROVED", "PROGRAMME_DRAFT"),
        ("APPROVED", "ARRIVED"),
        ("ARRIVED", "DEPARTED"),
        ("DEPARTED", "REPORTED"),
        ("REPORTED", "CLOSED"),
        *((s, "DECLINED") for s in ("REQUESTED", "PARTNER_CHECK", "PROGRAMME_DRAFT")),
        *((s, "CANCELLED") for s in ("REQUESTED", "PARTNER_CHECK", "PROGRAMME_DRAFT", "APPROVED")),
    }

    def __init__(self) -> None:
        super().__init__()
        self.partner = known("company")
        self.record, _ = Visit.request(
            id=new_id(),
            locality=HUNG_YEN,
            partner=self.partner,
            title="Đoàn doanh nghiệp",
            country="KR",
            arrives_on=StatedDate.on_day(date(2026, 5, 4)),
            leaves_on=StatedDate.on_day(date(2026, 5, 6)),
            guests=("Khách Minh Họa",),
            at=AT,
        )

    @rule(waived=st.booleans(), barred=st.booleans())
    def check(self, waived: bool, barred: bool) -> None:
        partner = known("company", id=self.partner.id, barred=barred)
        self.act(lambda v: v.check_partner(partner, waived="x" if waived else None, at=AT))

    @rule(hours=st.lists(st.integers(1, 90), min_size=1, max_size=3), host=st.sampled_from(("Sở A", "sở  a", "Sở B")))
    def publish(self, hours: list[int], host: str) -> None:
        start = datetime(2026, 5, 4, 0, tzinfo=UTC)
        items = [
            ProgrammeItem(
                number=n,
                title="Gặp",
                starts_at=start + timedelta(hours=hour),
                ends_at=start + timedelta(hours=hour + 2),
                host=host,
            )
            for n, hour in enumerate(hours, 1)
        ]
        self.act(lambda v: v.publish_programme(items))

    @rule()
    def approve(self) -> None:
        self.act(lambda v: v.approve(authority="PC_CHAIR", document=paper(), partner=self.partner, at=AT))

    @rule(last=st.sampled_from((date(2026, 5, 6), date(2026, 5, 7))))
    def amend(self, last: date) -> None:
        self.act(lambda v: v.amend({"leaves_on": StatedDate.on_day(last)}))

    @rule()
    def the_partner_is_barred(self) -> None:
        self.act(lambda v: v.flag_partner(self.partner.id, "REVOKED"))

    @rule(day=days)
    def arrive(self, day: date) -> None:
        self.act(lambda v: v.arrive(on=day, at=LATE))

    @rule(day=days)
    def leave(self, day: date) -> None:
        self.act(lambda v: v.leave(on=day, at=LATE))

    @rule()
    def report(self) -> None:
        commitments = [Commitment(number=1, text="x", owner=HUNG_YEN)]
        self.act(
            lambda v: v.file_report(
                text="x", expected=None, achieved="more", commitments=commitments, document=None, at=LATE
            )
        )

    @rule(followed=st.booleans())
    def close(self, followed: bool) -> None:
        self.act(lambda v: v.close([follow_up_id(v.id, 1)] if followed else []))

    @rule(chance=st.integers(0, 9), declined=st.booleans())
    def give_up(self, chance: int, declined: bool) -> None:
        if chance == 0:
            act = Visit.decline if declined else Visit.cancel
            self.act(lambda v: act(v, reason="x", document=None, at=AT))

    @invariant()
    def who_is_received_was_approved_with_the_present_programme(self) -> None:
        visit: Visit = self.record
        if visit.status in {"APPROVED", "ARRIVED", "DEPARTED", "REPORTED", "CLOSED"}:
            assert visit.ruling is not None
            assert visit.ruling.revision == visit.programme_version
            assert visit.partner_check is not None


_SETTINGS = settings(max_examples=40, stateful_step_count=30, deadline=None)
TestPlans, TestInvitations = Plans.TestCase, Invitations.TestCase
TestPromises, TestVisits = Promises.TestCase, Visits.TestCase
for _case in (TestPlans, TestInvitations, TestPromises, TestVisits):
    _case.settings = _SETTINGS
