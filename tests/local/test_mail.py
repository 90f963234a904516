"""The mail capture receives over SMTP and keeps every mail as a file."""

import smtplib
from collections.abc import Iterator
from email import message_from_bytes
from email.message import EmailMessage
from email.policy import default
from pathlib import Path

import pytest

from caytre.local.mail import Mail
from caytre.local.ports import free_port


@pytest.fixture
def capture(tmp_path: Path) -> Iterator[Mail]:
    mail = Mail(tmp_path, free_port())
    mail.prepare()
    mail.start()
    mail.wait_ready()
    yield mail
    assert mail.stop()


def test_a_mail_is_kept_as_it_was_sent(capture: Mail) -> None:
    sent = EmailMessage()
    sent["From"], sent["To"], sent["Subject"] = "caytre@example.org", "officer@example.org", "Thỏa thuận sắp hết hạn"
    sent.set_content("Còn 30 ngày.")
    with smtplib.SMTP("127.0.0.1", capture.port) as client:
        client.send_message(sent)
        client.send_message(sent, to_addrs=["hidden@example.org"])
    first, second = (message_from_bytes(path.read_bytes(), policy=default) for path in capture.mails)
    assert first["Subject"] == "Thỏa thuận sắp hết hạn"
    body = first.get_body()
    assert body is not None
    assert body.get_content().strip() == "Còn 30 ngày."
    assert (first["X-Envelope-To"], second["X-Envelope-To"]) == ("officer@example.org", "hidden@example.org")
