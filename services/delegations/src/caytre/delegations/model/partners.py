"""What this service knows of foreign partners: a copy of what the register of partners says, as it arrives."""

from __future__ import annotations

from collections.abc import Collection, Mapping
from dataclasses import dataclass
from datetime import date
from uuid import UUID

from caytre.core.refusals import Refusal

#: Partners of these types receive no delegation before the ministry vouches for them.
VERIFIED_TYPES = frozenset({"company", "ngo"})


class PartnerUnknown(Refusal):
    en = "The partner {partner} is not known here yet: register it, or try again when the register has been heard."
    vi = "Chưa biết đối tác {partner}: hãy đăng ký đối tác, hoặc thử lại khi dữ liệu đối tác đã được cập nhật."


class HostNotVerified(Refusal):
    en = "The host {partner} is a company or organisation that the ministry does not vouch for on {day}."
    vi = "Bên tiếp đón {partner} là doanh nghiệp hoặc tổ chức chưa được Bộ Ngoại giao xác minh tại ngày {day}."


@dataclass(frozen=True, slots=True)
class KnownPartner:
    """A partner at the `version` that was heard last; of a restricted one name and verification are not known."""

    id: UUID
    version: int
    type: str
    name: str | None = None
    country: str | None = None
    verified_until: date | None = None
    barred: bool = False
    merged_into: UUID | None = None

    def vouched_for(self, day: date) -> bool:
        """Whether it may receive a delegation on that day: verified, where its type asks for that; never if barred."""
        if self.barred:
            return False
        return self.type not in VERIFIED_TYPES or (self.verified_until is not None and day <= self.verified_until)

    @property
    def called(self) -> str:
        """Its name, or its id."""
        return self.name or str(self.id)


def ensure_vouched_for(
    ids: Collection[UUID], known: Mapping[UUID, KnownPartner], day: date, pointer: str = "/stops"
) -> None:
    """Raises PartnerUnknown, HostNotVerified."""
    for id in ids:
        if id not in known:
            raise PartnerUnknown(pointer=pointer, partner=id)
        if not known[id].vouched_for(day):
            raise HostNotVerified(pointer=pointer, partner=known[id].called, day=day)
