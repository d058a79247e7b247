"""Browsers on the page, as bare sockets: what they cost should not be what is measured."""

from __future__ import annotations

import asyncio
import time
from collections.abc import Sequence
from dataclasses import dataclass, field

OK = 200


@dataclass
class Visits:
    """How each request went; times from when it was due, in milliseconds."""

    took_ms: list[float] = field(default_factory=list)
    refused: int = 0
    late: int = 0
    """They were due, and nobody had come to them when the time was over."""
    seconds: float = 0.0

    def add(self, others: Visits) -> None:
        self.took_ms += others.took_ms
        self.refused += others.refused
        self.late += others.late
        self.seconds += others.seconds

    @property
    def a_second(self) -> float:
        return len(self.took_ms) / self.seconds if self.seconds else 0.0


@dataclass(frozen=True)
class PageAddress:
    host: str
    port: int
    cookie: str

    def request(self, path: str) -> bytes:
        lines = (f"GET {path} HTTP/1.1", f"Host: {self.host}:{self.port}", f"Cookie: {self.cookie}", "", "")
        return "\r\n".join(lines).encode()


async def one(at: PageAddress, path: str) -> Visits:
    """A visit by itself, on a connection of its own."""
    visits = Visits()
    reader, writer = await asyncio.open_connection(at.host, at.port)
    await _one(visits, reader, writer, at.request(path), time.perf_counter())
    writer.close()
    return visits


async def as_fast_as_can_be(at: PageAddress, path: str, *, connections: int, seconds: float) -> Visits:
    """Each connection asks again as soon as it was answered."""
    visits, began = Visits(), time.perf_counter()

    async def visitor() -> None:
        reader, writer = await asyncio.open_connection(at.host, at.port)
        while time.perf_counter() - began < seconds:
            await _one(visits, reader, writer, at.request(path), time.perf_counter())
        writer.close()

    await asyncio.gather(*(visitor() for _ in range(connections)))
    visits.seconds = time.perf_counter() - began
    return visits


async def at_a_rate(at: PageAddress, path: str, *, a_second: int, connections: int, seconds: float) -> Visits:
    """Each request has its time, answered or not: who waits is counted."""
    visits, began, due = Visits(), time.perf_counter(), asyncio.Queue[float]()
    for number in range(round(a_second * seconds)):
        due.put_nowait(began + number / a_second)

    async def visitor() -> None:
        reader, writer = await asyncio.open_connection(at.host, at.port)
        while not due.empty():
            then = due.get_nowait()
            await asyncio.sleep(max(then - time.perf_counter(), 0))
            if time.perf_counter() - began > seconds:
                visits.late += 1
                continue
            await _one(visits, reader, writer, at.request(path), then)
        writer.close()

    await asyncio.gather(*(visitor() for _ in range(connections)))
    visits.seconds = time.perf_counter() - began
    return visits


async def _one(
    visits: Visits, reader: asyncio.StreamReader, writer: asyncio.StreamWriter, request: bytes, since: float
) -> None:
    writer.write(request)
    head = await reader.readuntil(b"\r\n\r\n")
    await reader.readexactly(_length(head))
    if int(head.split(b" ", 2)[1]) == OK:
        visits.took_ms.append((time.perf_counter() - since) * 1000)
    else:
        visits.refused += 1


def _length(head: bytes) -> int:
    lines = head.lower().split(b"\r\n")
    return int(next(line for line in lines if line.startswith(b"content-length:")).partition(b":")[2])


@dataclass
class OpenPage:
    """One that waits for events."""

    reader: asyncio.StreamReader
    writer: asyncio.StreamWriter

    async def changed_at(self) -> float:
        """The time of the next `changed`, of `time.perf_counter`."""
        await self.reader.readuntil(b"event: changed")
        return time.perf_counter()


async def opened(addresses: Sequence[PageAddress], path: str) -> list[OpenPage]:
    """Each has been answered, and waits. Raise ValueError for one that was refused."""
    pages = []
    for at in addresses:
        reader, writer = await asyncio.open_connection(at.host, at.port)
        writer.write(at.request(path))
        head = await reader.readuntil(b"\r\n\r\n")
        if int(head.split(b" ", 2)[1]) != OK:
            raise ValueError(f"a page was not opened: {head[:100]!r}")
        await reader.readuntil(b"retry:")
        pages.append(OpenPage(reader, writer))
    return pages
