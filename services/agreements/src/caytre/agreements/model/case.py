"""What every rule about an agreement shares: its status, its pinned procedure, its parties, its running clocks."""

from __future__ import annotations

from collections.abc import Collection, Mapping
from datetime import date
from typing import Any, ClassVar
from uuid import UUID

from caytre.agreements.model.clocks import settled
from caytre.agreements.model.partner import Partner
from caytre.contracts.agreements import AgreementAmended, AgreementState, DeadlineCode, Opinion
from caytre.contracts.message import Settlement
from caytre.core import later_versions
from caytre.core.naming import quoted, status_words, word
from caytre.core.record import Record
from caytre.core.refusals import Refusal, Words
from caytre.reference import procedures
from caytre.reference.procedures import SignatoryType


class NotInThisStatus(Refusal):
    en = 'The state of the agreement is "{status}"; this act is possible only in: {allowed}.'
    vi = 'Thỏa thuận đang ở trạng thái "{status}"; thao tác này chỉ thực hiện được khi ở: {allowed}.'


class NoProcedureFits(Refusal):
    en = "No procedure is configured for this: {reason}"
    vi = "Chưa có trình tự, thủ tục được cấu hình cho trường hợp này: {reason}"


class PartnerNotVerified(Refusal):
    en = "The foreign partner {partner} is not verified on {day}: ask the ministry to verify it first."
    vi = "Đối tác nước ngoài {partner} chưa được xác minh tại ngày {day}: hãy đề nghị Bộ Ngoại giao xác minh trước."


class TooFewParties(Refusal):
    en = "An agreement has at least one Vietnamese and one foreign party."
    vi = "Thỏa thuận phải có ít nhất một bên Việt Nam và một bên nước ngoài."


class VietnameseTextMissing(Refusal):
    en = "A Vietnamese text or a Vietnamese translation is required (Law 70/2020/QH14, Art. 7)."
    vi = "Phải có bản tiếng Việt hoặc bản dịch tiếng Việt (Điều 7 Luật 70/2020/QH14)."


class Case(Record, AgreementState):
    """An agreement as the rules see it."""

    KIND: ClassVar[str] = "agreement"
    CONFIDENTIAL: ClassVar[frozenset[str]] = frozenset({"signer_names", "confidential_note"})
    ENVELOPE: ClassVar[frozenset[str]] = Record.ENVELOPE | {"procedure"}

    signer_names: tuple[str, ...] = ()
    confidential_note: str | None = None

    @property
    def countries(self) -> tuple[str, ...]:
        """The countries of the foreign parties."""
        return tuple(dict.fromkeys(party.country for party in self.foreign_parties if party.country))

    @property
    def consultees(self) -> tuple[str, ...]:
        """The agencies that are asked and may therefore read the record."""
        return tuple(opinion.agency for opinion in self.opinions)

    @property
    def partner_ids(self) -> tuple[UUID, ...]:
        """The foreign parties' ids, as they were when they became parties."""
        return tuple(party.partner_id for party in self.foreign_parties)

    def pinned(self) -> procedures.Procedure:
        """The procedure the case runs under. Raises NoProcedureFits for a record that came from a register."""
        if self.procedure is None:
            raise NoProcedureFits(
                reason=Words("hồ sơ được chuyển từ sổ theo dõi", "the record was taken over from a register")
            )
        return procedures.by_version(self.procedure.code, self.procedure.version)

    def authority(self) -> str:
        """The code of the authority that decides for this type of signatory."""
        return self.pinned().authority_for(SignatoryType(self.signatory_type)).code

    def ensure(self, *allowed: str) -> None:
        """Raises NotInThisStatus."""
        if self.status not in allowed:
            raise NotInThisStatus(status=word("status", self.status), allowed=status_words(allowed))

    def ensure_verified(
        self, partners: Mapping[UUID, Partner], day: date, waived: Collection[UUID] = frozenset()
    ) -> None:
        """Every foreign party is verified on that day, or waived and never rejected. Raises PartnerNotVerified."""
        for id in self.partner_ids:
            partner = partners[id]
            barred = partner.verification is not None and partner.verification.status in {"REJECTED", "REVOKED"}
            if not partner.verified_on(day) and (barred or id not in waived):
                raise PartnerNotVerified(partner=quoted(partner.public_name or str(partner.id)), day=day)

    def ensure_parties(self) -> None:
        """Raises TooFewParties."""
        if not self.vietnamese_parties or not self.foreign_parties:
            raise TooFewParties

    def follow_party(self, partner: Partner) -> AgreementAmended | None:
        """A foreign party that is to be named no more, or belongs to another country; None where nothing changes."""
        ids = {partner.id, *partner.merged}
        hidden: dict[str, Any] = {"name": None} if partner.public_name is None else {}
        parties = tuple(
            party.model_copy(update={"country": partner.country, **hidden}) if party.partner_id in ids else party
            for party in self.foreign_parties
        )
        if parties == self.foreign_parties:
            return None
        self.foreign_parties = parties
        return AgreementAmended(fields=("foreign_parties",), draft=self.draft)

    def opinion_code(self) -> DeadlineCode:
        """Which clock runs for a consulted agency."""
        return DeadlineCode.AGR_OPINION_REDUCED if self.pinned().reduced else DeadlineCode.AGR_OPINION

    def clocks_of(self, opinion: Opinion) -> tuple[Settlement, ...]:
        """The clock of this agency, if it runs."""
        runs = opinion.dossier_complete_at and not opinion.answered_at and not opinion.no_reply
        return (settled(self.opinion_code(), opinion.agency, opinion.round),) if runs else ()

    def procedure_clock(self) -> tuple[Settlement, ...]:
        """The clock of the decision on a later version of the procedure, until it or the end of the case stops it."""
        later = self.procedure_superseded
        if later is None or later.decided:
            return ()
        return (settled(DeadlineCode.AGR_PROCEDURE, str(later.version)),)

    def end_under_its_version(self) -> tuple[Settlement, ...]:
        """What is signed while a later version waits was kept under its own: the decision, which ends the clock."""
        settles = self.procedure_clock()
        if settles and self.procedure_superseded:
            self.procedure_superseded = later_versions.decided(self.procedure_superseded, "KEPT")
        return settles

    def running_deadlines(self) -> tuple[Settlement, ...]:
        """Every clock of the consultation and the Prime Minister that still runs."""
        opinions = tuple(clock for opinion in self.opinions for clock in self.clocks_of(opinion))
        with_pm = self.escalation
        if with_pm is None or with_pm.dossier_complete_at is None or with_pm.consent is not None:
            return opinions
        return (*opinions, settled(DeadlineCode.AGR_PM_OPINION, round=with_pm.round))
