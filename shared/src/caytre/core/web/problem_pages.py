"""The pages behind a problem's `type`: every refusal there is, by its code, in both languages."""

from __future__ import annotations

import html
import re
from collections.abc import Iterator

from fastapi import APIRouter, Depends, Request
from starlette.responses import HTMLResponse

from caytre.core.refusals import Refusal
from caytre.core.web.http_refusals import HttpRefusal, NoSuchPage
from caytre.core.web.languages import Language, language_of
from caytre.core.web.problems import title_of
from caytre.core.web.query_parameters import only_declared

_FACT = re.compile(r"\{(\w+)\}")
_NAMED_NOWHERE = (Refusal, HttpRefusal)
router = APIRouter(tags=["problems"], include_in_schema=False, dependencies=[Depends(only_declared)])


def known_problems() -> dict[str, type[Refusal]]:
    """Every refusal class this process has loaded, by its code."""
    found = {kind.code(): kind for kind in _subclasses(Refusal) if kind not in _NAMED_NOWHERE}
    return dict(sorted(found.items()))


def _subclasses(kind: type[Refusal]) -> Iterator[type[Refusal]]:
    for child in kind.__subclasses__():
        yield child
        yield from _subclasses(child)


@router.get("/problems", openapi_extra={"security": []})
async def problems(request: Request) -> HTMLResponse:
    """All problems."""
    language = language_of(request.scope)
    entries = "".join(
        f'<li><a href="problems/{code}"><code>{code}</code></a> – {kind.status}: {_sentence(kind, language)}</li>'
        for code, kind in known_problems().items()
    )
    return _page("Các vấn đề" if language == "vi" else "Problems", f"<ul>{entries}</ul>", language)


@router.get("/problems/{code}", openapi_extra={"security": []})
async def problem_page(code: str, request: Request) -> HTMLResponse:
    """One problem: its status, its sentence in both languages and what the code's own documentation says of it."""
    kind = known_problems().get(code)
    if kind is None:
        raise NoSuchPage
    language = language_of(request.scope)
    explanation = html.escape((kind.__doc__ or "").strip())
    body = (
        f"<p><strong>{kind.status}</strong> {title_of(kind.status, language)}</p>"
        f'<p lang="vi">{_sentence(kind, "vi")}</p><p lang="en">{_sentence(kind, "en")}</p>'
        f'<p lang="en"><small>{explanation}</small></p>'
    )
    return _page(code, body, language)


def _sentence(kind: type[Refusal], language: Language) -> str:
    return _FACT.sub(r"<var>\1</var>", html.escape(kind.vi if language == "vi" else kind.en))


def _page(title: str, body: str, language: Language) -> HTMLResponse:
    page = (
        f'<!doctype html><html lang="{language}"><head><meta charset="utf-8">'
        f'<meta name="viewport" content="width=device-width"><title>{title}</title></head>'
        f"<body><main><h1>{title}</h1>{body}</main></body></html>"
    )
    return HTMLResponse(page, headers={"Content-Language": language, "Vary": "Accept-Language"})
