"""Leads: an opportunity that a locality owns, looks at again after the event, and wins or loses."""

from __future__ import annotations

from collections.abc import Mapping
from datetime import date, datetime
from typing import Any, ClassVar, Self
from uuid import UUID

from caytre.contracts.agreements import StatedDate
from caytre.contracts.events import (
    LeadAdvanced,
    LeadAmended,
    LeadLinked,
    LeadLost,
    LeadOpened,
    LeadPartnerFlagged,
    LeadPartnerRepointed,
    LeadRecorded,
    LeadRehomed,
    LeadWithdrawn,
    LeadWon,
    Winning,
)
from caytre.contracts.lineage import Link
from caytre.contracts.message import RESTRICTED, ExternalRef, Message, Provenance, is_restricted
from caytre.core.admission import admit
from caytre.core.clock import day_of
from caytre.core.places import established, historical, responsible
from caytre.core.refusals import Refusal
from caytre.events.model.casework import ensure_countries, ensure_fields
from caytre.events.model.entries import ensure_published, entry_differences, follow_entry
from caytre.events.model.following import ALIVE, Following
from caytre.events.model.money import ensure_money
from caytre.events.model.ownership import flag_partner, repoint_partner, successor, unname_partner, with_link
from caytre.events.model.statuses import AlreadyAsAsked, changed_fields, reclassify, words
from caytre.reference.dates import FuzzyDate

#: From where to where a lead may be advanced by its owner; winning and losing are acts of their own.
STEPS = {
    ("OPEN", "QUALIFIED"),
    ("QUALIFIED", "NEGOTIATING"),
    ("NEGOTIATING", "QUALIFIED"),
    ("OPEN", "DORMANT"),
    ("QUALIFIED", "DORMANT"),
    ("NEGOTIATING", "DORMANT"),
    ("DORMANT", "OPEN"),
    ("DORMANT", "QUALIFIED"),
}
#: What a register's entry can say about a lead, in the order in which differences are shown.
COMPARED = (
    "status",
    "title",
    "kind",
    "owner_locality",
    "partner_id",
    "partner_name",
    "countries",
    "fields",
    "expected",
)


class StepNotPossible(Refusal):
    en = "A lead that is {before} does not become {after}."
    vi = "Cơ hội đang ở trạng thái {before} không chuyển sang {after} được."


class NextActionIsPast(Refusal):
    status = 422
    en = "The next action is planned for {day}, and today is {today}."
    vi = "Việc tiếp theo ghi ngày {day}, hôm nay là {today}."


class RealisedInTheFuture(Refusal):
    status = 422
    en = "What came of it cannot be of {day}; today is {today}."
    vi = "Kết quả không thể có ngày {day}; hôm nay là {today}."


class Lead(Following):
    """An opportunity with a foreign partner."""

    CONFIDENTIAL: ClassVar[frozenset[str]] = frozenset({"contact", "confidential_note"})
    AMENDABLE: ClassVar[frozenset[str]] = frozenset(
        {
            "title",
            "kind",
            "owner_unit",
            "partner_id",
            "partner_name",
            "countries",
            "fields",
            "expected",
            "next_action",
            "next_action_on",
            "note",
            "contact",
            "confidential_note",
        }
    )

    contact: str | None = None
    confidential_note: str | None = None

    @classmethod
    def open(
        cls,
        *,
        id: UUID,
        locality: str,
        at: datetime,
        event_over_since: date | None = None,
        proposed: bool = False,
        links: tuple[Link, ...] = (),
        localities: tuple[str, ...] = (),
        **particulars: Any,
    ) -> tuple[Self, LeadOpened]:
        """Open a lead of a locality; if its event is over (`event_over_since`), it is followed up from that day.

        Raises LocalityNotKnown, LocalityNotInBeing, NextActionIsPast, Invalid, StateSecretNotAdmitted.
        """
        place = established(locality, day_of(at))
        lead = cls(
            id=id,
            status="OPEN",
            owner_locality=place.id,
            localities=tuple(dict.fromkeys((place.id, *localities))),
            proposed=proposed,
            links=links,
            opened_at=at,
            **particulars,
        )
        lead._ensure_whole(at)
        clocks = lead.followed_up_from(event_over_since, at) if event_over_since else ()
        return lead, LeadOpened(lead_kind=lead.kind, proposed=proposed, deadlines=clocks)

    @classmethod
    def record(
        cls,
        *,
        id: UUID,
        locality: str,
        status: str,
        known_since: StatedDate,
        provenance: Provenance,
        external_refs: tuple[ExternalRef, ...] = (),
        at: datetime,
        **particulars: Any,
    ) -> tuple[Self, LeadRecorded]:
        """Take a lead over from a register or as an illustration; nothing of the past is followed up.

        Raises LocalityNotKnown, PublicationMissing, Invalid, StateSecretNotAdmitted.
        """
        then = historical(locality, FuzzyDate.model_validate(known_since.model_dump()))
        now = responsible(then, day_of(at))
        lead = cls(
            id=id,
            status=status,
            owner_locality=now.id,
            localities=tuple(dict.fromkeys((then.id, now.id))),
            provenance=provenance,
            external_refs=external_refs,
            known_since=known_since,
            opened_at=at,
            **particulars,
        )
        ensure_published(provenance)
        lead._ensure_whole(at)
        return lead, LeadRecorded(lead_kind=lead.kind, status=status, origin=provenance.origin)

    def _ensure_whole(self, at: datetime) -> None:
        ensure_countries(self.countries, "/countries")
        ensure_fields(self.fields, "/fields")
        ensure_money(self.expected, "/expected")
        if self.next_action_on and self.next_action_on < day_of(at):
            raise NextActionIsPast(pointer="/next_action_on", day=self.next_action_on, today=day_of(at))
        admit(self)

    def differing(self, there: Lead) -> tuple[str, ...]:
        """Where an entry says something else than this record; what the entry leaves open is no difference."""
        return entry_differences(self, there, COMPARED)

    def follow(self, there: Lead) -> LeadAmended:
        """Follow a register's entry where it differs. Raises NotRecorded, AlreadyAsAsked."""
        fields = follow_entry(self, there, self.differing(there))
        self.localities = tuple(dict.fromkeys((*self.localities, *there.localities)))
        return LeadAmended(fields=fields)

    def amend(self, changes: Mapping[str, Any], at: datetime) -> LeadAmended:
        """Correct particulars, plan the next action. Raises NotPossibleInStatus, AlreadyAsAsked, NextActionIsPast."""
        self.ensure(*ALIVE)
        changed = changed_fields(self, dict(changes))
        candidate = self.model_copy(update={field: changes[field] for field in changed})
        if "next_action_on" not in changed:
            candidate.next_action_on = None
        candidate._ensure_whole(at)
        for field in changed:
            setattr(self, field, changes[field])
        self.proposed = False
        return LeadAmended(fields=changed)

    def advance(self, status: str) -> LeadAdvanced:
        """Qualify, negotiate, let rest, take up again. Raises NotPossibleInStatus, StepNotPossible."""
        self.ensure(*ALIVE)
        if (self.status, status) not in STEPS:
            raise StepNotPossible(pointer="/status", before=self.status, after=status)
        before, self.status, self.proposed = self.status, status, False
        return LeadAdvanced(before=before, status=status)

    def win(self, won: Winning, at: datetime) -> LeadWon:
        """Something has come of it; an outcome is claimed.

        Raises NotPossibleInStatus, RealisedInTheFuture, AmountNotPositive, FractionTooFine, Invalid.
        """
        self.ensure("QUALIFIED", "NEGOTIATING")
        admit(won)
        ensure_money(won.money, "/money")
        if won.realised_on > day_of(at):
            raise RealisedInTheFuture(pointer="/realised_on", day=won.realised_on, today=day_of(at))
        running = self.running_deadlines()
        self.status, self.won, self.ended_at = "WON", won, at
        return LeadWon(won=won, settles=running)

    def lose(self, *, reason: str, at: datetime) -> LeadLost:
        """The lead has come to nothing. Raises NotPossibleInStatus."""
        self.ensure(*ALIVE)
        admit(reason)
        running = self.running_deadlines()
        self.status, self.reason, self.ended_at = "LOST", reason, at
        return LeadLost(reason=reason, settles=running)

    def link(self, link: Link) -> LeadLinked:
        """Say what the lead came out of. Raises AlreadyAsAsked."""
        admit(link.note, link.upstream.label)
        if link in self.links:
            raise AlreadyAsAsked(record=words(self.KIND))
        self.links = with_link(self.links, link)
        return LeadLinked(link=link)

    def serve_agreement(self, agreement_id: UUID) -> LeadLinked:
        """Say that the lead serves an agreement. Raises AlreadyAsAsked."""
        if agreement_id in self.agreement_ids:
            raise AlreadyAsAsked(record=words(self.KIND))
        self.agreement_ids = (*self.agreement_ids, agreement_id)
        return LeadLinked(agreement_ids=(agreement_id,))

    def flag(self, partner_id: UUID, code: str, at: datetime) -> LeadPartnerFlagged | None:
        """The partner is no longer vouched for; None when that is known or the lead is ended."""
        if self.status not in ALIVE or not flag_partner(self, partner_id, code, at):
            return None
        return LeadPartnerFlagged(partner_id=partner_id, code=code)

    def repoint(self, partner_id: UUID, into: UUID) -> LeadPartnerRepointed | None:
        """The partner was merged with another."""
        return (
            LeadPartnerRepointed(partner_id=partner_id, into=into) if repoint_partner(self, partner_id, into) else None
        )

    def unname(self, partner_id: UUID) -> LeadAmended | None:
        """The partner was made restricted, or turned out to be a natural person; None where it is not named."""
        return LeadAmended(fields=("partner_name",)) if unname_partner(self, partner_id) else None

    def hide(self) -> LeadWithdrawn | None:
        """Follow the event that became restricted; None when that is done, or the lead came out of no meeting there."""
        if self.meeting_id is None or is_restricted(self.sensitivity):
            return None
        self.sensitivity = RESTRICTED
        return LeadWithdrawn()

    def rehome(self, day: date) -> LeadRehomed | None:
        """The unit that owns the lead from this day on."""
        before, after = self.owner_locality, successor(self, self.owner_locality, day)
        if after is None:
            return None
        self.owner_locality = after
        return LeadRehomed(before=before, responsible_locality=after)

    def classify(self, sensitivity: str, *, confirmed: bool) -> Message:
        """Raise or lower the sensitivity. Raises PublishedStays, AlreadyAsAsked."""
        raised = reclassify(self, sensitivity, confirmed=confirmed)
        return LeadWithdrawn() if raised else LeadAmended(fields=("sensitivity",))
