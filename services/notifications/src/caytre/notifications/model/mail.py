"""The mail of a notification (RFC 5322, MIME): words in the recipient's language, where they come from, and whence.

Headers are made by the standard library's `EmailMessage`, whose policy refuses a line break in any of them.
"""

from __future__ import annotations

from datetime import datetime
from email.headerregistry import Address
from email.message import EmailMessage
from email.policy import SMTP
from email.utils import format_datetime
from functools import lru_cache
from pathlib import Path

from jinja2 import Environment, FileSystemLoader, StrictUndefined, Template

from caytre.notifications.model.notification import Notification
from caytre.notifications.model.recipient import Recipient

_TEMPLATES = Path(__file__).parent.parent / "templates"
_ILLUSTRATION = {
    "vi": ("[Minh họa]", "Nội dung minh họa, không có thật."),
    "en": ("[Illustration]", "This is an illustration; it is not real."),
}
_REHEARSAL = {
    "vi": ("[Diễn tập]", "Thư của một cuộc diễn tập: thời gian và sự việc không phải của hôm nay."),
    "en": ("[Rehearsal]", "Mail of a rehearsal: its time and its facts are not of today."),
}
_LINK = {"vi": "Xem hành trình của thông báo này", "en": "See the journey of this notification"}
_FOOTER = {
    "vi": ("Nguyên nhân: {type}, thông điệp {message}", "Vết: {trace}", "Thông báo {id}"),
    "en": ("Cause: {type}, message {message}", "Trace: {trace}", "Notification {id}"),
}


def mail_of(
    notification: Notification, recipient: Recipient, *, sender: str, public_url: str, at: datetime
) -> EmailMessage:
    """The mail as it goes to the server, the same each time but for its date.

    Raises ValueError for a name or address that no header can hold.
    """
    language = notification.language if notification.language in _LINK else "en"
    subject = getattr(notification.subject, language)
    text = getattr(notification.text, language)
    marks = [mark[language] for applies, mark in _marks(notification) if applies]
    titled = " ".join([*(prefix for prefix, _ in marks), subject])
    banners = [banner for _, banner in marks]
    link = f"{public_url}/journey/{notification.cause.message_id}" if public_url else ""
    footer = [line.format(**_source(notification)) for line in _FOOTER[language]]

    mail = EmailMessage(SMTP)
    mail["From"] = sender
    mail["To"] = Address(recipient.name or "", addr_spec=recipient.address or "")
    mail["Subject"] = titled
    mail["Date"] = format_datetime(at)
    mail["Message-ID"] = notification.mail_id
    # RFC 3834: nobody's out-of-office answers this.
    mail["Auto-Submitted"] = "auto-generated"
    mail["X-Caytre-Notification"] = str(notification.id)
    mail["X-Caytre-Cause"] = f"{notification.cause.type} {notification.cause.message_id}"
    if notification.cause.trace_id:
        mail["X-Caytre-Trace"] = notification.cause.trace_id
    tail = [f"{_LINK[language]}: {link}"] if link else []
    mail.set_content("\n\n".join([*banners, text, *tail, "-- \n" + "\n".join(footer)]) + "\n")
    mail.add_alternative(
        _html().render(
            language=language,
            subject=titled,
            banners=banners,
            lines=text.splitlines(),
            link=link,
            link_words=_LINK[language],
            footer=footer,
        ),
        subtype="html",
    )
    # Not before: what is set as content clears the headers about it.
    mail["Content-Language"] = language
    return mail


def _marks(notification: Notification) -> list[tuple[bool, dict[str, tuple[str, str]]]]:
    return [
        (notification.rehearsal, _REHEARSAL),
        (notification.provenance.origin == "illustration", _ILLUSTRATION),
    ]


def _source(notification: Notification) -> dict[str, str]:
    cause = notification.cause
    return {
        "type": cause.type,
        "message": str(cause.message_id),
        "trace": cause.trace_id or "-",
        "id": str(notification.id),
    }


@lru_cache(maxsize=1)
def _html() -> Template:
    environment = Environment(
        loader=FileSystemLoader(_TEMPLATES), autoescape=True, undefined=StrictUndefined, trim_blocks=False
    )
    return environment.get_template("mail.html")
