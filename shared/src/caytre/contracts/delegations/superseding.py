"""That a later version of its procedure came into force while a trip was not approved yet, and what was decided."""

from __future__ import annotations

from datetime import date
from typing import ClassVar

from caytre.contracts.agreements.agreement import ProcedureDecision, ProcedureRef
from caytre.contracts.message import Message


class DelegationProcedureSuperseded(Message):
    """A later version of the procedure is in force; the trip stays under its own until it is decided.

    Carries DEL_PROCEDURE for the later version and settles the one for a version in between.
    """

    TYPE = "caytre.delegation.procedure_superseded.v1"
    EXAMPLE: ClassVar[dict[str, object]] = {
        "procedure": {"code": "DELEGATION_OUTGOING", "version": 1},
        "version": 2,
        "valid_from": "2027-01-01",
        "deadlines": [
            {
                "code": "DEL_PROCEDURE",
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


class DelegationProcedureDecided(Message):
    """The trip keeps its version or, as a draft or while it is put off, adopts the later one. Settles DEL_PROCEDURE."""

    TYPE = "caytre.delegation.procedure_decided.v1"
    EXAMPLE: ClassVar[dict[str, object]] = {
        "version": 2,
        "decided": "ADOPTED",
        "reason": "The dossier has not been handed in yet",
        "settles": [{"code": "DEL_PROCEDURE", "discriminator": "2"}],
    }

    version: int
    decided: ProcedureDecision
    reason: str


SUPERSEDING_MESSAGES: tuple[type[Message], ...] = (DelegationProcedureSuperseded, DelegationProcedureDecided)
