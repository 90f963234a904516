"""The idempotency row: written in the business statement, looked up before any refusal, purged after 72 hours or more.

The convention follows the expired IETF draft `draft-ietf-httpapi-idempotency-key-header-07`: a key belongs to one
client and subject and, behind a system, one officer; a repeated request is answered as the first one was, another
request under the key is refused.
"""

from __future__ import annotations

import json
from typing import Any

from caytre.core.command import Answer, Command
from caytre.core.refusals import KeyReused
from caytre.core.storing.database import Connection

_FIND = (
    "SELECT fingerprint, kind, record_id, version, status, body FROM idempotency "
    "WHERE client = $1 AND subject = $2 AND key = $3"
)
#: The condition for a row that nobody can ask for any more; $1 is how long one is kept.
OLD = "created_at < clock_timestamp() - $1::interval"


def _subject(command: Command) -> str:
    # JSON, since a subject may hold any separator and two callers must never share a key.
    caller = command.caller
    return json.dumps([caller.subject, caller.actor], ensure_ascii=False) if caller.actor else caller.subject


def row(command: Command, kind: str, status: int) -> dict[str, Any]:
    """The values of the row that goes into the command's statement; its body is the document, as journalled."""
    return {
        "key_client": command.caller.client,
        "key_subject": _subject(command),
        "key_key": command.key,
        "key_fingerprint": command.fingerprint,
        "key_kind": kind,
        "key_status": status,
    }


async def find(command: Command, connection: Connection) -> Answer | None:
    """The answer already given under this key, or None. Raises KeyReused when the key belongs to another request."""
    if command.key is None:
        return None
    stored = await connection.fetchrow(_FIND, command.caller.client, _subject(command), command.key)
    if stored is None:
        return None
    if stored["fingerprint"] != command.fingerprint:
        raise KeyReused(key=command.key)
    body = stored["body"].encode()
    return Answer(stored["kind"], stored["record_id"], stored["version"], stored["status"], body, replayed=True)
