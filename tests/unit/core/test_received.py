"""A record becomes a message only when it is a CloudEvent of a journal; everything else about it is asked for later."""

import pytest

from caytre.core.consuming.received import Received, Undecodable
from caytre.core.ids import new_id
from caytre.core.testing import Log

KEY = new_id()


def a_record(value: bytes | None = b"{}", key: bytes | None = b"k", **changed: bytes | None) -> Received:
    headers: dict[str, bytes | None] = {
        "ce_id": str(new_id()).encode(),
        "ce_type": b"caytre.note.signed.v1",
        "ce_sequence": b"1",
        "ce_position": b"7",
        "ce_epoch": b"1",
        **changed,
    }
    present = [(name, text) for name, text in headers.items() if text is not None]
    return Received("topic", 0, 5, 0, key, value, present)


@pytest.mark.parametrize("name", ["ce_id", "ce_type", "ce_sequence", "ce_position", "ce_epoch"])
@pytest.mark.parametrize("value", [None, b"", b"\xff\xfe", b"\0"])
def test_a_record_without_its_place_and_names_is_undecodable(name: str, value: bytes | None) -> None:
    with pytest.raises(Undecodable):
        a_record(**{name: value})


@pytest.mark.parametrize("key", [None, b"", b"\xff", b"a\0b"])
def test_a_record_without_a_readable_key_is_undecodable(key: bytes | None) -> None:
    with pytest.raises(Undecodable):
        a_record(key=key)


@pytest.mark.parametrize("position", [b"0", b"-1", b"99999999999999999999"])
def test_a_position_that_no_journal_gives_is_undecodable(position: bytes) -> None:
    with pytest.raises(Undecodable):
        a_record(ce_position=position)


@pytest.mark.parametrize("value", [None, b"", b"no json", b"[1]", b"null"])
def test_a_value_that_is_no_object_is_told_when_it_is_asked_for(value: bytes | None) -> None:
    message = a_record(value)
    with pytest.raises(ValueError):  # noqa: PT011 - pydantic_core names the place in its own words
        message.json()


def test_what_a_message_says_about_itself() -> None:
    cause, parent = new_id(), "00-0af7651916cd43dd8448eb211c80319c-b7ad6b7169203331-01"
    message = Log("notes").say(
        "caytre.note.signed.v1",
        KEY,
        {"by": "x"},
        state={"title": "t"},
        causation=cause,
        localities=["VN-P-2025-01"],
        traceparent=parent,
    )
    assert (message.subject, message.sequence, message.place, message.causation) == (KEY, 1, (1, 1), cause)
    assert message.json() == {"by": "x", "state": {"title": "t"}}
    assert message.localities == ("VN-P-2025-01",)
    assert message.sampled
    assert message.traceparent == parent
    assert message.time.tzinfo is not None


def test_a_malformed_traceparent_never_makes_a_message_fail() -> None:
    message = a_record(ce_traceparent=b"\xff\xff01")
    assert message.sampled
    assert message.traceparent is not None
