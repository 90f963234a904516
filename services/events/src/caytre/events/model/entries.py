"""What registers and publications say of records that are here already."""

from __future__ import annotations

from collections.abc import Collection
from datetime import date
from decimal import Decimal
from typing import Any

from caytre.contracts.agreements import StatedDate
from caytre.contracts.message import Provenance
from caytre.core.record import Record
from caytre.core.refusals import Refusal
from caytre.events.model.statuses import AlreadyAsAsked, PublicationMissing, words


class HeldInTheFuture(Refusal):
    status = 422
    en = "The entry says {status} of {day}; today is {today}."
    vi = "Dữ liệu ghi {status} ngày {day}; hôm nay là {today}."


class NotRecorded(Refusal):
    en = "This record is handled here by acts of officers; an entry of a register does not change it."
    vi = "Hồ sơ này được xử lý tại đây bằng thao tác của cán bộ; dữ liệu từ sổ đăng ký không làm thay đổi."


def ensure_published(provenance: Provenance) -> None:
    """Raises PublicationMissing for something sourced that names no source."""
    if provenance.origin == "sourced" and not (provenance.publication and (provenance.statement or provenance.date)):
        raise PublicationMissing(pointer="/source")


def ensure_not_ahead(day: StatedDate, today: date, status: str, pointer: str) -> None:
    """Raises HeldInTheFuture for something that certainly lies ahead."""
    if day.earliest > today:
        raise HeldInTheFuture(pointer=pointer, status=status, day=day.text, today=today)


def entry_differences(here: Record, there: Record, compared: Collection[str]) -> tuple[str, ...]:
    """The fields in which an entry says something else; what it leaves open is no difference."""
    return tuple(
        field
        for field in compared
        if (said := _compared(there, field)) not in (None, [], {}) and said != _compared(here, field)
    )


def follow_entry(here: Record, there: Record, fields: tuple[str, ...]) -> tuple[str, ...]:
    """Take these fields over. Raises NotRecorded, AlreadyAsAsked."""
    if here.provenance.origin == "act":
        raise NotRecorded
    if not fields:
        raise AlreadyAsAsked(record=words(here.KIND))
    for field in fields:
        setattr(here, field, getattr(there, field))
    return fields


def _compared(record: Record, field: str) -> Any:
    value = record.model_dump(mode="json", include={field}, exclude_none=True).get(field)
    if not value:
        return value
    match field:
        case "schedule":
            # The words of a date do not count.
            return [value[end][side] for end in ("starts_on", "ends_on") for side in ("earliest", "latest")]
        case "realised_on":
            return [value["earliest"], value["latest"]]
        case "money" | "expected":
            return [str(Decimal(value["amount"]).normalize()), value["currency"], value["amount_type"]]
    return value
