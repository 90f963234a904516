"""Query parameters are refused unless the route declares them, and when one that has a single value comes twice.

A misspelt filter would otherwise answer the whole list, and of two values one would be dropped without a word.
"""

from __future__ import annotations

from collections import Counter
from collections.abc import Mapping
from typing import get_args, get_origin
from urllib.parse import parse_qsl

from fastapi import Request, params
from fastapi.dependencies.models import Dependant
from fastapi.dependencies.utils import get_flat_params
from fastapi.exceptions import RequestValidationError

from caytre.core.refusals import Words

_ONCE = "This parameter may be given only once."


def declared(dependant: Dependant) -> dict[str, bool]:
    """The names a route declares, each with whether it may be repeated."""
    fields = [field for field in get_flat_params(dependant) if isinstance(field.field_info, params.Query)]
    return {field.alias: _is_list(field.field_info.annotation) for field in fields}


def _is_list(annotation: object) -> bool:
    return any(get_origin(part) is list for part in (annotation, *get_args(annotation)))


def require_declared(query: bytes, known: Mapping[str, bool]) -> None:
    """Raises RequestValidationError (422), which names the offending parameters and those there are."""
    times = Counter(name for name, _ in parse_qsl(query.decode("latin-1"), keep_blank_values=True))
    errors = [
        _unknown(name, known) if name not in known else _error("repeated_parameter", name, _ONCE)
        for name, count in times.items()
        if name not in known or (count > 1 and not known[name])
    ]
    if errors:
        raise RequestValidationError(errors)


async def only_declared(request: Request) -> None:
    """The dependency of routers whose routes are not guarded otherwise. Raises RequestValidationError (422)."""
    query: bytes = request.scope["query_string"]
    if query:
        require_declared(query, declared(request.scope["route"].dependant))


def nobody(name: str, what: Words) -> RequestValidationError:
    """The refusal (422) of a filter by a record that the reader may not know of; one that is not there looks alike."""
    sentence = f"It is not clear what is meant: there is no such {what.en}."
    vietnamese = f"không có {what.vi} nào mang mã này"
    return RequestValidationError([_error("not_meant", name, sentence, vi=vietnamese)])


def _unknown(name: str, known: Mapping[str, bool]) -> dict[str, object]:
    allowed = ", ".join(sorted(known))
    if not allowed:
        return _error("no_parameters", name, "There are no query parameters here.")
    return _error("unknown_parameter", name, f"There is no such parameter; there are: {allowed}.", allowed=allowed)


def _error(kind: str, name: str, sentence: str, **facts: str) -> dict[str, object]:
    return {"type": kind, "loc": ("query", name), "msg": sentence, "ctx": facts}
