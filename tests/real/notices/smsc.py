"""The SMSC of tests/peers/smsc.mjs in a process of its own: told how to behave, and asked what came."""

from __future__ import annotations

import asyncio
import json
import time
from asyncio import Condition, Task
from asyncio.subprocess import PIPE, Process
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager, suppress
from pathlib import Path
from typing import Any

PEERS = Path(__file__).resolve().parents[2] / "peers"
LIMIT_SECONDS = 60.0

Line = dict[str, Any]


class NodeSmsc:
    def __init__(self, process: Process) -> None:
        self._process = process
        self._news = Condition()
        self._reading: Task[None] = asyncio.get_running_loop().create_task(self._read())
        self.lines: list[Line] = []

    @property
    async def port(self) -> int:
        return int((await self.heard("listening"))[0]["port"])

    async def order(self, **order: object) -> None:
        done = len(self._of("done"))
        assert self._process.stdin is not None
        self._process.stdin.write(json.dumps(order).encode() + b"\n")
        await self.heard("done", done + 1)

    async def heard(self, event: str, count: int = 1) -> list[Line]:
        """Its lines of that kind, once there are so many."""
        async with asyncio.timeout(LIMIT_SECONDS), self._news:
            await self._news.wait_for(lambda: len(self._of(event)) >= count)
        return self._of(event)

    async def texts(self, count: int) -> list[str]:
        """The texts that were submitted, as the SMSC's own alphabet reads them."""
        return [line["short_message"]["message"] for line in await self.heard("submit", count)]

    async def kill(self) -> None:
        if self._process.returncode is None:
            self._process.kill()
        await self._gone()

    async def stop(self) -> None:
        if self._process.stdin is not None:
            self._process.stdin.close()
        await self._gone()

    async def _gone(self) -> None:
        async with asyncio.timeout(LIMIT_SECONDS):
            await self._process.wait()
            await self._reading
        if self._process.stdin is not None:
            with suppress(BrokenPipeError, ConnectionResetError):
                self._process.stdin.close()
                await self._process.stdin.wait_closed()

    def _of(self, event: str) -> list[Line]:
        return [line for line in self.lines if line["event"] == event]

    async def _read(self) -> None:
        assert self._process.stdout is not None
        async for line in self._process.stdout:
            async with self._news:
                self.lines.append({**json.loads(line), "heard": time.monotonic()})
                self._news.notify_all()


@asynccontextmanager
async def smsc(
    *, port: int = 0, tls: tuple[Path, Path] | None = None, **how: object
) -> AsyncIterator[NodeSmsc]:
    if not (PEERS / "node_modules/smpp").is_dir():
        raise FileNotFoundError("tests/peers/node_modules is missing: make peers")
    line = ["node", f"{PEERS / 'smsc.mjs'}", f"{port}", *map(str, tls or ())]
    started = NodeSmsc(await asyncio.create_subprocess_exec(*line, stdin=PIPE, stdout=PIPE))
    try:
        await started.port
        if how:
            await started.order(set=how)
        yield started
    finally:
        await started.stop()
