"""The HTTP server of a process, and how it ends."""

from __future__ import annotations

import asyncio
from socket import socket
from types import FrameType

import uvicorn

from caytre.core.health import Health


class Server(uvicorn.Server):
    """Unready from the signal on, and `pause` seconds before its socket is closed, so that nobody is sent there."""

    def __init__(self, config: uvicorn.Config, health: Health, pause: float) -> None:
        super().__init__(config)
        self._health = health
        self._pause = pause

    def handle_exit(self, sig: int, frame: FrameType | None) -> None:
        """Unready from the signal on."""
        self._health.stopping()
        super().handle_exit(sig, frame)

    async def shutdown(self, sockets: list[socket] | None = None) -> None:
        """Wait until nobody sends new requests, then finish the running ones."""
        if not self.force_exit:
            await asyncio.sleep(self._pause)
        await super().shutdown(sockets)
