"""A visit as it begins: asked for by the foreign side, following from an invitation, or told by a source."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import datetime
from typing import Any, ClassVar, Self
from uuid import UUID, uuid5

from caytre.contracts.delegations import (
    Host,
    ProgrammeItem,
    VisitInvited,
    VisitLinked,
    VisitPartnerFlagged,
    VisitRecorded,
    VisitRequested,
    VisitState,
)
from caytre.contracts.lineage import Link, Ref
from caytre.contracts.message import ExternalRef, Provenance
from caytre.core.admission import admit
from caytre.core.clock import day_of
from caytre.core.places import established, historical, responsible
from caytre.core.refusals import Refusal
from caytre.delegations.model.invitation import SERVICE, Invitation
from caytre.delegations.model.life import NothingToChange, ensure_countries, ensure_source, ensure_span
from caytre.delegations.model.partners import KnownPartner
from caytre.delegations.model.planned import Carrier
from caytre.delegations.model.programme import EntryPeople, ensure_programme, with_names_in, without_names
from caytre.reference.dates import FuzzyDate

_NAMESPACE = UUID("c0b6e3a8-1f56-5b5e-9d55-0a6b7f1f2d33")


class VisitNotPlacedInTime(Refusal):
    status = 422
    en = "The entry says {status} and not even roughly when the visit was."
    vi = "Dữ liệu ghi {status} nhưng không cho biết thời gian chuyến thăm, dù chỉ khoảng chừng."


class VisitNotOver(Refusal):
    status = 422
    en = "The entry says {status}, but the visit begins on {arrives_on} at the earliest."
    vi = "Dữ liệu ghi {status} nhưng chuyến thăm sớm nhất là {arrives_on}."


def visit_id(invitation: UUID) -> UUID:
    """The visit that follows from an invitation: the same however often its acceptance is heard."""
    return uuid5(_NAMESPACE, f"{invitation}|visit")


class Receiving(Carrier, VisitState):
    """A visit as the rules see it, with the names of the guests and of those who are with them.

    In shape 1 the entries of the programme named who interprets and who is met.
    """

    KIND: ClassVar[str] = "visit"
    CARRIES_NOTHING: ClassVar[frozenset[str]] = frozenset({"DECLINED"})
    SHAPE: ClassVar[int] = 2
    CONFIDENTIAL: ClassVar[frozenset[str]] = frozenset({"guests", "programme_people", "confidential_note"})

    guests: tuple[str, ...] = ()
    programme_people: tuple[EntryPeople, ...] = ()
    confidential_note: str | None = None

    @classmethod
    def upcast(cls, document: dict[str, Any]) -> dict[str, Any]:
        """Take the persons out of the entries of shape 1."""
        entries = [ProgrammeItem.model_validate(entry) for entry in document.get("programme", ())]
        open, people = without_names(entries)
        return {**document, "programme": open, "programme_people": people} if people else document

    @property
    def whole_programme(self) -> tuple[ProgrammeItem, ...]:
        """The programme with the persons in it."""
        return with_names_in(self.programme, self.programme_people)

    def take_programme(self, items: Sequence[ProgrammeItem]) -> None:
        """Keep the entries, and the persons in them apart."""
        self.programme, self.programme_people = without_names(items)

    def summary(self) -> dict[str, Any]:
        """What every message about the visit repeats."""
        return {
            "country": self.country,
            "arrives_on": self.arrives_on,
            "leaves_on": self.leaves_on,
            "partner_id": self.guest.partner_id if self.guest else None,
        }

    @classmethod
    def request(
        cls,
        *,
        id: UUID,
        locality: str,
        partner: KnownPartner | None,
        external_refs: tuple[ExternalRef, ...] = (),
        at: datetime,
        **particulars: Any,
    ) -> tuple[Self, VisitRequested]:
        """A foreign side asks to come. Raises LocalityNotKnown, LocalityNotInBeing, Invalid, StateSecretNotAdmitted."""
        place = established(locality, day_of(at))
        visit = cls(
            id=id,
            status="REQUESTED",
            locality=place.id,
            localities=(place.id,),
            guest=_guest(partner),
            external_refs=external_refs,
            **particulars,
        )
        visit._ensure_plausible()
        return visit, VisitRequested(**visit.summary())

    @classmethod
    def from_invitation(
        cls, invitation: Invitation, partner: KnownPartner | None, at: datetime
    ) -> tuple[Self, VisitInvited]:
        """The visit that an accepted invitation leads to, linked to it; its days come later."""
        origin = Ref(service=SERVICE, kind=invitation.KIND, id=invitation.id, label=invitation.invitee)
        # What an illustrated or sourced answer leads to is no officer's act either.
        said = invitation.reply.provenance if invitation.reply else invitation.provenance
        visit = cls(
            id=visit_id(invitation.id),
            status="INVITED",
            locality=invitation.locality,
            localities=invitation.localities,
            sensitivity=invitation.sensitivity,
            title=invitation.purpose,
            guest=_guest(partner),
            guest_name=invitation.organisation or invitation.invitee,
            guests=(invitation.invitee_name,) if invitation.invitee_name else (),
            country=invitation.country,
            head_rank=invitation.invitee,
            invitation_id=invitation.id,
            provenance=said,
            links=(
                Link(
                    upstream=origin,
                    relation="resulted_in_visit",
                    confidence="confirmed",
                    provenance=said,
                    asserted_on=day_of(at),
                ),
            ),
        )
        return visit, VisitInvited(**visit.summary(), invitation_id=invitation.id)

    @classmethod
    def record(
        cls,
        *,
        id: UUID,
        locality: str,
        status: str,
        partner: KnownPartner | None,
        provenance: Provenance,
        external_refs: tuple[ExternalRef, ...] = (),
        programme: Sequence[ProgrammeItem] = (),
        at: datetime,
        **particulars: Any,
    ) -> tuple[Self, VisitRecorded]:
        """Take a past visit over as a source shows it.

        Raises VisitNotPlacedInTime, VisitNotOver, NoSourceGiven, ItemOutsideVisit, ProgrammeClash, as `request`.
        """
        when = particulars.get("arrives_on") or particulars.get("leaves_on")
        if when is None:
            raise VisitNotPlacedInTime(pointer="/arrives_on", status=status)
        stated = FuzzyDate.model_validate(when.model_dump())
        unit = historical(locality, stated)
        now = responsible(unit, day_of(at))
        visit = cls(
            id=id,
            status=status,
            locality=unit.id,
            localities=tuple(dict.fromkeys((unit.id, now.id))),
            guest=_guest(partner),
            provenance=provenance,
            external_refs=external_refs,
            **particulars,
        )
        visit.take_programme(programme)
        visit._ensure_plausible()
        ensure_source(provenance)
        if stated.earliest > day_of(at):
            raise VisitNotOver(pointer="/arrives_on", status=status, arrives_on=stated.earliest)
        first = visit.arrives_on.earliest if visit.arrives_on else None
        last = visit.leaves_on.latest if visit.leaves_on else None
        ensure_programme(programme, first, last)
        return visit, VisitRecorded(**visit.summary(), status=status, origin=provenance.origin)

    def connect(self, *, links: Sequence[Link] = (), agreement_ids: Sequence[UUID] = ()) -> VisitLinked:
        """Say what it came out of, and which agreements it serves. Raises NothingToChange."""
        message = self.connected(links, agreement_ids)
        if message is None:
            raise NothingToChange
        return message

    def connected(self, links: Sequence[Link], agreement_ids: Sequence[UUID]) -> VisitLinked | None:
        """The same for a reaction: None when all of it is known."""
        added = self.take_links(links)
        fresh = tuple(id for id in agreement_ids if id not in self.agreement_ids)
        self.agreement_ids = (*self.agreement_ids, *fresh)
        return VisitLinked(**self.summary(), added=added, agreement_ids=fresh) if added or fresh else None

    def flag_partner(self, partner_id: UUID, why: str) -> VisitPartnerFlagged | None:
        """The guest's side is no longer vouched for; None when it is another's, known, or the guests have come."""
        mine = self.guest is not None and self.guest.partner_id == partner_id
        waits = self.status in {"REQUESTED", "INVITED", "PARTNER_CHECK", "PROGRAMME_DRAFT", "APPROVED"}
        if not mine or not waits or self.partner_flag == why:
            return None
        self.partner_flag = why
        return VisitPartnerFlagged(**self.summary(), why=why)

    def repoint_guest(self, old: UUID, new: KnownPartner) -> VisitPartnerFlagged | None:
        """The guest's side was merged into another partner, which stands for it from now on."""
        if self.guest is None or self.guest.partner_id != old:
            return None
        self.guest = self.guest.model_copy(update={"partner_id": new.id})
        return VisitPartnerFlagged(**self.summary(), why="MERGED")

    def _ensure_plausible(self) -> None:
        ensure_countries(self.countries, "/country")
        ensure_span(self.arrives_on, self.leaves_on, "/leaves_on")
        admit(self)


def _guest(partner: KnownPartner | None) -> Host | None:
    return Host(partner_id=partner.id, name=partner.name) if partner else None
