"""What only this service is told from outside: where mail goes."""

from __future__ import annotations

from email.message import EmailMessage
from email.policy import SMTP
from urllib.parse import unquote, urlsplit

from pydantic import Field, field_validator
from pydantic_settings import BaseSettings, SettingsConfigDict


class NotificationSettings(BaseSettings):
    """Settings beside those of every service. Raises pydantic.ValidationError."""

    model_config = SettingsConfigDict(env_prefix="CAYTRE_", frozen=True, extra="ignore")

    #: `host:port`, or `smtp://`, `smtp+starttls://` or `smtps://` with `[user:password@]host[:port]`. Empty: no mail is
    #: sent, and what would be waits.
    smtp: str = Field(default="", repr=False)
    mail_from: str = "Caytre <no-reply@caytre.example>"
    #: Seconds after which the first retry is made; each later one waits twice as long, an hour at most.
    mail_retry_seconds: float = Field(default=5, gt=0, le=3600)
    #: Seconds that one delivery may take, from connecting to the server's answer; it is claimed for four times that.
    mail_timeout_seconds: float = Field(default=30, gt=0, le=120)

    @field_validator("smtp")
    @classmethod
    def _is_a_server(cls, text: str) -> str:
        if text and urlsplit(_as_url(text)).scheme not in _PORTS:
            raise ValueError("CAYTRE_SMTP is host:port, or an smtp://, smtp+starttls:// or smtps:// address")
        return text

    @field_validator("mail_from")
    @classmethod
    def _is_a_sender(cls, text: str) -> str:
        mail = EmailMessage(SMTP)
        mail["From"] = text
        if mail["From"].defects or [bool(each.domain) for each in mail["From"].addresses] != [True]:
            raise ValueError("CAYTRE_MAIL_FROM is one address, with or without a name")
        return text

    @property
    def server(self) -> Server | None:
        """Where mail goes."""
        return Server.parse(self.smtp) if self.smtp else None


#: Ports of submission and of plain SMTP (RFC 8314).
_PORTS = {"smtp": 25, "smtp+starttls": 587, "smtps": 465}


def _as_url(text: str) -> str:
    return text if "://" in text else f"smtp://{text}"


class Server:
    """A mail server: host, port, whether and how the connection is encrypted, and who logs in."""

    def __init__(self, host: str, port: int, scheme: str, user: str | None, password: str | None) -> None:
        self.host = host
        self.port = port
        self.tls = scheme == "smtps"
        self.starttls = scheme == "smtp+starttls"
        self.user = user
        self.password = password

    @classmethod
    def parse(cls, text: str) -> Server:
        """From the setting. Raises ValueError for a port that is none."""
        url = urlsplit(_as_url(text))
        user = unquote(url.username) if url.username else None
        password = unquote(url.password) if url.password else None
        return cls(url.hostname or "127.0.0.1", url.port or _PORTS[url.scheme], url.scheme, user, password)
