"""A later version of its procedure comes into force while a case is open: nothing switches, somebody decides."""

from __future__ import annotations

from datetime import date, datetime

from caytre.agreements.model.clocks import deadline
from caytre.agreements.model.proposing import BEFORE_SIGNATURE, Proposing
from caytre.contracts.agreements import (
    AgreementProcedureDecided,
    AgreementProcedureSuperseded,
    DeadlineCode,
    LaterProcedure,
)
from caytre.contracts.agreements.agreement import ProcedureDecision
from caytre.contracts.message import Document
from caytre.core import later_versions
from caytre.core.admission import admit
from caytre.core.clock import day_of
from caytre.core.papers import issued
from caytre.core.refusals import Refusal
from caytre.reference import procedures


class ConsultedUnderItsVersion(Refusal):
    en = (
        "Agencies were asked under version {pinned} of the procedure: the case goes on under it, or is given up and "
        "proposed anew under version {later}."
    )
    vi = (
        "Đã lấy ý kiến theo phiên bản {pinned} của trình tự, thủ tục: hồ sơ tiếp tục theo phiên bản này, hoặc hủy đề "
        "xuất và đề xuất lại theo phiên bản {later}."
    )


class Superseding(Proposing):
    """Which version of its procedure a case goes on under, when a later one comes into force."""

    def procedure_passed(self, today: date) -> AgreementProcedureSuperseded | None:
        """Tell that a later version is in force on the day, and ask for the decision.

        Once per version: None when that is known, there is none for this signatory, or nothing is left to sign.
        """
        if self.status not in BEFORE_SIGNATURE or self.procedure is None:
            return None
        pinned, known = self.pinned(), self.procedure_superseded
        later = later_versions.to_tell(pinned, known, today)
        if later is None or self.signatory_type not in later.signatory_types:
            return None
        settles = self.procedure_clock()
        self.procedure_superseded = LaterProcedure(version=later.version, since=later.valid_from)
        # From the day on which it was told: a version may have been published after it came into force.
        clock = deadline(
            pinned.deadline(DeadlineCode.AGR_PROCEDURE),
            anchor=today,
            answerable=self.responsible_locality,
            discriminator=str(later.version),
        )
        return AgreementProcedureSuperseded(
            procedure=self.procedure,
            version=later.version,
            valid_from=later.valid_from,
            deadlines=(clock,),
            settles=settles,
        )

    def decide_procedure(
        self, *, version: int, adopt: bool, reason: str, document: Document | None, at: datetime
    ) -> AgreementProcedureDecided:
        """Keep the version the case began under, or adopt the later one, which only a draft no agency saw can.

        Raises NotInThisStatus, NoLaterVersion, VersionAlreadyDecided, AnotherVersionAwaits, ConsultedUnderItsVersion,
        NoGroundForReducedProcedure, DocumentFromTheFuture.
        """
        self.ensure(*BEFORE_SIGNATURE)
        admit(reason, document)
        later = later_versions.awaiting(self.procedure_superseded, version)
        pinned = self.pinned()
        if adopt and (self.status != "DRAFT" or self.opinions):
            raise ConsultedUnderItsVersion(pointer="/adopt", pinned=pinned.version, later=version)
        if document:
            issued(document, day_of(at))
        settles = self.procedure_clock()
        if adopt:
            self.repin(procedures.by_version(pinned.code, version))
        decision: ProcedureDecision = "ADOPTED" if adopt else "KEPT"
        self.procedure_superseded = later_versions.decided(later, decision, reason, document)
        return AgreementProcedureDecided(version=version, decided=decision, reason=reason, settles=settles)
