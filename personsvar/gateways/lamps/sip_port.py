"""A UDP port that sends SIP requests and waits for their answers: the client's non-INVITE transaction.

RFC 3261, 17.1.2: a request goes out again after T1 (0.5 s), then after twice as long each time up to T2,
until an answer comes; once the other end has said that it is at it (1xx), each T2. After 64 · T1 nobody
answers any more. That nobody listens at all is told by ICMP, at once (17.1.4).
"""

from __future__ import annotations

import asyncio
from collections.abc import Callable
from dataclasses import dataclass, field
from typing import Self, cast

from personsvar.backoff import Backoff
from personsvar.gateways.lamps.sip import NotSipError, SipMessage, pack, unpack
from personsvar.notifier.delivery_errors import GatewayAwayError, OutcomeUnknownError

_FINAL, _REFUSED = 200, 300
"""The least status that is final, and the least that is no success (RFC 3261, 7.2)."""


def is_accepted(answer: SipMessage) -> bool:
    return answer.status is not None and _FINAL <= answer.status < _REFUSED


@dataclass(frozen=True, slots=True)
class Timers:
    t1_seconds: float = 0.5
    t2_seconds: float = 4.0
    give_up_seconds: float = 28.0
    """Timer F is 64 · T1 = 32 s; a notice's lease asks for a little less."""


@dataclass(slots=True)
class _Transaction:
    answer: asyncio.Future[SipMessage]
    proceeding: bool = False
    """The other end is at it."""


@dataclass(eq=False)
class SipPort(asyncio.DatagramProtocol):
    """One UDP port, connected: the kernel lets nothing in but what comes from the switch."""

    timers: Timers
    asked: Callable[[SipMessage], SipMessage | None]
    """Given a request from the switch, returns the answer to it."""
    _transport: asyncio.DatagramTransport | None = None
    _waiting: dict[str, _Transaction] = field(default_factory=dict)

    @classmethod
    async def open(
        cls, host: str, port: int, *, timers: Timers, asked: Callable[[SipMessage], SipMessage | None]
    ) -> Self:
        """Raise OSError when the host's name can't be found."""
        loop = asyncio.get_running_loop()
        _, protocol = await loop.create_datagram_endpoint(
            lambda: cls(timers, asked), remote_addr=(host, port)
        )
        return protocol

    @property
    def here(self) -> str:
        """Our own address, as it stands in Via and Contact."""
        host, port = self._open_transport().get_extra_info("sockname")[:2]
        return f"{bracketed(host)}:{port}"

    async def request(self, request: SipMessage, *, seconds: float | None = None) -> SipMessage:
        """The final answer, whatever it is.

        Raise OutcomeUnknownError when none came in time, GatewayAwayError when nobody listens there.
        """
        under_way = _Transaction(asyncio.get_running_loop().create_future())
        self._waiting[request.branch] = under_way
        try:
            async with asyncio.timeout(seconds or self.timers.give_up_seconds):
                return await self._sent_until_answered(pack(request), under_way)
        except TimeoutError as silence:
            raise OutcomeUnknownError(f"{request.method} was not answered") from silence
        finally:
            del self._waiting[request.branch]

    async def finish(self, *, seconds: float) -> None:
        """Wait for what is under way, so long at most."""
        if self._waiting:
            await asyncio.wait({under_way.answer for under_way in self._waiting.values()}, timeout=seconds)

    def close(self) -> None:
        """Whoever waits for an answer is told that it will not come."""
        if self._transport is not None:
            self._transport.close()
        self._fail("the port was closed")

    async def _sent_until_answered(self, packed: bytes, under_way: _Transaction) -> SipMessage:
        backoff = Backoff(self.timers.t1_seconds, self.timers.t2_seconds)
        while not under_way.answer.done():
            self._open_transport().sendto(packed)
            pause = self.timers.t2_seconds if under_way.proceeding else backoff.next()
            await asyncio.wait({under_way.answer}, timeout=pause)
        return under_way.answer.result()

    def _open_transport(self) -> asyncio.DatagramTransport:
        if self._transport is None or self._transport.is_closing():
            raise GatewayAwayError("the port is closed")
        return self._transport

    def _fail(self, why: str) -> None:
        for under_way in self._waiting.values():
            if not under_way.answer.done():
                under_way.answer.set_exception(GatewayAwayError(why))
                under_way.answer.exception()  # who stopped waiting in this moment does not ask for it

    # ---- what the loop tells ------------------------------------------------------------------------------

    def connection_made(self, transport: asyncio.BaseTransport) -> None:
        self._transport = cast("asyncio.DatagramTransport", transport)

    def datagram_received(self, data: bytes, addr: object) -> None:  # noqa: ARG002 - the port is connected
        try:
            message = unpack(data)
        except NotSipError:
            return
        if message.status is None:
            self._answer(message)
        else:
            self._answered(message, message.status)

    def error_received(self, exc: Exception) -> None:
        self._fail(f"the switch is away: {exc}")

    def _answer(self, request: SipMessage) -> None:
        answer = self.asked(request)
        if answer is not None and self._transport is not None:
            self._transport.sendto(pack(answer))

    def _answered(self, message: SipMessage, status: int) -> None:
        under_way = self._waiting.get(message.branch)
        if under_way is None or under_way.answer.done():
            return  # the answer to a request that went out twice
        if status < _FINAL:
            under_way.proceeding = True
        else:
            under_way.answer.set_result(message)


def bracketed(host: str) -> str:
    """An address as it stands in a URI: IPv6 in brackets."""
    return f"[{host}]" if ":" in host else host
