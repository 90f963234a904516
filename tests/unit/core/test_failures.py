"""Which failures pass by themselves, and which never will."""

import re

import asyncpg
import pytest
from aiokafka.errors import KafkaConnectionError
from pydantic import BaseModel, ValidationError

from caytre.core.consuming.failures import is_passing
from caytre.core.faults import said_shortly
from caytre.core.refusals import NotFound

PASSING = [
    asyncpg.DeadlockDetectedError("x"),
    asyncpg.SerializationError("x"),
    asyncpg.LockNotAvailableError("x"),
    asyncpg.AdminShutdownError("x"),
    asyncpg.TooManyConnectionsError("x"),
    asyncpg.QueryCanceledError("x"),
    asyncpg.ReadOnlySQLTransactionError("x"),
    asyncpg.InvalidCachedStatementError("x"),
    asyncpg.InterfaceError("connection is closed"),
    ConnectionRefusedError("x"),
    TimeoutError("x"),
    KafkaConnectionError("x"),
    ExceptionGroup("x", [TimeoutError("x"), OSError("x")]),
]
FINAL = [
    NotFound(kind="note", id="1"),
    KeyError("state"),
    ValueError("x"),
    TypeError("x"),
    AssertionError("x"),
    asyncpg.DataError("x"),
    asyncpg.UniqueViolationError("x"),
    asyncpg.NotNullViolationError("x"),
    asyncpg.UndefinedColumnError("x"),
    asyncpg.RaiseError("x"),
    ExceptionGroup("x", [TimeoutError("x"), KeyError("x")]),
]


@pytest.mark.parametrize("error", PASSING, ids=lambda error: type(error).__name__)
def test_what_passes_by_itself_is_tried_again(error: Exception) -> None:
    assert is_passing(error)


@pytest.mark.parametrize("error", FINAL, ids=lambda error: type(error).__name__)
def test_what_never_passes_is_parked(error: Exception) -> None:
    assert not is_passing(error)


class _Missing(Exception):
    pass


def test_an_error_is_said_in_a_thousand_characters_that_postgresql_can_store() -> None:
    assert said_shortly(_Missing("\0" + "x" * 5000)).startswith("_Missing: xxx")
    assert len(said_shortly(_Missing("x" * 5000))) == 1000


class _Passport(BaseModel):
    number: int


def test_what_an_operator_reads_of_a_bad_value_is_its_place_and_not_the_value() -> None:
    with pytest.raises(ValidationError) as caught:
        _Passport.model_validate({"number": "C1234567"})
    assert said_shortly(caught.value) == "_Passport is not valid: number: int_parsing"
    with pytest.raises(ValueError, match="C1234567") as failed:
        int("C1234567")
    place = r"ValueError in test_what_an_operator_reads_of_a_bad_value_is_its_place_and_not_the_value \(.*\.py:\d+\)"
    assert re.fullmatch(place, said_shortly(failed.value))
    assert said_shortly(asyncpg.UniqueViolationError("C1234567")) == "UniqueViolationError (23505)"
    assert said_shortly(OSError(28, "No space left")) == "OSError: [Errno 28] No space left"
