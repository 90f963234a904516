"""How one record came out of another: a link is stored and said by the downstream record, in its state."""

from __future__ import annotations

from datetime import date
from decimal import Decimal
from typing import Annotated
from uuid import UUID

from pydantic import Field

from caytre.contracts.message import Provenance, Shape, open_enum

Relation = Annotated[
    str,
    open_enum(
        "extended_invitation",
        "resulted_in_visit",
        "occasioned_event",
        "signed_during",
        "met_at",
        "led_to_lead",
        "lead_became_outcome",
        "implements",
        "replaces",
        "succeeds",
        "promoted",
    ),
]
Confidence = Annotated[str, open_enum("declared", "confirmed")]


class Ref(Shape):
    """A record of a service, with the label it had when it was referred to."""

    service: str
    kind: str
    id: UUID
    label: str | None = None


class Link(Shape):
    """What the record with this link came out of.

    `share` is the part of an outcome, in percent, that this upstream record is credited with; the shares of one
    outcome never add up to more than 100.
    """

    upstream: Ref
    relation: Relation
    confidence: Confidence = "declared"
    provenance: Provenance = Provenance()
    share: Annotated[Decimal, Field(gt=0, le=100)] | None = None
    note: str | None = None
    asserted_on: date | None = None
