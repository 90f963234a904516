"""The permission of an international conference (Decision 06/2020/QĐ-TTg): application, opinions, answer."""

from __future__ import annotations

from datetime import datetime

from caytre.contracts.events import (
    ApplicationWithdrawn,
    CompetenceSettled,
    EventDeadline,
    EventDeadlineMissed,
    Lateness,
    PermissionDecided,
    PermissionDecision,
    PermissionRequested,
    Settled,
)
from caytre.contracts.message import Document
from caytre.core.admission import admit
from caytre.core.clock import day_of
from caytre.core.papers import issued
from caytre.core.refusals import Refusal
from caytre.events.model.asking import Asking, PermissionNotRequired
from caytre.events.model.clocks import settled
from caytre.reference import conferences
from caytre.reference.conferences import NONE


class CompetenceNotSettled(Refusal):
    en = "The law leaves open who permits this event. Settle which reading is taken first (/permission/competence)."
    vi = "Pháp luật chưa rõ ai có thẩm quyền cho phép. Hãy xác định cách hiểu trước (/permission/competence)."


class CompetenceIsCertain(Refusal):
    en = "Who permits this event is not open: {authority}."
    vi = "Thẩm quyền cho phép sự kiện này đã rõ: {authority}."


class NotAReading(Refusal):
    en = "{authority} is none of the readings of the law here: {readings}."
    vi = "{authority} không thuộc các cách hiểu pháp luật ở đây: {readings}."


class PermissionForThePast(Refusal):
    en = "The event begins on {day}, and today is {today}: permission for a past date cannot be applied for."
    vi = "Sự kiện bắt đầu ngày {day}, hôm nay là {today}: không thể xin phép cho ngày đã qua."


class LeadTimeTooShort(Refusal):
    en = "{days} days remain until {day}; the application is due {lead} days before. Say why it is late (/lateness)."
    vi = "Còn {days} ngày đến {day}; phải gửi hồ sơ trước {lead} ngày. Hãy nêu lý do gửi muộn (/lateness)."


class WrongPermissionAuthority(Refusal):
    en = "The authority that permits this event is {competent}, not {authority}."
    vi = "Thẩm quyền cho phép sự kiện này là {competent}, không phải {authority}."


class MandatoryAgenciesNotAsked(Refusal):
    en = "{agencies} must be asked before the Prime Minister decides (Decision 06/2020/QĐ-TTg)."
    vi = "Phải lấy ý kiến {agencies} trước khi trình Thủ tướng Chính phủ (Quyết định 06/2020/QĐ-TTg)."


class Permitting(Asking):
    """Asking for the permission and getting an answer."""

    def settle_competence(
        self, *, authority: str, reason: str, document: Document | None, at: datetime
    ) -> CompetenceSettled:
        """Say which reading of the law is taken, and why.

        Raises NotPossibleInStatus, CompetenceIsCertain, NotAReading, DocumentFromTheFuture.
        """
        self.ensure("PLANNED")
        permission = self.the_permission()
        admit(reason, document)
        if document:
            issued(document, day_of(at))
        if permission.certain:
            raise CompetenceIsCertain(authority=permission.authority)
        offered = {reading.authority for reading in permission.readings}
        if authority not in offered:
            raise NotAReading(pointer="/authority", authority=authority, readings=", ".join(sorted(offered)))
        running = self.running_deadlines()
        rules = conferences.by_version(permission.rules_version)
        lead = None if authority == NONE else rules.competence(authority).lead_days
        moved = lead != permission.lead_days
        self._permission(
            authority=authority,
            lead_days=lead,
            status="not_required" if authority == NONE else "to_apply",
            round=permission.round + 1 if moved else permission.round,
            settled=Settled(authority=authority, reason=reason, document=document, at=at),
        )
        return CompetenceSettled(
            authority=authority,
            lead_days=lead,
            deadlines=self.apply_clock() if moved else (),
            settles=running if moved else (),
        )

    def apply_for_permission(
        self, *, document: Document, lateness: Lateness | None = None, at: datetime
    ) -> PermissionRequested:
        """Send the application to the competent authority.

        Raises NotPossibleInStatus, PermissionNotRequired, CompetenceNotSettled, PermissionForThePast,
        LeadTimeTooShort, DocumentFromTheFuture.
        """
        self.ensure("PLANNED")
        permission, today = self.the_permission(), day_of(at)
        admit(issued(document, today), lateness)
        if permission.status == "not_required":
            raise PermissionNotRequired
        if not permission.certain and permission.settled is None:
            raise CompetenceNotSettled
        first = self.first_day()
        if first < today:
            raise PermissionForThePast(day=first, today=today)
        days, lead = (first - today).days, permission.lead_days or 0
        late = days < lead
        if late and lateness is None:
            raise LeadTimeTooShort(pointer="/lateness", days=days, day=first, lead=lead)
        running = self.running_deadlines()
        self.status = "PERMISSION_APPLIED"
        self._permission(
            status="applied",
            applied_at=at,
            application=document,
            days_before=days,
            lateness=lateness if late else None,
        )
        return PermissionRequested(
            authority=permission.authority,
            round=permission.round,
            days_before=days,
            late=late,
            settles=running,
        )

    def decide_permission(
        self, *, outcome: str, authority: str, document: Document, conditions: str | None, at: datetime
    ) -> PermissionDecided:
        """Record the written answer of the competent authority.

        Raises NotPossibleInStatus, WrongPermissionAuthority, MandatoryAgenciesNotAsked, DocumentFromTheFuture,
        DocumentTooOld.
        """
        self.ensure("PERMISSION_APPLIED", "PERMISSION_UNDER_OPINION")
        permission = self.the_permission()
        if authority != permission.authority:
            raise WrongPermissionAuthority(pointer="/authority", competent=permission.authority, authority=authority)
        asked = {opinion.agency for opinion in permission.opinions}
        missing = [agency for agency in self.mandatory() if agency not in asked]
        if missing:
            raise MandatoryAgenciesNotAsked(agencies=", ".join(missing))
        admit(issued(document, day_of(at), since=day_of(permission.applied_at or at)), conditions)
        running = self.running_deadlines()
        self.status = "PERMISSION_GRANTED" if outcome == "permitted" else "PERMISSION_REFUSED"
        self._permission(
            status=outcome,
            decision=PermissionDecision(
                outcome=outcome, authority=authority, document=document, conditions=conditions, decided_at=at
            ),
        )
        return PermissionDecided(outcome=outcome, authority=authority, round=permission.round, settles=running)

    def withdraw_application(self, *, reason: str, at: datetime) -> ApplicationWithdrawn:
        """Take the application back, also one that was refused, to apply anew. Raises NotPossibleInStatus."""
        self.ensure("PERMISSION_APPLIED", "PERMISSION_UNDER_OPINION", "PERMISSION_REFUSED")
        admit(reason)
        running, kept = self.running_deadlines(), self.the_permission().settled
        self.permission = self.judge(at, round=self.the_permission().round + 1, because=("application",))
        if kept is not None and not self.permission.certain:
            rules = conferences.by_version(self.permission.rules_version)
            self._permission(
                authority=kept.authority, lead_days=rules.competence(kept.authority).lead_days, settled=kept
            )
        self.status = "PLANNED"
        return ApplicationWithdrawn(reason=reason, deadlines=self.apply_clock(), settles=running)

    def deadline_missed(self, code: str, discriminator: str, round: int, at: datetime) -> EventDeadlineMissed | None:
        """Flag what has not come in time; None when it has come, or is no longer asked for."""
        if settled(EventDeadline(code), discriminator, round) not in self.running_deadlines():
            return None
        match code:
            case EventDeadline.EVT_APPLY:
                if self.the_permission().application_missed_at:
                    return None
                self._permission(application_missed_at=at)
            case EventDeadline.EVT_OPINION:
                if any(o.agency == discriminator and o.overdue_at for o in self.the_permission().opinions):
                    return None
                self._opinion(discriminator, overdue_at=at)
            case EventDeadline.EVT_REPORT:
                if self.report_overdue_at:
                    return None
                self.report_overdue_at = at
        return EventDeadlineMissed(code=code, discriminator=discriminator, since=at)
