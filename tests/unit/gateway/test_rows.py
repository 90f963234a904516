"""From messages to rows: the last state of each record, every act, no row twice."""

from __future__ import annotations

from caytre.contracts.agreements import MESSAGES
from caytre.core.testing import Log
from caytre.gateway.labels import known, label
from caytre.gateway.rows import locality_name, rows_of
from caytre.reference import procedures
from tests.builders.views import HUNG_YEN, OLD_THAI_BINH, Register


def test_a_batch_gives_one_row_per_record_and_one_act_per_message() -> None:
    register = Register()
    register.many(5)
    rows = rows_of(register.messages)
    assert len(rows.agreements) == 5
    assert len(rows.partners) == 1
    assert len(rows.acts) == len(register.messages) == 21
    assert {row[1] for row in rows.agreements} == {4}
    assert [row[0] for row in rows.agreements] == sorted(row[0] for row in rows.agreements)


def test_the_same_messages_twice_in_a_batch_give_the_same_rows() -> None:
    register = Register()
    register.many(3)
    assert rows_of(register.messages * 2) == rows_of(register.messages)


def test_an_envelope_promotes_nothing_but_where_it_belongs() -> None:
    register = Register()
    agreement = register.agreement(localities=(OLD_THAI_BINH, HUNG_YEN))
    register.restrict(agreement)
    [row] = rows_of(register.messages).agreements
    assert row[6:] == ("restricted", [OLD_THAI_BINH, HUNG_YEN], [], [], "", "", HUNG_YEN, [], [], None, None)


def test_a_message_without_a_value_or_of_an_unknown_kind_is_an_act_only() -> None:
    log = Log("agreements")
    register = Register(log)
    agreement = register.agreement()
    log.say("caytre.agreement.erased.v1", agreement, None)
    log.say("caytre.succession.opened.v1", agreement, {"from": OLD_THAI_BINH}, state={"version": 3})
    rows = rows_of(log.messages[1:])
    assert (rows.agreements, rows.partners, len(rows.acts)) == ([], [], 2)


def test_unknown_places_go_by_their_identity() -> None:
    assert locality_name("VN-P-2099-99") == "VN-P-2099-99"
    assert locality_name(HUNG_YEN) == "Tỉnh Hưng Yên"


def test_every_message_and_deadline_of_the_service_has_words_in_both_languages() -> None:
    assert known("act") >= set(MESSAGES)
    rules = {rule.code for procedure in procedures.all_procedures() for rule in procedure.deadlines}
    assert known("deadline") >= rules
    assert label("status", "SIGNED", "en") == "Signed"
    assert label("status", "DREAMT_OF", "vi") == "DREAMT_OF"
    assert label("status", None, "vi") is None
