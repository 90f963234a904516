"""A later version of its procedure comes into force before a trip is approved: nothing switches, somebody decides."""

from __future__ import annotations

from datetime import date, datetime

from caytre.contracts.agreements import LaterProcedure
from caytre.contracts.delegations import (
    DelegationProcedureDecided,
    DelegationProcedureSuperseded,
    DelegationsDeadline,
)
from caytre.contracts.message import Document, Settlement
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


class NoLaterVersionForTrip(Refusal):
    en = "No later version of the procedure awaits a decision on this delegation."
    vi = "Không có phiên bản mới nào của thủ tục cần quyết định đối với đoàn này."


class OtherVersionAwaits(Refusal):
    en = "Version {awaited} of the procedure awaits the decision on this delegation, not version {given}."
    vi = "Phiên bản thủ tục cần quyết định đối với đoàn này là phiên bản {awaited}, không phải phiên bản {given}."


class TripVersionDecided(Refusal):
    en = "It has been decided on version {version} of the procedure for this delegation."
    vi = "Đã có quyết định về phiên bản {version} của thủ tục đối với đoàn này."


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
            self.procedure_superseded = later.model_copy(update={"decided": "KEPT"})
        return settles

    def procedure_passed(self, today: date) -> DelegationProcedureSuperseded | None:
        """Tell that a later version is in force on the day, and ask for the decision.

        Once per version: None when that is known, there is none, or the trip is approved or over.
        """
        if self.status not in NOT_APPROVED or self.procedure is None:
            return None
        pinned, known = self.pinned(), self.procedure_superseded
        later = procedures.successor(pinned, today)
        if later is None or (known is not None and known.version >= later.version):
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

        Raises NotAtThisStage, NoLaterVersionForTrip, TripVersionDecided, OtherVersionAwaits, SubmittedUnderItsVersion,
        DocumentFromTheFuture, StateSecretNotAdmitted.
        """
        self.ensure(*NOT_APPROVED)
        admit(reason, document)
        later = self.procedure_superseded
        if later is None:
            raise NoLaterVersionForTrip
        if later.decided:
            raise TripVersionDecided(version=later.version)
        if later.version != version:
            raise OtherVersionAwaits(pointer="/version", awaited=later.version, given=version)
        pinned = self.pinned()
        if adopt and self.status not in NOT_HANDED_IN:
            raise SubmittedUnderItsVersion(pointer="/adopt", pinned=pinned.version, later=version)
        if document:
            issued(document, day_of(at))
        settles = self.procedure_clock()
        if adopt:
            self.repin(procedures.by_version(pinned.code, version))
        decided = "ADOPTED" if adopt else "KEPT"
        told = {"decided": decided, "reason": reason, "document": document}
        self.procedure_superseded = later.model_copy(update=told)
        return DelegationProcedureDecided(version=version, decided=decided, reason=reason, settles=settles)
