"""Messages as `caytre tail` shows them: all of it, and nothing that steers a terminal."""

from __future__ import annotations

import json
from dataclasses import dataclass
from uuid import UUID

from caytre.cli.cloud_events import Filter, pretty, structured

RECORD = UUID("0198c2d4-0000-7000-8000-000000000001")


@dataclass
class Lying:
    """What is used of a record that lies on Kafka."""

    value: bytes | None = b"null"
    headers: tuple[tuple[str, bytes], ...] = ()
    key: bytes | None = str(RECORD).encode()
    topic: str = "caytre.agreements.events.v1"
    partition: int = 3
    offset: int = 41


def signed(data: object) -> Lying:
    headers = {"ce_type": "caytre.agreement.signed.v1", "ce_position": "12", "ce_epoch": "1", "ce_sequence": "4",
               "ce_subject": str(RECORD), "ce_actor": "p-1", "ce_traceparent": "00-abc-def-01",
               "content-type": "application/json"}  # fmt: skip
    lying = tuple((name, value.encode()) for name, value in headers.items())
    return Lying(json.dumps(data, ensure_ascii=False).encode(), lying)


def test_a_person_sees_what_happened_where_it_lies_and_what_it_says() -> None:
    shown = pretty(signed({"title_vi": "Bản ghi nhớ", "deadlines": [{"code": "AGR_REPORT"}]}))
    said = shown.plain
    assert said.startswith("caytre.agreement.signed.v1")
    for part in (str(RECORD), "position 1.12", "caytre.agreements.events.v1/3@41", "by p-1", "trace abc"):
        assert part in said
    assert '"title_vi": "Bản ghi nhớ"' in said
    members = {said[span.start : span.end].strip() for span in shown.spans if span.style == "blue"}
    assert members == {'"title_vi":', '"deadlines":', '"code":'}
    assert said.endswith("\n")


def test_nothing_in_a_message_steers_the_terminal() -> None:
    for lying in (
        signed({"title": "\x1b[31m\x9b31m\x7f"}),
        Lying(b"no CloudEvent \x1b[31m \xc2\x9b31m"),
        Lying(b"{}", (("ce_type", b"caytre.\x1b[2J"), ("ce_actor", b"\xc2\x9b"))),
    ):
        said = pretty(lying).plain
        assert not [letter for letter in said if not letter.isprintable() and letter != "\n"]


def test_what_ends_a_public_state_is_said() -> None:
    assert "tombstone" in pretty(Lying(None)).plain
    assert structured(Lying(None))["data"] is None


def test_a_filter_takes_a_record_and_kinds_of_types() -> None:
    message = signed({})
    assert Filter().takes(message)
    assert Filter("caytre.agreement.*", RECORD).takes(message)
    assert not Filter("caytre.partner.*").takes(message)
    assert not Filter(record=UUID(int=1)).takes(message)
    assert not Filter("caytre.*").takes(Lying())
