"""Mail servers with manners of their own (aiosmtpd), on the test's own event loop."""

from __future__ import annotations

import asyncio
import ssl
from collections.abc import AsyncIterator, Awaitable, Callable
from contextlib import asynccontextmanager
from dataclasses import dataclass, field
from typing import Any

from aiosmtpd.smtp import SMTP, AuthResult, Envelope, LoginPassword

Answer = Callable[["Manners"], Awaitable[str] | str]


def _ok(_: Manners) -> str:
    return "250 2.0.0 OK"


@dataclass
class Manners:
    """What the server answers, and what it has seen. A closing answer is given and the line cut."""

    recipient: Answer = _ok
    sender: Answer = _ok
    content: Answer = _ok
    sessions: list[SMTP] = field(default_factory=list)
    mails: list[bytes] = field(default_factory=list)
    """What came whole, whether or not it was taken."""
    recipients: list[str] = field(default_factory=list)
    tries: int = 0

    @property
    def connections(self) -> int:
        return len(self.sessions)

    def cut(self) -> None:
        """Every line, without a word."""
        for session in self.sessions:
            if isinstance(session.transport, asyncio.Transport):
                session.transport.abort()

    async def handle_MAIL(  # noqa: N802 - aiosmtpd's name
        self, _server: SMTP, _session: object, envelope: Envelope, address: str, options: list[str]
    ) -> str:
        self.tries += 1
        answer = await _said(self.sender(self))
        if answer.startswith("250"):
            envelope.mail_from = address
            envelope.mail_options.extend(options)
        return answer

    async def handle_RCPT(  # noqa: N802 - aiosmtpd's name
        self, _server: SMTP, _session: object, envelope: Envelope, address: str, _options: list[str]
    ) -> str:
        answer = await _said(self.recipient(self))
        if answer.startswith("250"):
            envelope.rcpt_tos.append(address)
            self.recipients.append(address)
        return answer

    async def handle_DATA(  # noqa: N802 - aiosmtpd's name
        self, _server: SMTP, _session: object, envelope: Envelope
    ) -> str:
        assert isinstance(envelope.content, bytes)
        self.mails.append(envelope.content)
        return await _said(self.content(self))


@dataclass(frozen=True)
class OddMailServer:
    port: int
    manners: Manners

    @property
    def url(self) -> str:
        return f"smtp://127.0.0.1:{self.port}?starttls=no"


class Deaf(asyncio.Protocol):
    """Takes a mail's envelope, says that it may come, and reads no more."""

    transport: asyncio.Transport

    def connection_made(self, transport: asyncio.BaseTransport) -> None:
        assert isinstance(transport, asyncio.Transport)
        self.transport = transport
        transport.write(b"220 mx.example.test\r\n")

    def data_received(self, data: bytes) -> None:
        if data.startswith(b"DATA"):
            self.transport.write(b"354 go on\r\n")
            self.transport.pause_reading()
        else:
            self.transport.write(b"250 ok\r\n")


@asynccontextmanager
async def running_server(
    manners: Manners, *, tls: ssl.SSLContext | None = None, password: bytes | None = None, **more: Any
) -> AsyncIterator[OddMailServer]:
    """`tls`: nothing is said before STARTTLS. `password`: nobody gets in without it."""

    def authenticate(
        _server: SMTP, _session: object, _envelope: object, _how: str, given: object
    ) -> AuthResult:
        known = isinstance(given, LoginPassword) and given.password == password
        return AuthResult(success=known, handled=False)

    if password is not None:
        more |= {"authenticator": authenticate, "auth_required": True}

    def serve() -> SMTP:
        it = SMTP(
            manners,
            hostname="mx.example.test",
            tls_context=tls,
            require_starttls=tls is not None,
            loop=loop,
            **more,
        )
        manners.sessions.append(it)
        return it

    loop = asyncio.get_running_loop()
    listening = await loop.create_server(serve, "127.0.0.1", 0)
    try:
        yield OddMailServer(listening.sockets[0].getsockname()[1], manners)
    finally:
        listening.close()
        manners.cut()
        await listening.wait_closed()


async def _said(answer: Awaitable[str] | str) -> str:
    return answer if isinstance(answer, str) else await answer
