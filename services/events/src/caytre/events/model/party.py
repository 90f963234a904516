"""A party that is registered: who it is, who of it has come, and what of it is shown."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any, ClassVar

from pydantic import BaseModel, ConfigDict

from caytre.contracts.events import (
    RegistrationAmended,
    RegistrationCheckedIn,
    RegistrationHidden,
    RegistrationNoShow,
    RegistrationState,
)
from caytre.contracts.message import RESTRICTED, is_restricted
from caytre.core.admission import admit
from caytre.core.record import Record
from caytre.core.refusals import Refusal
from caytre.events.model import statuses
from caytre.events.model.casework import ensure_countries
from caytre.events.model.event import Event
from caytre.events.model.seats import Seats
from caytre.events.model.statuses import changed_fields


class MoreNamedThanRegistered(Refusal):
    status = 422
    en = "{named} persons are named in a party of {size}."
    vi = "Đoàn {size} người nhưng nêu tên {named} người."


class MorePresentThanRegistered(Refusal):
    status = 422
    en = "{present} persons cannot have come of a party of {size}."
    vi = "Đoàn {size} người không thể có {present} người đến dự."


class EventNotGoingOn(Refusal):
    en = "The event is {status}; who comes and who does not is told once it is LIVE."
    vi = "Sự kiện đang ở trạng thái {status}; chỉ ghi nhận có mặt, vắng mặt khi sự kiện diễn ra (LIVE)."


class LargerThanTheQuota(Refusal):
    en = "A party of {size} never has room in an event of {quota} places."
    vi = "Đoàn {size} người không thể dự sự kiện chỉ có {quota} chỗ."


class Participant(BaseModel):
    """A person of the party. Personal data: encrypted, on no topic."""

    model_config = ConfigDict(frozen=True)

    name: str
    position: str | None = None
    nationality: str | None = None
    passport: str | None = None
    email: str | None = None
    phone: str | None = None


class Party(Record, RegistrationState):
    """A registration beside its places."""

    KIND: ClassVar[str] = "registration"
    CONFIDENTIAL: ClassVar[frozenset[str]] = frozenset({"participants", "confidential_note"})
    AMENDABLE: ClassVar[frozenset[str]] = frozenset(
        {"organisation", "country", "rank", "kind", "participants", "confidential_note"}
    )

    participants: tuple[Participant, ...] = ()
    confidential_note: str | None = None

    @property
    def countries(self) -> tuple[str, ...]:
        """The foreign country the party comes from."""
        return (self.country,) if self.country and self.country != "VN" else ()

    @property
    def holds(self) -> bool:
        """Whether the party's places are taken."""
        return self.status in {"APPROVED", "CHECKED_IN", "NO_SHOW"}

    def amend(self, changes: Mapping[str, Any]) -> RegistrationAmended:
        """Correct particulars. Raises NotPossibleInStatus, AlreadyAsAsked, MoreNamedThanRegistered, Invalid."""
        self.ensure("PENDING", "APPROVED", "WAITLISTED")
        changed = changed_fields(self, dict(changes))
        if len(changes.get("participants", ())) > self.party_size:
            raise MoreNamedThanRegistered(
                pointer="/participants", named=len(changes["participants"]), size=self.party_size
            )
        if changes.get("country"):
            ensure_countries((changes["country"],), "/country")
        admit(*changes.values())
        for field in changed:
            setattr(self, field, changes[field])
        return RegistrationAmended(fields=changed)

    def check_in(self, present: int | None, event: Event) -> RegistrationCheckedIn:
        """The party has come. Raises NotPossibleInStatus, EventNotGoingOn, MorePresentThanRegistered."""
        self.ensure("APPROVED")
        if event.status != "LIVE":
            raise EventNotGoingOn(status=event.status)
        count = self.party_size if present is None else present
        if count > self.party_size:
            raise MorePresentThanRegistered(pointer="/present", present=count, size=self.party_size)
        self.status, self.checked_in = "CHECKED_IN", count
        return RegistrationCheckedIn(**self.told(), present=count)

    def miss(self, event: Event) -> RegistrationNoShow:
        """The party was expected and has not come. Raises NotPossibleInStatus, EventNotGoingOn."""
        self.ensure("APPROVED")
        if event.status not in {"LIVE", "HELD"}:
            raise EventNotGoingOn(status=event.status)
        self.status = "NO_SHOW"
        return RegistrationNoShow(**self.told())

    def hide(self) -> RegistrationHidden | None:
        """Follow the event that became restricted; None when that is done."""
        if is_restricted(self.sensitivity):
            return None
        self.sensitivity = RESTRICTED
        return RegistrationHidden()

    def ensure(self, *allowed: str) -> None:
        """Raises NotPossibleInStatus."""
        statuses.ensure(self.KIND, self, *allowed)

    def ensure_whole(self, seats: Seats | None = None) -> None:
        """Raises MoreNamedThanRegistered, LargerThanTheQuota, Invalid, StateSecretNotAdmitted."""
        if len(self.participants) > self.party_size:
            raise MoreNamedThanRegistered(pointer="/participants", named=len(self.participants), size=self.party_size)
        if seats is not None and seats.quota is not None and self.party_size > seats.quota:
            raise LargerThanTheQuota(pointer="/party_size", size=self.party_size, quota=seats.quota)
        if self.country:
            ensure_countries((self.country,), "/country")
        admit(self)

    def told(self) -> dict[str, Any]:
        """What every message about places repeats."""
        return {"event_id": self.event_id, "party_size": self.party_size}
