"""An agency that does not reply in time. Its silence is flagged and may be put on record; it is never consent."""

from __future__ import annotations

from datetime import datetime

from caytre.agreements.model.answering import Answering
from caytre.agreements.model.consulting import AlreadyAnswered
from caytre.contracts.agreements import NoReply, NoReplyRecorded, OpinionOverdue
from caytre.contracts.message import Document
from caytre.core.admission import admit
from caytre.core.clock import day_of
from caytre.core.naming import agency_name
from caytre.core.papers import issued
from caytre.core.refusals import Refusal


class ClockNotStarted(Refusal):
    en = "{agency} has not declared the dossier complete, so no time has begun. Record its dated receipt (/receipt)."
    vi = "{agency} chưa xác nhận hồ sơ đầy đủ nên chưa tính thời hạn. Hãy ghi nhận giấy biên nhận có ngày (/receipt)."


class NotYetOverdue(Refusal):
    en = "The time of {agency} is not over; that it has not replied can be recorded only afterwards."
    vi = "Thời hạn của {agency} chưa hết; chỉ được ghi nhận không trả lời sau khi quá hạn."


class Silence(Answering):
    """What time and the chair may say about an agency that says nothing."""

    def opinion_ran_over(self, *, agency: str, round: int, at: datetime) -> OpinionOverdue | None:
        """What the overdue clock of that agency and round brings about; None when it has replied by now."""
        opinion = next((o for o in self.opinions if o.agency == agency and o.round == round), None)
        if self.status != "CONSULTING" or opinion is None or opinion.overdue_at or not self.clocks_of(opinion):
            return None
        self.replace(opinion, overdue_at=at)
        return OpinionOverdue(agency=agency, round=round, overdue_since=at)

    def record_no_reply(self, *, agency: str, reason: str, document: Document | None, at: datetime) -> NoReplyRecorded:
        """The chair records the silence of an overdue agency. It is no consent and no opinion.

        Raises NotInThisStatus, NotConsulted, AlreadyAnswered, ClockNotStarted, NotYetOverdue, DocumentFromTheFuture,
        DocumentTooOld.
        """
        self.ensure("CONSULTING")
        admit(reason, document)
        opinion = self.opinion_of(agency)
        if opinion.answer or opinion.no_reply:
            raise AlreadyAnswered(agency=agency_name(agency))
        if opinion.dossier_complete_at is None:
            raise ClockNotStarted(agency=agency_name(agency))
        if opinion.overdue_at is None:
            raise NotYetOverdue(agency=agency_name(agency))
        if document:
            issued(document, day_of(at), since=day_of(opinion.requested_at))
        settles = self.clocks_of(opinion)
        self.replace(opinion, no_reply=NoReply(recorded_at=at, reason=reason, document=document))
        return NoReplyRecorded(agency=agency, round=opinion.round, reason=reason, settles=settles)
