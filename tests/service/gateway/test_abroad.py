"""Who is abroad on a day: as told, else as planned; restricted ones as envelopes; nobody's name."""

from __future__ import annotations

from datetime import timedelta
from typing import Any
from uuid import UUID

import pytest

from caytre.contracts.message import RESTRICTED
from caytre.core.clock import business_now, business_today
from caytre.core.storing.database import Database
from caytre.core.testing import deliver
from caytre.gateway.consumers import consumers
from tests.builders.agreements_office import AUDITOR, EMBASSY, MINISTRY, NEIGHBOUR, OFFICER, OPERATOR, POLICE, Person
from tests.builders.front import Front, fold
from tests.builders.said import Services
from tests.builders.views import CAO_BANG, HUNG_YEN, OLD_THAI_BINH

MEMBERS = [
    {"number": 1, "role": "head", "post": "pc_chair", "rank": "Chủ tịch"},
    {"number": 2, "post": "director"},
    {"number": 3, "post": "director"},
]


def day(offset: int) -> str:
    return (business_today() + timedelta(days=offset)).isoformat()


def stated(offset: int) -> dict[str, str]:
    on = day(offset)
    return {"text": on, "earliest": on, "latest": on, "precision": "day"}


def trip(services: Services, first: int, last: int, *places: str, **particulars: Any) -> UUID:
    """A delegation of three to Korea between two days, counted from today."""
    days = {"departs_on": stated(first), "returns_on": stated(last)}
    return services.delegation(*(places or (HUNG_YEN,)), **{**days, "members": MEMBERS, **particulars})


async def told(front: Front, services: Services) -> None:
    await deliver(consumers, front.database, services.messages)


async def shown(front: Front, query: str = "", by: Person = MINISTRY) -> list[str]:
    answer = await front.get(f"/views/abroad?{query}", by=by)
    assert answer.status_code == 200, answer.text
    return [item["id"] for item in answer.json()["items"]]


async def test_on_a_day_are_abroad_who_left_and_is_not_back_and_who_is_planned_to_be(front: Front) -> None:
    services = Services()
    planned = trip(services, -1, 2)
    late = trip(services, -9, -2)
    services.say(late, "departed", status="DEPARTED", departed_on=day(-8))
    early = trip(services, -3, 3)
    services.say(early, "departed", status="DEPARTED", departed_on=day(-3))
    services.say(early, "returned", status="RETURNED", returned_on=day(-1))
    trip(services, -1, 2, status="CANCELLED")
    await told(front, services)
    assert await shown(front) == [str(late), str(planned)]
    assert await shown(front, f"day={day(-1)}") == [str(early), str(late), str(planned)]
    assert await shown(front, f"day={day(-9)}") == []
    assert await shown(front, f"day={day(2)}") == [str(planned)]
    overdue, to_come = (await front.get("/views/abroad", accept_language="en", by=MINISTRY)).json()["items"]
    assert (overdue["actual"], overdue["not_back"], to_come["actual"], to_come["not_back"]) == (
        True,
        True,
        False,
        False,
    )
    assert overdue["departs"] == {"planned": day(-9), "actual": day(-8)}
    assert overdue["returns"] == {"planned": day(-2), "actual": None}
    assert overdue["head"] == {"post": "pc_chair", "label": "Chair of the People's Committee", "rank": "Chủ tịch"}
    assert (overdue["travellers"], overdue["posts"][0]["count"]) == (3, 2)


async def test_they_are_counted_by_locality_and_country_and_narrowed_to_one(front: Front) -> None:
    services = Services()
    stops = [
        {"country": "KR", "city": "Đại Điền", "arrives": day(-1), "leaves": day(0)},
        {"country": "JP", "city": "Phố Mới", "arrives": day(1), "leaves": day(2)},
    ]
    both = trip(services, -1, 2, OLD_THAI_BINH, HUNG_YEN, stops=stops)
    other = trip(services, 0, 1, CAO_BANG)
    await told(front, services)
    view = (await front.get("/views/abroad?limit=1", by=MINISTRY)).json()
    assert [(one["country"], one["delegations"], one["travellers"]) for one in view["countries"]] == [
        ("KR", 2, 6),
        ("JP", 1, 3),
    ]
    assert {one["locality"]["id"]: one["delegations"] for one in view["localities"]} == {HUNG_YEN: 1, CAO_BANG: 1}
    assert [item["id"] for item in view["items"]] == [str(other)]
    assert await shown(front, f"limit=1&cursor={view['next']}") == [str(both)]
    assert await shown(front, "country=JP") == [str(both)]
    assert await shown(front, f"locality={CAO_BANG}") == [str(other)]
    assert await shown(front, f"locality={OLD_THAI_BINH}") == [str(both)]
    for then, where in ((0, "KR"), (1, "JP")):
        [line] = (await front.get(f"/views/abroad?country=JP&day={day(then)}", by=MINISTRY)).json()["items"]
        assert [stop["country"] for stop in line["stops"]] == [where]
    assert (await front.get("/views/abroad?country=XX", by=MINISTRY)).status_code == 422


#: Delegations are for those concerned; of a restricted one a mission is told nothing, since it stands in no country.
MAY: dict[str, tuple[Person, set[str]]] = {
    "officer": (OFFICER, {"own", "hidden"}),
    "neighbour": (NEIGHBOUR, {"other"}),
    "ministry": (MINISTRY, {"own", "hidden", "other"}),
    "auditor": (AUDITOR, {"own", "hidden", "other"}),
    "police": (POLICE, set()),
    "embassy": (EMBASSY, {"own", "other"}),
}


@pytest.mark.parametrize("who", MAY)
async def test_each_reader_sees_and_counts_whom_it_may_know_of(front: Front, who: str) -> None:
    reader, may = MAY[who]
    services = Services()
    secret: dict[str, Any] = {"title": "Kín đáo", "sensitivity": RESTRICTED}
    made = {
        "own": trip(services, 0, 1),
        "other": trip(services, 0, 1, CAO_BANG),
        "hidden": trip(services, -3, 1, **secret),
        "back": trip(services, -3, 1, **secret),
        "at home": trip(services, -3, 1, **secret),
    }
    now = business_now()
    for hidden in ("hidden", "back"):
        services.say(made[hidden], "departed", status="DEPARTED", at=now - timedelta(days=2))
    services.say(made["back"], "returned", status="RETURNED", at=now - timedelta(days=1))
    await told(front, services)
    answer = await front.get("/views/abroad", by=reader)
    view = answer.json()
    assert {item["id"] for item in view["items"]} == {str(made[name]) for name in may}
    assert sum(one["delegations"] for one in view["localities"]) == len(may)
    assert "Kín" not in answer.text
    for item in view["items"]:
        if item["sensitivity"] == RESTRICTED:
            envelope = {"id", "kind", "version", "sensitivity", "localities", "page", "labels", "label", "illustration"}
            assert set(item) == envelope
    yesterday = await shown(front, f"day={day(-1)}", by=reader)
    assert set(yesterday) == {str(made[name]) for name in ("hidden", "back") if "hidden" in may}
    assert str(made["hidden"]) not in await shown(front, "country=KR", by=reader)


async def test_operators_are_told_nothing_of_who_is_abroad(front: Front) -> None:
    assert (await front.get("/views/abroad", by=OPERATOR)).status_code == 403


async def test_people_get_a_page_in_their_language(front: Front) -> None:
    services = Services()
    trip(services, -1, 1, title="Đoàn xúc tiến <đầu tư>")
    await told(front, services)
    vietnamese = (await front.get("/views/abroad", accept="text/html")).text
    assert "Đoàn ở nước ngoài" in vietnamese
    assert "Đoàn xúc tiến &lt;đầu tư&gt;" in vietnamese
    assert "Hàn Quốc (Đại Điền)" in vietnamese
    assert "Chủ tịch Ủy ban nhân dân · 3" in vietnamese
    english = (await front.get("/views/abroad", accept="text/html", accept_language="en")).text
    assert "Delegations abroad" in english
    assert "By country" in english


async def test_a_batch_single_messages_and_replays_leave_the_same_days(database: Database) -> None:
    services = Services()
    back = trip(services, -3, 3)
    services.say(back, "departed", status="DEPARTED", departed_on=day(-2))
    services.say(back, "returned", status="RETURNED", returned_on=day(-1))
    put_off = trip(services, -1, 1)
    services.say(put_off, "postponed", status="POSTPONED")
    hidden = trip(services, -1, 1)
    services.say(hidden, "withdrawn", sensitivity=RESTRICTED)
    await fold(database, services.messages)
    rows = await database.worker.fetch("SELECT id, away_from, away_until FROM record_view WHERE away_from IS NOT NULL")
    assert [(row["id"], str(row["away_from"]), str(row["away_until"])) for row in rows] == [(back, day(-2), day(-1))]
