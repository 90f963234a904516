"""JSON bodies as a service may trust them: UTF-8, no duplicate keys, no NaN, bounded depth and numbers, no NUL.

RFC 8259 leaves these open and I-JSON (RFC 7493) closes them. An ordinary body is decided by one pass of the standard
decoder; only a suspicious one is walked through, to say where what is wrong.
"""

from __future__ import annotations

import json
import re
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from math import isinf
from typing import Any, NoReturn

from caytre.core.refusals import Words
from caytre.core.web.http_refusals import InvalidRequest, MalformedJson

MAX_DEPTH = 32
MAX_DIGITS = 18
MAX_ERRORS = 20

_SUSPICIOUS_ESCAPE = re.compile(r"\\u(?:0000|[dD][89a-fA-F])")
_LONE_OR_NUL = re.compile("[\x00\ud800-\udfff]")
#: A string, also one that is never closed, or a bracket outside of strings. It never goes back over what it has read:
#: a body full of quotes that close nothing would be read once for each of them.
_STRING_OR_BRACKET = re.compile(r'"(?:[^"\\]|\\.)*+"?|[\[\]{}]', re.DOTALL)


@dataclass(frozen=True, slots=True)
class Fault:
    """One member that is wrong. `pointer` is a JSON pointer as URI fragment (RFC 6901 section 6)."""

    code: str
    pointer: str
    en: str
    vi: str


class FaultyJson(InvalidRequest):
    """422: well-formed JSON with values nobody can keep (NUL, half a surrogate pair, a number without bound)."""

    def __init__(self, faults: Sequence[Fault]) -> None:
        self.faults = faults
        super().__init__()

    @classmethod
    def code(cls) -> str:
        return InvalidRequest.code()


class _Suspicious(Exception):
    """The quick pass met something that the slow one has to name."""


class _Duplicate(dict[str, Any]):
    """An object in which `key` came twice."""

    key: str = ""


class _Unbounded:
    """A number that no machine word holds."""


def _object(pairs: list[tuple[str, Any]]) -> dict[str, Any]:
    members = dict(pairs)
    if len(members) != len(pairs):
        raise _Suspicious
    return members


def _integer(digits: str) -> int:
    if len(digits) > MAX_DIGITS and len(digits.lstrip("-")) > MAX_DIGITS:
        raise _Suspicious
    return int(digits)


def _number(digits: str) -> float:
    value = float(digits)
    if isinf(value):
        raise _Suspicious
    return value


def _constant(name: str) -> NoReturn:
    raise MalformedJson(reason=Words(f"{name} không phải JSON", f"{name} is not JSON"))


_QUICK = json.JSONDecoder(object_pairs_hook=_object, parse_int=_integer, parse_float=_number, parse_constant=_constant)


def parse(body: bytes) -> Any:
    """The value in the body. Raises MalformedJson (400) or FaultyJson (422)."""
    try:
        text = body.decode()
    except UnicodeDecodeError as error:
        raise MalformedJson(
            reason=Words(f"byte {error.start} không phải UTF-8", f"byte {error.start} is not UTF-8")
        ) from error
    if text.count("[") + text.count("{") > MAX_DEPTH:
        _refuse_depth(text)
    try:
        value = _QUICK.decode(text)
    except json.JSONDecodeError as error:
        raise MalformedJson(
            reason=Words(
                f"sai cú pháp ở dòng {error.lineno}, cột {error.colno}",
                f"{error.msg} (line {error.lineno}, column {error.colno})",
            )
        ) from error
    except _Suspicious:
        raise FaultyJson(_faults(_SLOW.decode(text))) from None
    if "\\u" in text and _SUSPICIOUS_ESCAPE.search(text) and (faults := _faults(value)):
        raise FaultyJson(faults)
    return value


def _refuse_depth(text: str) -> None:
    depth = 0
    for found in _STRING_OR_BRACKET.finditer(text):
        character = text[found.start()]
        depth += 1 if character in "[{" else -1 if character in "]}" else 0
        if depth > MAX_DEPTH:
            raise MalformedJson(reason=Words(f"quá {MAX_DEPTH} cấp", f"more than {MAX_DEPTH} levels"))


def _object_or_duplicate(pairs: list[tuple[str, Any]]) -> dict[str, Any]:
    members = dict(pairs)
    if len(members) == len(pairs):
        return members
    seen: set[str] = set()
    duplicate = _Duplicate(members)
    duplicate.key = next(key for key, _ in pairs if key in seen or seen.add(key))  # type: ignore[func-returns-value]
    return duplicate


def _integer_or_unbounded(digits: str) -> int | _Unbounded:
    return int(digits) if len(digits.lstrip("-")) <= MAX_DIGITS else _Unbounded()


def _number_or_unbounded(digits: str) -> float | _Unbounded:
    value = float(digits)
    return _Unbounded() if isinf(value) else value


_SLOW = json.JSONDecoder(
    object_pairs_hook=_object_or_duplicate,
    parse_int=_integer_or_unbounded,
    parse_float=_number_or_unbounded,
    parse_constant=_constant,
)


def _faults(value: Any) -> list[Fault]:
    found: list[Fault] = []
    for fault in _walk(value):
        found.append(fault)
        if len(found) == MAX_ERRORS:
            break
    return found


def _walk(root: Any) -> Iterator[Fault]:
    waiting: list[tuple[str, Any]] = [("#", root)]
    while waiting:
        pointer, value = waiting.pop()
        if isinstance(value, str):
            if _LONE_OR_NUL.search(value):
                yield _no_text(pointer)
        elif isinstance(value, _Unbounded):
            yield Fault("number-out-of-range", pointer, f"At most {MAX_DIGITS} digits.", f"Tối đa {MAX_DIGITS} chữ số.")
        elif isinstance(value, dict):
            if isinstance(value, _Duplicate):
                yield Fault(
                    "duplicate-key", f"{pointer}/{escape(value.key)}", "This key comes twice.", "Khóa này bị lặp lại."
                )
            for key, member in value.items():
                if _LONE_OR_NUL.search(key):
                    yield _no_text(pointer)
                waiting.append((f"{pointer}/{escape(key)}", member))
        elif isinstance(value, list):
            waiting.extend((f"{pointer}/{index}", member) for index, member in enumerate(value))


def _no_text(pointer: str) -> Fault:
    vi = "NUL và nửa cặp thay thế không phải văn bản."
    return Fault("not-text", pointer, "NUL and halves of surrogate pairs are not text.", vi)


def escape(token: object) -> str:
    """One reference token of a JSON pointer (RFC 6901 section 3), safe to print."""
    return _LONE_OR_NUL.sub("\N{REPLACEMENT CHARACTER}", str(token)[:80]).replace("~", "~0").replace("/", "~1")
