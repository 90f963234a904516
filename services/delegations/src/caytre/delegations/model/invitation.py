"""An invitation: prepared, spoken or handed over, put through the diplomatic channel, answered, followed by a visit."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import date, datetime, timedelta
from typing import Any, ClassVar, Self
from uuid import UUID

from caytre.contracts.agreements.dates import StatedDate
from caytre.contracts.delegations import (
    Channelling,
    DelegationsDeadline,
    InvitationAccepted,
    InvitationChannelled,
    InvitationChannelOverdue,
    InvitationDeclined,
    InvitationDrafted,
    InvitationExtended,
    InvitationExtendedToGuest,
    InvitationLapsed,
    InvitationLinked,
    InvitationRecorded,
    InvitationReply,
    InvitationState,
    InvitationVisitScheduled,
    Setback,
)
from caytre.contracts.lineage import Link, Ref
from caytre.contracts.message import Deadline, Document, ExternalRef, Provenance, Settlement
from caytre.core.admission import admit
from caytre.core.clock import day_of
from caytre.core.papers import issued
from caytre.core.places import established, historical, responsible
from caytre.core.refusals import Refusal
from caytre.delegations.model.life import (
    Living,
    NothingToChange,
    clock,
    ensure_countries,
    ensure_happened,
    ensure_source,
    ensure_span,
    met,
    on_the_day,
    procedure_on,
)
from caytre.delegations.model.travelling import Travelling, invitation_id
from caytre.reference.dates import FuzzyDate

PROCEDURE = "INVITATION_FOREIGN"
SERVICE = "delegations"
WAITING = ("EXTENDED", "CHANNELLED")


class InvitationUndated(Refusal):
    status = 422
    en = "The entry says {status} and not even roughly when the invitation was extended."
    vi = "Dữ liệu ghi {status} nhưng không cho biết lời mời được đưa ra khi nào, dù chỉ khoảng chừng."


class InvitationOutOfDate(Refusal):
    en = "The invitation holds until {valid_until}, which is over."
    vi = "Lời mời có hiệu lực đến {valid_until}, nay đã qua."


class Invitation(Living, InvitationState):
    """An invitation to a foreign guest. Who is invited is said by office; the name is encrypted."""

    KIND: ClassVar[str] = "invitation"
    CONFIDENTIAL: ClassVar[frozenset[str]] = frozenset({"invitee_name", "confidential_note"})

    invitee_name: str | None = None
    confidential_note: str | None = None

    @property
    def countries(self) -> tuple[str, ...]:
        """The country of the invited."""
        return (self.country,)

    @classmethod
    def draft(
        cls,
        *,
        id: UUID,
        locality: str,
        external_refs: tuple[ExternalRef, ...] = (),
        at: datetime,
        **particulars: Any,
    ) -> tuple[Self, InvitationDrafted]:
        """Prepare an invitation. Raises LocalityNotKnown, LocalityNotInBeing, Invalid, StateSecretNotAdmitted."""
        place = established(locality, day_of(at))
        invitation = cls(
            id=id,
            status="DRAFT",
            locality=place.id,
            localities=(place.id,),
            external_refs=external_refs,
            **particulars,
        )
        ensure_countries(invitation.countries, "/country")
        admit(invitation)
        return invitation, InvitationDrafted(**invitation._said())

    @classmethod
    def from_report(
        cls, trip: Travelling, extended: InvitationExtended, name: str | None, at: datetime
    ) -> tuple[Self, InvitationExtendedToGuest]:
        """What a report says was extended on the way becomes an invitation of its own, linked to the trip."""
        origin = Ref(service=SERVICE, kind=trip.KIND, id=trip.id, label=trip.title)
        on = extended.extended_on or trip.departs_on
        invitation = cls(
            id=invitation_id(trip.id, extended.number),
            status="EXTENDED",
            locality=trip.locality,
            localities=trip.localities,
            sensitivity=trip.sensitivity,
            invitee=extended.invitee,
            invitee_name=name,
            organisation=extended.organisation,
            country=extended.country,
            partner_id=extended.partner_id,
            purpose=extended.purpose,
            form=extended.form,
            extended_on=on,
            delegation_id=trip.id,
            provenance=trip.reported,
            links=(
                Link(
                    upstream=origin,
                    relation="extended_invitation",
                    confidence="confirmed",
                    provenance=trip.reported,
                    asserted_on=day_of(at),
                ),
            ),
        )
        told = trip.reported.origin
        deadlines = tuple(d.model_copy(update={"historical": told != "act"}) for d in invitation._clocks(at))
        return invitation, InvitationExtendedToGuest(
            **invitation._said(), form=invitation.form, origin=told, deadlines=deadlines
        )

    @classmethod
    def record(
        cls,
        *,
        id: UUID,
        locality: str,
        status: str,
        provenance: Provenance,
        external_refs: tuple[ExternalRef, ...] = (),
        at: datetime,
        **particulars: Any,
    ) -> tuple[Self, InvitationRecorded]:
        """Take an invitation over as a source shows it. Raises InvitationUndated, NoSourceGiven, as `draft`."""
        when: StatedDate | None = particulars.get("extended_on")
        if when is None:
            raise InvitationUndated(pointer="/extended_on", status=status)
        unit = historical(locality, FuzzyDate.model_validate(when.model_dump()))
        now = responsible(unit, day_of(at))
        invitation = cls(
            id=id,
            status=status,
            locality=unit.id,
            localities=tuple(dict.fromkeys((unit.id, now.id))),
            provenance=provenance,
            external_refs=external_refs,
            **particulars,
        )
        ensure_countries(invitation.countries, "/country")
        ensure_source(provenance)
        ensure_span(when, invitation.channelling.on if invitation.channelling else None, "/channelling")
        ensure_span(when, invitation.reply.on if invitation.reply else None, "/reply")
        admit(invitation)
        return invitation, InvitationRecorded(**invitation._said(), status=status, origin=provenance.origin)

    def extend(self, *, on: date, form: str, at: datetime) -> InvitationExtendedToGuest:
        """It is spoken or handed over. Raises NotAtThisStage, DayAhead, InvitationOutOfDate."""
        self.ensure("DRAFT")
        ensure_happened(on, day_of(at))
        if self.valid_until and self.valid_until < on:
            raise InvitationOutOfDate(pointer="/on", valid_until=self.valid_until)
        self.status, self.form, self.extended_on = "EXTENDED", form, StatedDate.on_day(on)
        return InvitationExtendedToGuest(**self._said(), form=form, deadlines=self._clocks(at))

    def put_through(self, *, via: str, on: date, document: Document | None, at: datetime) -> InvitationChannelled:
        """Put it through the ministry or a mission. Raises NotAtThisStage, DayAhead, DayTooEarly."""
        self.ensure("EXTENDED")
        admit(via, document)
        ensure_happened(on, day_of(at), since=self.extended_on.earliest if self.extended_on else None)
        if document:
            issued(document, day_of(at))
        self.status = "CHANNELLED"
        self.channelling = Channelling(via=via, on=StatedDate.on_day(on), document=document)
        return InvitationChannelled(**self._said(), via=via, settles=(met(DelegationsDeadline.INV_CHANNEL),))

    def take_reply(
        self,
        *,
        answer: str,
        on: date,
        through: str | None,
        document: Document | None,
        provenance: Provenance | None = None,
        at: datetime,
    ) -> InvitationAccepted | InvitationDeclined:
        """The invited side answers. Raises NotAtThisStage, DayAhead, DayTooEarly, DocumentFromTheFuture."""
        self.ensure(*WAITING)
        admit(through, document)
        since = self.channelling.on if self.channelling else self.extended_on
        ensure_happened(on, day_of(at), since=since.earliest if since else None)
        if document:
            issued(document, day_of(at))
        settles = self._running()
        self.reply = InvitationReply(
            answer=answer,
            on=StatedDate.on_day(on),
            through=through,
            document=document,
            provenance=provenance or Provenance(),
        )
        if answer == "accepted":
            self.status = "ACCEPTED"
            return InvitationAccepted(**self._said(), origin=self.reply.provenance.origin, settles=settles)
        self.status = "DECLINED"
        return InvitationDeclined(**self._said(), origin=self.reply.provenance.origin, settles=settles)

    def lapse(self, *, reason: str, document: Document | None, at: datetime) -> InvitationLapsed:
        """The locality takes it back, or gives it up. Raises NotAtThisStage, DocumentFromTheFuture."""
        self.ensure("DRAFT", *WAITING)
        admit(reason, document)
        if document:
            issued(document, day_of(at))
        settles = self._running()
        self.status = "LAPSED"
        self.setback = Setback(reason=reason, on=day_of(at), document=document)
        return InvitationLapsed(**self._said(), reason=reason, settles=settles)

    def ran_out(self, at: datetime) -> InvitationLapsed | None:
        """Its last day is over; None when it was answered."""
        if self.status not in WAITING:
            return None
        return self.lapse(reason=f"valid until {self.valid_until}", document=None, at=at)

    def channel_ran_over(self) -> InvitationChannelOverdue | None:
        """It was not put through in time; None when it was, or this was said."""
        if self.status != "EXTENDED" or self.channel_overdue:
            return None
        self.channel_overdue = True
        return InvitationChannelOverdue(**self._said())

    def schedule(self, visit_id: UUID) -> InvitationVisitScheduled | None:
        """The visit is there; None when that was said."""
        if self.status != "ACCEPTED":
            return None
        self.status, self.visit_id = "VISIT_SCHEDULED", visit_id
        said = self.reply.provenance if self.reply else self.provenance
        return InvitationVisitScheduled(**self._said(), visit_id=visit_id, origin=said.origin)

    def connect(self, links: Sequence[Link]) -> InvitationLinked:
        """Say what it came out of. Raises NothingToChange."""
        added = self.take_links(links)
        if not added:
            raise NothingToChange
        return InvitationLinked(added=added)

    def _said(self) -> dict[str, Any]:
        return {
            "invitee": self.invitee,
            "organisation": self.organisation,
            "country": self.country,
            "delegation_id": self.delegation_id,
        }

    def _clocks(self, at: datetime) -> tuple[Deadline, ...]:
        when = self.extended_on
        channel = clock(
            procedure_on(PROCEDURE, at),
            DelegationsDeadline.INV_CHANNEL,
            anchor=when.exact if when else None,
            answerable=self.locality,
            missing=f"extended on: {when.text if when else 'not stated'}",
        )
        if self.valid_until is None:
            return (channel,)
        after = self.valid_until + timedelta(days=1)
        return (channel, on_the_day(DelegationsDeadline.INV_LAPSE, after, self.locality))

    def _running(self) -> tuple[Settlement, ...]:
        codes = [DelegationsDeadline.INV_CHANNEL] if self.status == "EXTENDED" else []
        if self.valid_until and self.status in WAITING:
            codes.append(DelegationsDeadline.INV_LAPSE)
        return tuple(met(code) for code in codes)
