"""A desk phone with a lamp: it logs in (RFC 3261, 10 and 22), is told or asks, and keeps what it is told.

It has an address of its own on loopback, or the trunk's (127.0.0.1): it logs in from either.
"""

from __future__ import annotations

import asyncio
import hashlib
import re
import uuid
from collections.abc import Callable
from types import TracebackType
from typing import Self, cast

from tests.patience import patience
from tests.real.sip_message import Header, Message, pack, response, unpack

HERE = "127.0.0.5"


class DeskPhone(asyncio.DatagramProtocol):
    def __init__(self, name: str, password: str, *, switch_port: int, address: str = HERE) -> None:
        self.name = name
        self.address = address
        self.told: list[Message] = []
        """Every NOTIFY, in order."""
        self.port = 0
        self._password = password
        self._switch = ("127.0.0.1", switch_port)
        self._answers: asyncio.Queue[Message] = asyncio.Queue()
        self._changed = asyncio.Condition()
        self._tasks: set[asyncio.Task[None]] = set()
        self._transport: asyncio.DatagramTransport | None = None

    async def __aenter__(self) -> Self:
        loop = asyncio.get_running_loop()
        await loop.create_datagram_endpoint(lambda: self, local_addr=(self.address, 0))
        return self

    async def __aexit__(
        self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None
    ) -> None:
        self._open_transport().close()

    # ---- what a phone does --------------------------------------------------------------------------------

    async def log_in(self) -> None:
        await self._ask("REGISTER", f"sip:127.0.0.1:{self._switch[1]}", (("Expires", "300"),))

    async def subscribe(self) -> None:
        asked = (("Event", "message-summary"), ("Accept", "application/simple-message-summary"))
        await self._ask(
            "SUBSCRIBE", f"sip:{self.name}@127.0.0.1:{self._switch[1]}", (*asked, ("Expires", "300"))
        )

    @property
    def lamp(self) -> tuple[str, str]:
        """Yes or no, and how many: as the last NOTIFY says."""
        if not self.told:
            return ("never told", "")
        fields = dict(line.split(": ", 1) for line in self.told[-1].body.splitlines() if ": " in line)
        return fields["Messages-Waiting"], fields["Voice-Message"]

    async def sees(self, waiting: str, counts: str, *, within: float = 10) -> None:
        """Until the lamp shows this."""
        await self.waits_for(
            lambda: self.lamp == (waiting, counts), within=within, what=f"{waiting} {counts}"
        )

    async def waits_for(self, seen: Callable[[], bool], *, within: float, what: str) -> None:
        try:
            async with asyncio.timeout(patience(within)), self._changed:
                await self._changed.wait_for(seen)
        except TimeoutError as late:
            raise AssertionError(f"no {what} within {patience(within)} s; the lamp is {self.lamp}") from late

    # ---- SIP ----------------------------------------------------------------------------------------------

    async def _ask(self, method: str, uri: str, headers: tuple[Header, ...]) -> None:
        call_id = uuid.uuid4().hex
        answer = await self._answer_to(self._request(method, uri, headers, sequence=1, call_id=call_id))
        if answer.status == 401:
            shown = ("Authorization", self._credentials(answer["WWW-Authenticate"], method, uri))
            answer = await self._answer_to(
                self._request(method, uri, (*headers, shown), sequence=2, call_id=call_id)
            )
        if answer.status != 200:
            raise AssertionError(f"{method} was refused: {answer.start}")

    async def _answer_to(self, request: Message) -> Message:
        self._open_transport().sendto(pack(request), self._switch)
        async with asyncio.timeout(10):
            while True:
                answer = await self._answers.get()
                if answer["CSeq"] == request["CSeq"] and answer["Call-ID"] == request["Call-ID"]:
                    return answer

    def _request(
        self, method: str, uri: str, headers: tuple[Header, ...], *, sequence: int, call_id: str
    ) -> Message:
        us = f"sip:{self.name}@127.0.0.1:{self._switch[1]}"
        return Message(
            f"{method} {uri} SIP/2.0",
            (
                ("Via", f"SIP/2.0/UDP {self.address}:{self.port};rport;branch=z9hG4bK{uuid.uuid4().hex}"),
                ("Max-Forwards", "70"),
                ("From", f"<{us}>;tag={call_id[:8]}"),
                ("To", f"<{us}>"),
                ("Contact", f"<sip:{self.name}@{self.address}:{self.port}>"),
                ("Call-ID", call_id),
                ("CSeq", f"{sequence} {method}"),
                *headers,
            ),
        )

    def _credentials(self, challenge: str, method: str, uri: str) -> str:
        """MD5 with qop auth, what Asterisk asks for by itself (RFC 7616, 3.4)."""
        asked = dict(re.findall(r'(\w+)="?([^",]+)"?', challenge))
        realm, nonce, once = asked["realm"], asked["nonce"], uuid.uuid4().hex
        secret = _md5(f"{self.name}:{realm}:{self._password}")
        proof = _md5(f"{secret}:{nonce}:00000001:{once}:auth:{_md5(f'{method}:{uri}')}")
        return (
            f'Digest username="{self.name}", realm="{realm}", nonce="{nonce}", uri="{uri}", algorithm=MD5, '
            f'qop=auth, nc=00000001, cnonce="{once}", opaque="{asked.get("opaque", "")}", response="{proof}"'
        )

    def _open_transport(self) -> asyncio.DatagramTransport:
        assert self._transport is not None
        return self._transport

    def connection_made(self, transport: asyncio.BaseTransport) -> None:
        self._transport = cast("asyncio.DatagramTransport", transport)
        self.port = transport.get_extra_info("sockname")[1]

    def datagram_received(self, data: bytes, addr: tuple[str | object, int]) -> None:
        message = unpack(data)
        if message is None:
            return
        if message.status is not None:
            self._answers.put_nowait(message)
            return
        self._open_transport().sendto(pack(response(message, "200 OK", tag="desk")), addr)
        if message.method == "NOTIFY":
            self.told.append(message)
            task = asyncio.get_running_loop().create_task(self._tell())
            self._tasks.add(task)
            task.add_done_callback(self._tasks.discard)

    async def _tell(self) -> None:
        async with self._changed:
            self._changed.notify_all()


def _md5(text: str) -> str:
    return hashlib.md5(text.encode(), usedforsecurity=False).hexdigest()
