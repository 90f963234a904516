"""From the proposal to the complete dossier: DRAFT, and the ways out before signature (cancel, classify)."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from datetime import datetime
from functools import cache
from typing import Any, ClassVar, Self
from uuid import UUID

from caytre.agreements.model.case import Case, NoProcedureFits, VietnameseTextMissing
from caytre.agreements.model.natures import ensure_agreement
from caytre.agreements.model.partner import HistoryStaysPublished, NothingChanges, Partner
from caytre.contracts.agreements import (
    AgreementAmended,
    AgreementCancelled,
    AgreementProposed,
    AgreementWithdrawn,
    DossierItem,
    DossierItemReceived,
    Ending,
    ForeignParty,
    ProcedureRef,
    Reduced,
    StatedDate,
    VietnameseParty,
    Waiver,
)
from caytre.contracts.message import Document, Message, is_restricted
from caytre.core.admission import admit
from caytre.core.clock import day_of
from caytre.core.naming import dossier_name, listed, paper_names, word
from caytre.core.papers import issued
from caytre.core.places import established
from caytre.core.refusals import Invalid, Refusal, Words
from caytre.reference import fields as cooperation
from caytre.reference import procedures
from caytre.reference.localities import Locality
from caytre.reference.procedures import SignatoryType


class NoGroundForReducedProcedure(Refusal):
    en = "The reduced procedure (Law 70/2020/QH14, Art. 35) needs one of its grounds ({grounds}) and a paper on it."
    vi = "Trình tự rút gọn cần một trong các căn cứ ({grounds}) và tài liệu chứng minh (Điều 35 Luật 70/2020/QH14)."


class NoSuchItem(Refusal):
    en = "{dossier}: there is no paper {item}."
    vi = "{dossier} không có thành phần {item}."


class NotAParty(Refusal):
    en = "The partner {partner} is no party to this agreement."
    vi = "Đối tác {partner} không phải là một bên của thỏa thuận này."


class AlreadyEnded(Refusal):
    status = 422
    en = "The agreement would have ended ({expires_on}) before it was proposed ({day})."
    vi = "Thỏa thuận sẽ hết hiệu lực ({expires_on}) trước ngày đề xuất ({day})."


BEFORE_SIGNATURE = ("DRAFT", "CONSULTING", "CLEARED", "ESCALATED", "APPROVED")


class Proposing(Case):
    """The draft and its dossier."""

    #: What may be edited while the agreement is a draft.
    AMENDABLE: ClassVar[frozenset[str]] = frozenset(
        {
            "title_vi",
            "title_foreign",
            "form",
            "channel",
            "fields",
            "languages",
            "translated",
            "sensitive",
            "rationale",
            "effective_from",
            "expires_on",
            "renewal",
            "register_no",
            "confidential_note",
        }
    )

    @classmethod
    def propose(
        cls,
        *,
        id: UUID,
        locality: str,
        organisation: str | None = None,
        signatory_type: str,
        nature: str = "agreement",
        partners: Sequence[Partner],
        roles: Mapping[UUID, str] | None = None,
        reduced: Reduced | None = None,
        at: datetime,
        **particulars: Any,
    ) -> tuple[Self, AgreementProposed]:
        """Begin an agreement and pin its procedure.

        Raises NotAnAgreement, TooFewParties, LocalityNotKnown, PartnerIsMerged, NoProcedureFits,
        NoGroundForReducedProcedure, AlreadyEnded, DocumentFromTheFuture, Invalid, StateSecretNotAdmitted.
        """
        ensure_agreement(nature)
        place = established(locality, day_of(at))
        procedure = _procedure(signatory_type, reduced, at)
        pinned = ProcedureRef(code=procedure.code, version=procedure.version)
        agreement = cls(
            id=id,
            status="DRAFT",
            signatory_type=signatory_type,
            vietnamese_parties=(_vietnamese(place, organisation),),
            responsible_locality=place.id,
            localities=(place.id,),
            foreign_parties=foreign_parties(partners, roles or {}),
            procedure=pinned,
            reduced=reduced,
            dossier=_dossier(procedure.code, procedure.version),
            proposed_at=at,
            **particulars,
        )
        agreement.ensure_parties()
        for partner in partners:
            partner.ensure_active()
        ensure_fields(agreement.fields)
        ensure_span(agreement.effective_from, agreement.expires_on)
        agreement._ensure_end_ahead()
        if reduced:
            issued(reduced.evidence, day_of(at))
        # What the register and the procedure say was not entered here.
        admit(organisation, reduced, *(roles or {}).values(), *particulars.values())
        return agreement, AgreementProposed(
            locality=place.id,
            signatory_type=signatory_type,
            partner_ids=agreement.partner_ids,
            fields=agreement.fields,
            procedure=pinned,
            reduced=reduced is not None,
        )

    def amend(self, changes: Mapping[str, Any]) -> AgreementAmended:
        """Edit the draft; opinions on an earlier draft will be asked again.

        Raises NotInThisStatus, NothingChanges, AlreadyEnded, Invalid.
        """
        self.ensure("DRAFT")
        admit(*changes.values())
        changed = tuple(field for field in sorted(changes) if getattr(self, field) != changes[field])
        if not changed:
            raise NothingChanges
        for field in changed:
            setattr(self, field, changes[field])
        ensure_fields(self.fields)
        ensure_span(self.effective_from, self.expires_on)
        self._ensure_end_ahead()
        self.draft += 1
        return AgreementAmended(fields=changed, draft=self.draft)

    def receive_dossier_item(self, *, dossier: str, item: str, document: Document | None, at: datetime) -> Message:
        """Put a paper into a dossier. The one for the Prime Minister is prepared once agencies have been asked.

        Raises NotInThisStatus, NoSuchItem, DocumentFromTheFuture.
        """
        self.ensure(*(("CONSULTING", "ESCALATED") if dossier == "PM" else ("DRAFT",)))
        if not any((known.dossier, known.code) == (dossier, item) for known in self.dossier):
            procedure = self.pinned()
            raise NoSuchItem(dossier=dossier_name(procedure, dossier), item=paper_names(procedure, dossier, (item,)))
        if document:
            admit(issued(document, day_of(at)))
        received = {"received_at": at, "document": document}
        self.dossier = tuple(
            known.model_copy(update=received) if (known.dossier, known.code) == (dossier, item) else known
            for known in self.dossier
        )
        return DossierItemReceived(dossier=dossier, item=item)

    def waive_verification(
        self, *, partner_id: UUID, reason: str, document: Document | None, at: datetime
    ) -> AgreementAmended:
        """Let agencies be asked although a partner is not verified yet. It does not carry approval or signature.

        Raises NotInThisStatus, NotAParty, NothingChanges, DocumentFromTheFuture.
        """
        self.ensure("DRAFT")
        admit(reason, document)
        if partner_id not in self.partner_ids:
            raise NotAParty(pointer="/partner_id", partner=partner_id)
        if any(waiver.partner_id == partner_id for waiver in self.waivers):
            raise NothingChanges
        if document:
            issued(document, day_of(at))
        self.waivers = (*self.waivers, Waiver(partner_id=partner_id, reason=reason, document=document))
        return AgreementAmended(fields=("waivers",), draft=self.draft)

    def _ensure_end_ahead(self) -> None:
        if self.expires_on and self.proposed_at and self.expires_on.latest < day_of(self.proposed_at):
            raise AlreadyEnded(pointer="/expires_on", expires_on=self.expires_on.text, day=day_of(self.proposed_at))

    def repin(self, procedure: procedures.Procedure) -> None:
        """Go on under another version: its papers, with those handed in. Raises NoGroundForReducedProcedure."""
        ensure_ground("/adopt", self.reduced, procedure)
        before = {(item.dossier, item.code): item for item in self.dossier}
        self.procedure = ProcedureRef(code=procedure.code, version=procedure.version)
        self.dossier = tuple(
            item.model_copy(update={"received_at": known.received_at, "document": known.document})
            if (known := before.get((item.dossier, item.code)))
            else item
            for item in _dossier(procedure.code, procedure.version)
        )

    def missing_items(self, dossier: str) -> tuple[str, ...]:
        """The required papers of a dossier that are not there."""
        return tuple(i.code for i in self.dossier if i.dossier == dossier and i.required and i.received_at is None)

    def ensure_vietnamese_text(self) -> None:
        """Raises VietnameseTextMissing."""
        if "vi" not in self.languages and not self.translated:
            raise VietnameseTextMissing

    def cancel(self, *, reason: str, document: Document | None, at: datetime) -> AgreementCancelled:
        """Give the proposal up before signature; every running clock ends.

        Raises NotInThisStatus, DocumentFromTheFuture.
        """
        self.ensure(*BEFORE_SIGNATURE)
        admit(reason, document)
        if document:
            issued(document, day_of(at))
        settles = (*self.running_deadlines(), *self.procedure_clock())
        self.status = "CANCELLED"
        self.ending = Ending(reason=reason, on=StatedDate.on_day(day_of(at)), document=document)
        return AgreementCancelled(reason=reason, settles=settles)

    def classify(self, sensitivity: str, *, confirmed: bool) -> Message:
        """Raise or lower the sensitivity. Raises HistoryStaysPublished, NothingChanges."""
        if sensitivity == self.sensitivity:
            raise NothingChanges
        if is_restricted(sensitivity) and not confirmed:
            raise HistoryStaysPublished(pointer="/confirm_published_history_stays")
        self.sensitivity = sensitivity
        if is_restricted(sensitivity):
            return AgreementWithdrawn()
        return AgreementAmended(fields=("sensitivity",), draft=self.draft)


def foreign_parties(partners: Sequence[Partner], roles: Mapping[UUID, str]) -> tuple[ForeignParty, ...]:
    """The partners as parties, named as they are called now; no partner twice."""
    distinct = {partner.id: partner for partner in partners}
    return tuple(
        ForeignParty(partner_id=id, country=partner.country, name=partner.public_name, role=roles.get(id))
        for id, partner in distinct.items()
    )


def ensure_fields(codes: Sequence[str]) -> None:
    """Raises Invalid for a field of cooperation that is not in the list."""
    for code in codes:
        try:
            cooperation.get(code)
        except cooperation.UnknownField as unknown:
            raise Invalid(pointer="/fields", reason=unknown) from unknown


def ensure_span(effective_from: StatedDate | None, expires_on: StatedDate | None) -> None:
    """Raises Invalid when the agreement would certainly end before it begins."""
    if effective_from and expires_on and expires_on.latest < effective_from.earliest:
        raise Invalid(
            pointer="/expires_on",
            reason=Words(
                "thỏa thuận sẽ hết hiệu lực trước khi có hiệu lực", "the agreement would end before it takes effect"
            ),
        )


def ensure_ground(pointer: str, reduced: Reduced | None, procedure: procedures.Procedure) -> None:
    """Raises NoGroundForReducedProcedure."""
    if reduced and reduced.ground not in {ground.code for ground in procedure.grounds}:
        grounds = listed(Words(ground.name_vi, ground.name_en) for ground in procedure.grounds)
        raise NoGroundForReducedProcedure(pointer=pointer, grounds=grounds)


def _vietnamese(place: Locality, organisation: str | None) -> VietnameseParty:
    return VietnameseParty(locality=place.id, name_at_signing=place.name_vi, organisation=organisation)


def _procedure(signatory_type: str, reduced: Reduced | None, at: datetime) -> procedures.Procedure:
    signatory = word("signatory_type", signatory_type)
    try:
        procedure = procedures.applicable(SignatoryType(signatory_type), reduced is not None, day_of(at))
    except (ValueError, procedures.NoProcedure) as none:
        raise NoProcedureFits(
            pointer="/signatory_type",
            reason=Words(f"{signatory.vi}, ngày {day_of(at)}", f"{signatory.en}, {day_of(at)}"),
        ) from none
    ensure_ground("/reduced/ground", reduced, procedure)
    return procedure


@cache
def _dossier(code: str, version: int) -> tuple[DossierItem, ...]:
    return tuple(
        DossierItem(dossier=dossier.code, code=item.code, required=item.required)
        for dossier in procedures.by_version(code, version).dossiers
        for item in dossier.items
    )
