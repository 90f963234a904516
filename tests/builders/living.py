"""A record under any sequence of acts: only allowed changes of status, named refusals, nothing lost when stored."""

from __future__ import annotations

import json
from collections.abc import Callable
from copy import deepcopy
from datetime import date
from typing import Any, ClassVar

from hypothesis import strategies as st
from hypothesis.stateful import RuleBasedStateMachine, invariant

from caytre.contracts.delegations import MESSAGES, read_state
from caytre.contracts.message import Message
from caytre.core.refusals import Refusal
from tests.builders.delegations import TODAY, later

LATE = later(80)
days = st.sampled_from((date(2026, 5, 4), date(2026, 5, 10), TODAY, date(2027, 1, 1)))


def restored(record: Any) -> Any:
    """The record as it comes back from its open and its confidential text."""
    hidden = record.confidential_text()
    return type(record).from_parts(json.loads(record.open_text()), json.loads(hidden) if hidden else None)


class Lives(RuleBasedStateMachine):
    """A record, whose status moves only as the table allows."""

    ALLOWED: ClassVar[set[tuple[str, str]]] = set()
    record: Any

    def __init__(self) -> None:
        super().__init__()
        #: The clocks that its messages have opened and not settled since, and the other way round.
        self.running: set[tuple[str, str, int]] = set()
        self.settled: set[tuple[str, str, int]] = set()

    def act(self, move: Callable[[Any], Message | None]) -> None:
        # The store loads a record anew for every act; what a refused one has touched is thrown away.
        trial = deepcopy(self.record)
        before, text = trial.status, trial.open_text()
        said, refused = _attempt(move, trial)
        if refused is not None:
            assert type(refused) is not Refusal
            assert "{" not in refused.sentence("vi") + refused.sentence("en")
            return
        assert before == trial.status or (before, trial.status) in self.ALLOWED, (before, trial.status)
        assert said is None or MESSAGES[said.TYPE] is type(said)
        assert said is not None or trial.open_text() == text, "a change is said"
        assert said is None or said.TYPE.split(".")[1] == trial.KIND
        self.record = trial
        if said is not None:
            self._keep_time(said)

    def _keep_time(self, said: Message) -> None:
        for settlement in said.settles:
            settled = (settlement.code, settlement.discriminator, settlement.round)
            assert settled not in self.settled, "settled twice without having been opened again"
            self.settled.add(settled)
            self.running.discard(settled)
        for deadline in said.deadlines:
            opened = (deadline.code, deadline.discriminator, deadline.round)
            self.running.add(opened)
            self.settled.discard(opened)

    @invariant()
    def the_state_after_each_message_is_the_record(self) -> None:
        assert restored(self.record) == self.record
        state = read_state(f"caytre.{self.record.KIND}.x.v1", json.loads(self.record.open_text()))
        assert state.id == self.record.id


def _attempt(move: Callable[[Any], Message | None], trial: Any) -> tuple[Message | None, Refusal | None]:
    try:
        return move(trial), None
    except Refusal as refusal:
        return None, refusal
