"""What clients were told is so: an acknowledged command is in the journal once, a refused one changed nothing."""

from collections import Counter
from collections.abc import Mapping

import asyncpg

from caytre.bench.faults.clients import Ledger
from caytre.bench.faults.evidence import Evidence
from caytre.bench.faults.judgement import Judgement
from caytre.bench.story.office import AWAITED

_KEPT = "SELECT key, record_id::text, version FROM idempotency"


async def judge(found: Judgement, databases: Mapping[str, str], lies: Evidence, ledger: Ledger) -> None:
    """Every command of every client."""
    acknowledged, refused = ledger.acknowledged, ledger.refused
    found.seen |= {"acknowledged": len(acknowledged), "refused": len(refused), "sent again": ledger.retries}
    kept = {}
    for service in lies.journals:
        connection = await asyncpg.connect(databases[service])
        kept[service] = {row["key"]: (row["record_id"], row["version"]) for row in await connection.fetch(_KEPT)}
        await connection.close()
    journalled = {
        (service, row["record_id"], row["version"]) for service, rows in lies.journals.items() for row in rows
    }
    found.check(
        "LOST: an acknowledged command is in the journal",
        (c.key for c in acknowledged if (c.service, c.record, c.version) not in journalled),
    )
    found.check(
        "an acknowledged key has its one row",
        (c.key for c in acknowledged if kept[c.service].get(c.key) != (c.record, c.version)),
    )
    found.check("a refused command changed nothing", (c.key for c in refused if c.key in kept[c.service]))
    told = Counter((c.service, c.record, c.version) for c in acknowledged)
    found.check("a version was told to one client only", (each for each, times in told.items() if times > 1))
    found.check("an API never answers 5xx but 503", ledger.server_errors)
    strange = Counter((c.service, c.status, c.code) for c in refused if c.status != 412 and c.code not in AWAITED)
    found.check("officers are refused only what somebody was faster with, or what is not known yet", strange.items())
