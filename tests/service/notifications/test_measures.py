"""What the service tells operators: what is overdue by its code, late timers, and mail that waits or fails."""

from __future__ import annotations

import asyncio
from collections.abc import AsyncIterator

import pytest

from caytre.core.ids import new_id
from caytre.core.scraping import Scrape
from caytre.local.metrics import Reading
from caytre.notifications.queries.measuring import notices
from tests.builders.exposition import measuring, told
from tests.builders.mail_server import MailServer, a_mail_server
from tests.builders.notice_desk import NoticeDesk, moment, wanted
from tests.service.notifications.test_mail import mailer, queued

FAR = moment("2031-01-02")


@pytest.fixture(autouse=True)
def _measuring() -> None:
    measuring()


@pytest.fixture
async def server() -> AsyncIterator[MailServer]:
    async with a_mail_server() as server:
        yield server


async def looked(desk: NoticeDesk) -> Reading:
    """What is told after a look."""
    await Scrape([notices(desk.database)]).look()
    return told()


async def test_nothing_to_tell_is_told_as_nought(desk: NoticeDesk) -> None:
    found = await looked(desk)
    assert found.by("obligation_overdue", "code") == {}
    assert (found.total("timer_late_seconds"), found.total("mail_queued"), found.total("mail_late_seconds")) == (
        0,
        0,
        0,
    )


async def test_what_is_overdue_is_counted_by_its_code_and_late_timers_by_their_age(desk: NoticeDesk) -> None:
    code = wanted()["code"]
    for _ in range(3):
        await desk.hear(desk.says(wanted(anchor="2023-12-01")), twice=False)
    # Nothing has fired yet, and their days are long past.
    found = await looked(desk)
    assert found.by("obligation_overdue", "code") == {}
    assert (found.total("timer_late_seconds") or 0) > 86_400
    await desk.fire(FAR)
    found = await looked(desk)
    assert found.by("obligation_overdue", "code") == {code: 3}
    assert found.total("timer_late_seconds") == 0


async def test_only_what_was_handed_over_counts_as_sent(desk: NoticeDesk, server: MailServer) -> None:
    await queued(desk)
    await mailer(desk, server).run_once()
    before = (await looked(desk)).by("mail_deliveries_total", "outcome")
    [told_] = await desk.notifications()
    for id in (told_["id"], str(new_id())):
        await desk.database.worker.execute(
            "INSERT INTO mail_queue (record_id, send_at, correlation_id) VALUES ($1, clock_timestamp(), $1)", id
        )
    assert await mailer(desk, server).run_once() == 2
    assert (await looked(desk)).by("mail_deliveries_total", "outcome") == before
    assert await desk.database.worker.fetchval("SELECT count(*) FROM mail_queue") == 0
    assert len(server.taken) == 1


async def test_mail_that_waits_and_mail_that_failed_are_told_apart(desk: NoticeDesk, server: MailServer) -> None:
    await queued(desk)
    found = await looked(desk)
    assert found.by("mail_queued", "failure") == {"": 1}
    assert 0 <= (found.total("mail_late_seconds") or 0) < 60
    before = found.by("mail_deliveries_total", "outcome")
    server.answers = ["451 later"]
    await mailer(desk, server).run_once()
    found = await looked(desk)
    assert found.by("mail_queued", "failure") == {"SERVER_REFUSED": 1}
    while not await mailer(desk, server).run_once():
        await asyncio.sleep(0.01)
    found = await looked(desk)
    assert (found.total("mail_queued"), found.total("mail_late_seconds")) == (0, 0)
    after = found.by("mail_deliveries_total", "outcome")
    for outcome in ("SERVER_REFUSED", "sent"):
        assert after[outcome] - before.get(outcome, 0) == 1
