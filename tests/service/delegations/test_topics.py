"""On a real Kafka the service hears itself: what is submitted is searched, and the other side is told."""

from __future__ import annotations

import asyncio
from collections.abc import AsyncIterator
from pathlib import Path
from typing import Any

import pytest

from caytre.local.kafka import Kafka
from tests.builders.agreements_office import AUDITOR, LEAD, NEIGHBOUR
from tests.builders.delegations import CAO_BANG
from tests.builders.delegations_office import PAPER, Office, an_office, member
from tests.builders.desk import Issuer

#: One worker runs them all, on one broker of their own.
pytestmark = pytest.mark.xdist_group("topics of delegations")


@pytest.fixture
async def platform(tmp_path: Path, issuer: Issuer, url: str, broker: Kafka) -> AsyncIterator[Office]:
    async with an_office(tmp_path, issuer, url, kafka=broker.address, role="all") as office:
        yield office


async def handed_in(office: Office, body: dict[str, Any], by: Any) -> str:
    made = await office.create("delegation", body, by)
    for item in ("LETTER", "INVITATION", "TRANSLATION"):
        await office.act("delegation", made["id"], f"dossier/{item}", {"document": PAPER}, by)
    await office.act("delegation", made["id"], "submission", by=by)
    return str(made["id"])


async def test_a_conflict_is_found_by_hearing_ones_own_messages(platform: Office) -> None:
    same = [member(1, identity="001000000009")]
    ours = await handed_in(platform, platform.trip(members=same), LEAD)
    theirs = await handed_in(platform, platform.trip(members=same, locality=CAO_BANG), NEIGHBOUR)
    found: list[dict[str, Any]] = []
    async with asyncio.timeout(60):
        while not found or (await platform.present("delegation", theirs, AUDITOR))["scan"] is None:
            await asyncio.sleep(0.1)
            found = (await platform.get(f"/findings?delegation={ours}", LEAD)).json()["items"]
    assert [(each["conflict"], each["status"]) for each in found] == [("SAME_PERSON", "OPEN")]
    causes = await platform.database.worker.fetch(
        "SELECT type, causation_id IS NOT NULL AS caused FROM journal WHERE type LIKE '%conflict_found%'"
    )
    assert [(row["type"], row["caused"]) for row in causes] == [("caytre.finding.conflict_found.v1", True)]
