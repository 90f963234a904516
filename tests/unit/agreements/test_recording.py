"""The rules about agreements taken over from registers: the historical unit, the status as it stands, no old clocks."""

from __future__ import annotations

from datetime import date
from typing import Any

import pytest

from caytre.agreements.model.case import NotInThisStatus
from caytre.agreements.model.partner import NothingChanges
from caytre.agreements.model.recording import (
    DateMissing,
    DatesOutOfOrder,
    NotFromRegister,
    SourceMissing,
)
from caytre.agreements.model.signing import SigningInTheFuture
from caytre.contracts.agreements import Occasion, StatedDate
from caytre.contracts.message import Provenance
from caytre.core.ids import new_id
from caytre.core.places import LocalityNotKnown
from caytre.core.refusals import Refusal
from tests.builders.agreements import (
    AT,
    HUNG_YEN,
    OLD_THAI_BINH,
    TODAY,
    Life,
    a_draft,
    a_partner,
    a_register_entry,
    sign,
    standing,
)


def test_the_party_keeps_its_historical_name_and_today_s_unit_is_responsible() -> None:
    agreement, said = a_register_entry()
    assert agreement.vietnamese_parties[0].name_at_signing == "Tỉnh Thái Bình"
    assert (said.locality, said.responsible_locality) == (OLD_THAI_BINH, HUNG_YEN)
    assert agreement.localities == (OLD_THAI_BINH, HUNG_YEN)


def test_a_bare_code_is_read_at_the_day_of_signing_and_refused_without_one() -> None:
    agreement, _ = a_register_entry(localities=("34",))
    assert agreement.vietnamese_parties[0].locality == OLD_THAI_BINH
    with pytest.raises(LocalityNotKnown):
        a_register_entry(localities=("34",), signed_on=None)


def test_an_inexact_date_is_kept_in_its_words() -> None:
    agreement, _ = a_register_entry()
    assert agreement.signing is not None
    assert agreement.signing.signed_on.text == "đầu năm 2019"
    assert agreement.signing.signed_on.exact is None


def test_the_past_starts_no_clock_and_a_known_end_ahead_does() -> None:
    _, without = a_register_entry()
    _, ahead = a_register_entry(expires_on=StatedDate.on_day(date(2026, 6, 30)))
    _, vague = a_register_entry(
        expires_on=StatedDate(text="2027", earliest=date(2027, 1, 1), latest=date(2027, 12, 31), precision="year")
    )
    _, over = a_register_entry(status="EXPIRED", expires_on=StatedDate.on_day(date(2024, 6, 30)))
    _, past = a_register_entry(status="SIGNED", expires_on=StatedDate.on_day(date(2024, 6, 30)))
    assert (without.deadlines, vague.deadlines, over.deadlines) == ((), (), ())
    assert {d.code for d in ahead.deadlines} == {"AGR_EXPIRY", "AGR_EXPIRY_NOTICE"}
    assert not any(d.historical for d in ahead.deadlines)
    assert all(d.historical for d in past.deadlines)


ON = StatedDate.on_day
NOTICES = {("AGR_EXPIRY_NOTICE", "180"), ("AGR_EXPIRY_NOTICE", "90"), ("AGR_EXPIRY_NOTICE", "30")}


def _clocks(told: tuple[Any, ...]) -> set[tuple[str, str]]:
    return {(clock.code, clock.discriminator) for clock in told}


def test_what_falls_due_on_the_day_it_comes_in_is_not_of_the_past() -> None:
    _, said = a_register_entry(status="SIGNED", effective_from=ON(TODAY))
    assert [(d.code, d.historical) for d in said.deadlines] == [("AGR_IN_FORCE", False)]


def test_an_agreement_from_a_register_that_runs_out_settles_its_notices_too() -> None:
    agreement, said = a_register_entry(expires_on=ON(date(2026, 12, 31)))
    expired = agreement.ran_out(date(2027, 1, 1))
    assert expired is not None
    assert _clocks(expired.settles) == _clocks(said.deadlines) == {("AGR_EXPIRY", ""), *NOTICES}


def test_one_that_ends_before_it_took_effect_settles_that_too() -> None:
    agreement, _ = a_register_entry(
        status="SIGNED", effective_from=ON(date(2026, 3, 1)), expires_on=ON(date(2026, 12, 31))
    )
    expired = agreement.ran_out(date(2027, 1, 1))
    assert expired is not None
    assert _clocks(expired.settles) == {("AGR_IN_FORCE", ""), ("AGR_EXPIRY", ""), *NOTICES}


@pytest.mark.parametrize(
    ("entry", "settled"),
    [
        ({"status": "TERMINATED", "ended_on": ON(TODAY)}, {("AGR_EXPIRY", ""), *NOTICES}),
        ({"expires_on": ON(date(2026, 4, 15))}, NOTICES - {("AGR_EXPIRY_NOTICE", "30")}),
        ({"expires_on": ON(date(2026, 2, 27))}, NOTICES),
    ],
)
def test_a_register_that_tells_of_an_earlier_end_stops_the_clocks_of_the_later_one(
    entry: dict[str, Any], settled: set[tuple[str, str]]
) -> None:
    partner = a_partner(verified=False)
    here, _ = a_register_entry(partner, expires_on=ON(date(2026, 12, 31)))
    there, _ = a_register_entry(partner, **{"expires_on": ON(date(2026, 12, 31)), **entry})
    said = here.apply(here.differences(there), there, AT)
    assert _clocks(said.settles) == settled
    assert all(clock.historical == (clock.anchor < TODAY) for clock in said.deadlines if clock.anchor)


@pytest.mark.parametrize(
    ("entry", "refusal", "pointer"),
    [
        ({"localities": ("Hưng Yên",), "signed_on": ON(date(2026, 3, 3))}, SigningInTheFuture, "/signed_on"),
        ({"status": "SIGNED", "signed_on": None}, DateMissing, "/signed_on"),
        ({"effective_from": ON(date(2018, 12, 31))}, DatesOutOfOrder, "/effective_from"),
        ({"expires_on": ON(date(2018, 12, 31)), "status": "EXPIRED"}, DatesOutOfOrder, "/expires_on"),
        ({"ended_on": ON(date(2018, 12, 31)), "status": "TERMINATED"}, DatesOutOfOrder, "/ended_on"),
        ({"provenance": Provenance(origin="sourced", statement="31")}, SourceMissing, "/source"),
        ({"provenance": Provenance(origin="sourced", publication="S2")}, SourceMissing, "/source"),
    ],
)
def test_an_entry_that_contradicts_itself_is_refused_where_it_does(
    entry: dict[str, Any], refusal: type[Refusal], pointer: str
) -> None:
    with pytest.raises(refusal) as refused:
        a_register_entry(**entry)
    assert refused.value.pointer == pointer


def test_an_inexact_date_is_out_of_order_only_when_it_certainly_is() -> None:
    year = StatedDate(text="2019", earliest=date(2019, 1, 1), latest=date(2019, 12, 31), precision="year")
    agreement, _ = a_register_entry(
        effective_from=year, provenance=Provenance(origin="sourced", publication="S2", date="2019")
    )
    assert agreement.effective_from == year


def test_what_a_register_says_is_not_followed_into_a_contradiction() -> None:
    partner = a_partner(verified=False)
    here, _ = a_register_entry(partner, status="EXPIRED", expires_on=ON(date(2024, 6, 30)))
    there, _ = a_register_entry(partner, status="EXPIRED", signed_on=ON(date(2024, 7, 1)), effective_from=None)
    with pytest.raises(DatesOutOfOrder):
        here.apply(here.differences(there), there, AT)


def test_a_register_that_was_not_kept_up_keeps_its_status() -> None:
    agreement, _ = a_register_entry(status="IN_FORCE", expires_on=ON(date(2024, 6, 30)))
    assert agreement.status == "IN_FORCE"


def test_differences_are_told_field_by_field_and_what_is_left_open_is_none() -> None:
    partner = a_partner(verified=False)
    here, _ = a_register_entry(partner, rationale="kept here")
    there, _ = a_register_entry(partner, status="EXPIRED", title_vi="Bản ghi nhớ hợp tác (sửa đổi)")
    assert [(d.field, d.there) for d in here.differences(there)] == [
        ("title_vi", "Bản ghi nhớ hợp tác (sửa đổi)"),
        ("status", "EXPIRED"),
    ]


def test_the_words_of_a_date_are_no_difference_and_a_merged_partner_is_the_same() -> None:
    old, new = a_partner(verified=False), a_partner(verified=False)
    here, _ = a_register_entry(old)
    there, _ = a_register_entry(
        new,
        signed_on=StatedDate(
            text="early 2019", earliest=date(2019, 1, 1), latest=date(2019, 4, 30), precision="season"
        ),
    )
    assert here.differences(there, {old.id: new.id}) == ()


def test_differences_are_applied_on_demand_and_said() -> None:
    partner = a_partner(verified=False)
    here, _ = a_register_entry(partner)
    there, _ = a_register_entry(partner, status="EXPIRED")
    said = here.apply(here.differences(there), there, AT)
    assert (said.fields, here.status, here.differences(there)) == (("status",), "EXPIRED", ())
    with pytest.raises(NothingChanges):
        here.apply((), there, AT)


def test_a_register_does_not_change_what_officers_handle_here() -> None:
    partner = a_partner()
    there, _ = a_register_entry(partner)
    draft = a_draft(partner)
    with pytest.raises(NotFromRegister):
        draft.apply(draft.differences(there), there, AT)


def test_a_recorded_agreement_is_not_signed_again() -> None:
    partner = a_partner()
    agreement, _ = a_register_entry(partner)
    with pytest.raises(NotInThisStatus):
        sign(agreement, standing(partner))


@pytest.mark.parametrize(("service", "kept"), [("delegations", None), ("events", None), ("elsewhere", "Hội chợ")])
def test_what_an_occasion_is_called_stands_with_its_own_record(service: str, kept: str | None) -> None:
    occasion = Occasion(service=service, kind="event", id=new_id(), label="Hội chợ")
    recorded, _ = a_register_entry(occasion=occasion)
    life = Life()
    said = sign(life.approved(), life.partners, occasion=occasion)
    for signing in (recorded.signing, life.agreement.signing):
        assert signing is not None
        assert signing.occasion == occasion.model_copy(update={"label": kept})
    assert said.occasion == occasion.model_copy(update={"label": kept})
