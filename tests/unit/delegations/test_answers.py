"""Who answers a conflict about a joint delegation, and whose answer that is."""

from __future__ import annotations

import pytest

from caytre.delegations.model import Finding
from caytre.delegations.model.finding import MINISTRY, AnsweredAlready, NotASide
from caytre.delegations.model.rehoming import rehome
from tests.builders.delegations import AT, CAO_BANG, HA_NOI, HUNG_YEN, a_draft, a_finding

COORDINATE = ("SAME_HOST_SAME_DAYS", "COORDINATE")
LAO_CAI = "VN-P-2025-15"


def answered(finding: Finding, by: str) -> str:
    return finding.answer(by=by, how="split_hosts", reason="gặp hai bộ phận khác nhau", at=AT).TYPE.split(".")[2]


@pytest.mark.parametrize("by", [HUNG_YEN, HA_NOI, LAO_CAI])
def test_any_locality_of_a_joint_delegation_answers_for_it_and_settles_the_clock_of_the_first(by: str) -> None:
    finding = a_finding(a_draft(), *COORDINATE, also=(HA_NOI, LAO_CAI))
    said = finding.answer(by=by, how="split_hosts", reason="x", at=AT)
    assert [(each.code, each.discriminator) for each in said.settles] == [("DEL_CONFLICT_ANSWER", HUNG_YEN)]
    assert [(reply.by, reply.on_behalf_of) for reply in finding.replies] == [(by, None if by == HUNG_YEN else HUNG_YEN)]
    assert finding.status == "OPEN", "the other side has not answered"
    assert answered(finding, CAO_BANG) == "conflict_resolved"


def test_a_side_answers_once_whoever_of_it_speaks() -> None:
    finding = a_finding(a_draft(), *COORDINATE, also=(HA_NOI,))
    answered(finding, HA_NOI)
    assert not finding.awaits(HUNG_YEN)
    for again in (HUNG_YEN, HA_NOI):
        with pytest.raises(AnsweredAlready, match=HA_NOI):
            answered(finding, again)
    with pytest.raises(NotASide):
        answered(finding, LAO_CAI)


def test_who_sends_both_answers_for_its_own_and_never_for_the_other_side() -> None:
    finding = a_finding(a_draft(), *COORDINATE, also=(CAO_BANG,))
    assert answered(finding, CAO_BANG) == "conflict_answered"
    assert [(reply.by, reply.on_behalf_of) for reply in finding.replies] == [(CAO_BANG, None)]
    assert not finding.awaits(CAO_BANG)
    with pytest.raises(AnsweredAlready, match=CAO_BANG):
        answered(finding, CAO_BANG)
    assert answered(finding, HUNG_YEN) == "conflict_resolved"


def test_who_speaks_for_the_first_of_one_side_does_not_speak_for_the_other_side_as_well() -> None:
    finding = a_finding(a_draft(), *COORDINATE, also=(HA_NOI, LAO_CAI))
    assert finding.spoken_for([CAO_BANG, HA_NOI]) == (CAO_BANG,), "a locality that went up into it sends the other"
    assert finding.spoken_for([HA_NOI, LAO_CAI]) == (HA_NOI, LAO_CAI)
    assert finding.spoken_for([]) == ()


def test_a_locality_formed_from_one_that_sends_a_delegation_does_not_send_it_along() -> None:
    trip = a_draft()
    trip.localities = ("VN-P-2008-34", HA_NOI, "VN-P-2008-33")
    trip.locality = "VN-P-2008-34"
    assert trip.senders == ("VN-P-2008-34", HA_NOI, "VN-P-2008-33")
    assert rehome(trip, {"VN-P-2008-34": HUNG_YEN, "VN-P-2008-33": HUNG_YEN}) is not None
    assert HUNG_YEN in trip.localities
    assert trip.senders == ("VN-P-2008-34", HA_NOI, "VN-P-2008-33")


def test_the_ministry_answers_for_all_of_them() -> None:
    finding = a_finding(a_draft(), *COORDINATE, also=(HA_NOI,))
    said = finding.answer(by=MINISTRY, how="merge", reason="x", at=AT)
    assert {each.discriminator for each in said.settles} == {HUNG_YEN, CAO_BANG}
    assert (finding.status, finding.awaits(HA_NOI)) == ("RESOLVED", False)
