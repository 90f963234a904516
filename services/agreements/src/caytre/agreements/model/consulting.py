"""The consultation: written opinions of the ministry and the related agencies (Law 70/2020/QH14, Art. 19).

Each agency has its own clock, which its own act starts: that the dossier is complete. Silence is never consent.
"""

from __future__ import annotations

from collections.abc import Collection, Mapping, Sequence
from datetime import date, datetime
from typing import Any
from uuid import UUID

from caytre.agreements.model.partner import Partner
from caytre.agreements.model.vouching import Vouching
from caytre.contracts.agreements import (
    ConsultationClosed,
    ConsultationOpened,
    Disagreement,
    Opinion,
    OpinionRequestWithdrawn,
    OpinionRound,
    WithdrawnRequest,
)
from caytre.contracts.message import Document
from caytre.core.admission import admit
from caytre.core.clock import day_of
from caytre.core.naming import agency_name, agency_names, dossier_name, paper_names
from caytre.core.papers import issued
from caytre.core.refusals import Refusal
from caytre.reference import agencies
from caytre.reference.procedures import SignatoryType


class DossierIncomplete(Refusal):
    en = "{dossier}: these papers are missing: {items}."
    vi = "{dossier} còn thiếu: {items}."


class NotConsulted(Refusal):
    en = "{agency} is not asked for an opinion on this agreement."
    vi = "{agency} không được lấy ý kiến về thỏa thuận này."


class AlreadyAnswered(Refusal):
    en = "{agency} has already given its opinion."
    vi = "{agency} đã cho ý kiến."


class MustBeAsked(Refusal):
    en = "{agency} must be asked (Law 70/2020/QH14, Art. 19)."
    vi = "Bắt buộc phải lấy ý kiến của {agency} (Điều 19 Luật 70/2020/QH14)."


class AgencyNotKnown(Refusal):
    status = 422
    en = "No agency that exists today is meant: {reason}"
    vi = "Không xác định được cơ quan đang hoạt động: {reason}"


class OpinionsMissing(Refusal):
    en = "These agencies have not replied: {agencies}. Silence is no consent."
    vi = "Các cơ quan sau chưa trả lời: {agencies}. Im lặng không phải là đồng ý."


class CommentsUnanswered(Refusal):
    en = "Comments of {agencies} are not answered yet."
    vi = "Chưa tiếp thu, giải trình ý kiến của {agencies}."


class DisagreementGoesToPM(Refusal):
    en = "Disagreement of {agencies}: the matter goes to the Prime Minister (Law 70/2020/QH14, Art. 19)."
    vi = "{agencies} không đồng ý: phải trình Thủ tướng Chính phủ (Điều 19 Luật 70/2020/QH14)."


class Consulting(Vouching):
    """Asking and closing; what the agencies say is in `answering`."""

    def send_for_opinion(
        self, *, related: Sequence[str], voluntary: Sequence[str] = (), partners: Mapping[UUID, Partner], at: datetime
    ) -> ConsultationOpened:
        """Ask the agencies the procedure names, those directly `related` and any others. Once asked stays asked.

        An answer counts as long as the draft it was given on. Raises NotInThisStatus, AgencyNotKnown,
        DossierIncomplete, VietnameseTextMissing, PartnerNotVerified.
        """
        self.ensure("DRAFT")
        ensure_agencies("/related", related, day_of(at))
        ensure_agencies("/voluntary", voluntary, day_of(at))
        self.ensure_complete(self.dossier_for_opinions())
        self.ensure_vietnamese_text()
        self.ensure_verified(partners, day_of(at), {waiver.partner_id for waiver in self.waivers})
        always = self.always_asked()
        before = {opinion.agency: opinion for opinion in self.opinions}
        mandatory = {agency for agency, opinion in before.items() if opinion.mandatory} | {*always, *related}
        asked = tuple(dict.fromkeys((*always, *related, *voluntary, *before)))
        if any(opinion.draft != self.draft for opinion in self.opinions):
            self.due_again("PM")
        self.opinions = tuple(self._asked(agency, agency in mandatory, before.get(agency), at) for agency in asked)
        self.status = "CONSULTING"
        return ConsultationOpened(agencies=asked, draft=self.draft)

    def _asked(self, agency: str, mandatory: bool, before: Opinion | None, at: datetime) -> Opinion:
        if before and before.answer and before.draft == self.draft:
            return before.model_copy(update={"mandatory": mandatory})
        asked = Opinion(agency=agency, mandatory=mandatory, draft=self.draft, requested_at=at)
        if before is None:
            # A round that was withdrawn keeps its number: its clock was settled under it.
            rounds = (each.opinion.round for each in self.withdrawn_requests if each.opinion.agency == agency)
            return asked.model_copy(update={"round": max(rounds, default=0) + 1})
        ended = OpinionRound.model_validate(before.model_dump(exclude={"earlier"}))
        return asked.model_copy(update={"round": before.round + 1, "earlier": (*before.earlier, ended)})

    def withdraw_request(
        self, *, agency: str, reason: str, document: Document | None, at: datetime
    ) -> OpinionRequestWithdrawn:
        """Ask an agency no more that has said nothing in any round; it stays on record that it was asked.

        Raises NotInThisStatus, NotConsulted, MustBeAsked, AlreadyAnswered, DocumentFromTheFuture, DocumentTooOld.
        """
        self.ensure("DRAFT", "CONSULTING")
        admit(reason, document)
        opinion = self.opinion_of(agency)
        if agency in self.always_asked():
            raise MustBeAsked(agency=agency_name(agency))
        if any(each.answer for each in (opinion, *opinion.earlier)):
            raise AlreadyAnswered(agency=agency_name(agency))
        if document:
            issued(document, day_of(at), since=day_of(opinion.requested_at))
        settles = self.clocks_of(opinion)
        withdrawn = WithdrawnRequest(opinion=opinion, reason=reason, withdrawn_at=at, document=document)
        self.withdrawn_requests = (*self.withdrawn_requests, withdrawn)
        self.opinions = tuple(other for other in self.opinions if other.agency != agency)
        return OpinionRequestWithdrawn(agency=agency, round=opinion.round, reason=reason, settles=settles)

    def always_asked(self) -> tuple[str, ...]:
        """The agencies that the procedure names."""
        required = self.pinned().consultees_for(SignatoryType(self.signatory_type))
        return tuple(consultee.code for consultee in required if consultee.rule == "always")

    def close_consultation(self) -> ConsultationClosed:
        """Clear the way to a decision.

        Raises NotInThisStatus, DisagreementGoesToPM, OpinionsMissing, CommentsUnanswered.
        """
        self.ensure("CONSULTING")
        if disagreements := self.open_disagreements():
            raise DisagreementGoesToPM(agencies=agency_names(each.agency for each in disagreements))
        self.ensure_opinions()
        open_comments = [o.agency for o in self.opinions if any(comment.resolution is None for comment in o.comments)]
        if open_comments:
            raise CommentsUnanswered(agencies=agency_names(open_comments))
        settles = self.running_deadlines()
        self.status = "CLEARED"
        silent = tuple(opinion.agency for opinion in self.opinions if opinion.no_reply)
        return ConsultationClosed(agencies=self.consultees, no_reply=silent, settles=settles)

    def disagreeing(self) -> tuple[str, ...]:
        """The agencies that disagree; one is enough, mandatory or not."""
        return tuple(opinion.agency for opinion in self.opinions if opinion.answer == "disagree")

    def open_disagreements(self) -> tuple[Disagreement, ...]:
        """The disagreements of the present rounds that no consent of the Prime Minister was given on (Art. 19)."""
        submitted = (each for each in (*self.earlier_escalations, self.escalation) if each and each.consent)
        overcome = {disagreement for each in submitted for disagreement in each.disagreements}
        present = (Disagreement(agency=o.agency, round=o.round) for o in self.opinions if o.answer == "disagree")
        return tuple(disagreement for disagreement in present if disagreement not in overcome)

    def ensure_opinions(self) -> None:
        """Every mandatory agency has replied, or its silence is on record. Raises OpinionsMissing."""
        missing = [o.agency for o in self.opinions if o.mandatory and not o.answer and not o.no_reply]
        if missing:
            raise OpinionsMissing(agencies=agency_names(missing))

    def ensure_complete(self, dossier: str) -> None:
        """Raises DossierIncomplete."""
        if missing := self.missing_items(dossier):
            procedure = self.pinned()
            raise DossierIncomplete(
                dossier=dossier_name(procedure, dossier), items=paper_names(procedure, dossier, missing)
            )

    def opinion_of(self, agency: str) -> Opinion:
        """The consultation of this agency. Raises NotConsulted."""
        for opinion in self.opinions:
            if opinion.agency == agency:
                return opinion
        raise NotConsulted(agency=agency_name(agency))

    def due_again(self, dossier: str, codes: Collection[str] | None = None) -> None:
        """Papers of a dossier, all of them if none are named, no longer count as received."""
        self.dossier = tuple(
            item.model_copy(update={"received_at": None})
            if item.dossier == dossier and (codes is None or item.code in codes)
            else item
            for item in self.dossier
        )

    def replace(self, opinion: Opinion, **changes: Any) -> None:
        """Change what is known of an agency's present round."""
        changed = opinion.model_copy(update=changes)
        self.opinions = tuple(changed if other.agency == opinion.agency else other for other in self.opinions)

    def dossier_for_opinions(self) -> str:
        """The dossier that agencies are sent: the reduced procedure has one of its own."""
        return "REDUCED" if self.pinned().reduced else "OPINION"


def ensure_agencies(pointer: str, codes: Sequence[str], day: date) -> None:
    """Raises AgencyNotKnown for a code that means no agency, or one that does not exist on the day."""
    for code in codes:
        try:
            agencies.existing(code, day)
        except agencies.UnknownAgency as unknown:
            raise AgencyNotKnown(pointer=pointer, reason=unknown) from unknown
