"""A mail server that answers as it is told: it takes mail, refuses it, is slow, or dies in the middle."""

from __future__ import annotations

import asyncio
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from dataclasses import dataclass, field
from email import message_from_bytes
from email.message import EmailMessage
from email.policy import default


@dataclass
class MailServer:
    """`answers` are taken in turn for the end of DATA, then all mail is taken. `rcpt` refuses recipients.

    `greeting`, `hello`, `sender` and `parting` answer connecting, EHLO or HELO, MAIL, and QUIT; `slow` is how long each
    answer takes, in seconds.
    """

    port: int = 0
    answers: list[str] = field(default_factory=list)
    rcpt: str = "250 ok"
    sender: str = "250 ok"
    hello: str = "250 ok"
    greeting: str = "220 test"
    parting: str = "221 bye"
    slow: float = 0
    taken: list[EmailMessage] = field(default_factory=list)
    connections: int = 0

    async def serve(self, reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
        """One connection."""
        self.connections += 1
        try:
            await self._talk(reader, writer)
        except (ConnectionError, asyncio.IncompleteReadError):
            pass
        finally:
            writer.close()

    async def _talk(self, reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
        told = {b"RCPT": self.rcpt, b"MAIL": self.sender, b"EHLO": self.hello, b"HELO": self.hello}
        await asyncio.sleep(self.slow)
        writer.write(self.greeting.encode() + b"\r\n")
        while line := await reader.readline():
            await asyncio.sleep(self.slow)
            verb = line[:4].upper().strip()
            if verb == b"DATA":
                writer.write(b"354 go on\r\n")
                await self._take(await reader.readuntil(b"\r\n.\r\n"), writer)
            elif verb == b"QUIT":
                writer.write(self.parting.encode() + b"\r\n")
                return
            else:
                writer.write(told.get(verb, "250 ok").encode() + b"\r\n")
            await writer.drain()

    async def _take(self, content: bytes, writer: asyncio.StreamWriter) -> None:
        answer = self.answers.pop(0) if self.answers else "250 stored"
        await asyncio.sleep(60 if answer == "never" else self.slow)
        if answer.startswith("250") or answer == "die":
            self.taken.append(message_from_bytes(content[:-5], policy=default))
        if answer == "die":
            raise ConnectionResetError
        writer.write(answer.encode() + b"\r\n")


@asynccontextmanager
async def a_mail_server() -> AsyncIterator[MailServer]:
    """The server on a loopback port."""
    mails = MailServer()
    server = await asyncio.start_server(mails.serve, "127.0.0.1", 0)
    mails.port = server.sockets[0].getsockname()[1]
    try:
        yield mails
    finally:
        server.close()
