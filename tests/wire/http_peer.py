"""An HTTP server on loopback that answers as it is told, and remembers what it was asked."""

from __future__ import annotations

import asyncio
import ssl
from collections.abc import AsyncIterator, Callable
from contextlib import asynccontextmanager
from dataclasses import dataclass, field
from urllib.parse import SplitResult, parse_qsl, urlsplit

from tests.wire.loopback_server import loopback_server


@dataclass(frozen=True)
class Asked:
    method: str
    target: str
    headers: dict[str, str]
    """Names in small letters."""
    body: bytes

    @property
    def url(self) -> SplitResult:
        return urlsplit(self.target)

    @property
    def query(self) -> dict[str, str]:
        return dict(parse_qsl(self.url.query, keep_blank_values=True))


def answer(status: int, body: str = "", **headers: str) -> bytes:
    lines = [f"HTTP/1.1 {status} x", f"Content-Length: {len(body.encode())}"]
    lines += [f"{name.replace('_', '-')}: {value}" for name, value in headers.items()]
    return "\r\n".join([*lines, "", body]).encode()


CLOSE = b""
"""In place of an answer: the connection is closed."""
SILENCE = None
"""In place of an answer: none, until the other end has enough."""
Say = Callable[[Asked], bytes | None]


@dataclass
class HttpPeer:
    say: Say
    port: int = 0
    asked: list[Asked] = field(default_factory=list)
    connections: int = 0

    async def serve(self, reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
        self.connections += 1
        while (asked := await _read(reader)) is not None:
            self.asked.append(asked)
            said = self.say(asked)
            if said is SILENCE:
                await reader.read()
                return
            writer.write(said or b"")
            await writer.drain()
            if said == CLOSE:
                return


async def _read(reader: asyncio.StreamReader) -> Asked | None:
    try:
        head = (await reader.readuntil(b"\r\n\r\n")).decode("latin-1")
    except asyncio.IncompleteReadError:
        return None
    first, *lines = head.strip().split("\r\n")
    method, target, _ = first.split(" ")
    headers = {name.lower(): value.strip() for name, _, value in (line.partition(":") for line in lines)}
    return Asked(method, target, headers, await reader.readexactly(int(headers.get("content-length", "0"))))


@asynccontextmanager
async def http_peer(say: Say, *, tls: ssl.SSLContext | None = None) -> AsyncIterator[HttpPeer]:
    peer = HttpPeer(say)
    async with loopback_server(peer.serve, tls=tls) as server:
        peer.port = server.port
        yield peer
