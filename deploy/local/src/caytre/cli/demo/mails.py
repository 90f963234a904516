"""The mails that the platform's capture has kept, oldest first."""

from __future__ import annotations

from collections import Counter
from collections.abc import Sequence
from dataclasses import dataclass
from email import message_from_bytes
from email.message import EmailMessage
from email.policy import default
from pathlib import Path

#: Of these causes one mail in each language is shown: what falls due, a standstill and its end, a succession.
SHOWN = (
    "caytre.deadline.due_soon.v1",
    "caytre.deadline.due.v1",
    "caytre.agreement.stalled.v1",
    "caytre.agreement.stall_level_changed.v1",
    "caytre.agreement.unstalled.v1",
    "caytre.succession.opened.v1",
)


@dataclass(frozen=True, slots=True)
class Mail:
    """One captured mail: whom it went to, in which language, what it said, and what caused it."""

    to: str
    language: str
    subject: str
    date: str
    text: str
    cause: str
    trace_id: str | None
    message_id: str


def read(file: Path) -> Mail:
    """The mail in a file."""
    mail = message_from_bytes(file.read_bytes(), _class=EmailMessage, policy=default)
    body = mail.get_body(("plain",))
    text = body.get_content() if body is not None else ""
    return Mail(
        to=str(mail["X-Envelope-To"] or mail["To"]),
        language=str(mail["Content-Language"]),
        subject=str(mail["Subject"]),
        date=str(mail["Date"]),
        text=text.strip(),
        cause=str(mail["X-Caytre-Cause"]).split()[0],
        trace_id=str(mail["X-Caytre-Trace"]) if mail["X-Caytre-Trace"] else None,
        message_id=str(mail["Message-ID"]),
    )


def shown(mails: Sequence[Mail]) -> list[Mail]:
    """The first mail of each cause that is shown, in each language."""
    first = {(mail.cause, mail.language): mail for mail in reversed(mails)}
    return [first[cause, language] for cause in SHOWN for language in ("vi", "en") if (cause, language) in first]


def counted(mails: Sequence[Mail]) -> dict[str, int]:
    """How many different mails there are in each language."""
    return dict(Counter(mail.language for mail in {mail.message_id: mail for mail in mails}.values()))
