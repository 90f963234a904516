"""A later version of the procedure comes into force: trips that are not approved are told once, officers decide."""

from __future__ import annotations

import json
from datetime import UTC, date, datetime, timedelta
from typing import Any

import pytest

from caytre.contracts.notifications import DayBegan
from caytre.core.consuming import consumer
from caytre.core.consuming.received import Received
from caytre.core.ids import new_id
from caytre.core.testing import Log, deliver, deliver_a_page
from caytre.delegations.consumers import consumers
from caytre.delegations.consumers.time import awaited_day
from tests.builders.agreements_office import LEAD
from tests.builders.delegations import HUNG_YEN
from tests.builders.delegations_office import PAPER, TODAY, Office
from tests.builders.procedures import a_later_version

LATER = TODAY + timedelta(days=1)
KEEP = {"version": 2, "adopt": False, "reason": "hồ sơ đã hoàn chỉnh"}
ADOPT = KEEP | {"adopt": True}
_TOLD = """
SELECT record_id::text AS id, data FROM outbox WHERE type = 'caytre.delegation.procedure_superseded.v1' ORDER BY id
"""
_SETTLED = """
SELECT data -> 'settles' -> 0 ->> 'code' AS code FROM outbox WHERE type = 'caytre.delegation.procedure_decided.v1'
"""


@pytest.fixture(autouse=True)
def second(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(consumer, "PAGE", 2)
    a_later_version(monkeypatch, "DELEGATION_OUTGOING", LATER)


def began(log: Log, day: date) -> Received:
    at = datetime(day.year, day.month, day.day, 1, tzinfo=UTC)
    return log.say(DayBegan.TYPE, new_id(), DayBegan(day=day, working_day=True, calendar_version=1), at=at)


async def draft(office: Office, **particulars: Any) -> dict[str, Any]:
    return await office.create("delegation", {"locality": HUNG_YEN, "title": "Đoàn công tác", **particulars})


async def told(office: Office) -> dict[str, Any]:
    rows = await office.database.worker.fetch(_TOLD)
    by_trip = {row["id"]: json.loads(row["data"]) for row in rows}
    assert len(by_trip) == len(rows), "each once"
    return by_trip


async def to_decide(office: Office) -> set[str]:
    answer = await office.get("/delegations?procedure_superseded=true")
    assert answer.status_code == 200, answer.text
    return {item["id"] for item in answer.json()["items"]}


async def test_trips_that_are_not_approved_are_told_of_a_later_version_in_pages_each_once(office: Office) -> None:
    drafts = [await draft(office) for _ in range(3)]
    handed_in = await office.submitted(office.trip())
    hidden = await draft(office, sensitivity="restricted")
    approved = await office.approved(office.trip(first=80, last=85))
    given_up = await draft(office)
    await office.act("delegation", given_up["id"], "cancellation", {"reason": "đối tác bận"})
    await office.hear()
    assert await awaited_day(office.database, TODAY) == LATER

    log = office.notifications
    await deliver(consumers, office.database, [began(log, TODAY)])
    assert await told(office) == {}
    day = began(log, LATER)
    await deliver_a_page(consumers, office.database, day)
    assert len(await told(office)) == 2
    await deliver(consumers, office.database, [day])
    await office.hear(began(log, LATER + timedelta(days=1)))
    said = await told(office)
    open_ones = {trip["id"] for trip in (*drafts, handed_in)}
    assert set(said) == {*open_ones, hidden["id"]}
    for id in (approved["id"], given_up["id"]):
        assert (await office.present("delegation", id))["procedure_superseded"] is None
    clocks = {(each["deadlines"][0]["code"], each["deadlines"][0]["answerable"]) for each in said.values()}
    assert clocks == {("DEL_PROCEDURE", HUNG_YEN)}
    assert "version" not in said[hidden["id"]], "of a restricted one the clock alone"
    assert said[handed_in["id"]]["version"] == 2
    assert await to_decide(office) == open_ones
    present = await office.present("delegation", handed_in["id"])
    assert present["procedure"]["version"] == 1, "nothing switches by itself"


async def test_a_draft_adopts_the_later_version_and_what_was_handed_in_keeps_its_own(office: Office) -> None:
    made, handed_in = await draft(office), await office.submitted(office.trip())
    await office.act("delegation", made["id"], "dossier/LETTER", {"document": PAPER})
    assert await office.refused("delegation", made["id"], "procedure", KEEP, LEAD) == "no-later-version"
    await office.hear(began(office.notifications, LATER))
    assert (await office.present("delegation", made["id"]))["procedure_superseded"] == {
        "version": 2,
        "since": LATER.isoformat(),
        "decided": None,
        "reason": None,
        "document": None,
    }
    other = ADOPT | {"version": 3}
    assert await office.refused("delegation", made["id"], "procedure", other, LEAD) == "another-version-awaits"
    adopted = await office.act("delegation", made["id"], "procedure", ADOPT | {"document": PAPER}, LEAD)
    assert (adopted["procedure"]["version"], adopted["procedure_superseded"]["decided"]) == (2, "ADOPTED")
    assert [item["code"] for item in adopted["dossier"] if item["received_at"]] == ["LETTER"]
    assert await office.refused("delegation", made["id"], "procedure", KEEP, LEAD) == "version-already-decided"

    refused = await office.refused("delegation", handed_in["id"], "procedure", ADOPT, LEAD)
    assert refused == "submitted-under-its-version"
    assert await to_decide(office) == {handed_in["id"]}
    kept = await office.act("delegation", handed_in["id"], "procedure", KEEP, LEAD)
    assert (kept["procedure"]["version"], kept["procedure_superseded"]["decided"]) == (1, "KEPT")
    assert await to_decide(office) == set()
    rows = await office.database.worker.fetch(_SETTLED)
    assert [row["code"] for row in rows] == ["DEL_PROCEDURE", "DEL_PROCEDURE"]


async def test_what_is_given_back_is_a_draft_that_may_adopt(office: Office) -> None:
    trip = await office.submitted(office.trip())
    await office.hear(began(office.notifications, LATER))
    await office.act("delegation", trip["id"], "return-to-draft", {"reason": "theo thủ tục mới"}, LEAD)
    adopted = await office.act("delegation", trip["id"], "procedure", ADOPT, LEAD)
    assert adopted["procedure"]["version"] == 2
    again = await office.act("delegation", trip["id"], "submission")
    assert (again["status"], again["procedure"]["version"]) == ("SUBMITTED", 2)
