"""What every rule about an event shares: who may read it, who answers for it, which clocks run, who may permit it."""

from __future__ import annotations

from datetime import date, datetime
from typing import ClassVar

from caytre.contracts.events import (
    CompetenceReading,
    CompetenceReason,
    EventDeadline,
    EventState,
    Permission,
)
from caytre.contracts.message import Deadline, Settlement, is_restricted
from caytre.core.clock import day_of
from caytre.core.record import Record
from caytre.core.refusals import Invalid, Refusal, Words
from caytre.events.model import statuses
from caytre.events.model.clocks import deadline, settled
from caytre.reference import conferences, countries, fields
from caytre.reference.conferences import NONE, ConferenceRules

#: Before the event is over: what may still be changed, put off or given up.
BEFORE_IT_BEGINS = (
    "PLANNED",
    "PERMISSION_APPLIED",
    "PERMISSION_UNDER_OPINION",
    "PERMISSION_GRANTED",
    "PERMISSION_REFUSED",
    "OPEN",
    "FROZEN",
)
WITH_REGISTRATIONS = ("OPEN", "FROZEN", "LIVE")


class ScheduleMissing(Refusal):
    en = "The event has no day yet; give it one first (/schedule)."
    vi = "Sự kiện chưa có ngày tổ chức; hãy ghi ngày trước (/schedule)."


class NoRulesForTheDay(Refusal):
    en = "No rules on international conferences are configured for {day}."
    vi = "Chưa cấu hình quy định về hội nghị, hội thảo quốc tế cho ngày {day}."


class Casework(Record, EventState):
    """An event as the rules see it."""

    KIND: ClassVar[str] = "event"
    CONFIDENTIAL: ClassVar[frozenset[str]] = frozenset({"guest_names", "confidential_note"})

    guest_names: tuple[str, ...] = ()
    confidential_note: str | None = None

    @property
    def consultees(self) -> tuple[str, ...]:
        """The agencies that are asked and may therefore read the record."""
        return tuple(opinion.agency for opinion in self.permission.opinions) if self.permission else ()

    @property
    def public_title(self) -> str | None:
        """The title other records may repeat: none of a restricted event."""
        return None if is_restricted(self.sensitivity) else self.title_vi

    def ensure(self, *allowed: str) -> None:
        """Raises NotPossibleInStatus."""
        statuses.ensure(self.KIND, self, *allowed)

    def first_day(self) -> date:
        """The day in Viet Nam on which the event begins. Raises ScheduleMissing."""
        if self.schedule is None or self.schedule.vietnam_starts_on is None:
            raise ScheduleMissing
        return self.schedule.vietnam_starts_on

    def last_day(self) -> date:
        """The day in Viet Nam on which the event ends. Raises ScheduleMissing."""
        if self.schedule is None or self.schedule.vietnam_ends_on is None:
            raise ScheduleMissing
        return self.schedule.vietnam_ends_on

    def in_vietnam(self) -> bool:
        """Whether the event has its place or one end in Viet Nam; an organiser here is one end of an online event."""
        return self.mode != "onsite" or self.venue is None or self.venue.country == "VN"

    def judge(self, at: datetime, *, round: int = 1, because: tuple[str, ...] = ()) -> Permission:
        """Who permits the event as it stands now. Raises NoRulesForTheDay, Invalid."""
        rules, day = rules_on(day_of(at)), day_of(at)
        finding = rules.resolve(
            kind=self.kind,
            foreign_element=self.foreign_element,
            in_vietnam=self.in_vietnam(),
            rank=self.guests.rank,
            former_rank=self.guests.former_rank,
            topics=self.topics,
            on=day,
        )
        needed = finding.competence != NONE
        return Permission(
            status="to_apply" if needed or not finding.certain else "not_required",
            round=round,
            authority=finding.competence,
            certain=finding.certain,
            lead_days=rules.competence(finding.competence).lead_days if needed else None,
            rules_version=rules.version,
            reasons=tuple(
                CompetenceReason(
                    text_vi=reason.text_vi,
                    text_en=reason.text_en,
                    citation=reason.citation.law,
                    verified=reason.verified and reason.citation.verified,
                )
                for reason in finding.reasons
            ),
            readings=tuple(
                CompetenceReading(authority=reading.competence, text_vi=reading.text_vi, text_en=reading.text_en)
                for reading in finding.readings
            ),
            reopened_because=because,
        )

    def apply_clock(self) -> tuple[Deadline, ...]:
        """EVT_APPLY of the present round, where permission is to be applied for."""
        permission = self.permission
        if permission is None or permission.status != "to_apply" or permission.authority == NONE:
            return ()
        rules = conferences.by_version(permission.rules_version)
        limit = rules.time_limit(EventDeadline.EVT_APPLY, competence=permission.authority)
        clock = deadline(limit, anchor=self.first_day(), answerable=self.responsible_locality, round=permission.round)
        return (clock.model_copy(update={"verified": limit.verified and permission.certain}),)

    def running_deadlines(self) -> tuple[Settlement, ...]:
        """Every clock of the event that runs now."""
        running: list[Settlement] = []
        permission = self.permission
        if permission is not None and self.status == "PLANNED" and self.apply_clock():
            running.append(settled(EventDeadline.EVT_APPLY, round=permission.round))
        if permission is not None and self.status == "PERMISSION_UNDER_OPINION":
            running += [
                settled(EventDeadline.EVT_OPINION, opinion.agency, permission.round)
                for opinion in permission.opinions
                if opinion.answer is None
            ]
        if self.status == "HELD" and self.provenance.origin == "act":
            running.append(settled(EventDeadline.EVT_REPORT))
        return tuple(running)

    def ensure_particulars(self) -> None:
        """Raises Invalid for a country, rank or topic that no list has."""
        ensure_countries(self.countries, "/countries")
        for organiser in self.co_organisers:
            if organiser.country:
                ensure_countries((organiser.country,), "/co_organisers")
        if self.venue is not None:
            ensure_countries((self.venue.country,), "/venue/country")
        rules = conferences.all_rules()[-1]
        ranks = {rank.code for rank in rules.ranks}
        for field in ("rank", "former_rank"):
            rank = getattr(self.guests, field)
            if rank is not None and rank not in ranks:
                raise Invalid(
                    pointer=f"/guests/{field}", reason=Words(f"không có cấp bậc {rank}", f"there is no rank {rank}")
                )
        sensitive = {topic.code for topic in rules.sensitive_topics}
        ensure_fields([topic for topic in self.topics if topic not in sensitive], "/topics")


def rules_on(day: date) -> ConferenceRules:
    """The rules in force on the day. Raises NoRulesForTheDay."""
    try:
        return conferences.rules_on(day)
    except conferences.NoConferenceRules as none:
        raise NoRulesForTheDay(day=day) from none


def ensure_countries(codes: tuple[str, ...], pointer: str) -> None:
    """Raises Invalid for a code that ISO 3166-1 does not have."""
    for code in codes:
        try:
            countries.get(code)
        except countries.UnknownCountry as unknown:
            raise Invalid(pointer=pointer, reason=unknown) from unknown


def ensure_fields(codes: list[str] | tuple[str, ...], pointer: str) -> None:
    """Raises Invalid for a field of cooperation that is not in the list."""
    for code in codes:
        try:
            fields.get(code)
        except fields.UnknownField as unknown:
            raise Invalid(pointer=pointer, reason=unknown) from unknown
