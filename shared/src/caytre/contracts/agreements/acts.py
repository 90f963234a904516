"""What the agreements service says about an agreement until it is decided, in the order of its life."""

from __future__ import annotations

from datetime import datetime
from typing import ClassVar
from uuid import UUID

from caytre.contracts.agreements.agreement import ProcedureRef, SignatoryType
from caytre.contracts.agreements.consultation import (
    CommentAnswered,
    ConsultationClosed,
    ConsultationOpened,
    DossierCompleted,
    NoReplyRecorded,
    OpinionGiven,
    OpinionOverdue,
    OpinionRequestWithdrawn,
    ReturnedIncomplete,
)
from caytre.contracts.message import Message

_PARTNER = "01980000-0000-7000-8000-000000000001"


class AgreementProposed(Message):
    """A provincial body proposes an agreement; its procedure is pinned now."""

    TYPE = "caytre.agreement.proposed.v1"
    EXAMPLE: ClassVar[dict[str, object]] = {
        "locality": "VN-P-2025-33",
        "signatory_type": "PROVINCE_PC",
        "partner_ids": [_PARTNER],
        "fields": ["EDUCATION"],
        "procedure": {"code": "AGREEMENT_PROVINCE", "version": 1},
        "reduced": False,
    }

    locality: str
    signatory_type: SignatoryType
    partner_ids: tuple[UUID, ...]
    fields: tuple[str, ...] = ()
    procedure: ProcedureRef
    reduced: bool = False


class AgreementRecorded(Message):
    """An agreement has come in from a register, a publication or an illustration; it starts no clock of the past."""

    TYPE = "caytre.agreement.recorded.v1"
    EXAMPLE: ClassVar[dict[str, object]] = {
        "locality": "VN-P-2008-34",
        "responsible_locality": "VN-P-2025-33",
        "partner_ids": [_PARTNER],
        "status": "IN_FORCE",
        "origin": "imported",
    }

    locality: str
    responsible_locality: str
    partner_ids: tuple[UUID, ...]
    status: str
    origin: str


class AgreementAmended(Message):
    """The draft has been edited, or a difference found at import applied; `fields` names what changed."""

    TYPE = "caytre.agreement.amended.v1"
    EXAMPLE: ClassVar[dict[str, object]] = {"fields": ["title_vi", "languages"], "draft": 2}

    fields: tuple[str, ...]
    draft: int


class DossierItemReceived(Message):
    """A paper of the dossier is there."""

    TYPE = "caytre.agreement.dossier_item_received.v1"
    EXAMPLE: ClassVar[dict[str, object]] = {"dossier": "OPINION", "item": "letter"}

    dossier: str
    item: str


class EscalatedToPM(Message):
    """A disagreement goes to the Prime Minister with all opinions; one that comes after his answer in a new `round`."""

    TYPE = "caytre.agreement.escalated_to_pm.v1"
    EXAMPLE: ClassVar[dict[str, object]] = {"document_number": "12/TTr-UBND", "disagreeing": ["MPS"]}

    document_number: str
    disagreeing: tuple[str, ...]
    round: int = 1


class PMDossierCompleted(Message):
    """The Prime Minister's office has the complete dossier. Carries AGR_PM_OPINION."""

    TYPE = "caytre.agreement.pm_dossier_completed.v1"
    EXAMPLE: ClassVar[dict[str, object]] = {"document_number": "345/VPCP-QHQT"}

    document_number: str
    round: int = 1


class PMDecided(Message):
    """The Prime Minister has answered in writing. Settles AGR_PM_OPINION."""

    TYPE = "caytre.agreement.pm_decided.v1"
    EXAMPLE: ClassVar[dict[str, object]] = {
        "consent": True,
        "document_number": "400/TTg-QHQT",
        "settles": [{"code": "AGR_PM_OPINION"}],
    }

    consent: bool
    document_number: str
    round: int = 1


class PMOpinionOverdue(Message):
    """The Prime Minister's answer is overdue. Nothing may be signed meanwhile."""

    TYPE = "caytre.agreement.pm_opinion_overdue.v1"
    EXAMPLE: ClassVar[dict[str, object]] = {"overdue_since": "2026-03-25T01:00:00Z"}

    overdue_since: datetime
    round: int = 1


class AgreementApproved(Message):
    """The competent authority approves the signature."""

    TYPE = "caytre.agreement.approved.v1"
    EXAMPLE: ClassVar[dict[str, object]] = {"authority": "PC_CHAIR", "document_number": "77/QD-UBND"}

    authority: str
    document_number: str


class AgreementRefused(Message):
    """The competent authority refuses the signature."""

    TYPE = "caytre.agreement.refused.v1"
    EXAMPLE: ClassVar[dict[str, object]] = {
        "authority": "PC_CHAIR",
        "document_number": "78/QD-UBND",
        "reason": "no budget",
    }

    authority: str
    document_number: str
    reason: str


class AgreementCancelled(Message):
    """The proposal was given up before signature; every running clock ends."""

    TYPE = "caytre.agreement.cancelled.v1"
    EXAMPLE: ClassVar[dict[str, object]] = {"reason": "the partner withdrew"}

    reason: str


CONSULTATION_MESSAGES: tuple[type[Message], ...] = (
    AgreementProposed,
    AgreementRecorded,
    AgreementAmended,
    DossierItemReceived,
    ConsultationOpened,
    DossierCompleted,
    ReturnedIncomplete,
    OpinionRequestWithdrawn,
    OpinionGiven,
    CommentAnswered,
    OpinionOverdue,
    NoReplyRecorded,
    ConsultationClosed,
    EscalatedToPM,
    PMDossierCompleted,
    PMDecided,
    PMOpinionOverdue,
    AgreementApproved,
    AgreementRefused,
    AgreementCancelled,
)
