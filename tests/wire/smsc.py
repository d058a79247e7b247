"""An SMSC made of bytes: it answers binds and submits as it should, and says what else a test has it say."""

from __future__ import annotations

import asyncio
from asyncio import StreamReader, StreamWriter
from collections.abc import AsyncIterator, Iterable
from contextlib import asynccontextmanager
from dataclasses import dataclass, field

from personsvar.gateways.sms.frames import Command, Frames, Pdu
from personsvar.gateways.sms.smsc import Smsc
from tests.patience import patience
from tests.wire.loopback_server import loopback_server


@dataclass
class ByteSmsc:
    says: list[bytes] = field(default_factory=list)
    """Written after the first bind, piece by piece; then that connection is closed."""
    binds: int = 0
    heard: list[Pdu] = field(default_factory=list)
    news: asyncio.Event = field(default_factory=asyncio.Event)
    bound: StreamWriter | None = None
    nacks: bool = False
    """Submits are answered by generic_nack, invalid command length."""

    async def serve(self, reader: StreamReader, writer: StreamWriter) -> None:
        frames = Frames()
        while octets := await reader.read(4096):
            for pdu in frames.feed(octets):
                await self._hear(pdu, writer)

    async def _hear(self, pdu: Pdu, writer: StreamWriter) -> None:
        self.heard.append(pdu)
        self.news.set()
        if pdu.command == Command.BIND_TRANSCEIVER:
            self.binds += 1
            self.bound = writer
            writer.write(pdu.answer(body=b"byte smsc\0").octets())
            if self.binds == 1 and self.says:
                await self._say(self.says, writer)
        elif pdu.command == Command.SUBMIT_SM and self.nacks:
            writer.write(Pdu(Command.GENERIC_NACK, 0x02, pdu.sequence).octets())
        elif pdu.command == Command.SUBMIT_SM:
            writer.write(pdu.answer(body=b"%d\0" % pdu.sequence).octets())
        elif not pdu.is_response:
            writer.write(pdu.answer().octets())

    async def _say(self, pieces: Iterable[bytes], writer: StreamWriter) -> None:
        for piece in pieces:
            writer.write(piece)
            await asyncio.sleep(0)  # so that the pieces arrive as pieces
        writer.close()

    def send(self, pdu: Pdu) -> None:
        assert self.bound is not None
        self.bound.write(pdu.octets())

    async def until(self, command: int, count: int) -> list[Pdu]:
        """The PDUs of a kind, once so many were heard."""
        async with asyncio.timeout(patience(10)):
            while sum(pdu.command == command for pdu in self.heard) < count:
                self.news.clear()
                await self.news.wait()
        return [pdu for pdu in self.heard if pdu.command == command]


@asynccontextmanager
async def byte_smsc(says: Iterable[bytes] = ()) -> AsyncIterator[tuple[ByteSmsc, Smsc]]:
    far = ByteSmsc(list(says))
    async with loopback_server(far.serve) as server:
        yield far, Smsc("127.0.0.1", server.port)
