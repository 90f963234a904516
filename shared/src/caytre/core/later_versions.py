"""A later version of its procedure comes into force while a case is open: nothing switches by itself, somebody decides.

Which cases are open, whose clock runs and until when the later version can still be adopted is each service's to say.
"""

from __future__ import annotations

from datetime import date

from caytre.contracts.agreements import LaterProcedure
from caytre.contracts.agreements.agreement import ProcedureDecision
from caytre.contracts.message import Document
from caytre.core.refusals import Refusal
from caytre.reference import procedures
from caytre.reference.procedures import Procedure


class NoLaterVersion(Refusal):
    en = "No later version of the procedure awaits a decision here."
    vi = "Không có phiên bản mới nào của trình tự, thủ tục cần quyết định ở đây."


class AnotherVersionAwaits(Refusal):
    en = "Version {awaited} of the procedure awaits the decision, not version {given}."
    vi = "Phiên bản cần quyết định là phiên bản {awaited} của trình tự, thủ tục, không phải phiên bản {given}."


class VersionAlreadyDecided(Refusal):
    en = "It has been decided on version {version} of the procedure."
    vi = "Đã có quyết định về phiên bản {version} của trình tự, thủ tục."


def to_tell(pinned: Procedure, known: LaterProcedure | None, today: date) -> Procedure | None:
    """The later version in force on the day of which the case does not know yet; each is told once."""
    later = procedures.successor(pinned, today)
    if later is None or (known is not None and known.version >= later.version):
        return None
    return later


def awaiting(later: LaterProcedure | None, version: int) -> LaterProcedure:
    """The version that awaits the decision. Raises NoLaterVersion, VersionAlreadyDecided, AnotherVersionAwaits."""
    if later is None:
        raise NoLaterVersion
    if later.decided:
        raise VersionAlreadyDecided(version=later.version)
    if later.version != version:
        raise AnotherVersionAwaits(pointer="/version", awaited=later.version, given=version)
    return later


def decided(
    later: LaterProcedure, decision: ProcedureDecision, reason: str | None = None, document: Document | None = None
) -> LaterProcedure:
    """The version with what was decided on it; without a reason where another act was the decision."""
    return later.model_copy(update={"decided": decision, "reason": reason, "document": document})
