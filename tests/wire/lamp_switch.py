"""A switch that knows lamps, as a notifier sees it: SIP over UDP on loopback, with faults on demand."""

from __future__ import annotations

import asyncio
from collections.abc import AsyncIterator, Callable
from contextlib import asynccontextmanager
from dataclasses import dataclass, field
from typing import cast

from personsvar.gateways.lamps.sip import SipMessage, pack, response, unpack
from tests.patience import patience

PILOT = "lamps"
DARK = "Messages-Waiting: no\r\nVoice-Message: 0/0 (0/0)\r\n"
Peer = tuple[str, int]


@dataclass(eq=False)
class LampSwitch(asyncio.DatagramProtocol):
    lamps: dict[str, str] = field(default_factory=dict)
    """What was told last, by the user of From."""
    requests: list[SipMessage] = field(default_factory=list)
    """All that came, also what was lost."""
    lost: int = 0
    """So many more requests are not answered."""
    busy: bool = False
    """Requests are answered with 100 Trying, and that is all."""
    statuses: dict[str, str] = field(default_factory=dict)
    """Other answers than 200 OK, by the user of From."""
    more: str = ""
    """A header's line in each such answer."""
    subscribed: list[tuple[SipMessage, Peer]] = field(default_factory=list)
    changed: asyncio.Condition = field(default_factory=asyncio.Condition)
    _transport: asyncio.DatagramTransport | None = None
    _tasks: set[asyncio.Task[None]] = field(default_factory=set)

    @property
    def address(self) -> str:
        host, port = self._open().get_extra_info("sockname")
        return f"{host}:{port}"

    def methods(self, user: str) -> list[str]:
        """What was asked in the name of that lamp."""
        return [request.method for request in self.requests if user_of(request) == user]

    async def until(self, seen: Callable[[], bool], *, within: float = 10) -> None:
        async with asyncio.timeout(patience(within)), self.changed:
            await self.changed.wait_for(seen)

    def forget(self) -> None:
        """As an Asterisk that was restarted: it remembers only who asked, and tells them all is dark."""
        self.lamps.clear()
        for question, peer in self.subscribed:
            self._tell_state(question, peer)

    def send(self, raw: bytes) -> None:
        """To whoever asked last."""
        _, peer = self.subscribed[-1]
        self._open().sendto(raw, peer)

    def connection_made(self, transport: asyncio.BaseTransport) -> None:
        self._transport = cast("asyncio.DatagramTransport", transport)

    def datagram_received(self, data: bytes, addr: Peer) -> None:
        message = unpack(data)
        self.requests.append(message)
        if self.lost:
            self.lost -= 1
        elif message.status is None:
            self._answer(message, addr)
        task = asyncio.get_running_loop().create_task(self._tell())
        self._tasks.add(task)
        task.add_done_callback(self._tasks.discard)

    def _answer(self, request: SipMessage, peer: Peer) -> None:
        status = "100 Trying" if self.busy else self.statuses.get(user_of(request), "200 OK")
        answer = response(request, status, tag="switch")
        if self.more and not status.startswith("2"):
            name, _, value = self.more.partition(": ")
            answer = SipMessage(answer.start, (*answer.headers, (name, value)))
        self._open().sendto(pack(answer), peer)
        if status == "200 OK":
            self._carry_out(request, peer)

    def _carry_out(self, request: SipMessage, peer: Peer) -> None:
        if request.method == "NOTIFY":
            self.lamps[user_of(request)] = request.body
        elif request.method == "SUBSCRIBE":
            self.subscribed.append((request, peer))
            self._tell_state(request, peer)

    def _tell_state(self, question: SipMessage, peer: Peer) -> None:
        headers = (
            ("Via", f"SIP/2.0/UDP {self.address};branch=z9hG4bK{len(self.requests)}"),
            ("From", f"{question['To']};tag=switch"),
            ("To", question["From"]),
            ("Call-ID", question["Call-ID"]),
            ("CSeq", "7 NOTIFY"),
            ("Event", "message-summary"),
        )
        body = self.lamps.get(user_of(question), DARK)
        self._open().sendto(pack(SipMessage(f"NOTIFY sip:{PILOT}@here SIP/2.0", headers, body)), peer)

    def _open(self) -> asyncio.DatagramTransport:
        assert self._transport is not None
        return self._transport

    async def _tell(self) -> None:
        async with self.changed:
            self.changed.notify_all()


def user_of(message: SipMessage) -> str:
    return message["From"].partition("sip:")[2].partition("@")[0]


@asynccontextmanager
async def lamp_switch(port: int = 0) -> AsyncIterator[LampSwitch]:
    loop = asyncio.get_running_loop()
    transport, switch = await loop.create_datagram_endpoint(LampSwitch, local_addr=("127.0.0.1", port))
    try:
        yield switch
    finally:
        transport.close()
