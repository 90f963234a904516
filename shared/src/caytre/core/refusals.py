"""Refusals: what may not be done, said by name, in both languages. One handler turns them into RFC 9457 problems."""

from __future__ import annotations

import re
from dataclasses import dataclass
from typing import ClassVar, Protocol, runtime_checkable


@runtime_checkable
class Bilingual(Protocol):
    """What can be said in both languages, e.g. the errors of `caytre.reference`."""

    @property
    def vi(self) -> str:
        """In Vietnamese."""

    @property
    def en(self) -> str:
        """In English."""


@dataclass(frozen=True, slots=True)
class Words:
    """A fact of a refusal in both languages; a sentence takes those of its own."""

    vi: str
    en: str

    def __str__(self) -> str:
        return self.en


def said(fact: object, language: str) -> object:
    """The fact as a sentence in this language takes it."""
    return (fact.vi if language == "vi" else fact.en) if isinstance(fact, Bilingual) else fact


class Refusal(Exception):
    """A command that is understood and refused; nothing has changed.

    Subclasses give one sentence per language with `{placeholders}` for the facts. `status` 409 is a named
    refusal of the domain and nothing else; `pointer` is the JSON pointer (RFC 6901) of the offending member, if any.
    """

    status: ClassVar[int] = 409
    en: ClassVar[str] = "The request is refused."
    vi: ClassVar[str] = "Yêu cầu bị từ chối."

    def __init__(self, *, pointer: str | None = None, **facts: object) -> None:
        self.pointer = pointer
        self.facts = facts
        super().__init__(self.sentence("en"))

    @classmethod
    def code(cls) -> str:
        """The kebab-case name that ends the problem's `type`, e.g. `already-signed`."""
        return re.sub(r"(?<=[a-z0-9])(?=[A-Z])", "-", cls.__name__).lower()

    def sentence(self, language: str) -> str:
        """What is the matter, for a person, in `vi` or `en`."""
        return (self.vi if language == "vi" else self.en).format(
            **{name: said(fact, language) for name, fact in self.facts.items()}
        )


_KINDS = {
    "agreement": "thỏa thuận",
    "partner": "đối tác",
    "annual_plan": "kế hoạch đoàn ra, đoàn vào",
    "delegation": "đoàn công tác nước ngoài",
    "visit": "đoàn vào",
    "invitation": "lời mời",
    "follow_up": "việc cần tiếp tục",
    "finding": "trường hợp trùng lặp",
    "event": "sự kiện",
    "registration": "đăng ký tham dự",
    "meeting": "cuộc gặp",
    "lead": "cơ hội hợp tác",
    "outcome": "kết quả",
    "consumer": "tiến trình nhận",
    "parked message": "thông điệp tạm giữ",
    "record or message": "hồ sơ hoặc thông điệp",
}


class NotFound(Refusal):
    """404: there is no such record, or the caller may not know of it (the two look alike on purpose)."""

    status = 404
    en = "There is no {kind} with the id {id}."
    vi = "Không có {kind} nào mang mã {id}."

    def __init__(self, *, kind: str, id: object, pointer: str | None = None) -> None:
        super().__init__(pointer=pointer, kind=Words(_KINDS.get(kind, "bản ghi"), kind), id=id)


class Forbidden(Refusal):
    """403: the caller sees the record but its roles do not allow the operation."""

    status = 403
    en = "Your roles do not allow the operation {operation} here."
    vi = "Vai trò của bạn không cho phép thao tác {operation} ở đây."


class Stale(Refusal):
    """412: the version named in If-Match is not the present one (RFC 9110 section 13.1.1)."""

    status = 412
    en = "You changed version {expected}, but the record is at version {present}. Read it again and decide anew."
    vi = "Bạn sửa phiên bản {expected} nhưng hồ sơ đang ở phiên bản {present}. Hãy đọc lại rồi quyết định."


class KeyReused(Refusal):
    """422: the idempotency key was used before with another request."""

    status = 422
    en = "The Idempotency-Key {key} was already used for another request. Use a new key for a new request."
    vi = "Idempotency-Key {key} đã được dùng cho một yêu cầu khác. Hãy dùng khóa mới cho yêu cầu mới."


class Invalid(Refusal):
    """422: the request is well-formed JSON of the right shape, but a value cannot be meant."""

    status = 422
    en = "The value is not valid: {reason}"
    vi = "Giá trị không hợp lệ: {reason}"

    def __init__(self, *, reason: Bilingual, pointer: str | None = None) -> None:
        super().__init__(pointer=pointer, reason=reason)
