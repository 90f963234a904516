"""Mail over SMTP: at least once under one Message-ID, whatever the server does, and nobody else waits for it."""

from __future__ import annotations

import asyncio
from collections.abc import AsyncIterator
from email.message import EmailMessage

import asyncpg
import pytest

from caytre.contracts.notifications import Failure
from caytre.notifications.commands.mailing import _CLAIM, AT_ONCE, Mailer
from caytre.notifications.commands.sending import Smtp
from caytre.notifications.model.notification import MOST_ATTEMPTS
from caytre.notifications.settings import Server
from tests.builders.agreements_office import LEAD, OFFICER
from tests.builders.mail_server import MailServer, a_mail_server
from tests.builders.notice_desk import TRACE, NoticeDesk

STALLED = "caytre.agreement.stalled.v1"


@pytest.fixture
async def server() -> AsyncIterator[MailServer]:
    async with a_mail_server() as server:
        yield server


def mailer(desk: NoticeDesk, server: MailServer, *, seconds: float = 5, lease: float = 60) -> Mailer:
    smtp = Smtp(Server.parse(f"127.0.0.1:{server.port}"), seconds)
    return Mailer(
        desk.database,
        smtp,
        sender="Caytre <no-reply@caytre.example>",
        public_url="http://gateway",
        retry_seconds=0.001,
        lease_seconds=lease,
    )


async def queued(desk: NoticeDesk, **state: object) -> None:
    await desk.desk(name="Phòng Hợp tác quốc tế")
    await desk.hear(desk.says(type="caytre.agreement.returned_incomplete.v1", reason="thiếu bản dịch", state=state))


def body(mail: EmailMessage, kind: str = "plain") -> str:
    part = mail.get_body((kind,))
    assert part is not None
    return str(part.get_content())


async def test_a_mail_says_what_happened_whence_and_under_which_trace(desk: NoticeDesk, server: MailServer) -> None:
    await queued(desk)
    assert await mailer(desk, server).run_once() == 1
    [mail] = server.taken
    [told] = await desk.notifications()
    assert (told["status"], told["attempts"]) == ("SENT", 1)
    assert mail["Message-ID"] == told["mail_id"] == f"<{told['id']}@notifications.caytre>"
    assert mail["Subject"] == "Hồ sơ bị trả lại: Thỏa thuận minh họa"
    assert mail["To"] == "Phòng Hợp tác quốc tế <desk@caytre.example>"
    assert (mail["Auto-Submitted"], mail["Content-Language"]) == ("auto-generated", "vi")
    assert told["cause"]["message_id"] in body(mail)
    assert TRACE[3:35] in body(mail)
    assert f"http://gateway/journey/{told['cause']['message_id']}" in body(mail)
    assert "thiếu bản dịch" in body(mail, "html")
    assert await mailer(desk, server).run_once() == 0
    assert (await desk.said()).count("notification.sent.v1") == 1


async def test_the_mail_belongs_to_the_trace_of_its_cause(desk: NoticeDesk, server: MailServer) -> None:
    await queued(desk)
    await mailer(desk, server).run_once()
    sent = await desk.database.worker.fetchrow(
        "SELECT traceparent, correlation_id, causation_id FROM outbox WHERE type = 'caytre.notification.sent.v1'"
    )
    queued_ = await desk.database.worker.fetchrow(
        "SELECT correlation_id FROM outbox WHERE type = 'caytre.notification.queued.v1'"
    )
    assert sent is not None
    assert queued_ is not None
    assert TRACE[3:35] in sent["traceparent"]
    assert sent["correlation_id"] == queued_["correlation_id"]


async def test_an_illustration_says_so_in_subject_and_body(desk: NoticeDesk, server: MailServer) -> None:
    await queued(desk, provenance={"origin": "illustration"})
    await mailer(desk, server).run_once()
    [mail] = server.taken
    assert mail["Subject"].startswith("[Minh họa] ")
    assert "không có thật" in body(mail)
    assert "không có thật" in body(mail, "html")


async def test_what_a_record_holds_is_escaped_in_html(desk: NoticeDesk, server: MailServer) -> None:
    await queued(desk, title_vi="<script>alert(1)</script>")
    await mailer(desk, server).run_once()
    [mail] = server.taken
    assert "<script>" not in body(mail, "html")
    assert "&lt;script&gt;" in body(mail, "html")


async def test_a_server_that_refuses_for_now_is_asked_again(desk: NoticeDesk, server: MailServer) -> None:
    server.answers = ["451 later", "452 full"]
    await queued(desk)
    sending = mailer(desk, server)
    await sending.run_once()
    assert [each["status"] for each in await desk.notifications()] == ["RETRYING"]
    while not server.taken:
        await asyncio.sleep(0.01)
        await sending.run_once()
    [told] = await desk.notifications()
    assert (told["status"], told["attempts"], told["failure"]) == ("SENT", 3, None)


async def test_a_server_that_dies_in_the_middle_gets_it_again_under_the_same_id(
    desk: NoticeDesk, server: MailServer
) -> None:
    server.answers = ["die"]
    await queued(desk)
    sending = mailer(desk, server)
    await sending.run_once()
    await asyncio.sleep(0.01)
    await sending.run_once()
    assert len(server.taken) == 2
    assert len({mail["Message-ID"] for mail in server.taken}) == 1
    assert [each["status"] for each in await desk.notifications()] == ["SENT"]


async def test_a_recipient_that_the_server_does_not_know_is_given_up_at_once(
    desk: NoticeDesk, server: MailServer
) -> None:
    server.rcpt = "550 no such user desk@caytre.example"
    await queued(desk)
    await mailer(desk, server).run_once()
    [told] = await desk.notifications()
    assert (told["status"], told["failure"]) == (
        "FAILED",
        {"code": "RECIPIENT_REFUSED", "permanent": True, "detail": "550"},
    )
    assert await desk.database.worker.fetchval("SELECT count(*) FROM mail_queue") == 0


async def test_a_mail_that_never_goes_is_given_up_in_the_end(desk: NoticeDesk, server: MailServer) -> None:
    await queued(desk)
    await desk.database.worker.execute("UPDATE mail_queue SET attempts = $1", MOST_ATTEMPTS - 1)
    server.answers = ["451 later"]
    await mailer(desk, server).run_once()
    assert [each["status"] for each in await desk.notifications()] == ["DEAD"]
    assert await mailer(desk, server).run_once() == 0


async def test_a_slow_server_holds_no_transaction_and_times_out(desk: NoticeDesk, server: MailServer) -> None:
    server.answers = ["never"]
    await queued(desk)
    sending = asyncio.create_task(mailer(desk, server, seconds=1).run_once())
    await asyncio.sleep(0.3)
    held = await desk.database.worker.fetchval(
        "SELECT count(*) FROM pg_stat_activity WHERE state = 'idle in transaction' AND datname = current_database()"
    )
    assert held == 0
    await desk.hear(desk.says(type=STALLED, level="warn"))
    await sending
    officer = [each for each in await desk.notifications() if each["template"] == "agreement_returned"]
    assert [(each["status"], each["failure"]["code"]) for each in officer] == [("RETRYING", "SERVER_AWAY")]


async def test_a_delivery_is_over_before_its_lease(desk: NoticeDesk, server: MailServer) -> None:
    await queued(desk)
    server.slow = 0.3
    await mailer(desk, server, seconds=0.4, lease=1.6).run_once()
    assert [each["failure"]["code"] for each in await desk.notifications()] == ["SERVER_AWAY"]
    assert await desk.database.worker.fetchval("SELECT leased_until FROM mail_queue") is None
    server.slow = 0
    await asyncio.sleep(0.01)
    await mailer(desk, server).run_once()
    assert len(server.taken) == 1


async def test_a_wrong_sender_costs_no_mail(desk: NoticeDesk, server: MailServer) -> None:
    server.sender = "553 not from you"
    await queued(desk)
    await mailer(desk, server).run_once()
    assert [each["status"] for each in await desk.notifications()] == ["RETRYING"]
    server.sender = "250 ok"
    await asyncio.sleep(0.01)
    await mailer(desk, server).run_once()
    assert [each["status"] for each in await desk.notifications()] == ["SENT"]


async def test_a_mail_that_cannot_be_made_says_why_and_ends(desk: NoticeDesk, server: MailServer, url: str) -> None:
    await queued(desk)
    owner = await asyncpg.connect(url)
    await owner.execute("UPDATE recipient SET confidential = '\\x00'")
    await owner.close()
    await mailer(desk, server).run_once()
    [told] = await desk.notifications()
    assert (told["status"], told["failure"]["code"], told["attempts"]) == ("RETRYING", "UNSENDABLE", 1)
    assert await desk.database.worker.fetchval("SELECT last_error FROM mail_queue") == "UNSENDABLE"
    await desk.database.worker.execute(
        "UPDATE mail_queue SET attempts = $1, send_at = clock_timestamp()", MOST_ATTEMPTS - 1
    )
    await mailer(desk, server).run_once()
    assert [each["status"] for each in await desk.notifications()] == ["DEAD"]
    assert await desk.database.worker.fetchval("SELECT count(*) FROM mail_queue") == 0
    assert server.taken == []


async def test_what_was_sent_and_could_not_be_marked_waits_until_it_can(
    desk: NoticeDesk, server: MailServer, url: str
) -> None:
    await queued(desk)
    owner = await asyncpg.connect(url)
    # Every change finds that the notification has moved meanwhile.
    await owner.execute(
        "CREATE FUNCTION moves() RETURNS trigger LANGUAGE plpgsql AS 'BEGIN RETURN NULL; END';"
        "CREATE TRIGGER moves BEFORE UPDATE ON notification FOR EACH ROW EXECUTE FUNCTION moves()"
    )
    await mailer(desk, server).run_once()
    assert [each["status"] for each in await desk.notifications()] == ["QUEUED"]
    assert await desk.database.worker.fetchval("SELECT last_error FROM mail_queue") == "UNMARKED"
    await owner.execute("DROP TRIGGER moves ON notification")
    await owner.close()
    await asyncio.sleep(0.01)
    await mailer(desk, server).run_once()
    assert [each["status"] for each in await desk.notifications()] == ["SENT"]
    assert len({mail["Message-ID"] for mail in server.taken}) == 1
    assert await desk.database.worker.fetchval("SELECT count(*) FROM mail_queue") == 0


async def test_who_claims_has_it_alone_until_the_lease_is_over(desk: NoticeDesk, server: MailServer) -> None:
    await queued(desk)

    async def dies(mail: EmailMessage) -> None:
        raise asyncio.CancelledError

    crashed = Mailer(desk.database, dies, sender="x@caytre.example", lease_seconds=0.3)
    with pytest.raises(asyncio.CancelledError):
        await crashed.run_once()
    assert await mailer(desk, server).run_once() == 0
    await asyncio.sleep(0.35)
    assert await mailer(desk, server).run_once() == 1
    assert [each["attempts"] for each in await desk.notifications()] == [2]


async def test_two_mailers_send_each_mail_once(desk: NoticeDesk, server: MailServer) -> None:
    await desk.desk()
    for _ in range(12):
        await desk.hear(desk.says(type="caytre.agreement.approved.v1"), twice=False)
    await asyncio.gather(*[mailer(desk, server).run_once() for _ in range(4)])
    assert len(server.taken) == len({mail["Message-ID"] for mail in server.taken}) == 12


async def test_no_more_is_claimed_than_was_asked_for(desk: NoticeDesk, server: MailServer) -> None:
    await desk.desk()
    for _ in range(12):
        await desk.hear(desk.says(type="caytre.agreement.approved.v1"), twice=False)
    async with desk.database.worker.acquire() as connection, connection.transaction():
        # The plan under which a subquery is asked again for each row.
        for kind in ("hashjoin", "mergejoin", "hashagg", "sort", "material"):
            await connection.execute(f"SET LOCAL enable_{kind} = off")
        assert len(await connection.fetch(_CLAIM, 60.0, 3)) == 3
    assert await mailer(desk, server).run_once() == AT_ONCE


async def test_note_taken_while_it_is_sent_is_kept(desk: NoticeDesk, server: MailServer) -> None:
    await queued(desk)
    [told] = await desk.notifications()
    smtp = Smtp(Server.parse(f"127.0.0.1:{server.port}"), 5)

    async def noted(mail: EmailMessage) -> None:
        await smtp(mail)
        path = f"/notifications/{told['id']}/acknowledgement"
        assert (await desk.post(path, None, by=OFFICER, version=1)).status_code == 200

    await Mailer(desk.database, noted, sender="x@caytre.example").run_once()
    [after] = await desk.notifications()
    assert (after["status"], after["acknowledged_at"] is not None, after["version"]) == ("SENT", True, 3)


async def test_an_address_taken_away_meanwhile_is_a_failure(desk: NoticeDesk, server: MailServer) -> None:
    await queued(desk)
    listed = (await desk.get("/recipients", LEAD)).json()["items"][0]
    path = f"/recipients/{listed['id']}/amendments"
    assert (await desk.post(path, {"address": None}, by=LEAD, version=listed["version"])).status_code == 200
    await mailer(desk, server).run_once()
    [told] = await desk.notifications()
    assert told["failure"] == Failure(code="NO_ADDRESS", permanent=True).model_dump()
