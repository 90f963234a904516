"""A later version of its procedure comes into force before a trip is approved: nothing switches, somebody decides."""

from __future__ import annotations

from datetime import date, datetime

from caytre.contracts.agreements import LaterProcedure
from caytre.contracts.agreements.agreement import ProcedureDecision
from caytre.contracts.delegations import (
    DelegationProcedureDecided,
    DelegationProcedureSuperseded,
    DelegationsDeadline,
)
from caytre.contracts.message import Document, Settlement
from caytre.core import later_versions
from caytre.core.admission import admit
from caytre.core.clock import day_of
from caytre.core.papers import issued
from caytre.core.refusals import Refusal
from caytre.delegations.model.life import clock, met
from caytre.delegations.model.preparing import Preparing
from caytre.reference import procedures

#: The approval is still to come. An amendment is approved again under the version of the first approval.
NOT_APPROVED = ("DRAFT", "SUBMITTED", "UNDER_REVIEW", "COORDINATING", "POSTPONED")
#: The dossier is with its locality and is still to be handed in, or again with other days.
NOT_HANDED_IN = ("DRAFT", "POSTPONED")


class SubmittedUnderItsVersion(Refusal):
    en = (
        "The dossier was handed in under version {pinned} of the procedure: it goes on under it, or adopts version "
        "{later} once it is given back or put off."
    )
    vi = (
        "Hồ sơ đã được trình theo phiên bản {pinned} của thủ tục: tiếp tục theo phiên bản này, hoặc được trả lại hay "
        "tạm hoãn rồi mới áp dụng phiên bản {later}."
    )


class Superseding(Preparing):
    """Which version of its procedure a trip goes on under, when a later one comes into force."""

    def procedure_clock(self) -> tuple[Settlement, ...]:
        """The clock of the decision on a later version, until it, the approval or the end of the trip stops it."""
        later = self.procedure_superseded
        if later is None or later.decided or self.status not in NOT_APPROVED:
            return ()
        return (met(DelegationsDeadline.DEL_PROCEDURE, str(later.version)),)

    def keep_by_approval(self) -> tuple[Settlement, ...]:
        """Approval under the version the trip began under is the decision on the one that waits; ends its clock."""
        settles, later = self.procedure_clock(), self.procedure_superseded
        if settles and later is not None:
            self.procedure_superseded = later_versions.decided(later, "KEPT")
        return settles

    def procedure_passed(self, today: date) -> DelegationProcedureSuperseded | None:
        """Tell that a later version is in force on the day, and ask for the decision.

        Once per version: None when that is known, there is none, or the trip is approved or over.
        """
        if self.status not in NOT_APPROVED or self.procedure is None:
            return None
        pinned, known = self.pinned(), self.procedure_superseded
        later = later_versions.to_tell(pinned, known, today)
        if later is None:
            return None
        settles = self.procedure_clock()
        self.procedure_superseded = LaterProcedure(version=later.version, since=later.valid_from)
        # From the day on which it was told: a version may have been published after it came into force.
        decision = clock(
            pinned,
            DelegationsDeadline.DEL_PROCEDURE,
            anchor=today,
            answerable=self.locality,
            discriminator=str(later.version),
        )
        return DelegationProcedureSuperseded(
            procedure=self.procedure,
            version=later.version,
            valid_from=later.valid_from,
            deadlines=(decision,),
            settles=settles,
        )

    def decide_procedure(
        self, *, version: int, adopt: bool, reason: str, document: Document | None, at: datetime
    ) -> DelegationProcedureDecided:
        """Keep the version the trip began under, or adopt the later one, as a draft or while it is put off.

        Raises NotAtThisStage, NoLaterVersion, VersionAlreadyDecided, AnotherVersionAwaits, SubmittedUnderItsVersion,
        DocumentFromTheFuture, StateSecretNotAdmitted.
        """
        self.ensure(*NOT_APPROVED)
        admit(reason, document)
        later = later_versions.awaiting(self.procedure_superseded, version)
        pinned = self.pinned()
        if adopt and self.status not in NOT_HANDED_IN:
            raise SubmittedUnderItsVersion(pointer="/adopt", pinned=pinned.version, later=version)
        if document:
            issued(document, day_of(at))
        settles = self.procedure_clock()
        if adopt:
            self.repin(procedures.by_version(pinned.code, version))
        decision: ProcedureDecision = "ADOPTED" if adopt else "KEPT"
        self.procedure_superseded = later_versions.decided(later, decision, reason, document)
        return DelegationProcedureDecided(version=version, decided=decision, reason=reason, settles=settles)
