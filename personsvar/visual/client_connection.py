"""One client's connection: bytes both ways, in the clear until TLS begins.

A slow client is neither read nor written ahead of: what it sends and nobody reads is held to 64 kB, and a
writer waits until what it wrote has mostly gone.
"""

from __future__ import annotations

import asyncio
import ssl
from collections.abc import Callable, Sequence
from contextlib import suppress
from socket import IPPROTO_TCP, SO_KEEPALIVE, SOL_SOCKET

from personsvar.visual.tls import Tls

MAX_INBOUND_BYTES = 64 * 1024
MAX_OUTBOUND_BYTES = 64 * 1024
LINGER_SECONDS = 10.0
"""Whoever does not read the last words by then does without."""


class ClientGoneError(Exception):
    """The client has gone, or its TLS is no TLS. Nothing more can be said to it."""


class ClientConnection(asyncio.Protocol):
    def __init__(
        self, on_made: Callable[[ClientConnection], None], context: ssl.SSLContext | None = None
    ) -> None:
        """`on_made` is told once the connection stands. A `context` is for TLS from the first byte on."""
        self._on_made = on_made
        self._tls = None if context is None else Tls(context)
        self._transport: asyncio.Transport | None = None
        self._inbound = bytearray()
        self._at_end = False
        """Nothing more will come."""
        self._lost = False
        self._paused = False
        self._waiter: asyncio.Future[None] | None = None
        self._writable = asyncio.Event()
        self._writable.set()
        self.address = ""

    # ---- what a session does

    @property
    def is_encrypted(self) -> bool:
        return self._tls is not None and self._tls.is_open

    @property
    def has_input(self) -> bool:
        """Bytes have come, or the end has."""
        return bool(self._inbound) or self._at_end

    async def wait_for_input(self) -> None:
        """Wait until bytes come, the client goes, or somebody wakes us."""
        self._waiter = asyncio.get_running_loop().create_future()
        try:
            if not self.has_input:
                await self._waiter
        finally:
            self._waiter = None

    def wake(self) -> None:
        """Whoever waits for input goes on without."""
        if self._waiter is not None and not self._waiter.done():
            self._waiter.set_result(None)

    def read(self) -> bytes:
        """Returns what has come. Raise ClientGoneError when nothing has, nor will."""
        if self._at_end and not self._inbound:
            raise ClientGoneError
        data = bytes(self._inbound)
        self._inbound.clear()
        if self._paused and self._transport is not None and not self._at_end:
            self._paused = False
            self._transport.resume_reading()
        return data

    def write(self, data: bytes) -> None:
        """Send the bytes on their way; `drain` waits for them."""
        if self._lost or self._transport is None:
            raise ClientGoneError
        if self._tls is None:
            self._transport.write(data)
            return
        try:
            self._tls.encrypt(data)
        except ssl.SSLError as wrong:
            raise ClientGoneError from wrong
        self._flush()

    async def drain(self) -> None:
        """Wait until most of what was written has gone; where it went at once, others get a turn."""
        await asyncio.sleep(0)
        await self._writable.wait()
        if self._lost:
            raise ClientGoneError

    async def start_tls(self, context: ssl.SSLContext) -> None:
        """Whatever came in the clear is forgotten: from here on there is only TLS."""
        self._inbound.clear()
        self._tls = Tls(context)
        await self.finish_handshake()

    async def finish_handshake(self) -> None:
        """Wait until TLS stands, if the connection began any."""
        while self._tls is not None and not self._tls.is_open:
            if self._at_end:
                raise ClientGoneError
            await self.wait_for_input()

    def set_tcp_options(self, options: Sequence[tuple[int, int]]) -> None:
        """Set TCP's options, and keep-alive, by which we notice one who vanished."""
        peer = None if self._transport is None else self._transport.get_extra_info("socket")
        if peer is not None:
            peer.setsockopt(SOL_SOCKET, SO_KEEPALIVE, 1)
            for option, value in options:
                peer.setsockopt(IPPROTO_TCP, option, value)

    def close(self) -> None:
        """What was written still goes out, for a while."""
        if self._transport is None or self._lost:
            return
        if self._tls is not None and self._tls.is_open:
            with suppress(ssl.SSLError):
                self._tls.close_notify()
            self._flush()
        self._transport.close()
        asyncio.get_running_loop().call_later(LINGER_SECONDS, self._transport.abort)

    def abort(self) -> None:
        """Cut the connection at once; what was written is lost."""
        if self._transport is not None:
            self._transport.abort()

    # ---- what the loop does

    def connection_made(self, transport: asyncio.BaseTransport) -> None:
        if not isinstance(transport, asyncio.Transport):
            raise TypeError(transport)
        self._transport = transport
        transport.set_write_buffer_limits(high=MAX_OUTBOUND_BYTES)
        peer = transport.get_extra_info("peername")
        self.address = str(peer[0]) if peer else ""
        self._on_made(self)

    def data_received(self, data: bytes) -> None:
        if self._tls is None:
            self._inbound += data
        elif not self._at_end:
            self._decrypt(self._tls, data)
        if len(self._inbound) > MAX_INBOUND_BYTES and not self._paused and self._transport is not None:
            self._paused = True
            self._transport.pause_reading()
        self.wake()

    def eof_received(self) -> bool:
        self._at_end = True
        self.wake()
        return not self._lost  # what it asked before it stopped talking is still answered

    def connection_lost(self, exc: Exception | None) -> None:  # noqa: ARG002 - asyncio's form
        self._at_end = self._lost = True
        self._writable.set()
        self.wake()

    def pause_writing(self) -> None:
        self._writable.clear()

    def resume_writing(self) -> None:
        self._writable.set()

    def _decrypt(self, tls: Tls, data: bytes) -> None:
        try:
            self._inbound += tls.feed(data)
        except (ssl.SSLError, ValueError):
            self._at_end = True
            self._flush()  # the alert
            if self._transport is not None:
                self._transport.close()
            return
        self._at_end |= tls.ended
        self._flush()

    def _flush(self) -> None:
        if self._tls is not None and self._transport is not None and not self._lost:
            outgoing = self._tls.outgoing()
            if outgoing:
                self._transport.write(outgoing)
