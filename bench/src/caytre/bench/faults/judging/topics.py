"""Each topic holds its journal: whoever drops what lies at or before its place reads every message once, in order.

After a broker has lost the end of its log, later messages may stand in a partition before those that are sent again.
Who reads it from the beginning is told of the gap by the messages themselves, and `caytre republish` closes it; so what
may have been cut is asked for on the topic, wherever it lies.
"""

import hashlib
import json
from collections.abc import Mapping
from typing import Any

from caytre.bench.faults.evidence import Evidence
from caytre.bench.faults.judgement import Judgement
from caytre.core.relaying.topics import partition_of


def judge(found: Judgement, lies: Evidence, cuts: Mapping[str, int]) -> None:
    """Both topics of each service. `cuts` says up to which position the end of a topic may have been cut."""
    for name in ("records on the topics", "duplicates there", "stale there", "behind a cut"):
        found.seen[name] = 0
    for service in lies.journals:
        _judge_events(found, lies, service, cuts.get(service, 0))
        _judge_states(found, lies, service)


def _judge_events(found: Judgement, lies: Evidence, service: str, cut: int) -> None:
    last: dict[int, int] = {}
    seen: set[int] = set()
    read: dict[int, tuple[str, str, str, int]] = {}
    for record in lies.events[service]:
        headers = dict(record.headers)
        position = int(headers["ce_position"])
        found.seen["records on the topics"] += 1
        found.seen["duplicates there"] += position in seen
        seen.add(position)
        if position <= last.get(record.partition, 0):
            found.seen["stale there"] += position < last[record.partition]
            continue
        last[record.partition] = position
        digest = hashlib.md5(record.value or b"", usedforsecurity=False).hexdigest()
        read[position] = headers["ce_id"].decode(), record.key.decode(), digest, record.partition
    said = {
        row["position"]: (
            row["message_id"], row["record_id"], row["data"], partition_of(row["record_id"].encode()),
        )
        for row in lies.journals[service]
    }  # fmt: skip
    behind = {position for position in said.keys() - read.keys() if position <= cut}
    found.seen["behind a cut"] += len(behind)
    missing = said.keys() - read.keys() - behind
    found.check(f"{service}: LOST: a message is on the events topic", said.keys() - seen)
    found.check(f"{service}: LOST: a reader of the events topic meets every message in order", missing)
    found.check(f"{service}: nothing is on the events topic that is not in the journal", seen - said.keys())
    found.check(
        f"{service}: a message on the topic is what the journal has",
        (position for position in said.keys() & read.keys() if said[position] != read[position]),
    )


def _judge_states(found: Judgement, lies: Evidence, service: str) -> None:
    last: dict[str, bytes | None] = {record.key.decode(): record.value for record in lies.states[service]}
    different = [
        id
        for id, record in lies.records[service].items()
        if (value := last.get(id)) is None or _parsed(value) != _parsed(record["document"])
    ]
    found.check(f"{service}: the last state on the topic is the record", different)


def _parsed(text: bytes | str) -> Any:
    return json.loads(text)
