"""That a foreign party of an agreement that is not signed yet is no longer vouched for, or is again."""

from __future__ import annotations

from typing import Annotated, ClassVar
from uuid import UUID

from caytre.contracts.message import Message, Shape, open_enum

WhyNotVouchedFor = Annotated[str, open_enum("REVOKED", "REJECTED", "VERIFICATION_EXPIRED")]

_PARTNER = "01980000-0000-7000-8000-000000000001"


class PartnerNotVouchedFor(Shape):
    """A foreign party that is not vouched for, why, and the version of the partner that said so."""

    partner_id: UUID
    why: WhyNotVouchedFor
    version: int


class AgreementPartnerFlagged(Message):
    """A foreign party is no longer vouched for: nothing may be approved or signed until it is verified again."""

    TYPE = "caytre.agreement.partner_flagged.v1"
    EXAMPLE: ClassVar[dict[str, object]] = {"partner_id": _PARTNER, "why": "REVOKED"}

    partner_id: UUID
    why: WhyNotVouchedFor


class AgreementPartnerCleared(Message):
    """Foreign parties that were flagged are vouched for again."""

    TYPE = "caytre.agreement.partner_cleared.v1"
    EXAMPLE: ClassVar[dict[str, object]] = {"partner_ids": [_PARTNER]}

    partner_ids: tuple[UUID, ...]


VOUCHING_MESSAGES: tuple[type[Message], ...] = (AgreementPartnerFlagged, AgreementPartnerCleared)
