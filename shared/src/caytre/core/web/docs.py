"""`/docs`: what a service offers, for people, made from its own documents; nothing is loaded from elsewhere.

HTTP is shown by Swagger UI, whose files a wheel brings; messages by a page of our own, without script.
"""

from __future__ import annotations

import asyncio
import base64
import hashlib
import html
import json
from collections.abc import Iterable, Mapping
from functools import lru_cache
from importlib.resources import files
from pathlib import Path
from typing import Any

from fastapi import APIRouter, Depends, FastAPI, Request
from starlette.responses import FileResponse, HTMLResponse, Response

from caytre.core.schemas import asyncapi
from caytre.core.web import message_page
from caytre.core.web.conditional import answer_unless_unchanged
from caytre.core.web.http_refusals import NoSuchPage
from caytre.core.web.query_parameters import only_declared

_UI = Path(str(files("fastapi_offline"))) / "static"
#: What the page of Swagger UI loads, by name.
ASSETS = {
    "swagger-ui-bundle.js": "text/javascript",
    "swagger-ui.css": "text/css",
}
_STYLE = (files("caytre.core.web") / "docs.css").read_text(encoding="utf-8")
_START = """
const page = document.getElementById("api");
SwaggerUIBundle({
  url: page.dataset.url,
  domNode: page,
  deepLinking: true,
  docExpansion: "none",
  defaultModelsExpandDepth: 0,
  validatorUrl: null,
});
"""


def _digest(text: str) -> str:
    return f"'sha256-{base64.b64encode(hashlib.sha256(text.encode()).digest()).decode()}'"


_NOTHING_ELSE = "base-uri 'none'; form-action 'none'; frame-ancestors 'none'"
_READ_POLICY = f"default-src 'none'; style-src {_digest(_STYLE)}; {_NOTHING_ELSE}"
#: Swagger UI asks the service itself, and draws its icons from data.
_UI_POLICY = (
    f"default-src 'none'; script-src 'self' {_digest(_START)}; style-src 'self'; img-src 'self' data:; "
    f"connect-src 'self'; {_NOTHING_ELSE}"
)
_CACHED = {"Cache-Control": "public, max-age=300"}
_OPEN: dict[str, Any] = {"openapi_extra": {"security": []}}
router = APIRouter(tags=["docs"], include_in_schema=False, dependencies=[Depends(only_declared)])


def as_text(document: Mapping[str, Any]) -> str:
    """A document as it is committed, printed and served."""
    return json.dumps(document, ensure_ascii=False, indent=2, sort_keys=True) + "\n"


@lru_cache(maxsize=8)
def _messages(service: str) -> tuple[bytes, str] | None:
    document = asyncapi.document(service)
    return None if document is None else (as_text(document).encode(), message_page.body(document))


async def _messages_of(service: str) -> tuple[bytes, str]:
    # Made once, and not on the loop: it takes as long as many requests.
    found = await asyncio.to_thread(_messages, service)
    if found is None:
        raise NoSuchPage
    return found


async def openapi_text(app: FastAPI) -> bytes:
    """The application's own OpenAPI document."""
    if not hasattr(app.state, "openapi_text"):
        app.state.openapi_text = await asyncio.to_thread(lambda: as_text(app.openapi()).encode())
    text: bytes = app.state.openapi_text
    return text


def answer_document(request: Request, text: bytes) -> Response:
    """A JSON document that changes with a release only."""
    tag = f'"{hashlib.sha256(text).hexdigest()[:32]}"'
    return answer_unless_unchanged(request, tag, text, headers={**_CACHED, "Vary": "Accept"})


async def answer_messages(request: Request, service: str) -> Response:
    """The AsyncAPI document of a service. Raises NoSuchPage for one that says nothing."""
    return answer_document(request, (await _messages_of(service))[0])


def index(title: str, entries: Iterable[tuple[str, Mapping[str, str]]]) -> Response:
    """A page that leads to documents: of each entry its name and where its documents are, by what they are called."""
    items = "".join(
        f"<h2>{html.escape(name)}</h2><ul>"
        + "".join(f'<li><a href="{link}">{html.escape(text)}</a></li>' for text, link in links.items())
        + "</ul>"
        for name, links in entries
    )
    return _page(title, f"<h1>{html.escape(title)}</h1>{items}")


def links_of(service: str, pages: str, documents: str) -> dict[str, str]:
    """Where the pages and documents of a service are, below these paths."""
    links = {"HTTP": f"{pages}http", "OpenAPI 3.1": f"{documents}openapi.json"}
    if asyncapi.speaks(service):
        links |= {"messages": f"{pages}messages", "AsyncAPI 3.0": f"{documents}asyncapi.json"}
    return links


async def show_messages(service: str) -> Response:
    """The page of what a service says. Raises NoSuchPage for one that says nothing."""
    return _page(f"{service}: messages", (await _messages_of(service))[1])


def show_http(service: str, document: str, assets: str) -> Response:
    """The page of what a service answers over HTTP: where its document is, and below which path its assets."""
    title = html.escape(f"{service}: HTTP")
    page = (
        f'<!doctype html><html lang="en"><head><meta charset="utf-8"><title>{title} · Caytre</title>'
        f'<meta name="viewport" content="width=device-width"><link rel="stylesheet" href="{assets}swagger-ui.css">'
        f'</head><body><main id="api" data-url="{document}"></main>'
        f'<script src="{assets}swagger-ui-bundle.js"></script><script>{_START}</script></body></html>'
    )
    return HTMLResponse(page, headers={"Content-Security-Policy": _UI_POLICY, **_CACHED})


def _page(title: str, main: str) -> Response:
    page = (
        f'<!doctype html><html lang="en"><head><meta charset="utf-8"><title>{html.escape(title)} · Caytre</title>'
        f'<meta name="viewport" content="width=device-width"><style>{_STYLE}</style></head>'
        f"<body><main>{main}</main></body></html>"
    )
    return HTMLResponse(page, headers={"Content-Security-Policy": _READ_POLICY, **_CACHED})


def _service(request: Request) -> str:
    name: str = request.app.state.service
    return name


@router.get("/docs", **_OPEN)
async def docs(request: Request) -> Response:
    """Where this service's documents are."""
    service = _service(request)
    more = {"problems": "problems"}
    return index(f"Caytre {service}", [("Documents", links_of(service, "docs/", "") | more)])


@router.get("/docs/http", **_OPEN)
async def docs_of_http(request: Request) -> Response:
    """What this service answers over HTTP, to read and to try."""
    return show_http(_service(request), "../openapi.json", "assets/")


@router.get("/docs/messages", **_OPEN)
async def docs_of_messages(request: Request) -> Response:
    """What this service says on Kafka."""
    return await show_messages(_service(request))


@router.get("/docs/assets/{name}", **_OPEN)
async def asset(name: str) -> Response:
    """A file of Swagger UI."""
    if name not in ASSETS:
        raise NoSuchPage
    return FileResponse(_UI / name, media_type=ASSETS[name], headers={"Cache-Control": "public, max-age=86400"})


@router.get("/openapi.json", **_OPEN)
async def openapi_json(request: Request) -> Response:
    """The OpenAPI 3.1 document of this service."""
    return answer_document(request, await openapi_text(request.app))


@router.get("/asyncapi.json", **_OPEN)
async def asyncapi_json(request: Request) -> Response:
    """The AsyncAPI 3.0 document of this service."""
    return await answer_messages(request, _service(request))
