"""The dates of written acts: none lies ahead, and none is older than what it answers."""

from __future__ import annotations

from datetime import date

from caytre.contracts.message import Document
from caytre.core.refusals import Refusal


class DocumentFromTheFuture(Refusal):
    en = "The document {number} bears a date after today ({issued_on})."
    vi = "Văn bản {number} ghi ngày sau hôm nay ({issued_on})."


class DocumentTooOld(Refusal):
    en = "The document {number} bears the date {issued_on}; what it answers is of {since}."
    vi = "Văn bản {number} ghi ngày {issued_on}, trước việc mà văn bản này trả lời ({since})."


class DocumentUndated(Refusal):
    status = 422
    en = "The document {number} needs its date."
    vi = "Văn bản {number} phải ghi ngày."


def issued(document: Document, today: date, *, since: date | None = None, dated: bool = False) -> Document:
    """The document, if its date can be true; `since` is the day of what it answers, `dated` asks for a date.

    Raises DocumentFromTheFuture, DocumentTooOld, DocumentUndated.
    """
    if document.issued_on is None:
        if dated:
            raise DocumentUndated(pointer="/document/issued_on", number=document.number)
        return document
    if document.issued_on > today:
        raise DocumentFromTheFuture(number=document.number, issued_on=document.issued_on)
    if since is not None and document.issued_on < since:
        raise DocumentTooOld(number=document.number, issued_on=document.issued_on, since=since)
    return document
