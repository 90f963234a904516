"""The consultation: written opinions of the ministry and the related agencies (Law 70/2020/QH14, Art. 19).

Each agency has its own clock, which its own act starts: that the dossier is complete. Silence is never consent.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from datetime import datetime
from typing import Any
from uuid import UUID

from caytre.agreements.model.admission import admit
from caytre.agreements.model.clocks import deadline
from caytre.agreements.model.naming import agency_name, agency_names, dossier_name, paper_names
from caytre.agreements.model.papers import issued
from caytre.agreements.model.partner import Partner
from caytre.agreements.model.proposing import NoSuchItem, Proposing
from caytre.contracts.agreements import (
    Comment,
    CommentAnswered,
    ConsultationClosed,
    ConsultationOpened,
    DossierCompleted,
    Opinion,
    OpinionGiven,
    ReturnedIncomplete,
)
from caytre.contracts.message import Document
from caytre.core.clock import day_of
from caytre.core.refusals import Invalid, Refusal, Words
from caytre.reference.procedures import SignatoryType


class DossierIncomplete(Refusal):
    en = "{dossier}: these papers are missing: {items}."
    vi = "{dossier} còn thiếu: {items}."


class NotConsulted(Refusal):
    en = "{agency} is not asked for an opinion on this agreement."
    vi = "{agency} không được lấy ý kiến về thỏa thuận này."


class DossierAlreadyAccepted(Refusal):
    en = "{agency} has already declared the dossier complete."
    vi = "{agency} đã xác nhận hồ sơ đầy đủ."


class DossierNotAccepted(Refusal):
    en = "{agency} has not yet declared the dossier complete; it does so first, which starts its time."
    vi = "{agency} chưa xác nhận hồ sơ đầy đủ; cần xác nhận trước để bắt đầu tính thời hạn."


class DisagreementUnexplained(Refusal):
    status = 422
    en = "A disagreement says what it is about: give its text."
    vi = "Ý kiến không đồng ý phải nêu rõ nội dung, lý do."


class AlreadyAnswered(Refusal):
    en = "{agency} has already given its opinion."
    vi = "{agency} đã cho ý kiến."


class NoSuchComment(Refusal):
    en = "{agency} made no comment number {comment}."
    vi = "{agency} không có ý kiến góp ý số {comment}."


class OpinionsMissing(Refusal):
    en = "These agencies have not replied: {agencies}. Silence is no consent."
    vi = "Các cơ quan sau chưa trả lời: {agencies}. Im lặng không phải là đồng ý."


class CommentsUnanswered(Refusal):
    en = "Comments of {agencies} are not answered yet."
    vi = "Chưa tiếp thu, giải trình ý kiến của {agencies}."


class DisagreementGoesToPM(Refusal):
    en = "Disagreement of {agencies}: the matter goes to the Prime Minister (Law 70/2020/QH14, Art. 19)."
    vi = "{agencies} không đồng ý: phải trình Thủ tướng Chính phủ (Điều 19 Luật 70/2020/QH14)."


class Consulting(Proposing):
    """Asking, answering and closing."""

    def send_for_opinion(
        self, *, related: Sequence[str], voluntary: Sequence[str] = (), partners: Mapping[UUID, Partner], at: datetime
    ) -> ConsultationOpened:
        """Ask the agencies the procedure names, those directly `related` and any others. Once asked stays asked.

        An answer counts as long as the draft it was given on. Raises NotInThisStatus, DossierIncomplete,
        VietnameseTextMissing, PartnerNotVerified.
        """
        self.ensure("DRAFT")
        self.ensure_complete(self._dossier_for_opinions())
        self.ensure_vietnamese_text()
        self.ensure_verified(partners, day_of(at), {waiver.partner_id for waiver in self.waivers})
        required = self.pinned().consultees_for(SignatoryType(self.signatory_type))
        always = [consultee.code for consultee in required if consultee.rule == "always"]
        before = {opinion.agency: opinion for opinion in self.opinions}
        mandatory = {agency for agency, opinion in before.items() if opinion.mandatory} | {*always, *related}
        agencies = tuple(dict.fromkeys((*always, *related, *voluntary, *before)))
        self.opinions = tuple(self._asked(agency, agency in mandatory, before.get(agency), at) for agency in agencies)
        self.status = "CONSULTING"
        return ConsultationOpened(agencies=agencies, draft=self.draft)

    def _asked(self, agency: str, mandatory: bool, before: Opinion | None, at: datetime) -> Opinion:
        if before and before.answer and before.draft == self.draft:
            return before.model_copy(update={"mandatory": mandatory})
        round = before.round + 1 if before else 1
        return Opinion(agency=agency, mandatory=mandatory, round=round, draft=self.draft, requested_at=at)

    def complete_dossier(self, *, agency: str, receipt: Document | None = None, at: datetime) -> DossierCompleted:
        """The agency declares the dossier complete, which starts its clock: here, or by a dated `receipt` on paper.

        Raises NotInThisStatus, NotConsulted, DossierAlreadyAccepted, Invalid, DocumentFromTheFuture.
        """
        admit(receipt)
        self.ensure("CONSULTING")
        opinion = self.opinion_of(agency)
        if opinion.dossier_complete_at:
            raise DossierAlreadyAccepted(agency=agency_name(agency))
        since = day_of(at)
        if receipt is not None:
            since = issued(receipt, since, dated=True).issued_on or since
            if since < day_of(opinion.requested_at):
                raise Invalid(
                    pointer="/document/issued_on",
                    reason=Words("cơ quan được lấy ý kiến sau ngày này", "the agency was asked only later"),
                )
        self._replace(opinion, dossier_complete_at=at, receipt=receipt)
        clock = deadline(
            self.pinned().deadline(self.opinion_code()),
            anchor=since,
            answerable=agency,
            discriminator=agency,
            round=opinion.round,
        )
        return DossierCompleted(agency=agency, round=opinion.round, on_paper=receipt is not None, deadlines=(clock,))

    def return_incomplete(
        self, *, agency: str, reason: str, missing: Sequence[str] = (), at: datetime
    ) -> ReturnedIncomplete:
        """The agency returns the dossier: back to DRAFT, every running clock cleared, `missing` papers due again.

        Raises NotInThisStatus, NotConsulted, AlreadyAnswered, NoSuchItem.
        """
        self.ensure("CONSULTING")
        admit(reason)
        opinion = self.opinion_of(agency)
        if opinion.answer:
            raise AlreadyAnswered(agency=agency_name(agency))
        dossier = self._dossier_for_opinions()
        known = {item.code for item in self.dossier if item.dossier == dossier}
        for code in missing:
            if code not in known:
                procedure = self.pinned()
                raise NoSuchItem(
                    pointer="/missing",
                    dossier=dossier_name(procedure, dossier),
                    item=paper_names(procedure, dossier, (code,)),
                )
        settles = self.running_deadlines()
        self._replace(opinion, returned_at=at, text=reason)
        # A cleared clock starts anew with the agency's next declaration; what was answered stays answered.
        self.opinions = tuple(
            other if other.answer else other.model_copy(update={"dossier_complete_at": None, "overdue_at": None})
            for other in self.opinions
        )
        self.dossier = tuple(
            item.model_copy(update={"received_at": None})
            if (item.dossier, item.code) in {(dossier, c) for c in missing}
            else item
            for item in self.dossier
        )
        self.status = "DRAFT"
        return ReturnedIncomplete(agency=agency, round=opinion.round, reason=reason, settles=settles)

    def give_opinion(
        self,
        *,
        agency: str,
        answer: str,
        text: str | None,
        comments: Sequence[str],
        document: Document,
        on_paper: bool = False,
        at: datetime,
    ) -> OpinionGiven:
        """The agency replies in writing; a late reply counts until the approval and replaces a recorded silence.

        A reply `on_paper` is dated and says by itself that the dossier was complete. One that disagrees or comments
        after the consultation was closed opens it again, unless the Prime Minister has consented (Art. 19).

        Raises NotInThisStatus, NotConsulted, DossierNotAccepted, DisagreementUnexplained, AlreadyAnswered, Invalid,
        DocumentFromTheFuture, DocumentTooOld.
        """
        self.ensure("CONSULTING", "ESCALATED", "CLEARED")
        admit(text, list(comments), document)
        opinion = self.opinion_of(agency)
        if opinion.answer:
            raise AlreadyAnswered(agency=agency_name(agency))
        if opinion.dossier_complete_at is None and not on_paper:
            raise DossierNotAccepted(agency=agency_name(agency))
        if answer == "disagree" and not text:
            raise DisagreementUnexplained(pointer="/text")
        if (answer == "agree_with_comments") != bool(comments) and answer != "disagree":
            raise Invalid(
                pointer="/comments",
                reason=Words(
                    "góp ý phải đi kèm ý kiến đồng ý có góp ý, hoặc đi kèm ý kiến không đồng ý, và chỉ ở đó",
                    "comments go with an agreement with comments or with a disagreement, and only there",
                ),
            )
        settles = self.clocks_of(opinion)
        self._replace(
            opinion,
            answer=answer,
            text=text,
            comments=tuple(Comment(text=comment) for comment in comments),
            answered_at=at,
            document=issued(document, day_of(at), dated=on_paper, since=day_of(opinion.requested_at)),
            on_paper=on_paper,
            no_reply=None,
        )
        consented = self.escalation is not None and self.escalation.consent
        if self.status == "CLEARED" and not consented and (answer == "disagree" or comments):
            self.status = "CONSULTING"
        return OpinionGiven(
            agency=agency,
            round=opinion.round,
            answer=answer,
            comments_count=len(comments),
            on_paper=on_paper,
            settles=settles,
        )

    def answer_comment(self, *, agency: str, comment: int, resolution: str) -> CommentAnswered:
        """Say how a comment was taken up, or why not. Raises NotInThisStatus, NotConsulted, NoSuchComment."""
        self.ensure("CONSULTING", "ESCALATED", "CLEARED")
        admit(resolution)
        opinion = self.opinion_of(agency)
        if not 0 <= comment < len(opinion.comments):
            raise NoSuchComment(agency=agency_name(agency), comment=comment)
        answered = opinion.comments[comment].model_copy(update={"resolution": resolution})
        comments = (*opinion.comments[:comment], answered, *opinion.comments[comment + 1 :])
        self._replace(opinion, comments=comments)
        return CommentAnswered(agency=agency, comment=comment)

    def close_consultation(self) -> ConsultationClosed:
        """Clear the way to a decision.

        Raises NotInThisStatus, DisagreementGoesToPM, OpinionsMissing, CommentsUnanswered.
        """
        self.ensure("CONSULTING")
        if disagreeing := self.disagreeing():
            raise DisagreementGoesToPM(agencies=agency_names(disagreeing))
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

    def _replace(self, opinion: Opinion, **changes: Any) -> None:
        changed = opinion.model_copy(update=changes)
        self.opinions = tuple(changed if other.agency == opinion.agency else other for other in self.opinions)

    def _dossier_for_opinions(self) -> str:
        return "REDUCED" if self.pinned().reduced else "OPINION"
