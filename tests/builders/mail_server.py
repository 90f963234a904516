"""A mail server that answers as it is told: it takes mail, refuses it, is slow, or dies in the middle."""

from __future__ import annotations

import asyncio
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from dataclasses import dataclass, field
from email import message_from_bytes
from email.message import EmailMessage
from email.policy import default
from typing import cast


@dataclass
class MailServer:
    """`answers` are taken in turn for the end of DATA, then all mail is taken. `rcpt` refuses recipients."""

    port: int = 0
    answers: list[str] = field(default_factory=list)
    rcpt: str = "250 ok"
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
        writer.write(b"220 test\r\n")
        while line := await reader.readline():
            verb = line[:4].upper().strip()
            if verb == b"DATA":
                writer.write(b"354 go on\r\n")
                await self._take(await reader.readuntil(b"\r\n.\r\n"), writer)
            elif verb == b"QUIT":
                writer.write(b"221 bye\r\n")
                return
            elif verb == b"RCPT":
                writer.write(self.rcpt.encode() + b"\r\n")
            else:
                writer.write(b"250 ok\r\n")
            await writer.drain()

    async def _take(self, content: bytes, writer: asyncio.StreamWriter) -> None:
        answer = self.answers.pop(0) if self.answers else "250 stored"
        if answer == "never":
            await asyncio.sleep(60)
        if answer.startswith("250") or answer == "die":
            self.taken.append(cast(EmailMessage, message_from_bytes(content[:-5], policy=default)))
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
