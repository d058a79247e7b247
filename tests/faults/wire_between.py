"""`python -m tests.faults.wire_between FOLDER=TARGET…`: what lies between a service and PostgreSQL, to be
cut.

Of each pair a socket `.s.PGSQL.5432` in FOLDER that leads to the one in TARGET. A line on stdin changes how
it is, for those who are connected too, and is answered by one on stdout:

    well          all goes through at once
    slow SECONDS  all goes through so much later, each way
    away          every connection is cut, and none comes about
"""

from __future__ import annotations

import asyncio
import subprocess
import sys
from asyncio import StreamReader, StreamWriter
from contextlib import suppress
from dataclasses import dataclass, field
from pathlib import Path

NAME = ".s.PGSQL.5432"


@dataclass
class WireBetween:
    delay_seconds: float = 0.0
    is_cut: bool = False
    _open: set[StreamWriter] = field(default_factory=set)

    async def serve(self, folder: Path, target: Path) -> None:
        async def connected(reader: StreamReader, writer: StreamWriter) -> None:
            await self._connected(target / NAME, reader, writer)

        await asyncio.start_unix_server(connected, folder / NAME)

    def told(self, line: str) -> None:
        match line.split():
            case ["slow", seconds]:
                self.delay_seconds, self.is_cut = float(seconds), False
            case ["away"]:
                self.is_cut = True
                for writer in self._open:
                    writer.transport.abort()
            case ["well"]:
                self.delay_seconds, self.is_cut = 0.0, False

    async def _connected(self, target: Path, reader: StreamReader, writer: StreamWriter) -> None:
        if self.is_cut:
            writer.transport.abort()
            return
        try:
            there, onward = await asyncio.open_unix_connection(target)
        except OSError:
            writer.transport.abort()
            return
        self._open |= {writer, onward}
        both = (self._carry(reader, onward), self._carry(there, writer))
        try:
            await asyncio.wait({asyncio.ensure_future(one) for one in both}, return_when="FIRST_COMPLETED")
        finally:
            for end in (writer, onward):
                self._open.discard(end)
                end.transport.abort()

    async def _carry(self, reader: StreamReader, writer: StreamWriter) -> None:
        with suppress(OSError):
            while not self.is_cut and (octets := await reader.read(65536)):
                if self.delay_seconds:
                    await asyncio.sleep(self.delay_seconds)
                writer.write(octets)
                await writer.drain()


class WireProcess:
    """One of them as a child of ours."""

    def __init__(self, *pairs: tuple[Path, Path]) -> None:
        given = [f"{folder}={target}" for folder, target in pairs]
        self._process = subprocess.Popen(
            ["setpriv", "--pdeathsig", "TERM", sys.executable, "-m", "tests.faults.wire_between", *given],
            stdin=subprocess.PIPE,
            stdout=subprocess.PIPE,
            text=True,
        )
        self._answered()

    def is_now(self, order: str) -> None:
        assert self._process.stdin is not None
        self._process.stdin.write(f"{order}\n")
        self._process.stdin.flush()
        self._answered()

    def end(self) -> None:
        self._process.kill()
        self._process.communicate()

    def _answered(self) -> None:
        assert self._process.stdout is not None
        assert self._process.stdout.readline() == "done\n", "the wire between is gone"


async def main() -> None:
    wire = WireBetween()
    for pair in sys.argv[1:]:
        folder, _, target = pair.partition("=")
        await wire.serve(Path(folder), Path(target))
    orders = StreamReader()
    await asyncio.get_running_loop().connect_read_pipe(
        lambda: asyncio.StreamReaderProtocol(orders), sys.stdin
    )
    print("done", flush=True)
    while line := await orders.readline():
        wire.told(line.decode())
        print("done", flush=True)


if __name__ == "__main__":
    asyncio.run(main())
