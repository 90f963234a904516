"""Read your own writes: first the right to know, then a bounded wait without a connection, then an honest answer."""

from __future__ import annotations

import asyncio
from time import monotonic

import pytest

from caytre.gateway.settings import GatewaySettings
from tests.builders.agreements_office import NEIGHBOUR, OFFICER
from tests.service.gateway.conftest import House

PARTNER = {"type": "foreign_locality", "names": {"vi": "Thành phố Minh Họa"}, "country": "KR"}


async def written(house: House) -> tuple[str, str]:
    """A partner entered through the gateway: its id and the consistency token of the answer."""
    headers = house.office.headers(OFFICER) | {"idempotency-key": "k-1"}
    answer = await house.front.http.post("/partners", json=PARTNER, headers=headers)
    return answer.json()["id"], answer.headers["consistency-token"]


def patience(house: House, seconds: float) -> None:
    """How long this gateway lets views wait."""
    house.front.app.state.gateway = GatewaySettings(consistency_seconds=seconds)


async def test_a_view_waits_until_it_holds_the_write(house: House) -> None:
    id, token = await written(house)
    asked = asyncio.create_task(house.front.get(f"/views/partners/{id}", consistency_token=token))
    await asyncio.sleep(0.2)
    assert not asked.done()
    began = monotonic()
    await house.front.carry(house.office, twice=False)
    answer = await asked
    assert monotonic() - began < 1
    assert answer.status_code == 200, answer.text
    assert answer.json()["partner"]["version"] == 1
    at_once = await house.front.get(f"/views/partners/{id}", consistency_token=token)
    assert at_once.status_code == 200


async def test_many_waiting_readers_hold_no_connection(house: House) -> None:
    id, token = await written(house)
    asked = [asyncio.create_task(house.front.get(f"/views/partners/{id}", consistency_token=token)) for _ in range(40)]
    await asyncio.sleep(0.5)
    assert (await house.front.get("/views/agreements")).status_code == 200
    await house.front.carry(house.office, twice=False)
    assert {answer.status_code for answer in await asyncio.gather(*asked)} == {200}


async def test_what_does_not_come_is_a_documented_503(house: House) -> None:
    patience(house, 0.3)
    id, token = await written(house)
    answer = await house.front.get("/views/agreements", consistency_token=token, accept_language="en")
    assert (answer.status_code, answer.headers["retry-after"]) == (503, "1")
    assert answer.json()["type"].endswith("/problems/not-there-yet")
    assert token in answer.json()["detail"]
    await house.front.carry(house.office, twice=False)
    later = token.replace("@1", "@2")
    assert (await house.front.get(f"/views/partners/{id}", consistency_token=later)).status_code == 503


async def test_who_may_not_know_of_the_record_is_told_nothing_and_does_not_wait(house: House) -> None:
    hidden = await house.office.partner(verified=False, sensitivity="restricted")
    unknown = "partner/01980000-0000-7000-8000-00000000dead@1"
    for carried in (False, True):
        if carried:
            await house.front.carry(house.office, twice=False)
        for token in (f"partner/{hidden['id']}@1", f"partner/{hidden['id']}@99", unknown):
            began = monotonic()
            answer = await house.front.get("/views/agreements", by=NEIGHBOUR, consistency_token=token)
            assert (answer.status_code, answer.json()["type"]) == (404, "/problems/not-found")
            assert monotonic() - began < 2


async def test_a_parked_record_answers_at_once_and_says_that_it_is_stale(house: House) -> None:
    id, token = await written(house)
    await house.front.carry(house.office, twice=False)
    parked = """
        INSERT INTO parked (consumer, topic, partition, "offset", epoch, position, key, headers, record_at, error)
        VALUES ('gateway', 'caytre.agreements.events.v1', 0, 9, 1, 9, $1, '{}', now(), 'broken: secret detail')"""
    await house.front.database.worker.execute(parked, id)
    began = monotonic()
    answer = await house.front.get(f"/views/partners/{id}", consistency_token=token.replace("@1", "@2"))
    assert answer.status_code == 200, answer.text
    assert monotonic() - began < 2
    part = answer.json()["parts"][0]
    assert (part["status"], part["stale"]) == ("stale", True)
    assert part["behind"][0] | {"parked_at": None} == {
        "record": f"partner/{id}",
        "wanted": 2,
        "held": 1,
        "parked_at": None,
    }
    assert "secret detail" not in answer.text


@pytest.mark.parametrize(
    "token", ["partner/1@1", "person/01980000-0000-7000-8000-000000000001@1", "x", ",".join(["x"] * 9)]
)
async def test_a_token_nobody_gave_is_refused(house: House, token: str) -> None:
    assert (await house.front.get("/views/agreements", consistency_token=token)).status_code == 400


async def test_several_tokens_in_one_header_are_all_waited_for(house: House) -> None:
    first, second = [await house.office.partner(verified=False) for _ in range(2)]
    tokens = ", ".join(f"partner/{partner['id']}@1" for partner in (first, second))
    asked = asyncio.create_task(house.front.get(f"/views/partners/{first['id']}", consistency_token=tokens))
    await asyncio.sleep(0.1)
    await house.front.carry(house.office, twice=False)
    assert (await asked).status_code == 200
