"""Cursors fit the query they were made for and nothing else."""

from __future__ import annotations

import base64
import json

import pytest
from hypothesis import given
from hypothesis import strategies as st

from caytre.core.web.http_refusals import CursorOfAnotherQuery
from caytre.core.web.paging import Cursors

CURSORS = Cursors(b"k" * 32)
QUERY, OTHER = b"q" * 32, b"o" * 32
KEYS = st.lists(st.one_of(st.text(), st.integers(), st.none(), st.booleans()), max_size=4)


@given(KEYS)
def test_a_cursor_gives_back_its_key(key: list[str | int | None]) -> None:
    assert CURSORS.read(QUERY, CURSORS.write(QUERY, key)) == tuple(key)


@given(KEYS, st.integers(min_value=0), st.sampled_from("Aa0_-"))
def test_a_changed_cursor_is_refused(key: list[str | int | None], place: int, letter: str) -> None:
    cursor = CURSORS.write(QUERY, key)
    place %= len(cursor)
    changed = cursor[:place] + letter + cursor[place + 1 :]
    decoded = [base64.urlsafe_b64decode(text + "=" * (-len(text) % 4)) for text in (cursor, changed)]
    if decoded[0] != decoded[1]:
        with pytest.raises(CursorOfAnotherQuery):
            CURSORS.read(QUERY, changed)


def test_a_cursor_of_another_query_is_refused() -> None:
    with pytest.raises(CursorOfAnotherQuery):
        CURSORS.read(OTHER, CURSORS.write(QUERY, ["a"]))


def test_a_cursor_under_another_key_is_refused() -> None:
    with pytest.raises(CursorOfAnotherQuery):
        CURSORS.read(QUERY, Cursors(b"x" * 32).write(QUERY, ["a"]))


@given(st.text(max_size=100))
def test_an_invented_cursor_is_refused(cursor: str) -> None:
    with pytest.raises(CursorOfAnotherQuery):
        CURSORS.read(QUERY, cursor)


def test_an_unsigned_key_is_refused() -> None:
    content = json.dumps(["z"]).encode()
    for tag in (b"", bytes(16), bytes(32)):
        with pytest.raises(CursorOfAnotherQuery):
            CURSORS.read(QUERY, base64.urlsafe_b64encode(tag + content).decode())
