"""Which trips and visits what happens elsewhere may still concern."""

from __future__ import annotations

from caytre.contracts.delegations import DelegationStatus, VisitStatus
from caytre.contracts.message import known_values
from caytre.delegations.model.reviewing import TRIP_GOES_ON
from caytre.delegations.model.visit import VISIT_GOES_ON


def test_what_is_over_or_given_up_does_not_go_on() -> None:
    trips, visits = set(known_values(DelegationStatus)), set(known_values(VisitStatus))
    assert trips - set(TRIP_GOES_ON) == {"RETURNED", "REPORTED", "CLOSED", "REJECTED", "CANCELLED"}
    assert visits - set(VISIT_GOES_ON) == {"DEPARTED", "REPORTED", "CLOSED", "DECLINED", "CANCELLED"}
