"""From open registration to the closed file: the event itself, and its ways out before it begins."""

from __future__ import annotations

from collections.abc import Mapping
from datetime import date, datetime

from caytre.contracts.events import (
    EventCancelled,
    EventClosed,
    EventDeadline,
    EventEnding,
    EventFrozen,
    EventHeld,
    EventOpened,
    EventPostponed,
    EventReport,
    EventReported,
    EventStarted,
    QuotaChanged,
    Quotas,
)
from caytre.contracts.message import Document, Settlement
from caytre.core.admission import admit
from caytre.core.clock import day_of
from caytre.core.papers import issued
from caytre.core.refusals import Refusal, Words
from caytre.events.model.casework import BEFORE_IT_BEGINS, WITH_REGISTRATIONS, ScheduleMissing, rules_on
from caytre.events.model.clocks import deadline
from caytre.events.model.permitting import CompetenceNotSettled, Permitting
from caytre.events.model.schedule import local_day
from caytre.events.model.statuses import AlreadyAsAsked, words


class PermissionMissing(Refusal):
    en = "The event is not permitted: registration opens once {authority} has permitted it."
    vi = "Sự kiện chưa được cho phép: chỉ mở đăng ký sau khi {authority} cho phép."


class CoOrganiserNotVerified(Refusal):
    en = "The verification of the co-organiser {partner} was refused, revoked or has ended ({status})."
    vi = "Kết quả xác minh đối tác đồng tổ chức {partner} đã bị từ chối, thu hồi hoặc hết hạn ({status})."


class QuotaBelowAdmitted(Refusal):
    en = "{taken} persons are admitted ({mode}); the quota cannot be {quota}."
    vi = "Đã có {taken} người được chấp thuận ({mode}); không thể đặt hạn mức {quota}."


class NotBegunYet(Refusal):
    en = "It is {today} at the venue, and the event begins on {day}."
    vi = "Tại nơi tổ chức đang là ngày {today}; sự kiện bắt đầu ngày {day}."


class NotOverYet(Refusal):
    en = "It is {today} at the venue, and the event ends on {day}."
    vi = "Tại nơi tổ chức đang là ngày {today}; sự kiện kết thúc ngày {day}."


class ReportBeforeTheEnd(Refusal):
    status = 422
    en = "A report of {filed_on} cannot be of an event that ended on {day}; today is {today}."
    vi = "Báo cáo ngày {filed_on} không hợp lệ với sự kiện kết thúc ngày {day}; hôm nay là {today}."


_MODES = {"onsite": Words("trực tiếp", "onsite"), "online": Words("trực tuyến", "online")}


class Running(Permitting):
    """Registration, the days themselves, the report."""

    def open_registration(self, *, barred: Mapping[str, str], at: datetime) -> EventOpened:
        """Open registration. `barred` names foreign co-organisers that the ministry no longer vouches for, and why.

        Raises NotPossibleInStatus, CompetenceNotSettled, PermissionMissing, CoOrganiserNotVerified, EventIsPast.
        """
        self.ensure("PLANNED", "PERMISSION_GRANTED")
        permission = self.the_permission()
        if not permission.certain and permission.settled is None:
            raise CompetenceNotSettled
        if permission.status not in {"not_required", "permitted"}:
            raise PermissionMissing(authority=permission.authority)
        for partner, status in barred.items():
            raise CoOrganiserNotVerified(partner=partner, status=status)
        if self.last_day() < day_of(at):
            self.ensure_ahead(at)
        self.status = "OPEN"
        return EventOpened(quotas=self.quotas, moderated=self.moderated)

    def change_quotas(self, quotas: Quotas, taken: Mapping[str, int]) -> QuotaChanged:
        """Admit more or fewer; never fewer than are admitted already. `taken` counts them by way of taking part.

        Raises NotPossibleInStatus, AlreadyAsAsked, QuotaBelowAdmitted.
        """
        self.ensure("DRAFT", *BEFORE_IT_BEGINS, "LIVE", "POSTPONED")
        if quotas == self.quotas:
            raise AlreadyAsAsked(record=words(self.KIND))
        for mode, admitted in taken.items():
            quota = getattr(quotas, mode)
            if quota is not None and quota < admitted:
                raise QuotaBelowAdmitted(pointer=f"/{mode}", taken=admitted, mode=_MODES[mode], quota=quota)
        self.quotas = quotas
        return QuotaChanged(quotas=quotas)

    def freeze(self) -> EventFrozen:
        """Turn further changes of registrations into requests. Raises NotPossibleInStatus."""
        self.ensure("OPEN")
        self.status = "FROZEN"
        return EventFrozen()

    def start(self, at: datetime) -> EventStarted:
        """The event begins, on its first day at the venue or later. Raises NotPossibleInStatus, NotBegunYet."""
        self.ensure("OPEN", "FROZEN")
        today = self._today(at)
        if today < self._exactly("starts_on"):
            raise NotBegunYet(today=today, day=self._exactly("starts_on"))
        self.status = "LIVE"
        return EventStarted(on=today)

    def hold(self, *, attendance: int | None, at: datetime) -> EventHeld:
        """The event is over; the report is due. Raises NotPossibleInStatus, NotOverYet."""
        self.ensure(*WITH_REGISTRATIONS)
        today, last = self._today(at), self._exactly("ends_on")
        if today < last:
            raise NotOverYet(today=today, day=last)
        self.status, self.attendance = "HELD", attendance
        limit = rules_on(day_of(at)).time_limit(EventDeadline.EVT_REPORT)
        return EventHeld(
            ended_on=self.last_day(),
            attendance=attendance,
            deadlines=(deadline(limit, anchor=self.last_day(), answerable=self.responsible_locality),),
        )

    def file_report(self, report: EventReport, at: datetime) -> EventReported:
        """File the report of results. Raises NotPossibleInStatus, ReportBeforeTheEnd, DocumentFromTheFuture."""
        self.ensure("HELD")
        today = day_of(at)
        ended = self.schedule.vietnam_ends_on if self.schedule else None
        if report.filed_on > today or (ended is not None and report.filed_on < ended):
            raise ReportBeforeTheEnd(pointer="/filed_on", filed_on=report.filed_on, day=ended or "?", today=today)
        admit(report)
        if report.document:
            issued(report.document, today)
        running = self.running_deadlines()
        self.status, self.report = "REPORTED", report
        return EventReported(filed_on=report.filed_on, settles=running)

    def close(self) -> EventClosed:
        """Close the file. Raises NotPossibleInStatus."""
        self.ensure("REPORTED")
        self.status = "CLOSED"
        return EventClosed()

    def cancel(self, *, reason: str, document: Document | None, at: datetime) -> EventCancelled:
        """Give the event up before it begins. Raises NotPossibleInStatus, DocumentFromTheFuture."""
        self.ensure("DRAFT", *BEFORE_IT_BEGINS, "POSTPONED")
        running = self._given_up("CANCELLED", reason, document, at)
        return EventCancelled(reason=reason, settles=running)

    def postpone(self, *, reason: str, document: Document | None, at: datetime) -> EventPostponed:
        """Put the event off without a new day. Raises NotPossibleInStatus, DocumentFromTheFuture."""
        self.ensure(*BEFORE_IT_BEGINS)
        running = self._given_up("POSTPONED", reason, document, at)
        return EventPostponed(reason=reason, settles=running)

    def _given_up(self, status: str, reason: str, document: Document | None, at: datetime) -> tuple[Settlement, ...]:
        admit(reason, document)
        if document:
            issued(document, day_of(at))
        running = self.running_deadlines()
        self.status, self.ending = status, EventEnding(reason=reason, at=at, document=document)
        return running

    def _today(self, at: datetime) -> date:
        if self.schedule is None:
            raise ScheduleMissing
        return local_day(at, self.schedule)

    def _exactly(self, end: str) -> date:
        day: date | None = getattr(self.schedule, end).exact if self.schedule else None
        if day is None:
            raise ScheduleMissing
        return day
