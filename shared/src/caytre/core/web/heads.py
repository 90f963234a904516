"""HEAD wherever there is GET (RFC 9110 section 9.3.2): answered as GET is, without the content.

Nothing behind the guard knows the method. What streams is told that its reader has gone as soon as the header section
is out, so that a HEAD never holds a place among those who follow.
"""

from __future__ import annotations

import asyncio

from starlette.types import Message, Receive, Scope, Send


def as_get(scope: Scope, receive: Receive, send: Send) -> tuple[Scope, Receive, Send]:
    """The same request with the method GET; its answer ends with the header section."""
    answered, asked = asyncio.Event(), False

    async def heard() -> Message:
        nonlocal asked
        if not asked:
            asked = True
            return await receive()
        await answered.wait()
        return {"type": "http.disconnect"}

    async def head(message: Message) -> None:
        if message["type"] == "http.response.start":
            await send(message)
            await send({"type": "http.response.body", "body": b"", "more_body": False})
            answered.set()

    # Up to this version of ASGI a stream learns from `receive` that nobody reads it.
    asgi = {**scope.get("asgi", {}), "spec_version": "2.3"}
    return {**scope, "method": "GET", "asgi": asgi}, heard, head
