"""Foreign partners: registering them once, knowing their names, and whether the ministry vouches for them."""

from __future__ import annotations

import hashlib
from collections.abc import Mapping, Sequence
from datetime import date, datetime
from typing import Any, ClassVar, Self
from uuid import UUID

from pydantic import BaseModel, ConfigDict

from caytre.agreements.model.verifying import EvidenceMissing, Verifying, ensure_known_by
from caytre.contracts.agreements import (
    CountryChange,
    Evidence,
    Names,
    PartnerAliasAdded,
    PartnerAmended,
    PartnerCountryCorrected,
    PartnerMerged,
    PartnerRecorded,
    PartnerRegistered,
    PartnerWithdrawn,
)
from caytre.contracts.message import ExternalRef, Message, Provenance, is_restricted
from caytre.core.admission import admit
from caytre.core.clock import day_of
from caytre.core.refusals import Invalid, Refusal, Words
from caytre.reference import countries
from caytre.reference.text import duplicate_key


class PossibleDuplicate(Refusal):
    en = "A partner of this name and country is registered: {candidates}. Use it, or say why this is another."
    vi = "Đã có đối tác trùng tên và nước: {candidates}. Hãy dùng đối tác đó, hoặc nêu lý do đây là đối tác khác."


class CountryMissing(Refusal):
    status = 422
    en = "Only an international organisation can be without a country."
    vi = "Chỉ tổ chức quốc tế mới có thể không thuộc nước nào."


class NotForeign(Refusal):
    status = 422
    en = "A partner of Viet Nam (VN) is no foreign partner."
    vi = "Đối tác của Việt Nam (VN) không phải là đối tác nước ngoài."


class NameUnreadable(Refusal):
    status = 422
    en = "A name has at least one letter or digit; this one shows nothing."
    vi = "Tên phải có ít nhất một chữ cái hoặc chữ số; tên này không hiển thị gì."


class NameJustTaken(Refusal):
    en = "A partner of this name was registered in this very moment. Look it up and decide anew."
    vi = "Vừa có người đăng ký đối tác cùng tên. Hãy tra cứu rồi quyết định lại."


class MergeImpossible(Refusal):
    en = "A partner can be merged only into another active partner of the same country."
    vi = "Chỉ gộp được vào một đối tác khác đang hoạt động và cùng nước."


class HistoryStaysPublished(Refusal):
    en = "What was published before stays with its readers. Confirm it (confirm_published_history_stays) to go on."
    vi = "Những gì đã công bố vẫn ở chỗ người đã nhận. Hãy xác nhận (confirm_published_history_stays) để tiếp tục."


class NothingChanges(Refusal):
    en = "The record is already as asked; nothing was changed."
    vi = "Hồ sơ đã đúng như yêu cầu; không có gì thay đổi."


class Contact(BaseModel):
    """A person at the partner. Personal data: encrypted, on no topic."""

    model_config = ConfigDict(frozen=True)

    name: str
    office: str | None = None
    email: str | None = None
    phone: str | None = None


class Partner(Verifying):
    """A foreign locality, body, organisation, company or person that provinces deal with."""

    KIND: ClassVar[str] = "partner"
    CONFIDENTIAL: ClassVar[frozenset[str]] = frozenset({"contacts"})
    #: What an officer may correct.
    AMENDABLE: ClassVar[frozenset[str]] = frozenset(
        {"names", "aliases", "type", "subdivision", "identifiers", "contacts"}
    )

    contacts: tuple[Contact, ...] = ()

    def always_confidential(self) -> frozenset[str]:
        """A natural person's names are personal data, so they are confidential whatever the sensitivity."""
        personal = {"names", "aliases"} if self.type == "individual" else frozenset[str]()
        return super().always_confidential() | personal

    @property
    def countries(self) -> tuple[str, ...]:
        """The country whose mission may deal with the partner; none for an organisation of many countries."""
        return (self.country,) if self.country else ()

    @property
    def public_name(self) -> str | None:
        """The name other records may repeat: none for a person or a restricted partner."""
        hidden = is_restricted(self.sensitivity) or self.type == "individual"
        return None if hidden else next(iter(self.names.known()), None)

    @classmethod
    def register(
        cls, *, id: UUID, similar: Sequence[Partner] = (), distinct_reason: str | None = None, **particulars: Any
    ) -> tuple[Self, PartnerRegistered]:
        """Enter a partner. `similar` are those with an equal name; they are refused unless a reason tells them apart.

        Raises PossibleDuplicate, CountryMissing, NotForeign, NameUnreadable, Invalid, StateSecretNotAdmitted.
        """
        if similar and not distinct_reason:
            raise PossibleDuplicate(pointer="/names", candidates=", ".join(_shown(other) for other in similar))
        admit(distinct_reason)
        told_apart: dict[str, Any] = {
            "distinct_from": tuple(other.id for other in similar),
            "distinct_reason": distinct_reason,
        }
        partner = cls._of(id, **particulars, **(told_apart if similar else {}))
        return partner, PartnerRegistered(partner_type=partner.type, country=partner.country)

    @classmethod
    def record(cls, *, id: UUID, provenance: Provenance, **particulars: Any) -> tuple[Self, PartnerRecorded]:
        """Take over a partner from a register or a publication. It is verified only here, never by import.

        Raises CountryMissing, NotForeign, NameUnreadable, Invalid, StateSecretNotAdmitted.
        """
        partner = cls._of(id, provenance=provenance, **particulars)
        message = PartnerRecorded(partner_type=partner.type, country=partner.country, origin=provenance.origin)
        return partner, message

    @classmethod
    def _of(cls, id: UUID, *, external_refs: tuple[ExternalRef, ...] = (), **particulars: Any) -> Self:
        partner = cls(id=id, external_refs=external_refs, **particulars)
        ensure_country(partner.type, partner.country, "/country")
        if not partner.names.known():
            raise Invalid(pointer="/names", reason=Words("cần ít nhất một tên", "at least one name is needed"))
        ensure_readable(*partner.names.known(), *partner.aliases)
        admit(partner)
        return partner

    def amend(self, changes: Mapping[str, Any]) -> PartnerAmended:
        """Correct particulars.

        Raises PartnerIsMerged, NothingChanges, CountryMissing, NameUnreadable, Invalid.
        """
        self.ensure_active()
        admit(*changes.values())
        changed = tuple(field for field in sorted(changes) if getattr(self, field) != changes[field])
        if not changed:
            raise NothingChanges
        if "names" in changed and not Names.model_validate(changes["names"]).known():
            raise Invalid(pointer="/names", reason=Words("cần ít nhất một tên", "at least one name is needed"))
        ensure_readable(*Names.model_validate(changes.get("names", self.names)).known())
        ensure_readable(*changes.get("aliases", ()))
        if "type" in changed:
            ensure_country(changes["type"], self.country, "/type")
        for field in changed:
            setattr(self, field, changes[field])
        return PartnerAmended(fields=changed)

    def correct_country(
        self, country: str | None, *, reason: str, evidence: tuple[Evidence, ...], at: datetime
    ) -> PartnerCountryCorrected:
        """Say that the partner belongs to another country. A verification vouched for another one: it is put anew.

        Raises PartnerIsMerged, NothingChanges, EvidenceMissing, EvidenceFromTheFuture, DocumentFromTheFuture,
        CountryMissing, NotForeign, Invalid.
        """
        self.ensure_active()
        admit(reason, evidence)
        if country == self.country:
            raise NothingChanges
        if not evidence:
            raise EvidenceMissing(pointer="/evidence")
        ensure_known_by(day_of(at), evidence, None)
        ensure_country(self.type, country, "/country")
        before, self.country = self.country, country
        changed = CountryChange(before=before, after=country, reason=reason, evidence=evidence, changed_at=at)
        self.country_changes = (*self.country_changes, changed)
        settles, deadlines = self.ask_anew(reason, at)
        return PartnerCountryCorrected(
            before=before, after=country, reason=reason, settles=settles, deadlines=deadlines
        )

    def add_alias(self, alias: str) -> PartnerAliasAdded:
        """Remember another name. Raises PartnerIsMerged, NothingChanges, NameUnreadable."""
        self.ensure_active()
        admit(alias)
        ensure_readable(alias)
        if alias in (*self.names.known(), *self.aliases):
            raise NothingChanges
        self.aliases = (*self.aliases, alias)
        return PartnerAliasAdded()

    def merge_into(self, survivor: Partner, reason: str) -> PartnerMerged:
        """Say that this is a duplicate of `survivor`. Raises PartnerIsMerged, MergeImpossible."""
        self.ensure_active()
        admit(reason)
        if survivor.id == self.id or survivor.status != "ACTIVE" or survivor.country != self.country:
            raise MergeImpossible(pointer="/into")
        running = self.running_deadlines()
        self.status, self.merged_into = "MERGED", survivor.id
        return PartnerMerged(into=survivor.id, reason=reason, settles=running)

    def take_over(self, duplicate: Partner) -> PartnerAliasAdded | None:
        """Keep the id and the names of a duplicate merged into this one; None if they are here already."""
        if duplicate.id in self.merged:
            return None
        own = (*self.names.known(), *self.aliases)
        hidden = duplicate.confidential_fields() & {"names"} and not self.confidential_fields() & {"names"}
        names = () if hidden else (*duplicate.names.known(), *duplicate.aliases)
        self.aliases += tuple(dict.fromkeys(name for name in names if name not in own))
        self.merged = (*self.merged, duplicate.id)
        return PartnerAliasAdded(merged=duplicate.id)

    def classify(self, sensitivity: str, *, confirmed: bool) -> Message:
        """Raise or lower the sensitivity. Raises HistoryStaysPublished, NothingChanges, PartnerIsMerged."""
        self.ensure_active()
        if sensitivity == self.sensitivity:
            raise NothingChanges
        if is_restricted(sensitivity) and not confirmed:
            raise HistoryStaysPublished(pointer="/confirm_published_history_stays")
        self.sensitivity = sensitivity
        return PartnerWithdrawn() if is_restricted(sensitivity) else PartnerAmended(fields=("sensitivity",))

    def verified_on(self, day: date) -> bool:
        """Whether the ministry vouches for the partner on that day."""
        return self.status == "ACTIVE" and self.verified_until is not None and day <= self.verified_until

    def name_keys(self) -> tuple[str, ...]:
        """Digests under which names that look the same meet; they tell nothing of a person's name."""
        names = (*self.names.known(), *self.aliases)
        return tuple(sorted({name_key(self.country, name) for name in names}))


def ensure_country(type: str, country: str | None, pointer: str) -> None:
    """Raises CountryMissing, NotForeign, and Invalid for a country that ISO 3166-1 does not have."""
    if country is None:
        if type != "international_organisation":
            raise CountryMissing(pointer=pointer)
        return
    if country == "VN":
        raise NotForeign(pointer=pointer)
    try:
        countries.get(country)
    except countries.UnknownCountry as unknown:
        raise Invalid(pointer=pointer, reason=unknown) from unknown


def ensure_readable(*names: str) -> None:
    """Raises NameUnreadable for a name without a letter or digit, e.g. of zero-width characters alone."""
    for name in names:
        if not any(character.isalnum() for character in name):
            raise NameUnreadable(pointer="/names")


def name_key(country: str | None, name: str) -> str:
    """The digest of a name without accents, punctuation and legal form, within its country or outside all."""
    return hashlib.sha256(f"{country or ''}\0{duplicate_key(name)}".encode()).hexdigest()


def _shown(partner: Partner) -> str:
    return f'"{partner.public_name}" ({partner.id})' if partner.public_name else str(partner.id)
