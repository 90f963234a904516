"""Many at once on the real database: an event is never oversold, a slot has one meeting, and who loses is told why."""

from __future__ import annotations

import asyncio
from pathlib import Path
from typing import Any

from caytre.core.testing import Log
from tests.builders.desk import Issuer
from tests.builders.events_office import EventsOffice, an_events_office


def refused(answer: Any) -> str:
    return str(answer.json()["type"]).rsplit("/", 1)[1]


async def ledger(office: EventsOffice, event: dict[str, Any]) -> tuple[int, int]:
    rows = await office.database.worker.fetch(
        "SELECT turn, taken, waiting FROM seat_turn WHERE event_id = $1 AND mode = 'onsite' ORDER BY turn", event["id"]
    )
    assert [row["turn"] for row in rows] == list(range(1, len(rows) + 1)), "no turn twice, none left out"
    return rows[-1]["taken"], rows[-1]["waiting"]


async def test_forty_parties_at_once_take_no_place_twice(office: EventsOffice) -> None:
    event = await office.opened(quotas={"onsite": 25})
    body = {"event_id": event["id"], "organisation": "Công ty Minh Họa"}
    answers = await asyncio.gather(
        *[office.post("/registrations", {**body, "party_size": 1 + n % 2}) for n in range(40)]
    )
    assert {answer.status_code for answer in answers} == {201}
    parties = [answer.json() for answer in answers]
    taken, waiting = await ledger(office, event)
    admitted = [party for party in parties if party["status"] == "APPROVED"]
    assert taken == sum(party["party_size"] for party in admitted) <= 25
    assert taken >= 24, "only a party of two can find a single place left"
    assert waiting == len(parties) - len(admitted)
    places = sorted(party["waiting_place"] for party in parties if party["status"] == "WAITLISTED")
    assert len(set(places)) == len(places)
    full = (await office.get(f"/events/{event['id']}/places")).json()
    assert full["onsite"] == {"taken": taken, "waiting": waiting}


async def test_two_processes_that_share_the_database_take_turns(
    office: EventsOffice, tmp_path: Path, issuer: Issuer, url: str
) -> None:
    event = await office.opened(quotas={"onsite": 10})
    other_folder = tmp_path / "other"
    other_folder.mkdir()
    async with an_events_office(other_folder, issuer, url) as other:
        body = {"event_id": event["id"], "organisation": "Công ty Minh Họa"}
        both = [each.post("/registrations", body, key=f"race-{n}") for n in range(12) for each in (office, other)]
        answers = await asyncio.gather(*both)
    # The same keys came over both: each request happened once.
    assert {answer.status_code for answer in answers} == {201}
    assert len({answer.json()["id"] for answer in answers}) == 12
    assert await ledger(office, event) == (10, 2)


async def test_a_quota_lowered_while_parties_register_never_falls_below_them(office: EventsOffice) -> None:
    event = await office.opened(quotas={"onsite": 30})
    body = {"event_id": event["id"], "organisation": "Công ty Minh Họa"}
    answers = await asyncio.gather(
        *[office.post("/registrations", body) for _ in range(10)],
        office.post(f"/events/{event['id']}/quotas", {"onsite": 5}, version=event["version"]),
        *[office.post("/registrations", body) for _ in range(10)],
    )
    lowered = answers[10]
    taken, _ = await ledger(office, event)
    if lowered.status_code == 200:
        assert taken <= 5
    else:
        assert (lowered.status_code, refused(lowered)) == (409, "quota-below-admitted")
        assert taken == 20
    late = await office.post(
        f"/events/{event['id']}/quotas", {"onsite": 1}, version=(await office.now("events", event))["version"]
    )
    assert (late.status_code, refused(late)) == (409, "quota-below-admitted")


async def test_the_database_itself_refuses_an_oversold_ledger(office: EventsOffice) -> None:
    checks = await office.database.worker.fetch(
        "SELECT conname FROM pg_constraint WHERE conrelid = 'seat_turn'::regclass"
    )
    assert {"pk_seat_turn", "ck_seat_turn_not_oversold", "ck_seat_turn_not_negative"} <= {row[0] for row in checks}


async def meeting(office: EventsOffice, one: dict[str, Any], other: dict[str, Any]) -> dict[str, Any]:
    body = {"requester": one["id"], "addressee": other["id"], "subject": "Hợp tác minh họa"}
    return await office.create("meetings", body)


async def test_of_two_acceptances_for_one_slot_at_the_same_instant_one_is_refused_by_name(office: EventsOffice) -> None:
    event = await office.opened(meeting_grid={"slots": 6, "tables": 9})
    for round in range(6):
        shared, one, other = [await office.party(event) for _ in range(3)]
        first, second = await meeting(office, shared, one), await meeting(office, other, shared)
        slot = round + 1
        answers = await asyncio.gather(
            office.post(f"/meetings/{first['id']}/acceptance", {"slot": slot, "table": 1}, version=1),
            office.post(f"/meetings/{second['id']}/acceptance", {"slot": slot, "table": 2}, version=1),
        )
        assert sorted(answer.status_code for answer in answers) == [200, 409]
        loser = next(answer for answer in answers if answer.status_code == 409)
        assert refused(loser) == "party-already-meets"


async def test_of_two_acceptances_for_one_table_at_the_same_instant_one_is_refused_by_name(
    office: EventsOffice,
) -> None:
    event = await office.opened(meeting_grid={"slots": 6, "tables": 3})
    for round in range(6):
        people = [await office.party(event) for _ in range(4)]
        pairs = [await meeting(office, people[n], people[n + 1]) for n in (0, 2)]
        answers = await asyncio.gather(
            *[
                office.post(f"/meetings/{each['id']}/acceptance", {"slot": round + 1, "table": 2}, version=1)
                for each in pairs
            ]
        )
        assert sorted(answer.status_code for answer in answers) == [200, 409]
        loser = next(answer for answer in answers if answer.status_code == 409)
        assert refused(loser) == "table-already-taken"


async def test_a_slot_that_was_given_up_is_free_again_and_goes_to_one_of_those_who_want_it(
    office: EventsOffice,
) -> None:
    event = await office.opened(meeting_grid={"slots": 1, "tables": 1})
    people = [await office.party(event) for _ in range(6)]
    first = await office.act("meetings", await meeting(office, *people[:2]), "acceptance", {"slot": 1, "table": 1})
    second, third = await meeting(office, *people[2:4]), await meeting(office, *people[4:])
    taken = await office.post(f"/meetings/{second['id']}/acceptance", {"slot": 1, "table": 1}, version=1)
    assert refused(taken) == "table-already-taken"
    await office.act("meetings", first, "cancellation", {"reason": "đổi lịch"})
    answers = await asyncio.gather(
        *[
            office.post(f"/meetings/{each['id']}/acceptance", {"slot": 1, "table": 1}, version=1)
            for each in (second, third)
        ]
    )
    assert sorted(answer.status_code for answer in answers) == [200, 409]
    rows = await office.database.worker.fetch("SELECT turn FROM table_slot ORDER BY turn")
    assert [row["turn"] for row in rows] == [0, 1]


async def test_places_that_become_free_go_to_the_waiting_list_in_order(office: EventsOffice, own: Log) -> None:
    event = await office.opened(quotas={"onsite": 4})
    first = await office.party(event, party_size=4)
    waiting = [await office.party(event, party_size=size) for size in (3, 2, 1)]
    assert [party["status"] for party in waiting] == ["WAITLISTED"] * 3
    await office.act("registrations", first, "withdrawal", {"reason": "hoãn"})
    told = await office.hear_itself(own)
    assert told.count("caytre.registration.promoted.v1") == 1
    present = [(await office.now("registrations", party))["status"] for party in waiting]
    # The party of one would fit, but the party of two came before it.
    assert present == ["APPROVED", "WAITLISTED", "WAITLISTED"]
    assert await ledger(office, event) == (3, 2)
    event = await office.now("events", event)
    await office.act("events", event, "quotas", {"onsite": 6})
    await office.hear_itself(own)
    present = [(await office.now("registrations", party))["status"] for party in waiting]
    assert present == ["APPROVED"] * 3
    assert await ledger(office, event) == (6, 0)
    heard = await office.said(waiting[1])
    assert heard == ["waitlisted", "promoted"]


async def test_promotion_and_registration_at_once_stay_within_the_quota(office: EventsOffice, own: Log) -> None:
    event = await office.opened(quotas={"onsite": 5})
    parties = [await office.party(event) for _ in range(8)]
    for party in parties[:3]:
        await office.act("registrations", party, "withdrawal", {})
    body = {"event_id": event["id"], "organisation": "Công ty Minh Họa"}
    _, answers = await asyncio.gather(
        office.hear_itself(own), asyncio.gather(*[office.post("/registrations", body) for _ in range(6)])
    )
    assert {answer.status_code for answer in answers} == {201}
    await office.hear_itself(own)
    assert await ledger(office, event) == (5, 6)
    first = [(await office.now("registrations", party))["status"] for party in parties[5:]]
    assert first == ["APPROVED"] * 3
