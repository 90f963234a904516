"""The gateway's few rules: who may know of what, who must be judged by the record's owner."""

from __future__ import annotations

from caytre.contracts import agreements, delegations, events, notifications
from caytre.contracts.message import RESTRICTED, State, is_restricted
from caytre.core.caller import Caller

#: The state of every kind of record, of whatever service.
STATES: dict[str, type[State]] = {
    **agreements.STATES,
    **delegations.STATES,
    **events.STATES,
    **notifications.STATES,
}
#: What the platform says about itself; no business of a locality or country.
OWN_KINDS = frozenset(notifications.STATES)
#: Deadlines in these states are nobody's work any more.
SETTLED = frozenset({"MET", "WAIVED", "HISTORICAL"})


def owner_must_judge(caller: Caller) -> bool:
    """Whether the caller may have rights that the view cannot see.

    Who is consulted about a restricted record and which countries it concerns is in no message, so a consulted
    organisation or a mission is judged by the record's owner.
    """
    return not caller.sees_everything and (caller.organisation is not None or caller.has("mission_officer"))


def judged(kind: str, sensitivity: str) -> str:
    """The sensitivity by which it is decided who may know of a record.

    A kind that only those concerned may know of is as restricted, and so is one that this release does not know.
    """
    known = STATES.get(kind)
    return RESTRICTED if is_restricted(sensitivity) or known is None or known.PRIVATE else sensitivity


def knows_all_of(caller: Caller, place: str) -> bool:
    """Whether the caller may know of every record of a locality or country, whatever its sensitivity."""
    return caller.sees_everything or place in caller.localities or place in caller.countries


def desks(caller: Caller) -> list[str]:
    """Under which names deadlines are answered by the caller: its localities, its organisation, the ministry."""
    names = [*sorted(caller.localities), *([caller.organisation] if caller.organisation else [])]
    if caller.has("ministry_officer", "ministry_approver"):
        names.append("MOFA")
    return list(dict.fromkeys(names))
