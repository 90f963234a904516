"""The directory of desks: who is told for whom, in which language, under which address."""

from __future__ import annotations

from collections.abc import Mapping
from email.errors import HeaderParseError
from email.headerregistry import Address
from typing import Any, ClassVar, Self
from uuid import UUID

from caytre.contracts.notifications import RecipientAmended, RecipientRegistered, RecipientState
from caytre.core.admission import admit
from caytre.core.record import Record
from caytre.core.refusals import Refusal
from caytre.notifications.model.places import with_successors


class AddressUnusable(Refusal):
    status = 422
    en = "This is no e-mail address a mail can be sent to."
    vi = "Đây không phải là địa chỉ thư điện tử có thể gửi được."


class RecipientOfNobody(Refusal):
    status = 422
    en = "A recipient stands for an organisation, a locality or a mission's country, unless it is a ministry's desk."
    vi = "Người nhận phải thuộc một tổ chức, địa phương hoặc nước của cơ quan đại diện, trừ bộ phận của Bộ."


class NothingChangesForRecipient(Refusal):
    en = "The recipient is already as asked; nothing was changed."
    vi = "Người nhận đã đúng như yêu cầu; không có gì thay đổi."


class Recipient(RecipientState, Record):
    """A desk that is told. Its name and address are personal data: encrypted, on no topic."""

    KIND: ClassVar[str] = "recipient"
    CONFIDENTIAL: ClassVar[frozenset[str]] = frozenset({"name", "address"})

    name: str | None = None
    address: str | None = None

    @classmethod
    def register(cls, *, id: UUID, **particulars: Any) -> tuple[Self, RecipientRegistered]:
        """Enter a desk. Raises AddressUnusable, RecipientOfNobody, StateSecretNotAdmitted."""
        recipient = cls(id=id, **particulars)
        recipient._settle()
        return recipient, RecipientRegistered(role=recipient.role)

    def amend(self, changes: Mapping[str, Any]) -> RecipientAmended:
        """Correct particulars. Raises NothingChangesForRecipient, AddressUnusable, RecipientOfNobody."""
        changed = tuple(name for name in sorted(changes) if getattr(self, name) != changes[name])
        if not changed:
            raise NothingChangesForRecipient
        for name in changed:
            setattr(self, name, changes[name])
        self._settle()
        return RecipientAmended(fields=changed)

    def _settle(self) -> None:
        admit(self)
        if self.address is not None:
            self.address = usable(self.address)
        belongs = self.organisation or self.locality or self.country
        if not belongs and not self.role.startswith("ministry"):
            raise RecipientOfNobody(pointer="/organisation")
        self.has_address = self.address is not None
        self.localities = with_successors((self.locality,)) if self.locality else ()
        self.countries = (self.country,) if self.country else ()
        self.consultees = (self.organisation,) if self.organisation else ()


def usable(text: str) -> str:
    """The address, in ASCII with one local part and one domain (RFC 5321 section 4.1.2). Raises AddressUnusable."""
    try:
        address = Address(addr_spec=text)
    except (ValueError, IndexError, HeaderParseError) as error:
        raise AddressUnusable(pointer="/address") from error
    plain = text.isascii() and text.isprintable() and " " not in text and '"' not in text
    if not plain or not address.username or "." not in f"{address.domain}." or not address.domain or len(text) > 254:
        raise AddressUnusable(pointer="/address")
    return text
