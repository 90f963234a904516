"""Handing one mail to the mail server, and telling what its answer means."""

from __future__ import annotations

import asyncio
import contextlib
from email.message import EmailMessage
from typing import Protocol

import aiosmtplib

from caytre.contracts.notifications import Failure
from caytre.notifications.settings import Server

#: What a server says of this one mail or recipient; of ourselves (authentication, a full disk) it says it for now.
_PERMANENT = range(500, 600)
_OURS = frozenset({530, 534, 535, 538, 554})


class Sends(Protocol):
    """What hands a mail over. Raises NotSent."""

    async def __call__(self, mail: EmailMessage) -> None: ...


class NotSent(Exception):
    """The mail was not taken over, or it is not known whether it was."""

    def __init__(self, failure: Failure) -> None:
        super().__init__(failure.code)
        self.failure = failure


class Smtp:
    """Sends over SMTP (RFC 5321), a connection for each mail; `seconds` bounds all of it up to the server's answer."""

    def __init__(self, server: Server, seconds: float) -> None:
        self._server = server
        self._seconds = seconds

    async def __call__(self, mail: EmailMessage) -> None:
        server = self._server
        client = aiosmtplib.SMTP(
            hostname=server.host,
            port=server.port,
            username=server.user,
            password=server.password,
            use_tls=server.tls,
            start_tls=True if server.starttls else None,
            timeout=self._seconds,
        )
        try:
            # The library's time limit is for each command: a server slow at all of them would outlast the lease.
            async with asyncio.timeout(self._seconds):
                await client.connect()
                await client.send_message(mail)
            # It is taken by now, however the server parts from us.
            with contextlib.suppress(aiosmtplib.SMTPException, OSError):
                await client.quit()
        except aiosmtplib.SMTPRecipientsRefused as refused:
            raise NotSent(_of_this_mail("RECIPIENT_REFUSED", refused.recipients[0].code)) from refused
        except aiosmtplib.SMTPDataError as answer:
            raise NotSent(_of_this_mail("SERVER_REFUSED", answer.code)) from answer
        except aiosmtplib.SMTPResponseException as answer:
            # Greeting, HELO, login and sender are the same for all mail: what is set wrongly there can be set right.
            raise NotSent(Failure(code="SERVER_REFUSED", permanent=False, detail=str(answer.code))) from answer
        except (aiosmtplib.SMTPException, OSError) as error:
            raise NotSent(Failure(code="SERVER_AWAY", permanent=False, detail=type(error).__name__)) from error
        finally:
            client.close()


def _of_this_mail(code: str, status: int) -> Failure:
    # Of the answer only its code is kept: the words may quote the address.
    return Failure(code=code, permanent=status in _PERMANENT and status not in _OURS, detail=str(status))
