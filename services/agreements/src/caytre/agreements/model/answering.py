"""What a consulted agency says, here or on paper: that the dossier is complete or is not, and its written opinion."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import datetime

from caytre.agreements.model.clocks import deadline
from caytre.agreements.model.consulting import AlreadyAnswered, Consulting
from caytre.agreements.model.proposing import NoSuchItem
from caytre.contracts.agreements import Comment, CommentAnswered, DossierCompleted, OpinionGiven, ReturnedIncomplete
from caytre.contracts.message import Document
from caytre.core.admission import admit
from caytre.core.clock import day_of
from caytre.core.naming import agency_name, dossier_name, paper_names
from caytre.core.papers import issued
from caytre.core.refusals import Invalid, Refusal, Words


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


class NoSuchComment(Refusal):
    en = "{agency} made no comment number {comment}."
    vi = "{agency} không có ý kiến góp ý số {comment}."


class Answering(Consulting):
    """The agency's side of the consultation, and how the proposing side takes up its comments."""

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
        self.replace(opinion, dossier_complete_at=at, receipt=receipt)
        clock = deadline(
            self.pinned().deadline(self.opinion_code()),
            anchor=since,
            answerable=agency,
            discriminator=agency,
            round=opinion.round,
        )
        return DossierCompleted(agency=agency, round=opinion.round, on_paper=receipt is not None, deadlines=(clock,))

    def return_incomplete(
        self,
        *,
        agency: str,
        reason: str,
        missing: Sequence[str] = (),
        document: Document | None = None,
        at: datetime,
    ) -> ReturnedIncomplete:
        """The agency returns the dossier: back to DRAFT, every running clock cleared, `missing` papers due again.

        A return on paper is a dated `document`, which the province records.

        Raises NotInThisStatus, NotConsulted, AlreadyAnswered, NoSuchItem, DocumentUndated, DocumentFromTheFuture,
        DocumentTooOld.
        """
        self.ensure("CONSULTING")
        admit(reason, document)
        opinion = self.opinion_of(agency)
        if opinion.answer:
            raise AlreadyAnswered(agency=agency_name(agency))
        dossier = self.dossier_for_opinions()
        known = {item.code for item in self.dossier if item.dossier == dossier}
        for code in missing:
            if code not in known:
                procedure = self.pinned()
                raise NoSuchItem(
                    pointer="/missing",
                    dossier=dossier_name(procedure, dossier),
                    item=paper_names(procedure, dossier, (code,)),
                )
        if document:
            issued(document, day_of(at), dated=True, since=day_of(opinion.requested_at))
        settles = self.running_deadlines()
        self.replace(opinion, returned_at=at, text=reason, return_document=document)
        # A cleared clock starts anew with the agency's next declaration; what was answered stays answered.
        self.opinions = tuple(
            other if other.answer else other.model_copy(update={"dossier_complete_at": None, "overdue_at": None})
            for other in self.opinions
        )
        self.due_again(dossier, missing)
        self.status = "DRAFT"
        return ReturnedIncomplete(
            agency=agency,
            round=opinion.round,
            reason=reason,
            on_paper=document is not None,
            document_number=document.number if document else None,
            settles=settles,
        )

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
        after the consultation was closed opens it again: the Prime Minister has consented only to what he knew
        (Art. 19), so a new disagreement is submitted to him with papers of its own.

        Raises NotInThisStatus, NotConsulted, DossierNotAccepted, DisagreementUnexplained, AlreadyAnswered, Invalid,
        DocumentFromTheFuture, DocumentTooOld.
        """
        self.ensure("CONSULTING", "ESCALATED", "CLEARED")
        admit(text, list(comments), document)
        opinion = self.opinion_of(agency)
        if opinion.answer:
            raise AlreadyAnswered(agency=agency_name(agency))
        # Once the consultation is closed no clock can begin: a late reply says itself that the dossier was complete.
        if opinion.dossier_complete_at is None and not on_paper and self.status == "CONSULTING":
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
        self.replace(
            opinion,
            answer=answer,
            text=text,
            comments=tuple(Comment(text=comment) for comment in comments),
            answered_at=at,
            document=issued(document, day_of(at), dated=on_paper, since=day_of(opinion.requested_at)),
            on_paper=on_paper,
            no_reply=None,
        )
        if self.status == "CLEARED" and (answer == "disagree" or comments):
            self.status = "CONSULTING"
            if answer == "disagree" and self.escalation:
                self.due_again("PM")
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
        self.replace(opinion, comments=comments)
        return CommentAnswered(agency=agency, comment=comment)
