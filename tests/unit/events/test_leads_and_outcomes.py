"""Leads are followed up and won or lost; outcomes are confirmed by another hand and credited once."""

from __future__ import annotations

from datetime import UTC, date, datetime, timedelta
from decimal import Decimal

import pytest

from caytre.contracts.agreements import StatedDate
from caytre.contracts.events import LeadWithdrawn, OutcomeEvidence, Winning
from caytre.contracts.message import RESTRICTED, Provenance
from caytre.core.ids import new_id
from caytre.core.refusals import Invalid
from caytre.events.model import Lead, Outcome
from caytre.events.model.entries import HeldInTheFuture, NotRecorded
from caytre.events.model.following import NoSuchFollowUp
from caytre.events.model.lead import NextActionIsPast, RealisedInTheFuture, StepNotPossible
from caytre.events.model.money import AmountNeedsCurrency, AmountNotPositive, FractionTooFine
from caytre.events.model.outcome import NotCredited, OutcomeEvidenceMissing, SameHandConfirms, SharesExceedTheWhole
from caytre.events.model.statuses import AlreadyAsAsked, NotPossibleInStatus
from tests.builders.events import (
    AT,
    FIRST_DAY,
    HUNG_YEN,
    OLD_THAI_BINH,
    TODAY,
    a_lead,
    a_paper,
    an_outcome,
    days,
    dollars,
    link_to,
)

WON = Winning(kind="FDI", title="Nhà máy", money=dollars(), realised_on=TODAY)


def test_a_lead_of_an_event_that_is_over_is_followed_up_30_90_and_180_days_later() -> None:
    lead, opened = Lead.open(id=new_id(), locality=HUNG_YEN, title="x", event_over_since=FIRST_DAY, at=AT)
    assert [(clock.code, clock.discriminator, clock.n, clock.anchor) for clock in opened.deadlines] == [
        ("EVT_LEAD_FOLLOWUP", str(n), n, FIRST_DAY) for n in (30, 90, 180)
    ]
    said = lead.follow_up(days=30, note="đã gọi điện", at=AT)
    assert [each.discriminator for each in said.settles] == ["30"]
    with pytest.raises(NoSuchFollowUp):
        lead.follow_up(days=30, note="x", at=AT)
    assert lead.follow_up_ran_over(30, AT) is None
    assert lead.follow_up_ran_over(90, AT)
    assert lead.follow_up_ran_over(90, AT) is None
    assert {each.discriminator for each in lead.lose(reason="x", at=AT).settles} == {"90", "180"}


def test_follow_ups_whose_day_is_over_are_history() -> None:
    _, opened = Lead.open(
        id=new_id(), locality=HUNG_YEN, title="x", event_over_since=TODAY - timedelta(days=100), at=AT
    )
    assert [clock.historical for clock in opened.deadlines] == [True, True, False]


def test_an_open_lead_gets_its_follow_ups_when_the_event_ends_and_only_once() -> None:
    lead = a_lead()
    assert lead.schedule_follow_ups(FIRST_DAY, AT)
    assert lead.schedule_follow_ups(FIRST_DAY, AT) is None
    lost = a_lead()
    lost.lose(reason="x", at=AT)
    assert lost.schedule_follow_ups(FIRST_DAY, AT) is None


def test_a_lead_is_advanced_step_by_step_and_won_when_it_was_qualified() -> None:
    lead = a_lead()
    with pytest.raises(NotPossibleInStatus):
        lead.win(WON, AT)
    with pytest.raises(StepNotPossible):
        lead.advance("NEGOTIATING")
    for status in ("QUALIFIED", "NEGOTIATING", "DORMANT", "QUALIFIED"):
        lead.advance(status)
    with pytest.raises(RealisedInTheFuture):
        lead.win(WON.model_copy(update={"realised_on": TODAY + timedelta(days=1)}), AT)
    assert lead.win(WON, AT).won == WON
    with pytest.raises(NotPossibleInStatus):
        lead.lose(reason="x", at=AT)


def test_the_next_action_lies_ahead_when_it_is_planned() -> None:
    with pytest.raises(NextActionIsPast):
        a_lead(next_action_on=TODAY - timedelta(days=1))
    lead = a_lead(next_action_on=TODAY)
    # Later another field may be corrected although the day of the action is over.
    lead.amend({"note": "x"}, days(10))
    with pytest.raises(AlreadyAsAsked):
        lead.amend({"note": "x"}, days(10))


def test_money_is_exact_and_in_a_currency_that_is_in_use() -> None:
    assert '"amount":"25000000.00"' in an_outcome().open_text().replace(" ", "")
    for money, refusal in (
        (dollars("0"), AmountNotPositive),
        (dollars("1.005"), FractionTooFine),
        (dollars("1000.5", "VND"), FractionTooFine),
        (dollars("1", "DEM"), Invalid),
        (dollars("1", "QQQ"), Invalid),
    ):
        with pytest.raises(refusal):
            an_outcome(money=money)
    assert an_outcome(money=dollars("1500000000", "VND")).money is not None


def test_shares_never_add_up_to_more_than_the_whole() -> None:
    outcome = an_outcome(links=(link_to(share="60"),))
    with pytest.raises(SharesExceedTheWhole) as refused:
        outcome.link(link_to("agreement", "60", relation="implements"))
    assert "120" in refused.value.sentence("en")
    assert len(outcome.links) == 1
    agreement = link_to("agreement", "40", relation="implements")
    outcome.link(agreement)
    assert outcome.agreement_ids == (agreement.upstream.id,)
    # The same record again is another share, not one more.
    outcome.link(agreement.model_copy(update={"share": Decimal("39.5")}))
    assert [link.share for link in outcome.links] == [Decimal(60), Decimal("39.5")]
    with pytest.raises(SharesExceedTheWhole):
        an_outcome(links=(link_to(share="60"), link_to(share="60")))
    outcome.unlink(agreement.upstream, "nhầm thỏa thuận")
    assert len(outcome.agreement_ids) == 0
    with pytest.raises(NotCredited):
        outcome.unlink(agreement.upstream, "x")


def test_an_outcome_is_confirmed_on_evidence_by_another_hand() -> None:
    outcome = an_outcome(claimed_by="officer")
    with pytest.raises(SameHandConfirms):
        outcome.confirm(document=a_paper(), by="officer", at=AT)
    with pytest.raises(OutcomeEvidenceMissing):
        outcome.confirm(document=a_paper(), by="lead", at=AT)
    outcome.add_evidence(OutcomeEvidence(summary="giấy chứng nhận đầu tư", document=a_paper()), AT)
    outcome.confirm(document=a_paper(), by="lead", at=AT)
    assert outcome.status == "CONFIRMED"
    with pytest.raises(NotPossibleInStatus):
        outcome.amend({"title": "x"}, AT)
    outcome.withdraw(reason="thu hồi giấy phép", at=AT)
    assert outcome.status == "WITHDRAWN"
    bare = an_outcome(money=None, evidence=(OutcomeEvidence(summary="x"),))
    with pytest.raises(AmountNeedsCurrency):
        bare.confirm(document=a_paper(), by="lead", at=AT)
    memorandum = an_outcome(kind="MOU_ENTERPRISE", money=None, evidence=(OutcomeEvidence(summary="x"),))
    assert memorandum.confirm(document=a_paper(), by="lead", at=AT)


def test_nothing_has_come_of_it_before_its_day() -> None:
    with pytest.raises(HeldInTheFuture):
        an_outcome(realised_on=StatedDate.on_day(TODAY + timedelta(days=1)))
    rough = StatedDate(text="năm 2026", earliest=date(2026, 1, 1), latest=date(2026, 12, 31), precision="year")
    assert an_outcome(realised_on=rough).realised_on == rough


def test_history_keeps_the_unit_of_its_day_and_follows_its_register() -> None:
    imported = Provenance(origin="imported", file="ket-qua.xlsx", row=7)

    def entry(**more: object) -> Outcome:
        values: dict[str, object] = {
            "locality": "Thái Bình",
            "status": "CONFIRMED",
            "kind": "FDI",
            "title": "Nhà máy",
            "money": dollars("7"),
            "realised_on": StatedDate.on_day(date(2024, 6, 3)),
            "provenance": imported,
            "at": AT,
            **more,
        }
        outcome, _ = Outcome.record(id=new_id(), **values)  # type: ignore[arg-type]
        return outcome

    here = entry()
    assert (here.responsible_locality, here.localities) == (HUNG_YEN, (OLD_THAI_BINH, HUNG_YEN))
    assert here.differing(entry(money=dollars("7.00"))) == ()
    assert here.differing(entry(title="Tên khác")) == ("title",)
    assert here.follow(entry(title="Tên khác"), AT).fields == ("title",)
    with pytest.raises(NotRecorded):
        an_outcome().follow(entry(), AT)


def test_a_partner_that_the_register_names_no_more_is_named_by_nobody() -> None:
    partner = new_id()
    for record in (a_lead(partner_id=partner, partner_name="Tre"), an_outcome(partner_id=partner, partner_name="Tre")):
        assert record.unname(new_id()) is None
        said = record.unname(partner)
        assert said is not None
        assert (said.fields, record.partner_name, record.partner_id) == (("partner_name",), None, partner)
        assert record.unname(partner) is None


def test_a_lead_out_of_a_meeting_is_as_restricted_as_the_event_becomes() -> None:
    met = a_lead(meeting_id=new_id())
    assert isinstance(met.hide(), LeadWithdrawn)
    assert (met.sensitivity, met.hide()) == (RESTRICTED, None)
    # What an officer has opened says what the officer wrote.
    assert a_lead(event_id=new_id()).hide() is None


def test_a_merged_or_revoked_partner_is_repointed_or_flagged_once() -> None:
    partner, into = new_id(), new_id()
    for record in (a_lead(partner_id=partner), an_outcome(partner_id=partner)):
        assert record.flag(partner, "REVOKED", AT)
        assert record.flag(partner, "REVOKED", AT) is None
        assert record.flag(into, "REVOKED", AT) is None
        assert record.repoint(partner, into)
        assert record.partner_id == into
        assert record.repoint(partner, into) is None


def test_the_successor_of_a_province_owns_its_leads_and_outcomes() -> None:
    early = datetime(2023, 12, 5, tzinfo=UTC)
    lead = a_lead(locality=OLD_THAI_BINH, at=early)
    outcome = an_outcome(locality=OLD_THAI_BINH, realised_on=StatedDate.on_day(date(2023, 12, 5)), at=early)
    assert lead.rehome(date(2025, 6, 30)) is None
    assert lead.rehome(date(2025, 7, 1))
    assert outcome.rehome(date(2025, 7, 1))
    assert (lead.owner_locality, outcome.responsible_locality) == (HUNG_YEN, HUNG_YEN)
    assert lead.localities == outcome.localities == (OLD_THAI_BINH, HUNG_YEN)
