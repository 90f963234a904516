"""Rows on their way: one key each until answered, the first row of a new partner alone, a stop when nobody answers."""

from __future__ import annotations

import asyncio
import json
from collections.abc import Callable
from dataclasses import dataclass, field
from typing import Any

import httpx2
import pytest
from starlette.applications import Starlette
from starlette.requests import Request
from starlette.responses import JSONResponse, Response
from starlette.routing import Route

from caytre.cli.importing.outcome import Outcome, counts
from caytre.cli.importing.rows import Problem, Row
from caytre.cli.importing.running import Done, Plan, Run
from caytre.cli.importing.sending import Sender

CREATED = {"outcome": "created", "id": "0198f1c0-0000-7000-8000-000000000001", "version": 1}


@dataclass(frozen=True)
class Entry:
    """What a row says."""

    number: str
    partner: str = "one"

    @property
    def body(self) -> dict[str, Any]:
        return {"number": self.number, "partner": self.partner}

    @property
    def shared(self) -> tuple[str, str]:
        return "KR", self.partner


Answer = Callable[[str, int], Response]


@dataclass
class Office:
    """A service that answers as it is told, and remembers what it was asked."""

    answer: Answer = lambda number, times: JSONResponse(CREATED)
    asked: list[tuple[str, str, str]] = field(default_factory=list)
    under_way: int = 0
    most_under_way: int = 0

    async def take(self, request: Request) -> Response:
        self.under_way += 1
        self.most_under_way = max(self.most_under_way, self.under_way)
        await asyncio.sleep(0.005)
        self.under_way -= 1
        number = json.loads(await request.body())["number"]
        self.asked.append((number, request.query_params["mode"], request.headers["idempotency-key"]))
        return self.answer(number, sum(known == number for known, _, _ in self.asked))

    def keys(self, number: str) -> list[str]:
        return [key for known, _, key in self.asked if known == number]


def rows(*entries: Entry | None) -> list[Row[Entry]]:
    return [
        Row("so.csv", "", at + 2, {"signed_on": "Ngày ký"}, "sổ", entry.number if entry else "", entry,
            [] if entry else [Problem("Ngày ký", "is empty")])
        for at, entry in enumerate(entries)
    ]  # fmt: skip


def problem(status: int, name: str = "refused", **members: Any) -> Response:
    content = {"type": f"http://office/problems/{name}", "status": status, "detail": f"because {name}", **members}
    return JSONResponse(content, status, media_type="application/problem+json")


async def send(office: Office, entries: list[Row[Entry]], plan: Plan | None = None, run: str = "1") -> Done:
    transport = httpx2.ASGITransport(app=Starlette(routes=[Route("/recordings", office.take, methods=["POST"])]))
    async with httpx2.AsyncClient(transport=transport, base_url="http://office") as client:
        return await Run(Sender(client, "/recordings", run, patience=5.0), plan or Plan(), lambda _: None).run(entries)


async def test_a_row_is_tried_again_under_the_same_key_while_the_platform_is_away() -> None:
    def answer(number: str, times: int) -> Response:
        return problem(503) if times < 3 else JSONResponse(CREATED)

    office = Office(answer)
    done = await send(office, rows(Entry("A-1")))
    assert counts(done.outcomes) == {"created": 1}
    assert len(office.asked) == 3
    assert len(set(office.keys("A-1"))) == 1


async def test_keys_tell_rows_contents_ways_and_runs_apart() -> None:
    office = Office()
    for entries, plan, run in (
        (rows(Entry("A-1")), Plan(), "1"),
        (rows(Entry("A-1")), Plan(), "1"),
        (rows(Entry("A-1", partner="two")), Plan(), "1"),
        (rows(Entry("A-1")), Plan(update=True), "1"),
        (rows(Entry("A-1")), Plan(apply=False), "1"),
        (rows(Entry("A-1")), Plan(), "2"),
        (rows(Entry("A-2")), Plan(), "1"),
    ):
        await send(office, entries, plan, run)
    keys = [key for _, _, key in office.asked]
    assert keys[0] == keys[1]
    assert len(set(keys)) == 6


async def test_a_refusal_is_told_with_the_column_it_is_about() -> None:
    office = Office(lambda number, times: problem(422, errors=[{"pointer": "#/signed_on", "detail": "too early"}]))
    (one,) = (await send(office, rows(Entry("A-1")))).outcomes
    assert (one.outcome, [str(each) for each in one.problems]) == ("refused", ["Ngày ký: too early"])


async def test_what_somebody_else_did_in_that_moment_is_tried_again() -> None:
    office = Office(lambda number, times: problem(409, "name-just-taken") if times == 1 else JSONResponse(CREATED))
    assert counts((await send(office, rows(Entry("A-1")))).outcomes) == {"created": 1}


async def test_what_stays_refused_is_refused_in_the_end() -> None:
    office = Office(lambda number, times: problem(409, "external-ref-taken"))
    (one,) = (await send(office, rows(Entry("A-1")))).outcomes
    assert (one.outcome, len(office.asked)) == ("refused", 5)


async def test_faulty_rows_are_never_sent_and_do_not_stop_the_others() -> None:
    office = Office(lambda number, times: problem(409) if number == "A-2" else JSONResponse(CREATED))
    done = await send(office, rows(Entry("A-1"), None, Entry("A-2"), Entry("A-3")))
    assert [one.outcome for one in done.outcomes] == ["created", "refused", "refused", "created"]
    assert {number for number, _, _ in office.asked} == {"A-1", "A-2", "A-3"}


async def test_no_more_rows_are_under_way_than_asked_for() -> None:
    office = Office()
    await send(office, rows(*[Entry(f"A-{number}", f"partner {number}") for number in range(30)]), Plan(concurrency=4))
    assert 1 < office.most_under_way <= 4


async def test_the_first_row_of_a_partner_goes_alone() -> None:
    office = Office()
    await send(office, rows(*[Entry(f"A-{number}") for number in range(8)]), Plan(concurrency=8))
    first = office.asked[0][0]
    assert [number for number, _, _ in office.asked].count(first) == 1
    assert office.most_under_way == 7


@pytest.mark.parametrize("faulty", [None, Entry("A-2")])
async def test_all_or_nothing_applies_only_when_every_row_is_well(faulty: Entry | None) -> None:
    office = Office(lambda number, times: problem(409) if number == "A-2" else JSONResponse(CREATED))
    done = await send(office, rows(Entry("A-1"), faulty), Plan(all_or_nothing=True))
    assert [one.outcome for one in done.outcomes] == ["left out", "refused"]
    assert {mode for _, mode, _ in office.asked} == {"validate"}
    well = await send(office, rows(Entry("A-1")), Plan(all_or_nothing=True))
    assert counts(well.outcomes) == {"created": 1}
    assert [mode for number, mode, _ in office.asked[-2:]] == ["validate", "apply"]


@pytest.mark.parametrize(("status", "says"), [(503, "run the same command again"), (401, "does not accept the token")])
async def test_an_import_stops_when_nobody_answers_or_lets_it_in(status: int, says: str) -> None:
    office = Office(lambda number, times: JSONResponse(CREATED) if number == "A-1" else problem(status))
    done = await send(office, rows(Entry("A-1"), Entry("A-2"), Entry("A-3")), Plan(concurrency=1))
    assert [one.outcome for one in done.outcomes] == ["created", "not tried", "not tried"]
    assert done.stopped is not None
    assert says in done.stopped


def test_an_outcome_keeps_what_was_noted_in_its_row() -> None:
    (row,) = rows(Entry("A-1"))
    row.notes.append("Ngày ký: the stored value of a formula")
    found = Outcome.of(row, "created", id="1")
    assert (found.row, found.number, found.notes) == (2, "A-1", row.notes)
