"""A later version of a procedure comes into force: open agreements are told, each once, and officers decide."""

from __future__ import annotations

import json
from datetime import UTC, date, datetime, timedelta
from typing import Any

import pytest

from caytre.agreements.consumers import consumers
from caytre.agreements.consumers.days import awaited_day
from caytre.contracts.notifications import DayBegan
from caytre.core.consuming import consumer
from caytre.core.consuming.received import Received
from caytre.core.ids import new_id
from caytre.core.testing import Log, deliver, deliver_a_page
from tests.builders.agreements_office import LEAD, PAPER, TODAY, Office
from tests.builders.procedures import a_later_version

THIS_DAY = date.fromisoformat(TODAY)
LATER = THIS_DAY + timedelta(days=1)
KEEP = {"version": 2, "adopt": False, "reason": "đối tác đã thống nhất dự thảo"}
ADOPT = KEEP | {"adopt": True}
RESTRICTED = {"sensitivity": "restricted", "confirm_published_history_stays": True}
_TOLD = """
SELECT record_id::text AS id, data FROM outbox WHERE type = 'caytre.agreement.procedure_superseded.v1' ORDER BY id
"""


@pytest.fixture(autouse=True)
def second(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(consumer, "PAGE", 2)
    a_later_version(monkeypatch, "AGREEMENT_PROVINCE", LATER)


def _began(log: Log, day: date) -> Received:
    at = datetime(day.year, day.month, day.day, 1, tzinfo=UTC)
    return log.say(DayBegan.TYPE, new_id(), DayBegan(day=day, working_day=True, calendar_version=1), at=at)


async def _told(office: Office) -> dict[str, Any]:
    rows = await office.database.worker.fetch(_TOLD)
    told = {row["id"]: json.loads(row["data"]) for row in rows}
    assert len(told) == len(rows), "each once"
    return told


async def _present(office: Office, id: str) -> dict[str, Any]:
    found: dict[str, Any] = (await office.get(f"/agreements/{id}")).json()
    return found


async def _to_decide(office: Office) -> set[str]:
    answer = await office.get("/agreements?procedure_superseded=true")
    assert answer.status_code == 200, answer.text
    return {item["id"] for item in answer.json()["items"]}


async def test_open_agreements_are_told_of_a_later_version_in_pages_each_once(office: Office) -> None:
    partner = await office.partner()
    drafts = [await office.draft(partner) for _ in range(3)]
    asked = await office.consulting(partner)
    hidden = await office.act(await office.draft(partner), "classification", RESTRICTED, LEAD)
    given_up = await office.act(await office.draft(partner), "cancellation", {"reason": "x"})
    kept_quiet = await office.act(await office.draft(partner), "classification", RESTRICTED, LEAD)
    await office.act(kept_quiet, "cancellation", {"reason": "x"})
    assert await awaited_day(office.database, THIS_DAY) == LATER

    log = Log("notifications")
    await deliver(consumers, office.database, [_began(log, THIS_DAY)])
    assert await _told(office) == {}
    day = _began(log, LATER)
    await deliver_a_page(consumers, office.database, day)
    assert len(await _told(office)) == 2
    await deliver(consumers, office.database, [day])
    await deliver(consumers, office.database, [_began(log, LATER + timedelta(days=1))])
    told = await _told(office)
    open_ones = {agreement["id"] for agreement in (*drafts, asked)}
    assert set(told) == {*open_ones, hidden["id"]}
    assert (await _present(office, given_up["id"]))["procedure_superseded"] is None
    assert all(said["deadlines"][0]["code"] == "AGR_PROCEDURE" for said in told.values())
    assert "version" not in told[hidden["id"]], "of a restricted one the clock alone"
    assert told[asked["id"]]["version"] == 2
    assert await _to_decide(office) == open_ones
    assert (await _present(office, asked["id"]))["procedure"]["version"] == 1, "nothing switches by itself"


async def test_a_draft_adopts_the_later_version_and_what_agencies_saw_keeps_its_own(office: Office) -> None:
    partner = await office.partner()
    draft = await office.act(await office.draft(partner), "dossier/OPINION/LETTER", {"document": PAPER})
    asked = await office.consulting(partner)
    path, early = f"/agreements/{draft['id']}/procedure", draft["version"]
    refused = await office.post(path, KEEP, by=LEAD, version=early)
    assert refused.json()["type"] == "/problems/no-later-version"
    await deliver(consumers, office.database, [_began(Log("notifications"), LATER)])
    draft, asked = await _present(office, draft["id"]), await _present(office, asked["id"])
    assert draft["procedure_superseded"] == {
        "version": 2,
        "since": LATER.isoformat(),
        "decided": None,
        "reason": None,
        "document": None,
    }
    refused = await office.post(path, ADOPT | {"version": 3}, by=LEAD, version=draft["version"])
    assert refused.json()["type"] == "/problems/another-version-awaits"
    draft = await office.act(draft, "procedure", ADOPT | {"document": PAPER}, LEAD)
    assert (draft["procedure"]["version"], draft["procedure_superseded"]["decided"]) == (2, "ADOPTED")
    assert [item["code"] for item in draft["dossier"] if item["received_at"]] == ["LETTER"]
    refused = await office.post(path, KEEP, by=LEAD, version=draft["version"])
    assert refused.json()["type"] == "/problems/version-already-decided"

    path = f"/agreements/{asked['id']}/procedure"
    refused = await office.post(path, ADOPT, by=LEAD, version=asked["version"])
    assert (refused.status_code, refused.json()["type"]) == (409, "/problems/consulted-under-its-version")
    assert await _to_decide(office) == {asked["id"]}
    asked = await office.act(asked, "procedure", KEEP, LEAD)
    assert (asked["procedure"]["version"], asked["procedure_superseded"]["decided"]) == (1, "KEPT")
    assert await _to_decide(office) == set()
    settled = await office.database.worker.fetch(
        "SELECT data -> 'settles' -> 0 ->> 'code' AS code FROM outbox WHERE type = $1",
        "caytre.agreement.procedure_decided.v1",
    )
    assert [row["code"] for row in settled] == ["AGR_PROCEDURE", "AGR_PROCEDURE"]
