"""The directory: who is told for a role, an organisation, a locality or a mission. Addresses are confidential."""

from __future__ import annotations

from typing import Annotated, ClassVar

from caytre.contracts.message import Message, State, open_enum

RecipientLanguage = Annotated[str, open_enum("vi", "en")]


class RecipientState(State):
    """A desk. Its name and address are in the confidential part; `has_address` says whether there is one.

    Muted categories are not mailed, unless they are mandatory; they stay in the inbox.
    """

    PRIVATE: ClassVar[bool] = True

    role: str
    organisation: str | None = None
    locality: str | None = None
    country: str | None = None
    language: RecipientLanguage = "vi"
    muted: tuple[str, ...] = ()
    has_address: bool = False
    active: bool = True
    countries: tuple[str, ...] = ()
    consultees: tuple[str, ...] = ()


class RecipientRegistered(Message):
    """A desk was entered in the directory."""

    TYPE = "caytre.recipient.registered.v1"
    EXAMPLE: ClassVar[dict[str, object]] = {"role": "locality_officer"}

    role: str


class RecipientAmended(Message):
    """Particulars of a desk have changed; `fields` names them."""

    TYPE = "caytre.recipient.amended.v1"
    EXAMPLE: ClassVar[dict[str, object]] = {"fields": ["address", "language"]}

    fields: tuple[str, ...]


RECIPIENT_MESSAGES: tuple[type[Message], ...] = (RecipientRegistered, RecipientAmended)
