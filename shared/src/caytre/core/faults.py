"""What logs and operators are told of a failure: what kind it is and where it happened, never the values it met.

Texts of errors hold values: Pydantic repeats the input, PostgreSQL the row (DETAIL), Python the text that is no number.
Those values may be confidential, and who runs the platform reads no records.
"""

from __future__ import annotations

import traceback
from collections.abc import Iterator

import asyncpg
from pydantic import ValidationError

#: SQLSTATE classes whose messages hold values: data exceptions, integrity, and what functions raise.
_WITH_VALUES = ("22", "23", "44", "P0")
MOST_CHARACTERS = 1000


def said_shortly(error: BaseException) -> str:
    """The error as an operator reads it; never longer than a thousand characters and without null bytes.

    The text is told of errors that this project or a driver words itself; of those that Python and PostgreSQL word
    around a value, the kind and the place only.
    """
    if isinstance(error, ValidationError):
        places = [f"{'/'.join(map(str, each['loc']))}: {each['type']}" for each in error.errors(include_input=False)]
        said = f"{error.title} is not valid: {'; '.join(places)}"
    elif _speaks_of_values(error):
        said = f"{_kind(error)}{_place(error)}"
    else:
        said = f"{type(error).__name__}: {error}"
    return said.replace("\0", "")[:MOST_CHARACTERS]


def traced(error: BaseException) -> str:
    """The frames of a failure and of everything it came from, the first cause first; kinds without texts."""
    return "\n".join(_lines(error, set()))


def _lines(error: BaseException, seen: set[int]) -> Iterator[str]:
    seen.add(id(error))
    cause = error.__cause__ or (None if error.__suppress_context__ else error.__context__)
    if cause is not None and id(cause) not in seen:
        yield from _lines(cause, seen)
        yield "which led to:" if error.__cause__ is cause else "while handling it:"
    yield from (line.rstrip() for line in traceback.format_tb(error.__traceback__))
    yield _kind(error, full=True)
    if isinstance(error, BaseExceptionGroup):
        for inner in error.exceptions:
            if id(inner) not in seen:
                yield "with:"
                yield from _lines(inner, seen)


def _kind(error: BaseException, *, full: bool = False) -> str:
    kind = type(error)
    name = f"{kind.__module__}.{kind.__qualname__}" if full and kind.__module__ != "builtins" else kind.__qualname__
    if not isinstance(error, asyncpg.PostgresError):
        return name
    # Names of the schema, which PostgreSQL gives beside the text (Frontend/Backend Protocol, error fields).
    fields = ("sqlstate", "table_name", "column_name", "constraint_name")
    told = [str(value) for field in fields if (value := getattr(error, field, None))]
    return f"{name} ({', '.join(told)})" if told else name


def _speaks_of_values(error: BaseException) -> bool:
    if isinstance(error, asyncpg.PostgresError):
        return (error.sqlstate or "").startswith(_WITH_VALUES)
    if isinstance(error, OSError):
        return False
    return type(error).__module__ == "builtins"


def _place(error: BaseException) -> str:
    frames = traceback.extract_tb(error.__traceback__)
    return f" in {frames[-1].name} ({frames[-1].filename.rpartition('/')[2]}:{frames[-1].lineno})" if frames else ""
