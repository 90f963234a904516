"""A prepared call takes and refuses what FastAPI's own way of calling the same endpoint does."""

from __future__ import annotations

from typing import Annotated, Any

import pytest
from fastapi import Body, Depends, FastAPI, Request
from pydantic import BaseModel
from starlette.responses import JSONResponse, Response

from caytre.core.web import problems
from caytre.core.web.app import Route, Router, create_app
from caytre.core.web.prepared import prepare
from tests.builders.desk import client_of

PUBLIC: dict[str, Any] = {"security": []}


class Paper(BaseModel):
    """A body."""

    title: str
    pages: int = 1


async def shelf(request: Request, id: int, room: int = 7) -> str:
    return f"{request.method} {room}/{id}"


async def file_paper(
    id: int, place: Annotated[str, Depends(shelf)], paper: Paper, tags: Annotated[list[int], Body()], copies: int = 1
) -> Response:
    return JSONResponse({"id": id, "place": place, "paper": paper.model_dump(), "tags": tags, "copies": copies})


async def read_paper(id: int) -> dict[str, int]:
    return {"id": id}


def prepared_and_not() -> tuple[FastAPI, FastAPI]:
    routes = Router()
    routes.add_api_route("/papers/{id}", file_paper, methods=["POST"], openapi_extra=PUBLIC)
    routes.add_api_route("/papers/{id}", read_paper, methods=["GET"], openapi_extra=PUBLIC)
    plain = FastAPI()
    plain.add_api_route("/papers/{id}", file_paper, methods=["POST"])
    plain.add_api_route("/papers/{id}", read_paper, methods=["GET"])
    problems.install(plain)
    return create_app("papers", [routes], None), plain


@pytest.mark.parametrize(
    ("path", "body"),
    [
        ("/papers/1", {"paper": {"title": "a"}, "tags": [1]}),
        ("/papers/1?room=2&copies=3", {"paper": {"title": "a", "pages": 2}, "tags": []}),
        ("/papers/one?room=two&copies=three", {"paper": {"pages": "many"}, "tags": ["x"]}),
        ("/papers/1", {"paper": None}),
        ("/papers/1", []),
        ("/papers/1", None),
        ("/papers/1", ...),
    ],
)
async def test_takes_and_refuses_the_same(path: str, body: object) -> None:
    answers = []
    for app in prepared_and_not():
        async with client_of(app) as client:
            answers.append(await (client.post(path) if body is ... else client.post(path, json=body)))
    ours, plain = answers
    assert (ours.status_code, ours.json()) == (plain.status_code, plain.json())


async def test_what_has_more_to_do_stays_fastapis() -> None:
    ours, _ = prepared_and_not()
    post, get = (route for route in ours.routes if isinstance(route, Route) and route.path == "/papers/{id}")
    assert prepare(post.dependant, embeds=True) is not None
    assert prepare(get.dependant, embeds=False) is None, "its answer is still to be serialised"
    async with client_of(ours) as client:
        assert (await client.get("/papers/3")).json() == {"id": 3}
