"""What the answers of a mail server mean: of this mail for good, of ourselves for now, and never longer than agreed."""

from __future__ import annotations

from collections.abc import AsyncIterator
from email.message import EmailMessage
from time import monotonic

import pytest
from pydantic import ValidationError

from caytre.contracts.notifications import Failure
from caytre.notifications.commands.sending import NotSent, Smtp
from caytre.notifications.settings import NotificationSettings, Server
from tests.builders.mail_server import MailServer, a_mail_server


@pytest.fixture
async def server() -> AsyncIterator[MailServer]:
    async with a_mail_server() as server:
        yield server


def a_mail() -> EmailMessage:
    mail = EmailMessage()
    mail["From"], mail["To"], mail["Subject"] = "no-reply@caytre.example", "desk@caytre.example", "x"
    mail.set_content("x")
    return mail


async def failure_of(server: MailServer, seconds: float = 5) -> Failure:
    with pytest.raises(NotSent) as refused:
        await Smtp(Server.parse(f"127.0.0.1:{server.port}"), seconds)(a_mail())
    return refused.value.failure


@pytest.mark.parametrize("status", ["550", "553", "501"])
@pytest.mark.parametrize("of_ourselves", ["greeting", "hello", "sender"])
async def test_what_a_server_refuses_of_ourselves_it_refuses_for_now(
    server: MailServer, of_ourselves: str, status: str
) -> None:
    setattr(server, of_ourselves, f"{status} not from you")
    assert await failure_of(server) == Failure(code="SERVER_REFUSED", permanent=False, detail=status)


@pytest.mark.parametrize(("status", "permanent"), [("550", True), ("552", True), ("451", False), ("554", False)])
async def test_what_a_server_refuses_of_this_mail_it_refuses_as_it_says(
    server: MailServer, status: str, permanent: bool
) -> None:
    server.answers = [f"{status} no"]
    assert await failure_of(server) == Failure(code="SERVER_REFUSED", permanent=permanent, detail=status)
    server.rcpt = f"{status} no"
    assert await failure_of(server) == Failure(code="RECIPIENT_REFUSED", permanent=permanent, detail=status)


async def test_a_server_that_is_slow_at_every_command_is_not_waited_for_longer_than_one_delivery_may_take(
    server: MailServer,
) -> None:
    server.slow = 0.3
    started = monotonic()
    assert await failure_of(server, seconds=0.5) == Failure(code="SERVER_AWAY", permanent=False, detail="TimeoutError")
    assert monotonic() - started < 1
    assert server.taken == []


async def test_a_mail_is_taken_however_the_server_parts_from_us(server: MailServer) -> None:
    server.parting = "421 too busy to part"
    await Smtp(Server.parse(f"127.0.0.1:{server.port}"), 5)(a_mail())
    assert len(server.taken) == 1


@pytest.mark.parametrize("sender", ["nobody", "a@caytre.example, b@caytre.example", "", "a@caytre.example\nBcc: b@x.y"])
def test_a_sender_that_is_no_address_is_refused_at_the_start(sender: str, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("CAYTRE_MAIL_FROM", sender)
    with pytest.raises(ValidationError):
        NotificationSettings()
    monkeypatch.setenv("CAYTRE_MAIL_FROM", "Sở Ngoại vụ <so.ngoai.vu@caytre.example>")
    assert NotificationSettings().mail_from.startswith("Sở")
