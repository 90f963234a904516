"""A token without a role, and one of an operator: neither learns anything of any record, by whatever road."""

from __future__ import annotations

import pytest

from caytre.core.relaying import journal
from tests.builders.agreements_office import OFFICER, OPERATOR, Office, Person

NOBODY: Person = {"sub": "nobody", "roles": [], "localities": ["VN-P-2025-33"], "organisation": "MOFA"}


@pytest.mark.parametrize("caller", [NOBODY, OPERATOR], ids=["nobody", "operator"])
async def test_who_reads_no_records_reads_them_by_no_road(office: Office, caller: Person) -> None:
    partner = await office.partner(verified=False)
    async with office.database.worker.acquire() as connection:
        await connection.fetchval(journal.COLLECT, "agreements", 0, 1000)
    roads = ("/partners", f"/partners/{partner['id']}", f"/partners/{partner['id']}/confidential", "/changes")
    for road in (*roads, "/changes/stream"):
        assert (await office.get(road, by=caller)).status_code == 403, road
    assert partner["id"] in (await office.get("/changes", by=OFFICER)).text


async def test_a_journey_tells_operators_when_and_nobody_else_without_a_role(office: Office) -> None:
    partner = await office.partner(verified=False)
    async with office.database.worker.acquire() as connection:
        await connection.fetchval(journal.COLLECT, "agreements", 0, 1000)
    told = await office.get(f"/journey/{partner['id']}", by=OPERATOR)
    assert told.status_code == 200
    assert partner["names"]["vi"] not in told.text
    assert (await office.get(f"/journey/{partner['id']}", by=NOBODY)).status_code == 403
