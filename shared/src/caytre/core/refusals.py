"""Refusals: what may not be done, said by name, in both languages. One handler turns them into RFC 9457 problems."""

from __future__ import annotations

import re
from typing import ClassVar


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
        return (self.vi if language == "vi" else self.en).format(**self.facts)


class NotFound(Refusal):
    """404: there is no such record, or the caller may not know of it (the two look alike on purpose)."""

    status = 404
    en = "There is no {kind} with the id {id}."
    vi = "Không có {kind} nào mang mã {id}."


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
