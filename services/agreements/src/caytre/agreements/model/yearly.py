"""The report on a year in force: asked for when the year begins, on a date that a procedure names."""

from __future__ import annotations

from datetime import date, datetime

from caytre.agreements.model.clocks import settled, yearly
from caytre.agreements.model.lasting import Lasting
from caytre.contracts.agreements import AnnualReportAsked, DeadlineCode, StatutoryReportOverdue, YearToReport
from caytre.contracts.message import Settlement
from caytre.core.refusals import Invalid, Refusal, Words
from caytre.reference import procedures
from caytre.reference.procedures import NoProcedure, SignatoryType, YearlyDate

ANNUAL = "ANNUAL_REPORT"


class ReportNotAsked(Refusal):
    status = 422
    en = "No report on the year {year} has been asked for."
    vi = "Chưa có yêu cầu báo cáo năm {year}."


class Yearly(Lasting):
    """The yearly report and its clock. What only a publication tells of an agreement starts none."""

    def year_began(self, today: date) -> AnnualReportAsked | None:
        """Ask for the report on the year; None when that is done, it is not in force, or no procedure names the day."""
        year, rule = today.year, self._annual_date(today)
        if self.status != "IN_FORCE" or self.provenance.origin == "sourced" or rule is None or self._year_asked(year):
            return None
        due_on = rule.of(year)
        self.years_to_report = (*self.years_to_report, YearToReport(year=year, due_on=due_on))
        clock = yearly(rule, year, answerable=self.responsible_locality)
        return AnnualReportAsked(year=year, due_on=due_on, deadlines=(clock,))

    def annual_report_ran_over(self, year: int, at: datetime) -> StatutoryReportOverdue | None:
        """What the overdue clock of the year brings about; None when the report is filed or known to be late."""
        asked = self._year_asked(year)
        filed = any((report.kind, report.year) == (ANNUAL, year) for report in self.reports)
        if asked is None or asked.overdue_since or filed:
            return None
        late = asked.model_copy(update={"overdue_since": at})
        self.years_to_report = tuple(late if each is asked else each for each in self.years_to_report)
        return StatutoryReportOverdue(kind=ANNUAL, year=year, overdue_since=at)

    def annual_clock(self, year: int | None) -> Settlement:
        """The clock that the report on the year settles. Raises Invalid, ReportNotAsked."""
        if year is None:
            raise Invalid(
                pointer="/year",
                reason=Words("báo cáo hằng năm phải ghi năm báo cáo", "a yearly report names the year it is about"),
            )
        if not self._year_asked(year):
            raise ReportNotAsked(pointer="/year", year=year)
        return settled(DeadlineCode.AGR_ANNUAL_REPORT, str(year))

    def _year_asked(self, year: int) -> YearToReport | None:
        return next((each for each in self.years_to_report if each.year == year), None)

    def _annual_date(self, day: date) -> YearlyDate | None:
        # A duty of each year goes by the rules of that year, whatever procedure led to the signature.
        try:
            procedure = procedures.applicable(SignatoryType(self.signatory_type), False, day)
            return procedure.yearly(DeadlineCode.AGR_ANNUAL_REPORT)
        except NoProcedure:
            return None
