"""What services say to each other: messages, the deadlines they carry and the state they leave behind.

A message is sent as a CloudEvent in binary mode (CloudEvents 1.0.2, Kafka protocol binding): the attributes
travel as headers, the value is `{<what changed>, "deadlines", "settles", "state"}`. Unknown fields, types and
enum values are kept or skipped, never refused: contracts only grow.
"""

from __future__ import annotations

from datetime import date
from typing import Annotated, ClassVar, Literal, cast, get_args
from uuid import UUID

from pydantic import BaseModel, ConfigDict, Field
from pydantic.fields import FieldInfo


def open_enum(*values: str) -> FieldInfo:
    """Marks a text whose known values may grow (Zalando's `x-extensible-enum`): readers keep what they do not know."""
    return cast(FieldInfo, Field(json_schema_extra={"x-extensible-enum": list(values)}))


def known_values(marked: object) -> tuple[str, ...]:
    """The values that this release knows of a text marked by `open_enum`."""
    extras = [extra for each in get_args(marked) if (extra := getattr(each, "json_schema_extra", None))]
    return tuple(extras[0]["x-extensible-enum"])


PUBLIC, INTERNAL, RESTRICTED = "public", "internal", "restricted"
#: What every reader may know of. Any other sensitivity, also one that this release does not know, is as restricted.
OPEN = frozenset({PUBLIC, INTERNAL})


def is_restricted(sensitivity: str) -> bool:
    """Whether only whom it concerns may know of such a record. The one place that judges it."""
    return sensitivity not in OPEN


Sensitivity = Annotated[str, open_enum(PUBLIC, INTERNAL, RESTRICTED)]
Origin = Annotated[str, open_enum("act", "sourced", "law", "inferred", "imported", "illustration")]


class Shape(BaseModel):
    """A value inside a message or a state: immutable, tolerant of fields that a later release adds."""

    model_config = ConfigDict(frozen=True, extra="ignore")


class ExternalRef(Shape):
    """The identity of this record in another system; unique per system and readable by either side."""

    system: str
    id: str


class Provenance(Shape):
    """Where a record or link comes from when it is no officer's act here."""

    origin: Origin = "act"
    publication: str | None = None
    statement: str | None = None
    date: str | None = None
    citation: str | None = None
    inferred_from: str | None = None
    file: str | None = None
    row: int | None = None
    system: str | None = None


class Document(Shape):
    """A written act: number, symbol, day of issue and issuer, as official papers are quoted."""

    number: str
    symbol: str | None = None
    issued_on: date | None = None
    issuer: str | None = None


class Deadline(Shape):
    """Something that falls due. Its identity is (owner, code, discriminator, round), the owner the message's subject.

    `anchor` is the exact day from which `n` days are counted (or, for LEAD, back from which); an anchor that is
    not known exactly stays empty and `anchor_missing` says why, since a deadline is never counted from an invented day.
    Due dates are not sent: only the notifications service knows the working-day calendar. `citation` names the act and
    the place in it, in English and, as `citation_vi`, in Vietnamese; what is policy and not law has none. Of a
    `historical` deadline nobody is reminded: its day was over when the record came in from a register.
    """

    code: str
    discriminator: str = ""
    round: int = 1
    anchor: date | None
    anchor_missing: str | None = None
    n: int
    unit: Literal["WORKING", "CALENDAR", "LEAD"]
    answerable: str
    citation: str | None = None
    citation_vi: str | None = None
    verified: bool = False
    historical: bool = False


class Settlement(Shape):
    """The full identity of a settled deadline. `owner` is `<aggregate>/<id>`, empty for the message's subject."""

    owner: str = ""
    code: str
    discriminator: str = ""
    round: int = 1


class Message(Shape):
    """A fact in the past tense. Subclasses add what changed; `TYPE` is the CloudEvents type on the wire.

    `ENVELOPE` are the fields that are said of a restricted record too. `STATE_REQUIRED` is off for types whose first
    revision was released without the state after them. With a `TOMBSTONE` the record's public state ends.
    """

    TYPE: ClassVar[str]
    ENVELOPE: ClassVar[frozenset[str]] = frozenset({"deadlines", "settles"})
    STATE_REQUIRED: ClassVar[bool] = True
    TOMBSTONE: ClassVar[bool] = False
    deadlines: tuple[Deadline, ...] = ()
    settles: tuple[Settlement, ...] = ()


def ending_public_states() -> list[str]:
    """The types, of all messages that this process knows, behind which a record has no public state any more."""
    found, kinds = set(), [Message]
    while kinds:
        kind = kinds.pop()
        kinds += kind.__subclasses__()
        if kind.TOMBSTONE:
            found.add(kind.TYPE)
    return sorted(found)


class State(BaseModel):
    """The public state of a record after a message; also the stored document and, where nothing is masked, the answer.

    `confidential` is the digest (`sha256:<hex>`) of the encrypted part: the journal proves what it does not show.
    """

    model_config = ConfigDict(extra="ignore", validate_assignment=False)

    #: Records of this kind are known to those they concern and to no other, whatever their sensitivity.
    PRIVATE: ClassVar[bool] = False

    id: UUID
    version: int = 0
    shape: int = 1
    sensitivity: Sensitivity = INTERNAL
    localities: tuple[str, ...] = ()
    provenance: Provenance = Provenance()
    external_refs: tuple[ExternalRef, ...] = ()
    confidential: str | None = None
