"""That a later version of its procedure came into force while an agreement was not signed yet, and what was decided."""

from __future__ import annotations

from datetime import date
from typing import ClassVar

from caytre.contracts.agreements.agreement import ProcedureDecision, ProcedureRef
from caytre.contracts.message import Message


class AgreementProcedureSuperseded(Message):
    """A later version of the procedure is in force; the case stays under its own until it is decided.

    Carries AGR_PROCEDURE for the later version and settles the one for a version in between.
    """

    TYPE = "caytre.agreement.procedure_superseded.v1"
    EXAMPLE: ClassVar[dict[str, object]] = {
        "procedure": {"code": "AGREEMENT_PROVINCE", "version": 1},
        "version": 2,
        "valid_from": "2027-01-01",
        "deadlines": [
            {
                "code": "AGR_PROCEDURE",
                "discriminator": "2",
                "anchor": "2027-01-01",
                "n": 10,
                "unit": "WORKING",
                "answerable": "VN-P-2025-33",
            }
        ],
    }

    procedure: ProcedureRef
    version: int
    valid_from: date


class AgreementProcedureDecided(Message):
    """The case keeps the version it began under, or, as a draft, adopts the later one. Settles AGR_PROCEDURE."""

    TYPE = "caytre.agreement.procedure_decided.v1"
    EXAMPLE: ClassVar[dict[str, object]] = {
        "version": 2,
        "decided": "KEPT",
        "reason": "The partner has signed the present draft",
        "settles": [{"code": "AGR_PROCEDURE", "discriminator": "2"}],
    }

    version: int
    decided: ProcedureDecision
    reason: str


SUPERSEDING_MESSAGES: tuple[type[Message], ...] = (AgreementProcedureSuperseded, AgreementProcedureDecided)
