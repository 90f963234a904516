"""Rows that make up one record go in one request: refused parts go out of it, each row has an outcome of its own."""

from __future__ import annotations

import json
from collections.abc import Callable, Sequence
from dataclasses import dataclass, field
from typing import Any

import httpx2
from starlette.applications import Starlette
from starlette.requests import Request
from starlette.responses import JSONResponse, Response
from starlette.routing import Route

from caytre.cli.importing.cells import Cells
from caytre.cli.importing.columns import Column, Layout
from caytre.cli.importing.kind import Kind
from caytre.cli.importing.rows import Entry, Row
from caytre.cli.importing.running import Done, Plan, Run
from caytre.cli.importing.sending import Sender
from caytre.cli.importing.sheet import Sheet, Value


def _join(rows: Sequence[Row]) -> dict[str, Any]:
    return {"title": rows[0].external[:1], "items": [row.entry.body for row in rows if row.entry]}


KIND = Kind(
    "plans",
    "/plans",
    (Column("number", "Số"), Column("countries", "Nước đến")),
    lambda row: None,
    "",
    "",
    {"items": "number", "title": "number"},
    join=_join,
    parts="items",
)
Answer = Callable[[list[str], str], Response]


def each(outcome: str, whole: dict[str, Any] | None = None) -> Answer:
    def answer(numbers: list[str], language: str) -> Response:
        parts = [{"outcome": outcome, "differences": []} for _ in numbers]
        said = {"outcome": outcome, "id": "1", "version": 1, "differences": [], "items": parts} | (whole or {})
        return JSONResponse(said)

    return answer


@dataclass
class Office:
    """A service that answers as it is told, and remembers which numbers were sent together."""

    answer: Answer = field(default_factory=lambda: each("created"))
    asked: list[list[str]] = field(default_factory=list)

    async def take(self, request: Request) -> Response:
        numbers = [item["number"] for item in json.loads(await request.body())["items"]]
        self.asked.append(numbers)
        return self.answer(numbers, request.headers["accept-language"])


def rows(*numbers: str) -> list[Row]:
    """Rows of the plans that the first letter names; a number with “!” is faulty."""
    told: list[list[Value]] = [[number, "Nước Minh Họa"] for number in numbers]
    sheet = Sheet("", [["Số", "Nước đến"], *told])
    found = []
    for at, number in enumerate(numbers, 1):
        cells = Cells(sheet, Layout.of(KIND.columns), at)
        if number.endswith("!"):
            cells.missing("countries")
        entry = None if cells.problems else Entry({"number": number}, whole=(number[0],))
        found.append(Row("so.csv", "", at + 1, cells, "sổ", number, entry))
    return found


async def send(office: Office, entries: list[Row], plan: Plan | None = None) -> Done:
    transport = httpx2.ASGITransport(app=Starlette(routes=[Route("/plans", office.take, methods=["POST"])]))
    async with httpx2.AsyncClient(transport=transport, base_url="http://office") as client:
        return await Run(Sender(client, KIND, "1", patience=5.0), plan or Plan(), lambda _: None).run(entries)


def refuses(number: str, pointer: str = "/items/{}/countries") -> Answer:
    def answer(numbers: list[str], language: str) -> Response:
        if number not in numbers:
            return each("created")(numbers, language)
        said = {"vi": "không có nước này", "en": "no such country"}[language]
        error = {"pointer": "#" + pointer.format(numbers.index(number)), "detail": said}
        content = {"type": "http://office/problems/invalid", "status": 422, "detail": said, "errors": [error]}
        return JSONResponse(content, 422, media_type="application/problem+json")

    return answer


async def test_rows_of_one_record_go_together_and_faulty_ones_stay_out() -> None:
    office = Office()
    done = await send(office, rows("A1", "B1", "A2!", "A3"))
    assert sorted(office.asked) == [["A1", "A3"], ["B1"]]
    assert [one.outcome for one in done.outcomes] == ["created", "created", "refused", "created"]
    assert [one.id for one in done.outcomes] == ["1", "1", None, "1"]


async def test_a_part_that_is_refused_goes_out_and_the_others_are_sent_again() -> None:
    office = Office(refuses("A2"))
    done = await send(office, rows("A1", "A2", "A3"))
    # Twice with the refused row, once for each language.
    assert office.asked == [["A1", "A2", "A3"], ["A1", "A2", "A3"], ["A1", "A3"]]
    assert [one.outcome for one in done.outcomes] == ["created", "refused", "created"]
    (problem,) = done.outcomes[1].problems
    assert problem.words.vi == "ô B3 (Nước đến) “Nước Minh Họa”: không có nước này"
    assert problem.words.en == "cell B3 (Nước đến) “Nước Minh Họa”: no such country"


async def test_what_is_refused_as_a_whole_is_told_in_each_of_its_rows() -> None:
    office = Office(refuses("A2", "/title"))
    done = await send(office, rows("A1", "A2", "B1"))
    assert [one.outcome for one in done.outcomes] == ["refused", "refused", "created"]
    assert [str(one.problems[0]) for one in done.outcomes[:2]] == [
        "cell A2 (Số) “A1”: no such country",
        "cell A3 (Số) “A2”: no such country",
    ]


async def test_what_differs_in_the_record_as_a_whole_concerns_each_row() -> None:
    told = {"field": "status", "here": "DRAFT", "there": "APPROVED"}
    office = Office(each("unchanged", {"outcome": "different", "differences": [told]}))
    done = await send(office, rows("A1", "A2"))
    assert [(one.outcome, one.differences) for one in done.outcomes] == [("different", [told])] * 2
    followed = await send(office, rows("A1"), Plan(update=True))
    assert [one.outcome for one in followed.outcomes] == ["updated"]


async def test_a_repeated_answer_that_tells_no_parts_is_told_of_each_row() -> None:
    office = Office(each("created", {"items": []}))
    done = await send(office, rows("A1", "A2"))
    assert [one.outcome for one in done.outcomes] == ["created", "created"]
