"""Partners and agreements for tests: invented parties, the real procedure."""

from __future__ import annotations

from collections.abc import Mapping
from datetime import UTC, date, datetime, timedelta
from typing import Any
from uuid import UUID

from caytre.agreements.model import Agreement, Partner
from caytre.contracts.agreements import Evidence, Names, Reduced, SignedText, Signer, StatedDate
from caytre.contracts.message import Document, ExternalRef, Provenance
from caytre.core.ids import new_id

#: A Monday morning in Viet Nam, after the merger of provinces.
AT = datetime(2026, 3, 2, 2, 0, tzinfo=UTC)
TODAY = date(2026, 3, 2)
HUNG_YEN, OLD_THAI_BINH, CAO_BANG = "VN-P-2025-33", "VN-P-2008-34", "VN-P-2008-04"
MOFA, MPS = "MOFA", "MPS"
TEXT = SignedText(sha256="ab" * 32, size=48_211, media_type="application/pdf", language="vi")


def days(n: int) -> datetime:
    """`n` days after AT."""
    return AT + timedelta(days=n)


def a_document(number: str = "12/UBND-NgV", issued_on: date | None = TODAY) -> Document:
    """A written act."""
    return Document(number=number, issued_on=issued_on, issuer="UBND tỉnh")


def a_partner(name: str = "Thành phố Minh Họa", *, verified: bool = True, **particulars: Any) -> Partner:
    """A foreign locality, verified from AT on unless told otherwise."""
    particulars = {"type": "foreign_locality", "names": Names(vi=name), "country": "KR", **particulars}
    partner, _ = Partner.register(id=new_id(), **particulars)
    if verified:
        verify(partner)
    return partner


def verify(partner: Partner, at: datetime = AT) -> Partner:
    """Ask for and give a verification."""
    partner.request_verification(verifier=MOFA, requested_by=None, reason=None, at=at)
    evidence = (Evidence(kind="registry_extract", summary="extract of the registry"),)
    partner.verify(verifier=MOFA, evidence=evidence, document=None, at=at)
    return partner


def standing(*partners: Partner) -> Mapping[UUID, Partner]:
    """The partners by the id under which they are parties."""
    return {partner.id: partner for partner in partners}


def a_draft(*partners: Partner, **particulars: Any) -> Agreement:
    """A proposal of Hưng Yên."""
    particulars = {
        "locality": HUNG_YEN,
        "signatory_type": "PROVINCE_PC",
        "title_vi": "Thỏa thuận hợp tác hữu nghị",
        "languages": ("vi", "ko"),
        "fields": ("EDUCATION",),
        "at": AT,
        **particulars,
    }
    agreement, _ = Agreement.propose(id=new_id(), partners=partners or (a_partner(),), **particulars)
    return agreement


def with_papers(agreement: Agreement, dossier: str) -> Agreement:
    """The required papers of a dossier are received."""
    for item in agreement.missing_items(dossier):
        agreement.receive_dossier_item(dossier=dossier, item=item, document=a_document(), at=AT)
    return agreement


class Life:
    """An agreement with its partner, taken as far through its life as a test needs."""

    def __init__(self, *, reduced: bool = False, **particulars: Any) -> None:
        self.partner = a_partner()
        ground = Reduced(ground="EMERGENCY_RELIEF", evidence=a_document("7/CV")) if reduced else None
        self.agreement = a_draft(self.partner, reduced=ground, **particulars)
        self.partners = standing(self.partner)

    def consulting(self, *related: str) -> Agreement:
        """Sent to the ministry and the related agencies."""
        agreement = with_papers(self.agreement, "REDUCED" if self.agreement.reduced else "OPINION")
        agreement.send_for_opinion(related=related or (MPS,), partners=self.partners, at=AT)
        return agreement

    def answered(self, **answers: str) -> Agreement:
        """Every agency has answered; `agree` unless told otherwise."""
        agreement = self.consulting()
        for agency in agreement.consultees:
            agreement.complete_dossier(agency=agency, at=AT)
            opine(agreement, agency, answers.get(agency, "agree"))
        return agreement

    def escalated(self) -> Agreement:
        """One agency disagrees, so it is with the Prime Minister."""
        agreement = with_papers(self.answered(MPS="disagree"), "PM")
        agreement.escalate(document=a_document("12/TTr-UBND"), at=AT)
        return agreement

    def cleared(self, **answers: str) -> Agreement:
        """The consultation is closed."""
        agreement = self.answered(**answers)
        agreement.close_consultation()
        return agreement

    def approved(self) -> Agreement:
        """The chair has approved."""
        agreement = self.cleared()
        agreement.approve(authority="PC_CHAIR", document=a_document("77/QD"), partners=self.partners, at=AT)
        return agreement

    def signed(self, **particulars: Any) -> Agreement:
        """Signed by the chair on the day."""
        agreement = self.approved()
        sign(agreement, self.partners, **particulars)
        return agreement


def opine(agreement: Agreement, agency: str, answer: str = "agree") -> Any:
    """An agency's written opinion."""
    return agreement.give_opinion(
        agency=agency,
        answer=answer,
        text="the reason" if answer == "disagree" else None,
        comments=("name the working languages",) if answer == "agree_with_comments" else (),
        document=a_document(f"9/{agency}"),
        at=AT,
    )


def sign(agreement: Agreement, partners: Mapping[UUID, Partner], **particulars: Any) -> Any:
    """The signature of the chair."""
    signer = Signer(side="foreign", office="Mayor", partner_id=next(iter(partners)))
    signature = {"signed_on": TODAY, "by_authorised": False, "texts": (TEXT,), "foreign_signers": (signer,), "at": AT}
    return agreement.sign(partners=partners, **{**signature, **particulars})


def a_register_entry(*partners: Partner, **particulars: Any) -> tuple[Agreement, Any]:
    """An agreement of the former Thái Bình as a register shows it."""
    particulars = {
        "localities": ("Thái Bình",),
        "status": "IN_FORCE",
        "signatory_type": "PROVINCE_PC",
        "title_vi": "Bản ghi nhớ hợp tác",
        "signed_on": StatedDate(
            text="đầu năm 2019", earliest=date(2019, 1, 1), latest=date(2019, 4, 30), precision="season"
        ),
        "provenance": Provenance(origin="imported", file="so-dang-ky.csv", row=7),
        "external_refs": (ExternalRef(system="register", id="TB-2019-07"),),
        "at": AT,
        **particulars,
    }
    return Agreement.record(id=new_id(), partners=partners or (a_partner(verified=False),), **particulars)
