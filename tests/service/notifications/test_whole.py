"""The whole service on Kafka: what others say becomes deadlines, time passes, and mail arrives."""

from __future__ import annotations

import asyncio
import time
from collections.abc import AsyncIterator
from datetime import timedelta
from pathlib import Path

import pytest

from caytre.core.clock import business_today
from caytre.core.ids import new_id
from caytre.core.testing import Log, publish
from caytre.local.kafka import Kafka
from tests.builders.desk import Issuer
from tests.builders.mail_server import MailServer, a_mail_server
from tests.builders.notice_desk import TRACE, NoticeDesk, a_notice_desk, wanted

#: One worker runs them all, on one broker of their own.
pytestmark = pytest.mark.xdist_group("notifications from end to end")


@pytest.fixture
async def server() -> AsyncIterator[MailServer]:
    async with a_mail_server() as server:
        yield server


@pytest.fixture
async def running(
    tmp_path: Path, issuer: Issuer, url: str, broker: Kafka, server: MailServer, monkeypatch: pytest.MonkeyPatch
) -> AsyncIterator[NoticeDesk]:
    monkeypatch.setenv("CAYTRE_SMTP", f"127.0.0.1:{server.port}")
    async with a_notice_desk(tmp_path, issuer, url, kafka=broker.address, role="all") as desk:
        yield desk


async def test_a_deadline_that_is_over_reaches_the_mailbox_by_way_of_the_services_own_topic(
    running: NoticeDesk, server: MailServer, broker: Kafka
) -> None:
    await running.desk()
    # Other tests write to this topic too, each from position 1 on: a later epoch is behind them all.
    log, record = Log("agreements", epoch=int(time.time())), new_id()
    past = (business_today() - timedelta(days=60)).isoformat()
    running.says(wanted(anchor=past), record=record, type="caytre.agreement.approved.v1", log=log)
    await publish(broker.address, log.messages)
    async with asyncio.timeout(60):
        while len(await running.notifications()) < 3 or not server.taken:
            await asyncio.sleep(0.1)
    approved = next(mail for mail in server.taken if "approved" in mail["X-Caytre-Cause"])
    assert approved["X-Caytre-Cause"].endswith(log.messages[0].message_id)
    assert approved["X-Caytre-Trace"] == TRACE[3:35]
    found = await running.deadline(f"agreement/{record}", "AGR_PM_REPORT")
    assert found is not None
    assert (found["status"], found["level"]) == ("OVERDUE", 3)
    told = [each for each in await running.notifications() if each["about"]["id"] == str(record)]
    assert {each["template"] for each in told} == {"agreement_approved", "deadline_escalated"}
    heard = await running.database.worker.fetchval(
        "SELECT count(*) FROM journal WHERE type = 'caytre.deadline.overdue.v1' AND record_id = $1", found["id"]
    )
    assert heard == 1
    ready = await running.http.get("/health/ready")
    assert {name: ready.json()["checks"][name] for name in ("timing", "mailing")} == {"timing": "ok", "mailing": "ok"}
