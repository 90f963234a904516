"""Whether the ministry still vouches for the foreign parties of what is not signed yet."""

from __future__ import annotations

from collections.abc import Collection
from uuid import UUID

from caytre.agreements.model.proposing import BEFORE_SIGNATURE
from caytre.agreements.model.superseding import Superseding
from caytre.contracts.agreements.vouching import (
    AgreementPartnerCleared,
    AgreementPartnerFlagged,
    PartnerNotVouchedFor,
)


class Vouching(Superseding):
    """Flags of partners whose verification was taken back, refused or ran out; they block nothing by themselves.

    Consultation, approval and signature look at the register themselves (`ensure_verified`).
    """

    def flag_partner(self, partner_ids: Collection[UUID], *, why: str, version: int) -> AgreementPartnerFlagged | None:
        """A foreign party is no longer vouched for; `version` is the partner's that said so.

        Once per partner and version: None when that is known, the partner is no party, or nothing is left to sign.
        """
        party = next((id for id in self.partner_ids if id in partner_ids), None)
        if party is None or self.status not in BEFORE_SIGNATURE:
            return None
        if any(flag.partner_id == party and flag.version >= version for flag in self.partner_flags):
            return None
        others = tuple(flag for flag in self.partner_flags if flag.partner_id != party)
        self.partner_flags = (*others, PartnerNotVouchedFor(partner_id=party, why=why, version=version))
        return AgreementPartnerFlagged(partner_id=party, why=why)

    def clear_partner(self, partner_ids: Collection[UUID]) -> AgreementPartnerCleared | None:
        """A foreign party is vouched for again; None where it was not flagged."""
        cleared = tuple(flag.partner_id for flag in self.partner_flags if flag.partner_id in partner_ids)
        if not cleared:
            return None
        self.partner_flags = tuple(flag for flag in self.partner_flags if flag.partner_id not in partner_ids)
        return AgreementPartnerCleared(partner_ids=cleared)
