"""What the agreements service would say, for tests of the gateway: invented partners and agreements of provinces."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any
from uuid import UUID

from caytre.contracts.agreements import (
    AgreementAmended,
    AgreementProposed,
    AgreementSigned,
    AgreementState,
    AgreementWithdrawn,
    DossierCompleted,
    ForeignParty,
    Names,
    OpinionGiven,
    PartnerRegistered,
    PartnerState,
    PartnerWithdrawn,
    ProcedureRef,
    Signing,
    StatedDate,
    VietnameseParty,
)
from caytre.contracts.message import RESTRICTED, Deadline, Message, Provenance, Settlement, is_restricted
from caytre.core.consuming.received import Received
from caytre.core.ids import new_id
from caytre.core.testing import Log

HUNG_YEN, CAO_BANG, OLD_THAI_BINH = "VN-P-2025-33", "VN-P-2008-04", "VN-P-2008-34"
TRACEPARENT = "00-4bf92f3577b34da6a3ce929d0e0e4736-00f067aa0ba902b7-01"
_ENVELOPE = {"id", "version", "shape", "sensitivity", "localities", "confidential"}


class Register:
    """The agreements service as a test writes it: keeps each record's state and says what happened to it."""

    def __init__(self, log: Log | None = None) -> None:
        self.log = log or Log("agreements")
        self.states: dict[UUID, PartnerState | AgreementState] = {}

    @property
    def messages(self) -> list[Received]:
        return self.log.messages

    def say(self, id: UUID, message: Message, **changes: Any) -> Received:
        state = self.states[id]
        for name, value in changes.items():
            setattr(state, name, value)
        state.version += 1
        restricted = is_restricted(state.sensitivity)
        kept = _ENVELOPE | ({"procedure"} if isinstance(state, AgreementState) else set())
        envelope: dict[str, Any] = {**dict.fromkeys(kept, True), "provenance": {"origin"}}
        document = state.model_dump(mode="json", include=envelope if restricted else None)
        said = message.model_dump(mode="json", include={"deadlines", "settles"} if restricted else None)
        return self.log.say(
            message.TYPE,
            id,
            said,
            state=document,
            sequence=state.version,
            sensitivity=state.sensitivity,
            localities=state.localities,
            traceparent=TRACEPARENT,
        )

    def partner(self, name: str = "Thành phố Minh Họa", country: str = "KR", **particulars: Any) -> UUID:
        id = new_id()
        names = Names(vi=name) if name else Names()
        particulars = {"type": "foreign_locality", "names": names, "country": country} | particulars
        self.states[id] = PartnerState(id=id, **particulars)
        self.say(id, PartnerRegistered(partner_type="foreign_locality", country=country))
        return id

    def agreement(
        self, *partners: UUID, title: str = "Thỏa thuận hợp tác hữu nghị", place: str = HUNG_YEN, **particulars: Any
    ) -> UUID:
        id, states = new_id(), [self.states[each] for each in partners]
        parties = tuple(
            ForeignParty(partner_id=s.id, country=s.country, name=s.names.vi)
            for s in states
            if isinstance(s, PartnerState)
        )
        self.states[id] = AgreementState(
            id=id,
            **{
                "status": "DRAFT",
                "title_vi": title,
                "signatory_type": "PROVINCE_PC",
                "vietnamese_parties": (VietnameseParty(locality=place, name_at_signing="Tỉnh"),),
                "responsible_locality": place,
                "foreign_parties": parties,
                "fields": ("education",),
                "localities": (place,),
                "procedure": ProcedureRef(code="AGREEMENT_PROVINCE", version=1),
                **particulars,
            },
        )
        self.say(
            id,
            AgreementProposed(
                locality=place,
                signatory_type="PROVINCE_PC",
                partner_ids=tuple(partners),
                procedure=ProcedureRef(code="AGREEMENT_PROVINCE", version=1),
            ),
        )
        return id

    def ask(self, id: UUID, agency: str = "MOFA", round: int = 1) -> Received:
        """An agency's clock starts."""
        opinion = deadline("AGR_OPINION", discriminator=agency, round=round, answerable=agency)
        return self.say(id, DossierCompleted(agency=agency, round=round, deadlines=(opinion,)))

    def answer(self, id: UUID, agency: str = "MOFA", round: int = 1) -> Received:
        """The agency answers."""
        met = Settlement(code="AGR_OPINION", discriminator=agency, round=round)
        return self.say(id, OpinionGiven(agency=agency, round=round, answer="agree", settles=(met,)))

    def sign(self, id: UUID, day: str = "2026-03-20") -> Received:
        """The parties sign; the statutory report falls due."""
        on = StatedDate(text=day, earliest=day, latest=day)
        signed = AgreementSigned(signed_on=on, deadlines=(deadline("AGR_PM_REPORT", anchor=day),))
        return self.say(id, signed, status="SIGNED", signing=Signing(signed_on=on))

    def restrict(self, id: UUID) -> Received:
        """Raise the sensitivity: from now on the messages are envelopes."""
        partner = isinstance(self.states[id], PartnerState)
        return self.say(id, PartnerWithdrawn() if partner else AgreementWithdrawn(), sensitivity=RESTRICTED)

    def reopen(self, id: UUID) -> Received:
        """Lower it again."""
        return self.say(id, AgreementAmended(fields=("sensitivity",), draft=1), sensitivity="internal")

    def many(self, count: int, places: Sequence[str] = (HUNG_YEN, CAO_BANG)) -> list[UUID]:
        """So many agreements with one partner, through signature."""
        partner = self.partner()
        made = []
        for n in range(count):
            id = self.agreement(partner, title=f"Thỏa thuận số {n}", place=places[n % len(places)])
            self.ask(id)
            self.answer(id)
            self.sign(id)
            made.append(id)
        return made


def deadline(code: str, *, anchor: str = "2026-03-02", answerable: str = HUNG_YEN, **particulars: Any) -> Deadline:
    """A deadline of fifteen calendar days, cited and checked."""
    return Deadline(
        code=code,
        anchor=anchor,
        n=15,
        unit="CALENDAR",
        answerable=answerable,
        citation="Law 70/2020/QH14, Art. 19",
        verified=True,
        **particulars,
    )


IMPORTED = Provenance(origin="imported", file="agreements.csv", row=12)
