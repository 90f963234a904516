"""Pages for people: the same views through templates, escaped by default, without script."""

from __future__ import annotations

import base64
import hashlib
from collections.abc import Mapping
from datetime import date, datetime
from functools import partial
from typing import Any

from fastapi import Request
from jinja2 import Environment, PackageLoader
from markupsafe import Markup
from starlette.responses import Response

from caytre.core.clock import VIETNAM
from caytre.core.web.languages import Language, language_of
from caytre.gateway.presenting.texts import hop, part, text

_environment = Environment(
    loader=PackageLoader("caytre.gateway"),
    autoescape=True,
    trim_blocks=True,
    lstrip_blocks=True,
)
_STYLE = _environment.get_template("style.css").render()
_DIGEST = base64.b64encode(hashlib.sha256(_STYLE.encode()).digest()).decode()
#: The one style is allowed by its digest; nothing else is loaded, run, framed or sent.
_CONTENT_POLICY = f"default-src 'none'; style-src 'sha256-{_DIGEST}'; base-uri 'none'; frame-ancestors 'none'"


def _moment(value: datetime | date | str | None, form: str = "%d/%m/%Y %H:%M:%S") -> str:
    """A moment in Vietnamese time, to the millisecond where it has one; a day as a day."""
    if value is None:
        return ""
    if isinstance(value, str):
        value = datetime.fromisoformat(value) if "T" in value else date.fromisoformat(value)
    if not isinstance(value, datetime):
        return value.strftime("%d/%m/%Y")
    local = value.astimezone(VIETNAM)
    return f"{local.strftime(form)}.{local.microsecond // 1000:03d}"


def _minute(value: str) -> str:
    """A moment in Vietnamese time, to the minute."""
    return datetime.fromisoformat(value).astimezone(VIETNAM).strftime("%d/%m/%Y %H:%M")


def since(value: str, start: str, language: Language) -> str:
    """How long after `start`, in milliseconds or seconds; Vietnamese has a decimal comma."""
    seconds = (datetime.fromisoformat(value) - datetime.fromisoformat(start)).total_seconds()
    told = f"{seconds * 1000:+.1f} ms" if abs(seconds) < 10 else f"{seconds:+.0f} s"
    return told.replace(".", ",") if language == "vi" else told


def place(position: str | None, language: Language) -> str:
    """A place in a journal, `<epoch>.<position>`, in words."""
    if not position:
        return ""
    epoch, _, number = position.partition(".")
    return text("at_place", language, epoch=epoch, position=number)


def _text_of_date(value: Mapping[str, Any] | None) -> str:
    """A date as its source states it."""
    if not value:
        return ""
    return _moment(value["earliest"]) if value.get("precision") == "day" else str(value["text"])


_environment.filters |= {"moment": _moment, "minute": _minute, "stated": _text_of_date}


def page_of(request: Request, template: str, view: Mapping[str, Any], headers: Mapping[str, str]) -> Response:
    """The page of a view in the language of the request."""
    language = language_of(request.scope)
    body = _environment.get_template(template).render(
        view,
        language=language,
        t=partial(text, language=language),
        hop_name=partial(hop, language=language),
        part_name=partial(part, language=language),
        place=partial(place, language=language),
        since=partial(since, language=language),
        style=Markup(_STYLE),  # noqa: S704 - our own file
    )
    named = {**headers, "Content-Security-Policy": _CONTENT_POLICY}
    return Response(body, headers=named, media_type="text/html")
