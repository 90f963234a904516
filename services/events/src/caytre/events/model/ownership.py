"""What leads and outcomes share: where they came from, whose they are, and what happens to their partner."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import date, datetime
from decimal import Decimal
from typing import Protocol
from uuid import UUID

from caytre.contracts.events import PartnerFlag
from caytre.contracts.lineage import Link, Ref
from caytre.core.places import responsible
from caytre.core.refusals import Refusal
from caytre.reference import localities


class ShareOutOfRange(Refusal):
    status = 422
    en = "A share is more than 0 and at most 100 percent, not {share}."
    vi = "Tỷ lệ phải lớn hơn 0 và không quá 100%, không phải {share}."


class _Owned(Protocol):
    partner_id: UUID | None
    partner_name: str | None
    flags: tuple[PartnerFlag, ...]
    localities: tuple[str, ...]


def share_of(text: str) -> Decimal:
    """The part of a whole in percent. Raises ShareOutOfRange."""
    share = Decimal(text)
    if not 0 < share <= 100:
        raise ShareOutOfRange(pointer="/share", share=text)
    return share


def flag_partner(record: _Owned, partner_id: UUID, code: str, at: datetime) -> bool:
    """Flag what has happened to the record's partner; whether that is news."""
    if record.partner_id != partner_id or any(flag.code == code for flag in record.flags):
        return False
    record.flags = (*record.flags, PartnerFlag(partner_id=partner_id, code=code, at=at))
    return True


def repoint_partner(record: _Owned, partner_id: UUID, into: UUID) -> bool:
    """Name the partner that stands for a merged one; whether the record named the merged one."""
    if record.partner_id != partner_id:
        return False
    record.partner_id = into
    return True


def unname_partner(record: _Owned, partner_id: UUID) -> bool:
    """Name a partner no more that the register names no more; whether the record named it."""
    if record.partner_id != partner_id or record.partner_name is None:
        return False
    record.partner_name = None
    return True


def successor(record: _Owned, before: str, day: date) -> str | None:
    """The unit that answers from this day on where `before` has ended, added to those that may read the record."""
    unit = localities.get(before)
    if unit.valid_on(day):
        return None
    after = responsible(unit, day).id
    record.localities = tuple(dict.fromkeys((*record.localities, after)))
    return after


def with_link(links: Sequence[Link], link: Link) -> tuple[Link, ...]:
    """The links with this one, in the place of one to the same record with the same relation."""
    kept = tuple(known for known in links if not (_to(known, link.upstream) and known.relation == link.relation))
    return (*kept, link)


def without_link(links: Sequence[Link], upstream: Ref) -> tuple[Link, ...]:
    """The links without those to this record."""
    return tuple(known for known in links if not _to(known, upstream))


def _to(link: Link, upstream: Ref) -> bool:
    return (link.upstream.service, link.upstream.kind, link.upstream.id) == (
        upstream.service,
        upstream.kind,
        upstream.id,
    )
