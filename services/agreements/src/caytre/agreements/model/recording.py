"""Agreements taken over from registers and publications: as they stand there, starting no clock of the past."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from datetime import date, datetime
from typing import Any, Self
from uuid import UUID

from pydantic import BaseModel, ConfigDict

from caytre.agreements.model.lasting import ALIVE
from caytre.agreements.model.partner import NothingChanges, Partner
from caytre.agreements.model.proposing import ensure_fields, ensure_span, foreign_parties
from caytre.agreements.model.signing import SigningActs, SigningInTheFuture, without_title
from caytre.contracts.agreements import (
    AgreementAmended,
    AgreementRecorded,
    Ending,
    Occasion,
    Signing,
    StatedDate,
    VietnameseParty,
)
from caytre.contracts.message import Deadline, ExternalRef, Provenance
from caytre.core.admission import admit
from caytre.core.clock import day_of
from caytre.core.naming import word
from caytre.core.places import historical, responsible
from caytre.core.record import Record
from caytre.core.refusals import Refusal
from caytre.reference import procedures
from caytre.reference.dates import FuzzyDate
from caytre.reference.procedures import SignatoryType


class NotFromRegister(Refusal):
    en = "This agreement is handled here by acts of officers; a register's entry does not change it."
    vi = "Thỏa thuận này được xử lý tại đây bằng thao tác của cán bộ; dữ liệu từ sổ đăng ký không làm thay đổi."


class ExternalRefTaken(Refusal):
    en = "Another record already carries one of these external references."
    vi = "Một hồ sơ khác đã mang một trong các mã tham chiếu ngoài này."


class DateMissing(Refusal):
    status = 422
    en = 'The entry says "{status}" and gives no date at all.'
    vi = 'Dữ liệu ghi "{status}" nhưng không có ngày nào.'


class DatesOutOfOrder(Refusal):
    status = 422
    en = "The entry's {field} ({day}) lies before the day of signing ({signed_on})."
    vi = "Dữ liệu ghi {field} ({day}) trước ngày ký ({signed_on})."


class SourceMissing(Refusal):
    status = 422
    en = "An entry from a publication names the publication, and the statement in it or its date."
    vi = "Dữ liệu lấy từ nguồn công bố phải nêu nguồn, và nội dung công bố hoặc ngày công bố."


class Difference(BaseModel):
    """A field in which the register and the record here differ. Of a confidential field only the name is told."""

    model_config = ConfigDict(frozen=True)

    field: str
    here: Any = None
    there: Any = None


def shown_of(record: Record, differences: Sequence[Difference]) -> tuple[Difference, ...]:
    """The differences as an answer may tell them: reading what is confidential is an operation of its own."""
    hidden = record.confidential_fields()
    return tuple(
        Difference(field=each.field) if each.field.partition(".")[0] in hidden else each for each in differences
    )


#: What a register's entry can say about an agreement, in the order in which differences are shown.
COMPARED = (
    "register_no",
    "title_vi",
    "title_foreign",
    "status",
    "signatory_type",
    "form",
    "channel",
    "vietnamese_parties",
    "responsible_locality",
    "foreign_parties",
    "fields",
    "languages",
    "rationale",
    "signing",
    "effective_from",
    "expires_on",
    "ending",
)


class Recording(SigningActs):
    """Taking over, comparing and applying what a register says."""

    @classmethod
    def record(
        cls,
        *,
        id: UUID,
        localities: Sequence[str],
        organisation: str | None = None,
        status: str,
        signed_on: StatedDate | None,
        partners: Sequence[Partner],
        provenance: Provenance,
        external_refs: tuple[ExternalRef, ...] = (),
        ended_on: StatedDate | None = None,
        occasion: Occasion | None = None,
        at: datetime,
        **particulars: Any,
    ) -> tuple[Self, AgreementRecorded]:
        """Take an agreement over with the status and dates of the register.

        `localities` are resolved at the day of signing and followed to the unit responsible today. Raises
        LocalityNotKnown, TooFewParties, SourceMissing, DateMissing, SigningInTheFuture, DatesOutOfOrder,
        Invalid, StateSecretNotAdmitted.
        """
        when = FuzzyDate.model_validate(signed_on.model_dump()) if signed_on else None
        then = [historical(text, when) for text in localities]
        now = [responsible(unit, day_of(at)) for unit in then]
        agreement = cls(
            id=id,
            status=status,
            vietnamese_parties=tuple(
                VietnameseParty(locality=unit.id, name_at_signing=unit.name_vi, organisation=organisation)
                for unit in then
            ),
            responsible_locality=now[0].id if now else "",
            localities=tuple(dict.fromkeys(unit.id for unit in (*then, *now))),
            foreign_parties=foreign_parties(partners, {}),
            signing=Signing(signed_on=signed_on, occasion=without_title(occasion)) if signed_on else None,
            ending=Ending(reason=status, on=ended_on) if ended_on else None,
            provenance=provenance,
            external_refs=external_refs,
            **particulars,
        )
        agreement.ensure_parties()
        ensure_fields(agreement.fields)
        if provenance.origin == "sourced" and not (
            provenance.publication and (provenance.statement or provenance.date)
        ):
            raise SourceMissing(pointer="/source")
        agreement._ensure_plausible(day_of(at))
        ensure_span(agreement.effective_from or signed_on, agreement.expires_on)
        admit(agreement)
        return agreement, AgreementRecorded(
            locality=then[0].id,
            responsible_locality=agreement.responsible_locality,
            partner_ids=agreement.partner_ids,
            status=status,
            origin=provenance.origin,
            deadlines=agreement._future(at),
        )

    def _ensure_plausible(self, today: date) -> None:
        # Only what is certainly wrong is refused: registers know many days by their year alone.
        signed_on = self.signing.signed_on if self.signing else None
        ended_on = self.ending.on if self.ending else None
        if self.status == "SIGNED" and not (signed_on or self.effective_from or self.expires_on):
            raise DateMissing(pointer="/signed_on", status=word("status", self.status))
        if signed_on and signed_on.earliest > today:
            raise SigningInTheFuture(pointer="/signed_on", signed_on=signed_on.text, today=today)
        dates = {"effective_from": self.effective_from, "expires_on": self.expires_on, "ended_on": ended_on}
        for field, day in dates.items():
            if signed_on and day and day.latest < signed_on.earliest:
                raise DatesOutOfOrder(
                    pointer=f"/{field}", field=word("day", field), day=day.text, signed_on=signed_on.text
                )

    def _future(self, at: datetime) -> tuple[Deadline, ...]:
        # Only taking effect and ending can still lie ahead; what fell due before is history and sends no mail.
        # An illustration that is signed today shows its reports, too.
        if self.status not in ALIVE:
            return ()
        today = day_of(at)
        try:
            procedure = procedures.applicable(SignatoryType(self.signatory_type), False, today)
        except procedures.NoProcedure:
            procedure = procedures.applicable(SignatoryType.PROVINCE_PC, False, today)
        signed_on = self.signing.signed_on.exact if self.signing else None
        shown = self.provenance.origin == "illustration" and signed_on is not None and signed_on >= today
        return (
            *(self.duties(today, procedure) if shown else ()),
            *(
                clock.model_copy(update={"historical": clock.anchor is not None and clock.anchor < today})
                for clock in self.life(today, procedure)
            ),
        )

    def differences(self, there: Recording, survivors: Mapping[UUID, UUID] | None = None) -> tuple[Difference, ...]:
        """Where a register's entry differs from this record; what the register leaves open is no difference.

        `survivors` gives for a merged partner the one that stands for it. The words of a date do not count.
        """
        compared = ((field, self._compared(field, survivors or {}), there._compared(field, {})) for field in COMPARED)
        return tuple(
            Difference(field=field, here=here, there=other)
            for field, here, other in compared
            if other not in (None, []) and here != other
        )

    def _compared(self, field: str, survivors: Mapping[UUID, UUID]) -> Any:
        if field == "foreign_parties":
            return sorted(str(survivors.get(id, id)) for id in self.partner_ids)
        value = self.model_dump(mode="json", include={field}, exclude_none=True).get(field)
        match field:
            case "signing":
                return _day(value["signed_on"]) if value else None
            case "ending":
                return _day(value["on"]) if value else None
            case "effective_from" | "expires_on":
                return _day(value) if value else None
        return value

    def apply(self, differences: Sequence[Difference], there: Recording, at: datetime) -> AgreementAmended:
        """Follow the register in these fields.

        Raises NotFromRegister, NothingChanges, DateMissing, DatesOutOfOrder.
        """
        if self.provenance.origin == "act":
            raise NotFromRegister
        if not differences:
            raise NothingChanges
        changed = tuple(difference.field for difference in differences)
        before = self.ending_clocks()
        for field in changed:
            value = getattr(there, field)
            if field == "signing" and self.signing:
                value = self.signing.model_copy(update={"signed_on": value.signed_on})
            setattr(self, field, value)
        self._ensure_plausible(day_of(at))
        self.localities = tuple(dict.fromkeys((*self.localities, *there.localities)))
        if not {"effective_from", "expires_on", "status"} & set(changed):
            return AgreementAmended(fields=changed, draft=self.draft)
        ahead = self._future(at)
        running = {(clock.code, clock.discriminator) for clock in ahead}
        over = tuple(clock for clock in before if (clock.code, clock.discriminator) not in running)
        return AgreementAmended(fields=changed, draft=self.draft, deadlines=ahead, settles=over)


def _day(stated: Mapping[str, Any]) -> list[str]:
    return [stated["earliest"], stated["latest"]]
