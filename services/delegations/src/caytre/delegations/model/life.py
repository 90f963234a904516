"""What the records of this service share: a status that opens and bars acts, countries that exist, clocks, links."""

from __future__ import annotations

from collections.abc import Hashable, Iterable, Sequence
from datetime import date, datetime, timedelta
from typing import TypeVar

from caytre.contracts.agreements.dates import StatedDate
from caytre.contracts.delegations import DelegationsDeadline, TripReport, VisitReport
from caytre.contracts.lineage import Link
from caytre.contracts.message import Deadline, Provenance, Settlement
from caytre.contracts.origins import weaker
from caytre.core.clock import day_of
from caytre.core.record import Record
from caytre.core.refusals import Invalid, Refusal, Words
from caytre.reference import countries, procedures
from caytre.reference import fields as cooperation
from caytre.reference.procedures import Citation, Procedure

T = TypeVar("T", bound=Hashable)


class NotAtThisStage(Refusal):
    en = "The record is {status}; this act is possible only in {allowed}."
    vi = "Hồ sơ đang ở trạng thái {status}; thao tác này chỉ thực hiện được khi ở {allowed}."


class NothingToChange(Refusal):
    en = "The record is already as asked; nothing was changed."
    vi = "Hồ sơ đã đúng như yêu cầu; không có gì thay đổi."


class ReferenceTaken(Refusal):
    en = "Another record already carries one of these external references."
    vi = "Một hồ sơ khác đã mang một trong các mã tham chiếu ngoài này."


class NoSourceGiven(Refusal):
    status = 422
    en = "An entry from a publication names the publication, and the statement in it or its date."
    vi = "Dữ liệu lấy từ nguồn công bố phải nêu nguồn, và nội dung công bố hoặc ngày công bố."


class NotThere(Refusal):
    status = 422
    en = "The record has no {what} number {number}."
    vi = "Hồ sơ không có {what} số {number}."


class DayAhead(Refusal):
    en = "The day {day} lies ahead; today is {today}."
    vi = "Ngày {day} chưa tới; hôm nay là {today}."


class DayTooEarly(Refusal):
    en = "The day {day} lies before {since}, which it follows."
    vi = "Ngày {day} trước ngày {since} là ngày của việc diễn ra trước đó."


class Living(Record):
    """A record with a status and links to what it came out of."""

    status: str
    links: tuple[Link, ...] = ()

    def ensure(self, *allowed: str) -> None:
        """Raises NotAtThisStage."""
        if self.status not in allowed:
            raise NotAtThisStage(status=self.status, allowed=", ".join(allowed))

    def take_links(self, links: Sequence[Link]) -> tuple[Link, ...]:
        """Keep those links that are not known yet and say which they are."""
        known = {(link.upstream.id, link.relation) for link in self.links}
        fresh = tuple(link for link in links if (link.upstream.id, link.relation) not in known)
        self.links = (*self.links, *fresh)
        return fresh


def ensure_happened(day: date, today: date, *, since: date | None = None, pointer: str = "/on") -> date:
    """The day, if it is not ahead and not before what it follows. Raises DayAhead, DayTooEarly."""
    if day > today:
        raise DayAhead(pointer=pointer, day=day, today=today)
    if since is not None and day < since:
        raise DayTooEarly(pointer=pointer, day=day, since=since)
    return day


def ensure_countries(codes: Iterable[str], pointer: str) -> None:
    """Foreign countries of ISO 3166-1. Raises Invalid."""
    for code in codes:
        if code == "VN":
            raise Invalid(pointer=pointer, reason=Words("Việt Nam không phải là nước ngoài", "VN is not abroad"))
        try:
            countries.get(code)
        except countries.UnknownCountry as unknown:
            raise Invalid(pointer=pointer, reason=unknown) from unknown


def ensure_fields(codes: Iterable[str]) -> None:
    """Fields of cooperation that are in the list. Raises Invalid."""
    for code in codes:
        try:
            cooperation.get(code)
        except cooperation.UnknownField as unknown:
            raise Invalid(pointer="/fields", reason=unknown) from unknown


def ensure_source(provenance: Provenance) -> None:
    """Raises NoSourceGiven."""
    if provenance.origin == "sourced" and not (provenance.publication and (provenance.statement or provenance.date)):
        raise NoSourceGiven(pointer="/source")


def ensure_span(first: StatedDate | None, last: StatedDate | None, pointer: str) -> None:
    """Raises Invalid when the second day certainly lies before the first."""
    if first and last and last.latest < first.earliest:
        raise Invalid(
            pointer=pointer,
            reason=Words(f"ngày {last.text} trước ngày {first.text}", f"the day {last.text} lies before {first.text}"),
        )


def clock(
    procedure: Procedure,
    code: DelegationsDeadline,
    *,
    anchor: date | None,
    answerable: str,
    discriminator: str = "",
    round: int = 1,
    missing: str | None = None,
) -> Deadline:
    """The deadline a rule of the procedure gives, counted from `anchor`; without an exact one `missing` says why."""
    rule = procedure.deadline(code)
    return Deadline(
        code=code,
        discriminator=discriminator,
        round=round,
        anchor=anchor,
        anchor_missing=missing if anchor is None else None,
        n=rule.n,
        unit=rule.unit.value,
        answerable=answerable,
        citation=_place(rule.citation),
        verified=rule.verified,
    )


def yearly(procedure: Procedure, code: DelegationsDeadline, *, year: int, answerable: str, round: int = 1) -> Deadline:
    """The deadline on the date that the procedure names for the year, rest day or not."""
    rule = procedure.yearly(code)
    return Deadline(
        code=code,
        round=round,
        anchor=rule.of(year),
        n=0,
        unit="CALENDAR",
        answerable=answerable,
        citation=_place(rule.citation),
        verified=rule.verified,
    )


def _place(citation: Citation | None) -> str | None:
    return ", ".join(filter(None, (citation.law, citation.article))) if citation else None


def on_the_day(code: DelegationsDeadline, day: date, answerable: str, round: int = 1) -> Deadline:
    """What falls due on a day itself, rest day or not."""
    return Deadline(code=code, round=round, anchor=day, n=0, unit="CALENDAR", answerable=answerable, verified=True)


def met(code: DelegationsDeadline, discriminator: str = "", round: int = 1) -> Settlement:
    """The settlement of a deadline of the record that speaks."""
    return Settlement(code=code, discriminator=discriminator, round=round)


def procedure_on(code: str, at: datetime) -> Procedure:
    """The version of a procedure in force now; before the first one, the first."""
    try:
        return procedures.procedure(code, day_of(at))
    except procedures.NoProcedure:
        return procedures.by_version(code, 1)


def as_reported(own: Provenance, report: TripReport | VisitReport | None) -> Provenance:
    """Where what a report tells comes from: an invented report on a true trip or visit tells inventions."""
    return weaker(own, report.provenance) if report else own


def days_between(first: date, last: date) -> int:
    """How many days, both included."""
    return (last - first) // timedelta(days=1) + 1


def only(ids: Iterable[T]) -> tuple[T, ...]:
    """Each once, in order."""
    return tuple(dict.fromkeys(ids))
