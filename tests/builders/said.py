"""What any service would say, for tests of the gateway: states of all kinds, by their contracts."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import datetime
from typing import Any
from uuid import UUID

from caytre.contracts import agreements, delegations, events, notifications
from caytre.contracts.message import State, is_restricted
from caytre.core.consuming.received import Received
from caytre.core.ids import new_id
from caytre.core.testing import Log

_CONTRACTS = (agreements, delegations, events, notifications)
STATES: dict[str, type[State]] = {kind: state for each in _CONTRACTS for kind, state in each.STATES.items()}
_SERVICE = {kind: each.SERVICE for each in _CONTRACTS for kind in each.STATES}
_ENVELOPE = {"id", "version", "sensitivity", "localities"}


class Services:
    """The services as a test writes them: one log each, and the last state of every record."""

    def __init__(self) -> None:
        self.logs = {each.SERVICE: Log(each.SERVICE) for each in _CONTRACTS}
        self.states: dict[UUID, dict[str, Any]] = {}
        self.kinds: dict[UUID, str] = {}

    @property
    def messages(self) -> list[Received]:
        """All that was said."""
        return [message for log in self.logs.values() for message in log.messages]

    def record(self, what: str, localities: Sequence[str], /, **particulars: Any) -> UUID:
        """A new record; its state is what its contract makes of the particulars."""
        made = new_id()
        state = STATES[what].model_validate({"id": made, "localities": tuple(localities), **particulars})
        self.states[made], self.kinds[made] = state.model_dump(mode="json"), what
        self.say(made, "recorded")
        return made

    def say(
        self,
        id: UUID,
        what: str = "amended",
        *,
        causation: UUID | None = None,
        origin: str | None = None,
        at: datetime | None = None,
        **changes: Any,
    ) -> Received:
        """The record changes; of a restricted one only the envelope is said. `origin` is the act's own.

        `at` is the business time of the act, else now.
        """
        kind, state = self.kinds[id], self.states[id]
        state |= {**changes, "version": state["version"] + 1}
        hidden = is_restricted(state["sensitivity"]) and kind != "deadline"
        return self.logs[_SERVICE[kind]].say(
            f"caytre.{kind}.{what}.v1",
            id,
            {"origin": origin} if origin else {},
            state={name: value for name, value in state.items() if name in _ENVELOPE} if hidden else dict(state),
            sequence=state["version"],
            sensitivity=state["sensitivity"],
            localities=state["localities"],
            causation=causation,
            at=at,
            traceparent=f"00-{id.hex}-00f067aa0ba902b7-01",
        )

    def link(self, upstream: UUID, relation: str, *, origin: str = "act", **more: Any) -> dict[str, Any]:
        """A link to a record, for the `links` of what came out of it."""
        kind = self.kinds[upstream]
        ref = {"service": _SERVICE[kind], "kind": kind, "id": str(upstream)}
        return {"upstream": ref, "relation": relation, "provenance": {"origin": origin}, **more}

    def delegation(self, *places: str, title: str = "Đoàn Minh Họa", **particulars: Any) -> UUID:
        """An outgoing delegation to Korea."""
        stops = [{"country": "KR", "city": "Đại Điền", "hosts": []}]
        said = {"status": "APPROVED", "locality": places[-1], "title": title, "stops": stops, **particulars}
        return self.record("delegation", places, **said)

    def outcome(self, *places: str, title: str = "Nhà máy Minh Họa", **particulars: Any) -> UUID:
        """An outcome that is open to everybody."""
        on = {"text": "2024", "earliest": "2024-01-01", "latest": "2024-12-31", "precision": "year"}
        said = {"status": "CLAIMED", "kind": "FDI", "title": title, "realised_on": on, "countries": ["KR"]}
        return self.record("outcome", places, **{**said, "responsible_locality": places[-1], **particulars})

    def deadline(self, owner: UUID, answerable: str, due_on: str | None, code: str = "DEL_REPORT", **more: Any) -> UUID:
        """A deadline as the notifications service keeps it."""
        owned = self.states[owner]
        return self.record(
            "deadline",
            owned["localities"],
            sensitivity=owned["sensitivity"],
            **{
                "owner": f"{self.kinds[owner]}/{owner}",
                "code": code,
                "status": "SCHEDULED" if due_on else "UNANCHORED",
                "n": 15,
                "unit": "CALENDAR",
                "answerable": answerable,
                "due_on": due_on,
                "ladder": {"code": "DEFAULT", "version": 1},
                "opened_at": "2026-01-01T00:00:00Z",
                "cause": {"message_id": str(new_id()), "type": "caytre.x.y.v1", "correlation": str(new_id())},
                **more,
            },
        )
