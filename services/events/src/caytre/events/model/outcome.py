"""Outcomes: claimed, confirmed on evidence by a second pair of eyes, and credited to what they came out of."""

from __future__ import annotations

from collections.abc import Mapping
from datetime import date, datetime
from decimal import Decimal
from typing import Any, ClassVar, Self
from uuid import UUID

from caytre.contracts.agreements import StatedDate
from caytre.contracts.events import (
    OutcomeAmended,
    OutcomeConfirmed,
    OutcomeEvidence,
    OutcomeLinked,
    OutcomePartnerFlagged,
    OutcomePartnerRepointed,
    OutcomeRecorded,
    OutcomeRehomed,
    OutcomeRestricted,
    OutcomeState,
    OutcomeUnlinked,
    OutcomeWithdrawn,
)
from caytre.contracts.lineage import Link, Ref
from caytre.contracts.message import Document, ExternalRef, Message, Provenance
from caytre.core.admission import admit
from caytre.core.clock import day_of
from caytre.core.papers import issued
from caytre.core.places import historical, responsible
from caytre.core.record import Record
from caytre.core.refusals import Refusal
from caytre.events.model import statuses
from caytre.events.model.casework import ensure_countries, ensure_fields
from caytre.events.model.entries import ensure_not_ahead, ensure_published, entry_differences, follow_entry
from caytre.events.model.money import IN_MONEY, AmountNeedsCurrency, ensure_money
from caytre.events.model.ownership import (
    flag_partner,
    repoint_partner,
    successor,
    unname_partner,
    with_link,
    without_link,
)
from caytre.events.model.statuses import AlreadyAsAsked, changed_fields, reclassify, words
from caytre.reference.dates import FuzzyDate

WHOLE = Decimal(100)


class SharesExceedTheWhole(Refusal):
    en = "The shares would add up to {sum} percent; what came of it can be credited only once, {left} percent are left."
    vi = "Tổng tỷ lệ sẽ là {sum}%; mỗi kết quả chỉ được tính một lần, còn lại {left}%."


class OutcomeEvidenceMissing(Refusal):
    en = "An outcome is confirmed on evidence; add some first."
    vi = "Chỉ xác nhận kết quả khi có minh chứng; hãy bổ sung minh chứng trước."


class NotCredited(Refusal):
    en = "This outcome is not credited to {kind} {id}."
    vi = "Kết quả này không được ghi nhận cho {kind} {id}."


class SameHandConfirms(Refusal):
    en = "Whoever claimed the outcome cannot confirm it; another person does."
    vi = "Người ghi nhận kết quả không được tự xác nhận; phải do người khác xác nhận."


#: What a register's entry can say about an outcome, in the order in which differences are shown.
COMPARED = (
    "status",
    "kind",
    "title",
    "money",
    "realised_on",
    "responsible_locality",
    "partner_id",
    "partner_name",
    "countries",
    "fields",
)


class Outcome(Record, OutcomeState):
    """What became of it."""

    KIND: ClassVar[str] = "outcome"
    CONFIDENTIAL: ClassVar[frozenset[str]] = frozenset({"claimed_by", "confidential_note"})
    AMENDABLE: ClassVar[frozenset[str]] = frozenset(
        {
            "kind",
            "title",
            "money",
            "realised_on",
            "partner_id",
            "partner_name",
            "countries",
            "fields",
            "evidence",
            "confidential_note",
        }
    )

    claimed_by: str | None = None
    confidential_note: str | None = None

    @classmethod
    def claim(
        cls,
        *,
        id: UUID,
        locality: str,
        at: datetime,
        localities: tuple[str, ...] = (),
        links: tuple[Link, ...] = (),
        **particulars: Any,
    ) -> tuple[Self, OutcomeRecorded]:
        """Claim an outcome for a locality.

        Raises LocalityNotKnown, HeldInTheFuture, SharesExceedTheWhole, AmountNotPositive, FractionTooFine, Invalid,
        StateSecretNotAdmitted.
        """
        outcome = cls._of(locality, day_of(at), id=id, status="CLAIMED", claimed_at=at, links=links, **particulars)
        outcome.localities = tuple(dict.fromkeys((*outcome.localities, *localities)))
        return outcome, OutcomeRecorded(outcome_kind=outcome.kind, status="CLAIMED", money=outcome.money)

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
    ) -> tuple[Self, OutcomeRecorded]:
        """Take an outcome over from a register, a publication or as an illustration.

        Raises what `claim` raises, and PublicationMissing.
        """
        ensure_published(provenance)
        outcome = cls._of(
            locality,
            day_of(at),
            id=id,
            status=status,
            provenance=provenance,
            external_refs=external_refs,
            **particulars,
        )
        message = OutcomeRecorded(
            outcome_kind=outcome.kind, status=status, money=outcome.money, origin=provenance.origin
        )
        return outcome, message

    @classmethod
    def _of(cls, locality: str, today: date, **particulars: Any) -> Self:
        realised: StatedDate = particulars["realised_on"]
        then = historical(locality, FuzzyDate.model_validate(realised.model_dump()))
        now = responsible(then, today)
        outcome = cls(
            responsible_locality=now.id,
            localities=tuple(dict.fromkeys((then.id, now.id))),
            **particulars,
        )
        outcome._ensure_whole(today)
        return outcome

    def _ensure_whole(self, today: date) -> None:
        ensure_not_ahead(self.realised_on, today, self.status, "/realised_on")
        ensure_countries(self.countries, "/countries")
        ensure_fields(self.fields, "/fields")
        ensure_money(self.money, "/money")
        ensure_shares(self.links)
        admit(self)

    def amend(self, changes: Mapping[str, Any], at: datetime) -> OutcomeAmended:
        """Correct a claimed outcome. Raises NotPossibleInStatus, AlreadyAsAsked, HeldInTheFuture, Invalid."""
        self.ensure("CLAIMED")
        changed = changed_fields(self, dict(changes))
        self.model_copy(update={field: changes[field] for field in changed})._ensure_whole(day_of(at))
        for field in changed:
            setattr(self, field, changes[field])
        return OutcomeAmended(fields=changed)

    def confirm(self, *, document: Document, by: str, at: datetime) -> OutcomeConfirmed:
        """Confirm the outcome on its evidence.

        Raises NotPossibleInStatus, SameHandConfirms, OutcomeEvidenceMissing, AmountNeedsCurrency,
        DocumentFromTheFuture.
        """
        self.ensure("CLAIMED")
        if self.claimed_by == by:
            raise SameHandConfirms
        if not self.evidence:
            raise OutcomeEvidenceMissing
        if self.kind in IN_MONEY and self.money is None:
            raise AmountNeedsCurrency(pointer="/money", kind=self.kind)
        admit(issued(document, day_of(at)))
        self.status, self.confirmed_at, self.confirmation = "CONFIRMED", at, document
        return OutcomeConfirmed(money=self.money)

    def withdraw(self, *, reason: str, at: datetime) -> OutcomeWithdrawn:
        """The outcome does not stand. Raises NotPossibleInStatus."""
        self.ensure("CLAIMED", "CONFIRMED")
        admit(reason)
        self.status, self.reason, self.withdrawn_at = "WITHDRAWN", reason, at
        return OutcomeWithdrawn(reason=reason)

    def link(self, link: Link) -> OutcomeLinked:
        """Credit a record with a share, or with another one than before.

        Raises NotPossibleInStatus, AlreadyAsAsked, SharesExceedTheWhole.
        """
        self.ensure("CLAIMED", "CONFIRMED")
        admit(link.note, link.upstream.label)
        if link in self.links:
            raise AlreadyAsAsked(record=words(self.KIND))
        links = with_link(self.links, link)
        ensure_shares(links)
        self.links = links
        if link.upstream.kind == "agreement" and link.upstream.id not in self.agreement_ids:
            self.agreement_ids = (*self.agreement_ids, link.upstream.id)
        return OutcomeLinked(link=link)

    def unlink(self, upstream: Ref, reason: str) -> OutcomeUnlinked:
        """Credit a record no longer. Raises NotPossibleInStatus, NotCredited."""
        self.ensure("CLAIMED", "CONFIRMED")
        admit(reason)
        links = without_link(self.links, upstream)
        if links == self.links:
            raise NotCredited(kind=upstream.kind, id=upstream.id)
        self.links = links
        self.agreement_ids = tuple(id for id in self.agreement_ids if id != upstream.id)
        return OutcomeUnlinked(upstream=upstream, reason=reason)

    def differing(self, there: Outcome) -> tuple[str, ...]:
        """Where an entry says something else than this record; what the entry leaves open is no difference."""
        return entry_differences(self, there, COMPARED)

    def follow(self, there: Outcome, at: datetime) -> OutcomeAmended:
        """Follow a register's entry where it differs. Raises NotRecorded, AlreadyAsAsked."""
        fields = follow_entry(self, there, self.differing(there))
        self.localities = tuple(dict.fromkeys((*self.localities, *there.localities)))
        self._ensure_whole(day_of(at))
        return OutcomeAmended(fields=fields)

    def flag(self, partner_id: UUID, code: str, at: datetime) -> OutcomePartnerFlagged | None:
        """The partner is no longer vouched for; None when that is known or nothing is open."""
        if self.status != "CLAIMED" or not flag_partner(self, partner_id, code, at):
            return None
        return OutcomePartnerFlagged(partner_id=partner_id, code=code)

    def repoint(self, partner_id: UUID, into: UUID) -> OutcomePartnerRepointed | None:
        """The partner was merged with another."""
        merged = repoint_partner(self, partner_id, into)
        return OutcomePartnerRepointed(partner_id=partner_id, into=into) if merged else None

    def unname(self, partner_id: UUID) -> OutcomeAmended | None:
        """The partner was made restricted, or turned out to be a natural person; None where it is not named."""
        return OutcomeAmended(fields=("partner_name",)) if unname_partner(self, partner_id) else None

    def rehome(self, day: date) -> OutcomeRehomed | None:
        """The unit that answers for the outcome from this day on."""
        before, after = self.responsible_locality, successor(self, self.responsible_locality, day)
        if after is None:
            return None
        self.responsible_locality = after
        return OutcomeRehomed(before=before, responsible_locality=after)

    def classify(self, sensitivity: str, *, confirmed: bool) -> Message:
        """Raise or lower the sensitivity. Raises PublishedStays, AlreadyAsAsked."""
        raised = reclassify(self, sensitivity, confirmed=confirmed)
        return OutcomeRestricted() if raised else OutcomeAmended(fields=("sensitivity",))

    def ensure(self, *allowed: str) -> None:
        """Raises NotPossibleInStatus."""
        statuses.ensure(self.KIND, self, *allowed)

    def add_evidence(self, evidence: OutcomeEvidence, at: datetime) -> OutcomeAmended:
        """Add what the outcome rests on. Raises NotPossibleInStatus, DocumentFromTheFuture."""
        self.ensure("CLAIMED", "CONFIRMED")
        admit(evidence)
        if evidence.document:
            issued(evidence.document, day_of(at))
        self.evidence = (*self.evidence, evidence)
        return OutcomeAmended(fields=("evidence",))


def ensure_shares(links: tuple[Link, ...]) -> None:
    """Raises SharesExceedTheWhole."""
    total = sum((link.share for link in links if link.share is not None), Decimal(0))
    if total > WHOLE:
        largest = links[-1].share or Decimal(0)
        raise SharesExceedTheWhole(pointer="/share", sum=total, left=WHOLE - (total - largest))
