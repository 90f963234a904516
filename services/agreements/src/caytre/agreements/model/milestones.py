"""What happens to the milestones of a plan, and how far that brings it."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import date, datetime

from caytre.agreements.model.clocks import settled
from caytre.agreements.model.plan import PlanCase
from caytre.contracts.agreements import DeadlineCode
from caytre.contracts.agreements.plan import (
    Milestone,
    MilestoneCompleted,
    MilestoneDropped,
    MilestoneLate,
    MilestoneRescheduled,
    MilestoneStarted,
)
from caytre.contracts.message import Document
from caytre.core.admission import admit
from caytre.core.clock import day_of
from caytre.core.naming import quoted
from caytre.core.papers import issued
from caytre.core.refusals import Invalid, Refusal, Words


class NoSuchMilestone(Refusal):
    status = 404
    en = "The plan has no milestone {milestone}."
    vi = "Kế hoạch không có mốc {milestone}."


class MilestoneSettled(Refusal):
    en = "The milestone {milestone} is done or dropped already."
    vi = "Mốc {milestone} đã hoàn thành hoặc đã bỏ."


class MilestoneUnderWay(Refusal):
    en = "Work on the milestone {milestone} has begun already."
    vi = "Mốc {milestone} đã được bắt đầu."


class EvidenceOfMilestoneMissing(Refusal):
    status = 422
    en = "A milestone is done on evidence: name at least one document."
    vi = "Hoàn thành mốc phải có minh chứng: hãy nêu ít nhất một văn bản."


class Plan(PlanCase):
    """The implementation plan (domain rules: at least one milestone with owner and day, weighted progress)."""

    def start(self, id: str, at: datetime) -> MilestoneStarted:
        """Begin work on a milestone.

        Raises PlanInAnotherState, NoSuchMilestone, MilestoneSettled, MilestoneUnderWay.
        """
        self.ensure("ACTIVE")
        found = self._open(id)
        if found.started_on is not None:
            raise MilestoneUnderWay(milestone=quoted(found.title))
        status = "LATE" if found.status == "LATE" else "IN_PROGRESS"
        self._put(found.model_copy(update={"status": status, "started_on": day_of(at)}), at)
        return MilestoneStarted(milestone=id)

    def finish(
        self, id: str, *, done_on: date, evidence: Sequence[Document], note: str | None, at: datetime
    ) -> MilestoneCompleted:
        """A milestone is done.

        Raises PlanInAnotherState, NoSuchMilestone, MilestoneSettled, EvidenceOfMilestoneMissing, Invalid,
        DocumentFromTheFuture, StateSecretNotAdmitted.
        """
        self.ensure("ACTIVE")
        admit(list(evidence), note)
        found = self._open(id)
        if not evidence:
            raise EvidenceOfMilestoneMissing(pointer="/evidence")
        if done_on > day_of(at) or (self.approved_on and done_on < self.approved_on):
            raise Invalid(
                pointer="/done_on",
                reason=Words(
                    "ngày hoàn thành nằm từ ngày duyệt kế hoạch đến hôm nay", "it is done between approval and today"
                ),
            )
        for document in evidence:
            issued(document, day_of(at))
        done = {"status": "DONE", "done_on": done_on, "evidence": tuple(evidence), "note": note}
        self._put(found.model_copy(update=done), at)
        return MilestoneCompleted(
            milestone=id,
            due_on=found.due_on,
            done_on=done_on,
            progress=self.progress,
            settles=(settled(DeadlineCode.AGR_MILESTONE, id, found.round),),
        )

    def reschedule(self, id: str, *, due_on: date, reason: str, at: datetime) -> MilestoneRescheduled:
        """Give a milestone another day.

        Raises PlanInAnotherState, NoSuchMilestone, MilestoneSettled, Invalid, StateSecretNotAdmitted.
        """
        self.ensure("APPROVED", "ACTIVE")
        admit(reason)
        found = self._open(id)
        if due_on <= day_of(at) or due_on == found.due_on:
            raise Invalid(
                pointer="/due_on", reason=Words("ngày mới phải là ngày khác, sau hôm nay", "the new day lies ahead")
            )
        status = "IN_PROGRESS" if found.started_on else "PLANNED"
        moved = {"due_on": due_on, "reason": reason, "status": status, "late_since": None, "round": found.round + 1}
        fresh = found.model_copy(update=moved)
        self._put(fresh, at)
        return MilestoneRescheduled(
            milestone=id,
            before=found.due_on,
            due_on=due_on,
            reason=reason,
            deadlines=(self.clock(fresh),),
            settles=(settled(DeadlineCode.AGR_MILESTONE, id, found.round),),
        )

    def drop(self, id: str, *, reason: str, at: datetime) -> MilestoneDropped:
        """Give a milestone up. Raises PlanInAnotherState, NoSuchMilestone, MilestoneSettled, StateSecretNotAdmitted."""
        self.ensure("APPROVED", "ACTIVE")
        admit(reason)
        found = self._open(id)
        self._put(found.model_copy(update={"status": "DROPPED", "reason": reason}), at)
        return MilestoneDropped(
            milestone=id,
            reason=reason,
            progress=self.progress,
            settles=(settled(DeadlineCode.AGR_MILESTONE, id, found.round),),
        )

    def ran_late(self, id: str, round: int, at: datetime) -> MilestoneLate | None:
        """What an overdue AGR_MILESTONE brings about; None when it is done, dropped, moved or known by now."""
        found = next((each for each in self.milestones if each.id == id), None)
        if found is None or found.round != round or found.status not in ("PLANNED", "IN_PROGRESS"):
            return None
        if self.status not in ("APPROVED", "ACTIVE"):
            return None
        late = found.model_copy(update={"status": "LATE", "late_since": day_of(at)})
        self.milestones = tuple(late if each.id == id else each for each in self.milestones)
        return MilestoneLate(milestone=id, due_on=found.due_on, progress=self.progress)

    def _open(self, id: str) -> Milestone:
        found = next((each for each in self.milestones if each.id == id), None)
        if found is None:
            raise NoSuchMilestone(milestone=quoted(id))
        if found.status in ("DONE", "DROPPED"):
            raise MilestoneSettled(milestone=quoted(found.title))
        return found

    def _put(self, milestone: Milestone, at: datetime) -> None:
        self.milestones = tuple(milestone if each.id == milestone.id else each for each in self.milestones)
        self.changed_on = day_of(at)
        counted = [each for each in self.milestones if each.status != "DROPPED"]
        total = sum(each.weight for each in counted)
        self.progress = 100 * sum(each.weight for each in counted if each.status == "DONE") // total if total else 0
