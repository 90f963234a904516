"""What other services' records are to an agreement: which of what is said of them is activity, and of which day.

Pure functions of the kind of record, what is said of it, its state after that, and the day on which it was said.
"""

from __future__ import annotations

from collections.abc import Mapping
from datetime import date, datetime
from typing import Any
from uuid import UUID

from caytre.contracts.agreements import StatedDate
from caytre.core.clock import day_of

#: What is activity: that something is settled, begins, happens or is told of; not that it is drafted or given up.
_ACTIVE = {
    "delegation": ("approved", "departed", "returned", "report_filed", "report_accepted", "recorded", "linked"),
    "visit": ("approved", "programme_published", "arrived", "departed", "report_filed", "recorded", "linked"),
    "event": ("opened", "held", "reported", "recorded", "linked"),
    "meeting": ("accepted", "held", "recorded", "linked"),
    "lead": ("opened", "advanced", "won", "recorded", "linked"),
}
#: What takes back that it was settled: it counts no more until it is settled anew.
_GIVEN_UP = {
    "delegation": ("sent_back", "rejected", "postponed", "cancelled"),
    "visit": ("declined", "cancelled"),
    "event": ("postponed", "cancelled"),
    "meeting": ("reoffered", "no_show", "cancelled"),
}
#: These come in any status; they are activity of a record that is settled or took place only.
_IN_ANY_STATUS = ("recorded", "linked")
_STANDING = {
    "delegation": ("APPROVED", "AMENDING", "DEPARTED", "RETURNED", "REPORTED", "CLOSED"),
    "visit": ("APPROVED", "ARRIVED", "DEPARTED", "REPORTED", "CLOSED"),
    "event": ("OPEN", "FROZEN", "LIVE", "HELD", "REPORTED", "CLOSED"),
    "meeting": ("ACCEPTED", "HELD"),
    "lead": ("OPEN", "QUALIFIED", "NEGOTIATING", "WON", "LOST", "DORMANT"),
}
#: The day on which a record happened, the first that is known of it; that of an event stands in its schedule.
_DAYS = (
    "returned_on",
    "departed_on",
    "arrived_on",
    "vietnam_ends_on",
    "ends_on",
    "leaves_on",
    "arrives_on",
    "returns_on",
    "departs_on",
    "starts_at",
    "realised_on",
)
#: A lead is pursued on the day of each act; what is told of it later is as old as the lead.
_DAYS_OF_A_LEAD = ("known_since", "opened_at")


def concerns_activity(kind: str, said: str) -> bool:
    """Whether what is said of such a record makes it activity, or takes that back."""
    return said in _ACTIVE.get(kind, ()) or said in _GIVEN_UP.get(kind, ())


def counts(kind: str, said: str, state: Mapping[str, Any]) -> bool:
    """Whether the record is activity from now on; what is given up is not, nor what is told of a draft."""
    if said in _IN_ANY_STATUS:
        return state.get("status") in _STANDING.get(kind, ())
    return said in _ACTIVE.get(kind, ())


def took_place_on(kind: str, said: str, state: Mapping[str, Any], today: date) -> date:
    """The day of the activity or outcome: the one the record knows, or the day it is said; never one that lies ahead.

    Of a date that is stated roughly, the latest day it can mean.
    """
    known = {**(state.get("schedule") or {}), **state}
    for name in _days(kind, said):
        value = known.get(name)
        if isinstance(value, Mapping):
            return min(StatedDate.model_validate(value).latest, today)
        if value:
            return min(_day(str(value)), today)
    return today


def _days(kind: str, said: str) -> tuple[str, ...]:
    if kind != "lead":
        return _DAYS
    return _DAYS_OF_A_LEAD if said in _IN_ANY_STATUS else ()


def _day(text: str) -> date:
    return day_of(datetime.fromisoformat(text)) if "T" in text else date.fromisoformat(text)


def served(state: Mapping[str, Any]) -> list[UUID]:
    """The agreements that the record serves: those it names, and those it is linked to."""
    links = (link["upstream"] for link in state.get("links", ()))
    named = (link["id"] for link in links if link["service"] == "agreements" and link["kind"] == "agreement")
    return sorted({UUID(str(id)) for id in (*state.get("agreement_ids", ()), *named)})
