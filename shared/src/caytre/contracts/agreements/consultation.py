"""What the agreements service says about the consultation of an agreement: who was asked, and what each has said."""

from __future__ import annotations

from datetime import datetime
from typing import ClassVar

from caytre.contracts.agreements.agreement import Answer
from caytre.contracts.message import Message


class ConsultationOpened(Message):
    """The draft was sent for written opinions. No clock runs yet: each agency starts its own."""

    TYPE = "caytre.agreement.consultation_opened.v1"
    EXAMPLE: ClassVar[dict[str, object]] = {"agencies": ["MOFA", "MPS"], "draft": 1}

    agencies: tuple[str, ...]
    draft: int


class DossierCompleted(Message):
    """A consulted agency declares the dossier complete, which starts its clock. Carries AGR_OPINION(_REDUCED)."""

    TYPE = "caytre.agreement.dossier_completed.v1"
    EXAMPLE: ClassVar[dict[str, object]] = {
        "agency": "MOFA",
        "round": 1,
        "deadlines": [
            {
                "code": "AGR_OPINION",
                "discriminator": "MOFA",
                "anchor": "2026-03-02",
                "n": 7,
                "unit": "WORKING",
                "answerable": "MOFA",
                "citation": "Law 70/2020/QH14, Art. 19(2)",
                "citation_vi": "khoản 2 Điều 19 Luật 70/2020/QH14",
                "verified": True,
            }
        ],
    }

    agency: str
    round: int
    on_paper: bool = False


class ReturnedIncomplete(Message):
    """A consulted agency returns the dossier, here or on paper; every running clock of the consultation is cleared."""

    TYPE = "caytre.agreement.returned_incomplete.v1"
    EXAMPLE: ClassVar[dict[str, object]] = {"agency": "MPS", "round": 1, "reason": "the translation is missing"}

    agency: str
    round: int
    reason: str
    on_paper: bool = False
    document_number: str | None = None


class OpinionRequestWithdrawn(Message):
    """An agency that has not said anything is asked no more. Settles its clock."""

    TYPE = "caytre.agreement.opinion_request_withdrawn.v1"
    EXAMPLE: ClassVar[dict[str, object]] = {
        "agency": "MOIT",
        "round": 1,
        "reason": "asked in error: trade is not touched",
        "settles": [{"code": "AGR_OPINION", "discriminator": "MOIT"}],
    }

    agency: str
    round: int
    reason: str


class OpinionGiven(Message):
    """A consulted agency has replied in writing. Settles its clock."""

    TYPE = "caytre.agreement.opinion_given.v1"
    EXAMPLE: ClassVar[dict[str, object]] = {
        "agency": "MOFA",
        "round": 1,
        "answer": "agree_with_comments",
        "comments_count": 2,
        "settles": [{"code": "AGR_OPINION", "discriminator": "MOFA"}],
    }

    agency: str
    round: int
    answer: Answer
    comments_count: int = 0
    on_paper: bool = False


class CommentAnswered(Message):
    """The proposing side says how it took up a comment, or why not; `comment` counts from 0."""

    TYPE = "caytre.agreement.comment_answered.v1"
    EXAMPLE: ClassVar[dict[str, object]] = {"agency": "MOFA", "comment": 0}

    agency: str
    comment: int


class OpinionOverdue(Message):
    """The time of an agency is over and it has not replied. Silence is no consent."""

    TYPE = "caytre.agreement.opinion_overdue.v1"
    EXAMPLE: ClassVar[dict[str, object]] = {"agency": "MPS", "round": 1, "overdue_since": "2026-03-12T01:00:00Z"}

    agency: str
    round: int
    overdue_since: datetime


class NoReplyRecorded(Message):
    """The chair records that an overdue agency has not replied."""

    TYPE = "caytre.agreement.no_reply_recorded.v1"
    EXAMPLE: ClassVar[dict[str, object]] = {
        "agency": "MPS",
        "round": 1,
        "reason": "reminded twice in writing",
        "settles": [{"code": "AGR_OPINION", "discriminator": "MPS"}],
    }

    agency: str
    round: int
    reason: str


class ConsultationClosed(Message):
    """Every mandatory opinion is in and every comment answered."""

    TYPE = "caytre.agreement.consultation_closed.v1"
    EXAMPLE: ClassVar[dict[str, object]] = {"agencies": ["MOFA", "MPS"], "no_reply": []}

    agencies: tuple[str, ...]
    no_reply: tuple[str, ...] = ()
