"""An event in any order of acts: no illegal state is reachable, refusals have names, every clock is answered for."""

from __future__ import annotations

from collections.abc import Callable
from datetime import timedelta
from typing import Any

from hypothesis import settings
from hypothesis import strategies as st
from hypothesis.stateful import RuleBasedStateMachine, initialize, invariant, rule

from caytre.contracts.events import EventReport, Guests, Lateness
from caytre.contracts.message import INTERNAL, PUBLIC, RESTRICTED, Message
from caytre.events.model import Event
from tests.builders.events import AT, FIRST_DAY, THERE, a_draft, a_paper, days, on, quotas
from tests.builders.events_acting import acted

_BEFORE = (
    "PLANNED",
    "PERMISSION_APPLIED",
    "PERMISSION_UNDER_OPINION",
    "PERMISSION_GRANTED",
    "PERMISSION_REFUSED",
    "OPEN",
    "FROZEN",
)
#: From which status an act may lead to which. What is not here must not happen.
EVENT = {
    ("DRAFT", "PLANNED"),
    ("PLANNED", "PERMISSION_APPLIED"),
    ("PERMISSION_APPLIED", "PERMISSION_UNDER_OPINION"),
    *(
        (before, after)
        for before in ("PERMISSION_APPLIED", "PERMISSION_UNDER_OPINION")
        for after in ("PERMISSION_GRANTED", "PERMISSION_REFUSED")
    ),
    *((before, "PLANNED") for before in _BEFORE),
    ("PLANNED", "OPEN"),
    ("PERMISSION_GRANTED", "OPEN"),
    ("OPEN", "FROZEN"),
    *((before, "LIVE") for before in ("OPEN", "FROZEN")),
    *((before, "HELD") for before in ("OPEN", "FROZEN", "LIVE")),
    ("HELD", "REPORTED"),
    ("REPORTED", "CLOSED"),
    *((before, "CANCELLED") for before in ("DRAFT", *_BEFORE, "POSTPONED")),
    *((before, "POSTPONED") for before in _BEFORE),
    ("POSTPONED", "PLANNED"),
    ("POSTPONED", "PERMISSION_GRANTED"),
}
sensitivities = st.sampled_from((PUBLIC, INTERNAL, RESTRICTED))


class EventLives(RuleBasedStateMachine):
    """Organisers, agencies, authorities and time, in any order; every clock that starts is ended or stands."""

    def __init__(self) -> None:
        super().__init__()
        self.event: Event = a_draft()
        self.running: set[tuple[str, str, int]] = set()

    def act(self, move: Callable[[], Any]) -> None:
        result = acted(self.event, EVENT, move)
        for message in result if isinstance(result, tuple) else (result,):
            if isinstance(message, Message):
                self.running -= {(each.code, each.discriminator, each.round) for each in message.settles}
                self.running |= {(each.code, each.discriminator, each.round) for each in message.deadlines}

    @initialize(steps=st.integers(0, 8), refused=st.booleans())
    def begin_somewhere(self, steps: int, refused: bool) -> None:
        self.go_the_straight_way(steps)
        if refused:
            self.decide("refused", "PC_CHAIR")

    @rule(steps=st.integers(1, 3))
    def go_the_straight_way(self, steps: int) -> None:
        """Random acts alone would hardly ever come as far as a report."""
        for _ in range(steps):
            match self.event.status:
                case "DRAFT":
                    self.plan()
                case "PLANNED":
                    self.settle("PC_CHAIR")
                    self.apply(False)
                    self.open()
                case "PERMISSION_APPLIED":
                    self.ask()
                case "PERMISSION_UNDER_OPINION":
                    permission = self.event.permission
                    assert permission is not None
                    self.decide("permitted", permission.authority)
                case "PERMISSION_GRANTED":
                    self.open()
                case "OPEN" | "FROZEN":
                    self.start(True)
                case "LIVE":
                    self.hold(True)
                case "HELD":
                    self.report()

    @rule()
    def plan(self) -> None:
        self.act(lambda: self.event.plan(AT))

    @rule(
        change=st.sampled_from(
            (
                {"guests": Guests(rank="MINISTER")},
                {"guests": Guests(former_rank="HEAD_OF_STATE")},
                {"guests": Guests()},
                {"topics": ("DEFENCE",)},
                {"topics": ("EDUCATION",)},
                {"kind": "festival"},
                {"kind": "forum"},
                {"foreign_element": False},
                {"foreign_element": True},
                {"title_vi": "Tên khác"},
                {"title_vi": "Tên"},
                {"guests": Guests(rank="NOBODY")},
            )
        )
    )
    def amend(self, change: dict[str, Any]) -> None:
        self.act(lambda: self.event.amend(change, AT))

    @rule(later=st.integers(-100, 60))
    def reschedule(self, later: int) -> None:
        self.act(lambda: self.event.reschedule(on(FIRST_DAY + timedelta(days=later)), AT))

    @rule(authority=st.sampled_from(("PRIME_MINISTER", "PC_CHAIR", "NONE")))
    def settle(self, authority: str) -> None:
        self.act(lambda: self.event.settle_competence(authority=authority, reason="x", document=None, at=AT))

    @rule(late=st.booleans())
    def apply(self, late: bool) -> None:
        excuse = Lateness(reason="x") if late else None
        at = days(80) if late else AT
        self.act(lambda: self.event.apply_for_permission(document=a_paper(), lateness=excuse, at=at))

    @rule()
    def ask(self) -> None:
        self.act(lambda: self.event.request_opinions(agencies=("MOIT",), at=days(80)))

    @rule(agency=st.sampled_from(("MOFA", "MPS", "MOIT")), round=st.integers(1, 3))
    def hear(self, agency: str, round: int) -> None:
        self.act(
            lambda: self.event.give_opinion(
                agency=agency, answer="agree", text=None, document=a_paper(issued_on=None), at=days(81)
            )
        )
        self.act(lambda: self.event.deadline_missed("EVT_OPINION", agency, round, AT))

    @rule(
        outcome=st.sampled_from(("permitted", "permitted", "refused")),
        authority=st.sampled_from(("PRIME_MINISTER", "PC_CHAIR")),
    )
    def decide(self, outcome: str, authority: str) -> None:
        paper = a_paper(issued_on=None)
        self.act(
            lambda: self.event.decide_permission(
                outcome=outcome, authority=authority, document=paper, conditions=None, at=days(82)
            )
        )

    @rule()
    def take_back(self) -> None:
        self.act(lambda: self.event.withdraw_application(reason="x", at=AT))

    @rule()
    def open(self) -> None:
        self.act(lambda: self.event.open_registration(barred={}, at=AT))

    @rule(quota=st.integers(0, 9), taken=st.integers(0, 9))
    def change_quota(self, quota: int, taken: int) -> None:
        self.act(lambda: self.event.change_quotas(quotas(onsite=quota), {"onsite": taken}))
        if self.event.quotas.onsite == quota and taken > quota:
            self.event.quotas = quotas()

    @rule()
    def freeze(self) -> None:
        self.act(self.event.freeze)

    @rule(there=st.booleans())
    def start(self, there: bool) -> None:
        self.act(lambda: self.event.start(THERE + timedelta(days=61) if there else AT))

    @rule(there=st.booleans())
    def hold(self, there: bool) -> None:
        self.act(lambda: self.event.hold(attendance=3, at=THERE + timedelta(days=61) if there else AT))

    @rule()
    def report(self) -> None:
        filed = EventReport(filed_on=FIRST_DAY + timedelta(days=61), results="x")
        self.act(lambda: self.event.file_report(filed, THERE + timedelta(days=61)))

    @rule()
    def close(self) -> None:
        self.act(self.event.close)

    @rule(chance=st.integers(0, 3))
    def give_up(self, chance: int) -> None:
        if chance == 0:
            self.act(lambda: self.event.cancel(reason="x", document=None, at=AT))

    @rule(chance=st.integers(0, 2))
    def put_off(self, chance: int) -> None:
        if chance == 0:
            self.act(lambda: self.event.postpone(reason="x", document=None, at=AT))

    @rule(sensitivity=sensitivities)
    def classify(self, sensitivity: str) -> None:
        self.act(lambda: self.event.classify(sensitivity, confirmed=True))

    @invariant()
    def what_is_open_is_permitted_or_needs_no_permission(self) -> None:
        if self.event.status in {"OPEN", "FROZEN", "LIVE", "HELD", "REPORTED", "CLOSED"}:
            permission = self.event.permission
            assert permission is not None
            assert permission.status in {"permitted", "not_required"}
            assert permission.certain or permission.settled is not None
            if permission.status == "permitted":
                assert permission.decision is not None
                assert permission.decision.authority == permission.authority
                if permission.authority == "PRIME_MINISTER":
                    assert {"MOFA", "MPS"} <= {opinion.agency for opinion in permission.opinions}

    @invariant()
    def the_clocks_that_run_are_those_the_event_knows_of(self) -> None:
        assert self.running == {(each.code, each.discriminator, each.round) for each in self.event.running_deadlines()}

    @invariant()
    def status_and_permission_agree(self) -> None:
        permission = self.event.permission
        told = {
            "PERMISSION_APPLIED": "applied",
            "PERMISSION_UNDER_OPINION": "under_opinion",
            "PERMISSION_GRANTED": "permitted",
            "PERMISSION_REFUSED": "refused",
        }
        if self.event.status in told:
            assert permission is not None
            assert permission.status == told[self.event.status]


TestEventLives = EventLives.TestCase
TestEventLives.settings = settings(max_examples=60, stateful_step_count=40, deadline=None)
