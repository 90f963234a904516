"""Who interprets at a visit and who is met: looked at for clashes, encrypted, on no topic."""

from __future__ import annotations

import json
from datetime import timedelta

import pytest

from caytre.contracts.delegations import ProgrammeItem
from caytre.delegations.model import Visit
from caytre.delegations.model.programme import ProgrammeClash
from tests.builders.delegations import AT, a_visit, paper
from tests.builders.living import restored

INTERPRETER, MET = "Người Phiên Dịch", "Người Được Gặp"


def named(number: int = 1, hours: int = 0) -> ProgrammeItem:
    start = AT + timedelta(hours=hours)
    return ProgrammeItem(
        number=number,
        title="Làm việc",
        starts_at=start,
        ends_at=start + timedelta(hours=2),
        interpreter=INTERPRETER,
        interlocutors=(MET,),
    )


def test_who_interprets_and_who_is_met_are_in_the_encrypted_part_alone() -> None:
    visit = a_visit(named())
    said = visit.approve(authority="PC_CHAIR", document=paper(), partner=None, at=AT)
    for name in (INTERPRETER, MET):
        assert name not in visit.open_text() + said.model_dump_json()
        assert name in (visit.confidential_text() or "")
    assert restored(visit).whole_programme == (named(),)


def test_an_interpreter_is_not_at_two_visits_at_once_and_is_not_named_by_the_refusal() -> None:
    visit = a_visit()
    with pytest.raises(ProgrammeClash) as refusal:
        visit.publish_programme([named(hours=1)], others=[restored(a_visit(named()))])
    assert INTERPRETER not in refusal.value.sentence("vi") + refusal.value.sentence("en")
    visit.publish_programme([named(hours=2)], others=[a_visit(named())])
    assert visit.programme_version == 2


def test_a_visit_of_the_first_shape_says_no_names_from_then_on() -> None:
    visit = a_visit()
    first = {**json.loads(visit.open_text()), "programme": [named().model_dump(mode="json")]}
    lifted = Visit.from_parts(first)
    assert lifted.whole_programme == (named(),)
    assert INTERPRETER not in lifted.open_text()
