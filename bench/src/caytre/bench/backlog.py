"""Agreements by the hundred thousand: one life told by the service itself, the others made from it in SQL."""

import asyncpg
import httpx2

from caytre.bench.commands import proposal, register_partner
from caytre.bench.stage import Process
from caytre.core.ids import new_id

#: Copies of the two messages of one agreement (proposed, amended) under ids of their own.
_COPIES = """
INSERT INTO outbox (message_id, type, record_id, version, ordinal, data, sensitivity, localities, occurred_at, actor,
                    pseudonym, traceparent, correlation_id)
SELECT uuidv7(), j.type, c.id, j.version, j.ordinal, replace(j.data::text, j.record_id::text, c.id::text)::json,
       j.sensitivity, j.localities, j.occurred_at, j.actor, j.pseudonym, j.traceparent, uuidv7()
FROM journal j, copy c WHERE j.record_id = $1 ORDER BY j.version, c.id
"""


def tell_one(api: Process, token: str) -> str:
    """Propose and amend one agreement; returns its id."""
    headers = {"Authorization": f"Bearer {token}", "Idempotency-Key": str(new_id())}
    with httpx2.Client(base_url=api.address, trust_env=False, timeout=30) as client:
        partner = register_partner(api.address, token)
        proposed = client.post("/agreements", json=proposal(partner), headers=headers)
        proposed.raise_for_status()
        id = str(proposed.json()["id"])
        headers |= {"Idempotency-Key": str(new_id()), "If-Match": '"1"'}
        amended = client.post(
            f"/agreements/{id}/amendments", json={"title_vi": "Thỏa thuận hợp tác giáo dục"}, headers=headers
        )
        amended.raise_for_status()
    return id


async def copy(url: str, original: str, count: int) -> int:
    """Put the messages of `count` agreements like the original into the outbox; returns how many messages."""
    connection = await asyncpg.connect(url)
    try:
        await connection.execute(
            "CREATE TEMP TABLE copy AS SELECT uuidv7() AS id FROM generate_series(1, $1::int)", count
        )
        made = await connection.execute(_COPIES, original)
        await connection.execute("DROP TABLE copy")
    finally:
        await connection.close()
    return int(made.rpartition(" ")[2])
