"""Who travels. Names and identities are encrypted with the record; elsewhere a keyed digest stands for a person.

The digests let the search for conflicts see that two delegations name the same person without knowing who it is.
"""

from __future__ import annotations

import hmac
from collections.abc import Sequence
from datetime import date

from pydantic import BaseModel, ConfigDict

from caytre.contracts.delegations import Member
from caytre.core.refusals import Invalid, Refusal, Words
from caytre.reference.text import search_key


class MemberTwice(Refusal):
    en = "Members {one} and {other} are the same person: each travels once."
    vi = "Thành viên số {one} và số {other} là cùng một người: mỗi người chỉ được ghi một lần."


class Traveller(BaseModel):
    """A person as the dossier names it: identity number or passport, or at least the day of birth.

    `digests` are HMACs of each identity; any one in common with another traveller means the same person.
    """

    model_config = ConfigDict(frozen=True)

    number: int
    name: str
    identity_number: str | None = None
    passport: str | None = None
    born_on: date | None = None
    digests: tuple[str, ...] = ()

    def identified(self, key: bytes) -> Traveller:
        """The same traveller with its digests under the key of this installation."""
        seen = [
            _digest(key, kind, value)
            for kind, value in (
                ("identity", self.identity_number),
                ("passport", self.passport),
                ("name", f"{search_key(self.name)}|{self.born_on.isoformat()}" if self.born_on else None),
            )
            if value
        ]
        return self.model_copy(update={"digests": tuple(seen)})


def _digest(key: bytes, kind: str, value: str) -> str:
    plain = "".join(letter for letter in search_key(value) if letter.isalnum() or letter == "|")
    return hmac.digest(key, f"{kind}|{plain}".encode(), "sha256").hex()


def ensure_distinct(people: Sequence[Traveller]) -> None:
    """Raises MemberTwice."""
    seen: dict[str, int] = {}
    for person in people:
        for digest in person.digests:
            if digest in seen and seen[digest] != person.number:
                raise MemberTwice(pointer="/members", one=seen[digest], other=person.number)
            seen[digest] = person.number


def ensure_identified(people: Sequence[Traveller], members: Sequence[Member]) -> None:
    """Every member has a person who can be told apart from others. Raises Invalid."""
    known = {person.number for person in people if person.digests}
    missing = sorted({member.number for member in members} - known)
    if missing:
        numbers = ", ".join(map(str, missing))
        raise Invalid(
            pointer="/members",
            reason=Words(
                f"thành viên số {numbers} chưa có họ tên kèm số định danh, hộ chiếu hoặc ngày sinh",
                f"members {numbers} have no name with an identity number, a passport or a day of birth",
            ),
        )
