"""The conflicts of delegations are those that a comparison of all with all finds, and none else."""

from collections import defaultdict
from uuid import UUID

import asyncpg

from caytre.bench.faults.evidence import Evidence
from caytre.bench.faults.judgement import Judgement
from caytre.delegations.commands.scanning import stay_in
from caytre.delegations.model.conflicts import Stay, conflicts_of
from caytre.delegations.model.reviewing import ON_THE_WAY

_STAYS = "SELECT delegation_id, localities, kind, key, lower(during) AS first, upper(during) - 1 AS last FROM stay"


async def judge(found: Judgement, url: str, lies: Evidence) -> None:
    """Of every delegation that is on its way."""
    connection = await asyncpg.connect(url)
    try:
        stays = [stay_in(row) for row in await connection.fetch(_STAYS)]
    finally:
        await connection.close()
    kept = {str(stay.delegation_id) for stay in stays}
    on_the_way = {each["id"] for each in lies.documents.get("delegation", ()) if each["status"] in ON_THE_WAY}
    found.check("a delegation on its way, and no other, takes its days", on_the_way ^ kept)
    there = {each["id"] for each in lies.documents.get("finding", ()) if each["status"] != "CLOSED"}
    expected = _compared(stays)
    found.seen["conflicts"] = len(expected)
    found.check("LOST: a conflict is found", expected - there)
    found.check("no conflict is found that is none", there - expected)


def _compared(stays: list[Stay]) -> set[str]:
    by_key: dict[tuple[str, str], list[Stay]] = defaultdict(list)
    own: dict[UUID, list[Stay]] = defaultdict(list)
    for stay in stays:
        by_key[stay.kind, stay.key].append(stay)
        own[stay.delegation_id].append(stay)
    expected = set()
    for id, mine in own.items():
        keys = {(stay.kind, key) for stay in mine for key in (stay.key, stay.meets())}
        around = [other for key in keys for other in by_key[key]]
        expected |= {str(each) for each in conflicts_of(id, around)}
    return expected
