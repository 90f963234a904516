"""What follows an agreement after its signature, and what that means: stalled or not, and how effective."""

from __future__ import annotations

from datetime import date, datetime

from caytre.agreements.model.milestones import Plan
from caytre.agreements.model.recording import Recording
from caytre.agreements.model.stalling import JUDGED, Facts, judge, last_day_of
from caytre.agreements.model.succession import Succession
from caytre.contracts.agreements import StatutoryReportOverdue
from caytre.contracts.agreements.implementation import (
    Activity,
    AgreementFollowed,
    AgreementRehomed,
    AgreementStalled,
    AgreementUnstalled,
    Outcomes,
    PlanSummary,
    Stall,
    StallLevelChanged,
    StallReasonsChanged,
    SuccessionSummary,
)
from caytre.contracts.lineage import Ref
from caytre.contracts.message import Message
from caytre.core.clock import day_of
from caytre.reference import localities
from caytre.reference.unclear import Unclear

#: Of what these say the platform knows the whole story; a publication says nothing about what it does not mention.
_WHOLE = ("act", "illustration")


class Implementing(Recording):
    """The life after signature."""

    def _know(self, **changes: object) -> None:
        self.implementation = self.implementation.model_copy(update=changes)

    def follow_plan(self, plan: Plan) -> AgreementFollowed | None:
        """Take over how its plan stands; None when that is known, or another plan has taken its place."""
        known = self.implementation.plan
        if known is not None and known.id == plan.id and known.version >= plan.version:
            return None
        if known is not None and known.id != plan.id and plan.status == "ABANDONED":
            return None
        lead = plan.lead_agency
        summary = PlanSummary(
            id=plan.id,
            version=plan.version,
            status=plan.status,
            approved=plan.approved_on is not None,
            lead_agency=lead.name if lead else None,
            lead_locality=lead.locality if lead else None,
            progress=plan.progress,
            changed_on=plan.changed_on,
            open_due=plan.open_due(),
        )
        self._know(plan=summary)
        return AgreementFollowed(what="plan", source=Ref(service="agreements", kind="plan", id=plan.id))

    def follow_activity(self, now: Activity, source: Ref) -> AgreementFollowed | None:
        """Take over what served the agreement, as far as it was not given up; None when nothing has changed."""
        if now == self.implementation.activity:
            return None
        self._know(activity=now)
        return AgreementFollowed(what="activity", source=source)

    def follow_outcomes(
        self, count: int, confirmed: int, last_on: date | None, source: Ref
    ) -> AgreementFollowed | None:
        """Take over how many outcomes stand; None when nothing has changed."""
        now = Outcomes(count=count, confirmed=confirmed, last_on=last_on)
        if now == self.implementation.outcomes:
            return None
        self._know(outcomes=now)
        return AgreementFollowed(what="outcome", source=source)

    def follow_succession(self, case: Succession) -> AgreementFollowed | None:
        """Take over how a succession stands; None when that is known."""
        known = {each.id: each for each in self.implementation.successions}
        if case.id in known and known[case.id].version >= case.version:
            return None
        known[case.id] = SuccessionSummary(id=case.id, version=case.version, locality=case.locality, status=case.status)
        self._know(successions=tuple(known.values()))
        return AgreementFollowed(what="succession", source=Ref(service="agreements", kind="succession", id=case.id))

    def report_ran_over(self, code: str, at: datetime) -> StatutoryReportOverdue | None:
        """What an overdue report clock brings about; the day is kept."""
        said = super().report_ran_over(code, at)
        if said is not None and self.implementation.unreported_since is None:
            self._know(unreported_since=day_of(at))
        return said

    def ended_parties(self, today: date) -> tuple[str, ...]:
        """The units that are party to it and have ended before the day."""
        ended = ((party.locality, last_day_of(party.locality)) for party in self.vietnamese_parties if party.locality)
        return tuple(dict.fromkeys(unit for unit, last in ended if last is not None and last < today))

    def rehome(self, today: date) -> AgreementRehomed | None:
        """Follow the unit that answers for it to the one that does on the day; None while it stands."""
        last = last_day_of(self.responsible_locality)
        if last is None or last >= today:
            return None
        try:
            heir = localities.current(self.responsible_locality, today).id
        except Unclear:
            # A unit that was split has no heir by law: whoever settles the succession names one.
            return None
        before, self.responsible_locality = self.responsible_locality, heir
        self.localities = tuple(dict.fromkeys((*self.localities, heir)))
        return AgreementRehomed(before=before, responsible_locality=heir)

    def hand_over(self, heir: str) -> AgreementRehomed | None:
        """The unit that was assigned as successor answers for it; None when it does already."""
        before = self.responsible_locality
        if heir == before or last_day_of(before) is None:
            return None
        self.responsible_locality = heir
        self.localities = tuple(dict.fromkeys((*self.localities, heir)))
        return AgreementRehomed(before=before, responsible_locality=heir)

    def assess(self, today: date) -> tuple[Message, ...]:
        """Judge anew whether the agreement is stalled. What is said is what has changed; often that is nothing."""
        if self.status in JUDGED and self.implementation.judged_from is None:
            self._know(judged_from=self._judged_from(today))
        before, judgement = self.stall, judge(self._facts(), today)
        self.effectiveness = judgement.effectiveness
        self._know(check_on=judgement.check_on)
        now = judgement.stall
        self.stall = now
        return _said(before, now, judgement.rule_version)

    def time_passed(self, today: date) -> tuple[Message, ...]:
        """What the beginning of a day brings about."""
        before = self.implementation.check_on, self.effectiveness
        said = self.assess(today)
        counted = self.effectiveness and self.effectiveness.score
        if said or (self.implementation.check_on, counted) == (before[0], before[1] and before[1].score):
            return said
        return (AgreementFollowed(what="time"),)

    def _judged_from(self, today: date) -> date | None:
        signed = self.signing.signed_on.latest if self.signing else None
        if self.provenance.origin in _WHOLE:
            return signed or (self.effective_from.latest if self.effective_from else today)
        # A register's entry starts no clock of the past.
        return today if self.provenance.origin == "imported" else None

    def _facts(self) -> Facts:
        filed = {report.kind for report in self.reports}
        return Facts(
            status=self.status,
            implementation=self.implementation,
            signed_on=self.signing.signed_on.exact if self.signing else None,
            expires_on=None if self._renews_itself() or self.expires_on is None else self.expires_on.exact,
            parties=tuple(party.locality for party in self.vietnamese_parties if party.locality),
            missing_reports=tuple(kind for kind in self.reports_overdue if kind not in filed),
        )


def _said(before: Stall | None, now: Stall | None, version: int) -> tuple[Message, ...]:
    if now == before:
        return ()
    if now is None:
        return (AgreementUnstalled(before=before.level, since=before.since),) if before else ()
    facts = now.model_dump()
    if before is None:
        return (AgreementStalled(**facts, rule_version=version),)
    if before.level != now.level:
        return (StallLevelChanged(**facts, before=before.level, rule_version=version),)
    return (StallReasonsChanged(reasons=now.reasons),)
