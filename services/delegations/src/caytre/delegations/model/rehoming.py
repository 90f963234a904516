"""When a locality goes up into another one, the other one reads and carries on its records from that day on."""

from __future__ import annotations

from collections.abc import Mapping
from datetime import date, timedelta

from caytre.contracts.delegations import REHOMING_MESSAGES, Rehomed
from caytre.core.record import Record
from caytre.reference import localities

#: How long after a merger records are looked for that do not know of it yet.
LOOKED_FOR = timedelta(days=60)

_MESSAGE = {message.TYPE.split(".")[1]: message for message in REHOMING_MESSAGES}


def gone_up(today: date) -> Mapping[str, str]:
    """The localities that ended a short while ago, with the one that answers for each today."""
    every = localities.all_localities(illustration=True)
    ended = [
        unit for unit in every if unit.valid_to is not None and unit.valid_to < today <= unit.valid_to + LOOKED_FOR
    ]
    return {unit.id: localities.current(unit.id, today).id for unit in ended}


def rehome(record: Record, gone: Mapping[str, str]) -> Rehomed | None:
    """Add who answers today to the localities of the record; None when they are there."""
    today = dict.fromkeys(gone[id] for id in record.localities if id in gone)
    added = tuple(id for id in today if id not in record.localities)
    if not added:
        return None
    record.localities = (*record.localities, *added)
    return _MESSAGE[record.KIND](added=added)
