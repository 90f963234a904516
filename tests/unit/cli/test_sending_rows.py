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

from caytre.cli.importing.cells import Cells
from caytre.cli.importing.columns import Column, Layout
from caytre.cli.importing.kind import Kind
from caytre.cli.importing.outcome import Outcome, counts
from caytre.cli.importing.rows import Entry, Row
from caytre.cli.importing.running import INTERRUPTED, Done, Plan, Run
from caytre.cli.importing.sending import Sender
from caytre.cli.importing.sheet import Sheet

CREATED = {"outcome": "created", "id": "0198f1c0-0000-7000-8000-000000000001", "version": 1}


NUMBER, SIGNED = Column("number", "Số"), Column("signed_on", "Ngày ký")


def entry(number: str, *partners: str) -> Entry:
    shared = frozenset(("KR", partner) for partner in partners or ("one",))
    return Entry({"number": number, "partners": list(partners)}, shared)


KIND = Kind("notes", "/recordings", (NUMBER, SIGNED), lambda row: None, "", "", {"signing": "signed_on"})


Answer = Callable[[str, int], Response]


@dataclass
class Office:
    """A service that answers as it is told, and remembers what it was asked."""

    answer: Answer = lambda number, times: JSONResponse(CREATED)
    asked: list[tuple[str, str, str]] = field(default_factory=list)
    languages: list[str] = field(default_factory=list)
    untraced: list[str] = field(default_factory=list)
    under_way: int = 0
    most_under_way: int = 0

    async def take(self, request: Request) -> Response:
        self.under_way += 1
        self.most_under_way = max(self.most_under_way, self.under_way)
        await asyncio.sleep(0.005)
        self.under_way -= 1
        number = json.loads(await request.body())["number"]
        if request.headers.get("traceparent", "").endswith("-00"):
            self.untraced.append(number)
        self.languages.append(request.headers["accept-language"])
        self.asked.append((number, request.query_params["mode"], request.headers["idempotency-key"]))
        return self.answer(number, sum(known == number for known, _, _ in self.asked))

    def keys(self, number: str) -> list[str]:
        return [key for known, _, key in self.asked if known == number]


def rows(*entries: Entry | None) -> list[Row]:
    numbers = [entry.body["number"] if entry else "" for entry in entries]
    sheet = Sheet("", [["Số", "Ngày ký"], *([number, "31/02/2016"] for number in numbers)])
    found = []
    for at, (number, said) in enumerate(zip(numbers, entries, strict=True), 1):
        cells = Cells(sheet, Layout.of(KIND.columns), at)
        if said is None:
            cells.missing("signed_on")
        found.append(Row("so.csv", "", at + 1, cells, "sổ", number, said))
    return found


def problem(status: int, name: str = "refused", **members: Any) -> Response:
    content = {"type": f"http://office/problems/{name}", "status": status, "detail": f"because {name}", **members}
    return JSONResponse(content, status, media_type="application/problem+json")


async def send(office: Office, entries: list[Row], plan: Plan | None = None, run: str = "1") -> Done:
    transport = httpx2.ASGITransport(app=Starlette(routes=[Route("/recordings", office.take, methods=["POST"])]))
    async with httpx2.AsyncClient(transport=transport, base_url="http://office") as client:
        return await Run(Sender(client, KIND, run, patience=5.0), plan or Plan(), lambda _: None).run(entries)


async def test_a_row_is_tried_again_under_the_same_key_while_the_platform_is_away() -> None:
    def answer(number: str, times: int) -> Response:
        return problem(503) if times < 3 else JSONResponse(CREATED)

    office = Office(answer)
    done = await send(office, rows(entry("A-1")))
    assert counts(done.outcomes) == {"created": 1}
    assert len(office.asked) == 3
    assert len(set(office.keys("A-1"))) == 1


async def test_keys_tell_rows_contents_ways_and_runs_apart() -> None:
    office = Office()
    for entries, plan, run in (
        (rows(entry("A-1")), Plan(), "1"),
        (rows(entry("A-1")), Plan(), "1"),
        (rows(entry("A-1", "two")), Plan(), "1"),
        (rows(entry("A-1")), Plan(update=True), "1"),
        (rows(entry("A-1")), Plan(apply=False), "1"),
        (rows(entry("A-1")), Plan(), "2"),
        (rows(entry("A-2")), Plan(), "1"),
    ):
        await send(office, entries, plan, run)
    keys = [key for _, _, key in office.asked]
    assert keys[0] == keys[1]
    assert len(set(keys)) == 6


def in_language(language: str) -> Response:
    detail = {"vi": "quá sớm", "en": "too early"}[language]
    return problem(422, "signed-too-early", errors=[{"pointer": "#/signing/on", "detail": detail}])


async def test_a_refusal_is_told_in_both_languages_with_the_cell_it_is_about() -> None:
    office = Office(lambda number, times: in_language(office.languages[-1]))
    (one,) = (await send(office, rows(entry("A-1")))).outcomes
    assert one.outcome == "refused"
    assert [(each.cell, each.words.vi, each.words.en) for each in one.problems] == [
        ("B2", "ô B2 (Ngày ký) “31/02/2016”: quá sớm", "cell B2 (Ngày ký) “31/02/2016”: too early")
    ]
    assert len(set(office.keys("A-1"))) == 1


@pytest.mark.parametrize(
    ("answer", "says"),
    [
        (problem(422, "invalid-request", errors=[{"pointer": "#/number", "code": "string-too-long",
                 "detail": "String should have at most 200 characters"}]), "cell A2 (Số) “A-1”: is too long"),
        (problem(422, "invalid-request", errors=[{"pointer": "#/number", "code": "union-tag-invalid",
                 "detail": "Input tag 'x' found"}]), "cell A2 (Số) “A-1”: is a value that the platform does not take"),
        (problem(422, "invalid-request"), "is a value that the platform does not take here"),
        (problem(500, "internal-error", trace_id="0af7"), "the platform failed on this row (trace 0af7)"),
    ],
)  # fmt: skip
async def test_no_sentence_of_a_library_or_of_http_is_a_reason(answer: Response, says: str) -> None:
    (one,) = (await send(Office(lambda number, times: answer), rows(entry("A-1")))).outcomes
    assert one.outcome == "refused"
    assert str(one.problems[0]).startswith(says)


async def test_a_platform_without_such_a_command_stops_the_import() -> None:
    done = await send(Office(lambda number, times: problem(404, "no-such-page")), rows(entry("A-1"), entry("A-2")))
    assert done.stopped == "This platform takes no notes; is it of an older release?"


async def test_an_interrupt_tells_what_is_in_what_is_open_and_what_was_not_tried() -> None:
    office = Office()
    entries = rows(*[entry(f"A-{number}") for number in range(1, 5)], None)
    importing = asyncio.create_task(send(office, entries, Plan(concurrency=1)))
    while not (office.asked and office.under_way):
        await asyncio.sleep(0)
    importing.cancel()
    done = await importing
    assert done.stopped == INTERRUPTED
    assert [one.outcome for one in done.outcomes] == ["created", "not answered", "not tried", "not tried", "refused"]


async def test_rows_with_several_new_partners_in_any_order_do_not_wait_for_each_other_for_ever() -> None:
    office = Office()
    entries = [entry(f"A-{number}", *("abc" if number % 2 else "cba")) for number in range(12)]
    done = await asyncio.wait_for(send(office, rows(*entries)), 10)
    assert counts(done.outcomes) == {"created": 12}


async def test_what_somebody_else_did_in_that_moment_is_tried_again() -> None:
    office = Office(lambda number, times: problem(409, "name-just-taken") if times == 1 else JSONResponse(CREATED))
    assert counts((await send(office, rows(entry("A-1")))).outcomes) == {"created": 1}


async def test_what_stays_refused_is_refused_in_the_end() -> None:
    office = Office(lambda number, times: problem(409, "external-ref-taken"))
    (one,) = (await send(office, rows(entry("A-1")))).outcomes
    # Five times, and once for the other language.
    assert (one.outcome, len(office.asked)) == ("refused", 6)


async def test_faulty_rows_are_never_sent_and_do_not_stop_the_others() -> None:
    office = Office(lambda number, times: problem(409) if number == "A-2" else JSONResponse(CREATED))
    done = await send(office, rows(entry("A-1"), None, entry("A-2"), entry("A-3")))
    assert [one.outcome for one in done.outcomes] == ["created", "refused", "refused", "created"]
    assert {number for number, _, _ in office.asked} == {"A-1", "A-2", "A-3"}


async def test_no_more_rows_are_under_way_than_asked_for() -> None:
    office = Office()
    await send(office, rows(*[entry(f"A-{number}", f"partner {number}") for number in range(30)]), Plan(concurrency=4))
    assert 1 < office.most_under_way <= 4


async def test_a_long_import_is_traced_at_its_beginning_and_now_and_then() -> None:
    office = Office()
    await send(office, rows(*[entry(str(number)) for number in range(70)]), Plan(concurrency=1))
    traced = {number for number, _, _ in office.asked} - set(office.untraced)
    assert traced == {*map(str, range(20)), "50"}


async def test_the_first_row_of_a_partner_goes_alone() -> None:
    office = Office()
    await send(office, rows(*[entry(f"A-{number}") for number in range(8)]), Plan(concurrency=8))
    first = office.asked[0][0]
    assert [number for number, _, _ in office.asked].count(first) == 1
    assert office.most_under_way == 7


@pytest.mark.parametrize("faulty", [None, entry("A-2")])
async def test_all_or_nothing_applies_only_when_every_row_is_well(faulty: Entry | None) -> None:
    office = Office(lambda number, times: problem(409) if number == "A-2" else JSONResponse(CREATED))
    done = await send(office, rows(entry("A-1"), faulty), Plan(all_or_nothing=True))
    assert [one.outcome for one in done.outcomes] == ["left out", "refused"]
    assert {mode for _, mode, _ in office.asked} == {"validate"}
    well = await send(office, rows(entry("A-1")), Plan(all_or_nothing=True))
    assert counts(well.outcomes) == {"created": 1}
    assert [mode for number, mode, _ in office.asked[-2:]] == ["validate", "apply"]


@pytest.mark.parametrize(("status", "says"), [(503, "run the same command again"), (401, "does not accept the token")])
async def test_an_import_stops_when_nobody_answers_or_lets_it_in(status: int, says: str) -> None:
    office = Office(lambda number, times: JSONResponse(CREATED) if number == "A-1" else problem(status))
    done = await send(office, rows(entry("A-1"), entry("A-2"), entry("A-3")), Plan(concurrency=1))
    assert [one.outcome for one in done.outcomes] == ["created", "not answered", "not tried"]
    assert done.stopped is not None
    assert says in done.stopped


def test_an_outcome_keeps_what_was_noted_in_its_row() -> None:
    (row,) = rows(entry("A-1"))
    row.cells.note("signed_on", vi="đã đọc", en="was read")
    found = Outcome.of(row, "created", id="1")
    assert (found.row, found.number, found.notes) == (2, "A-1", row.notes)
