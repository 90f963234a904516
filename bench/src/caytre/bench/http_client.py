"""A client that costs little: one keep-alive connection, one request at a time, ready-made bytes out and in."""

import asyncio
from dataclasses import dataclass
from typing import cast


@dataclass(frozen=True, slots=True)
class HttpAnswer:
    """A response: `head` is everything before the body, as it came."""

    status: int
    head: bytes
    body: bytes

    def header(self, name: str) -> str:
        """A header's value, '' when it is not there."""
        wanted = name.lower().encode() + b":"
        for line in self.head.split(b"\r\n")[1:]:
            if line.lower().startswith(wanted):
                return line.partition(b":")[2].strip().decode()
        return ""


class HttpConnection(asyncio.Protocol):
    """An open connection. Bodies need a Content-Length, which every service here sends."""

    def __init__(self) -> None:
        self._transport: asyncio.Transport | None = None
        self._waiting: asyncio.Future[HttpAnswer] | None = None
        self._buffer = b""

    @classmethod
    async def open(cls, host: str, port: int) -> "HttpConnection":
        """Connect. Raises OSError."""
        _, connection = await asyncio.get_running_loop().create_connection(cls, host, port)
        return connection

    def connection_made(self, transport: asyncio.BaseTransport) -> None:
        """Called by the loop."""
        self._transport = cast(asyncio.Transport, transport)

    def connection_lost(self, exc: Exception | None) -> None:
        """Called by the loop."""
        if self._waiting is not None and not self._waiting.done():
            self._waiting.set_exception(ConnectionResetError("closed before the answer"))
        self._transport = None

    def data_received(self, data: bytes) -> None:
        """Called by the loop."""
        self._buffer += data
        end = self._buffer.find(b"\r\n\r\n")
        if end < 0 or self._waiting is None:
            return
        head = self._buffer[:end]
        at = head.lower().find(b"content-length:")
        length = int(head[at + 15 :].split(b"\r\n", 1)[0]) if at >= 0 else 0
        whole = end + 4 + length
        if len(self._buffer) < whole:
            return
        answer = HttpAnswer(int(head[9:12]), head, self._buffer[end + 4 : whole])
        self._buffer = self._buffer[whole:]
        waiting, self._waiting = self._waiting, None
        if not waiting.done():
            waiting.set_result(answer)

    async def request(self, content: bytes) -> HttpAnswer:
        """Send a whole request and wait for its answer. Raises ConnectionError when the connection ends."""
        if self._transport is None:
            raise ConnectionResetError("the connection is closed")
        self._waiting = asyncio.get_running_loop().create_future()
        self._transport.write(content)
        return await self._waiting

    def close(self) -> None:
        """End the connection."""
        if self._transport is not None:
            self._transport.abort()


def request_bytes(method: str, path: str, headers: dict[str, str], body: bytes = b"") -> bytes:
    """A request as it goes out."""
    lines = [f"{method} {path} HTTP/1.1", "host: 127.0.0.1", f"content-length: {len(body)}"]
    lines += [f"{name}: {value}" for name, value in headers.items()]
    return "\r\n".join(lines).encode() + b"\r\n\r\n" + body
