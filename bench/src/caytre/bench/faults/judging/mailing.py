"""Everybody is told once, and every mail reaches the mail server at least once under the one Message-ID it has."""

from collections import Counter
from collections.abc import Callable, Mapping, Sequence
from uuid import UUID

import asyncpg

from caytre.bench.faults.evidence import Evidence
from caytre.bench.faults.judgement import Judgement
from caytre.contracts.notifications import Audience
from caytre.core.clock import business_today
from caytre.notifications.commands.observing import heard_in
from caytre.notifications.model.notification import key_of
from caytre.notifications.model.places import predecessors_too
from caytre.notifications.model.telling import audiences

_DESKS = "SELECT id, role, organisation, locality, country FROM recipient WHERE active"
_TOLD = """
SELECT id::text, cause_id, recipient_key, template, status, document->>'mail_id' AS mail_id,
       document->>'recipient_id' IS NOT NULL AS has_desk
FROM notification
"""


async def judge(
    found: Judgement, databases: Mapping[str, str], lies: Evidence, taken_mails: Callable[[], Sequence[str]]
) -> None:
    """Notifications against what the rules make of the journals, mails against notifications."""
    # A timer may fire while this is judged. So what the server took is looked at on both sides of the notifications:
    # of what it had before, each is known by then; of what was sent by then, it has each afterwards.
    before = taken_mails()
    connection = await asyncpg.connect(databases["notifications"])
    try:
        desks = await connection.fetch(_DESKS)
        told = await connection.fetch(_TOLD)
    finally:
        await connection.close()
    expected = _expected(lies, desks)
    rows = Counter((row["cause_id"], row["recipient_key"], row["template"]) for row in told)
    found.check("LOST: whom a rule means is told", expected - rows.keys())
    found.check("nobody is told whom no rule means", rows.keys() - expected)
    found.check("a recipient is told once of a cause by a template", (each for each, n in rows.items() if n > 1))
    sent = {row["mail_id"] for row in told if row["status"] == "SENT"}
    waiting = [row["id"] for row in told if row["has_desk"] and row["status"] != "SENT"]
    mails = taken_mails()
    taken = Counter(mails)
    found.seen |= {"notifications": len(told), "mails": len(taken), "mails that came again": len(mails) - len(taken)}
    found.check("every notification with an address is sent", waiting)
    found.check("LOST: a mail that was sent has reached the mail server", sent - taken.keys())
    found.check(
        "the mail server has no Message-ID that no notification has", set(before) - {row["mail_id"] for row in told}
    )


def _expected(lies: Evidence, desks: Sequence[asyncpg.Record]) -> set[tuple[UUID, UUID, str]]:
    today, expected = business_today(), set()
    for messages in lies.received.values():
        for message in messages:
            heard = heard_in(message)
            for notice in heard.told:
                for audience in audiences(notice, heard, today):
                    meant = [desk["id"] for desk in desks if _means(audience, desk)]
                    keys = meant or [key_of(audience, None)]
                    expected |= {(message.id, key, notice.template) for key in keys}
    return expected


def _means(audience: Audience, desk: asyncpg.Record) -> bool:
    places = predecessors_too(audience.locality) if audience.locality else None
    return (
        audience.role in (None, desk["role"])
        and audience.organisation in (None, desk["organisation"])
        and (places is None or desk["locality"] in places)
        and audience.country in (None, desk["country"])
    )
