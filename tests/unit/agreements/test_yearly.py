"""The report on a year in force: asked for once, filed once, flagged when it is late."""

from __future__ import annotations

from datetime import date
from typing import Any

import pytest

from caytre.agreements.model import Agreement
from caytre.agreements.model.signing import AlreadyFiled
from caytre.agreements.model.yearly import ReportNotAsked
from caytre.contracts.agreements import YearToReport
from caytre.contracts.message import Provenance
from caytre.core.refusals import Invalid
from tests.builders.agreements import AT, HUNG_YEN, TODAY, Life, a_document, a_register_entry

YEAR = TODAY.year
NEW_YEAR = date(YEAR, 1, 1)


def _in_force() -> Agreement:
    agreement = Life().signed()
    agreement.enter_into_force(on=TODAY, today=TODAY)
    return agreement


def _file(agreement: Agreement, **changes: Any) -> Any:
    filing = {"kind": "ANNUAL_REPORT", "year": YEAR, "filed_on": TODAY, "document": a_document(), "at": AT}
    return agreement.file_report(**{**filing, **changes})


def test_with_a_year_its_report_is_asked_of_an_agreement_in_force_once() -> None:
    agreement = _in_force()
    said = agreement.year_began(NEW_YEAR)
    assert said is not None
    (clock,) = said.deadlines
    assert (clock.code, clock.discriminator, clock.anchor, clock.n) == (
        "AGR_ANNUAL_REPORT",
        str(YEAR),
        date(YEAR, 12, 15),
        0,
    )
    assert (clock.answerable, clock.verified, clock.citation) == (HUNG_YEN, False, None), "nobody has checked the law"
    assert (said.year, said.due_on) == (YEAR, date(YEAR, 12, 15))
    assert agreement.year_began(NEW_YEAR) is None
    following = agreement.year_began(date(YEAR + 1, 1, 1))
    assert following is not None
    assert following.deadlines[0].discriminator == str(YEAR + 1)


def test_of_what_is_not_in_force_no_yearly_report_is_asked() -> None:
    life = Life()
    assert life.signed().year_began(NEW_YEAR) is None
    agreement = _in_force()
    agreement.status = "EXPIRED"
    assert agreement.year_began(NEW_YEAR) is None


@pytest.mark.parametrize(("origin", "asked"), [("imported", True), ("illustration", True), ("sourced", False)])
def test_a_register_s_entry_is_reported_on_and_what_only_a_publication_tells_is_not(origin: str, asked: bool) -> None:
    provenance = Provenance(origin=origin, publication="x", statement="1")
    agreement, _ = a_register_entry(provenance=provenance)
    assert (agreement.year_began(NEW_YEAR) is not None) is asked


def test_a_signatory_without_a_procedure_has_no_yearly_report() -> None:
    agreement, _ = a_register_entry(signatory_type="DEPARTMENT")
    assert agreement.year_began(NEW_YEAR) is None


def test_the_report_on_a_year_settles_its_clock_and_no_other() -> None:
    agreement = _in_force()
    agreement.year_began(NEW_YEAR)
    agreement.year_began(date(YEAR + 1, 1, 1))
    said = _file(agreement)
    assert [(clock.code, clock.discriminator) for clock in said.settles] == [("AGR_ANNUAL_REPORT", str(YEAR))]
    assert (said.kind, said.year) == ("ANNUAL_REPORT", YEAR)
    with pytest.raises(AlreadyFiled):
        _file(agreement)
    assert _file(agreement, year=YEAR + 1).year == YEAR + 1


def test_a_report_is_filed_on_a_year_that_was_asked_for_and_no_other_report_names_one() -> None:
    agreement = _in_force()
    with pytest.raises(ReportNotAsked):
        _file(agreement)
    with pytest.raises(Invalid):
        _file(agreement, year=None)
    with pytest.raises(Invalid):
        _file(agreement, kind="PM_REPORT")
    assert _file(agreement, kind="PM_REPORT", year=None).settles[0].code == "AGR_PM_REPORT"


def test_a_late_report_is_flagged_once_and_one_that_is_filed_never() -> None:
    agreement = _in_force()
    assert agreement.annual_report_ran_over(YEAR, AT) is None, "it was not asked for"
    agreement.year_began(NEW_YEAR)
    said = agreement.annual_report_ran_over(YEAR, AT)
    assert said is not None
    assert (said.kind, said.year, said.overdue_since) == ("ANNUAL_REPORT", YEAR, AT)
    assert agreement.years_to_report == (YearToReport(year=YEAR, due_on=date(YEAR, 12, 15), overdue_since=AT),)
    assert agreement.annual_report_ran_over(YEAR, AT) is None
    assert agreement.reports_overdue == (), "its law is not verified: it makes no standstill"
    agreement.year_began(date(YEAR + 1, 1, 1))
    _file(agreement, year=YEAR + 1)
    assert agreement.annual_report_ran_over(YEAR + 1, AT) is None
