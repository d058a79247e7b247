"""A few open connections to the mail server: each is used for many mails, and left when nobody needs it."""

from __future__ import annotations

import asyncio
from collections.abc import AsyncIterator, Awaitable, Callable
from contextlib import asynccontextmanager

from personsvar.gateways.email.smtp_connection import SmtpConnection
from personsvar.gateways.email.smtp_replies import BusyError, OperatorsMistakeError
from personsvar.notifier.delivery_errors import GatewayAwayError

Connect = Callable[[float], Awaitable[SmtpConnection]]
"""Given the loop's time by which it must be done."""

REST_SECONDS = 60.0
"""A server that allows fewer connections than we would have is asked for more after so long."""


class SmtpConnections:
    def __init__(self, connect: Connect, *, most: int, idle_seconds: float) -> None:
        self._connect = connect
        self._closed = False
        self._idle_seconds = idle_seconds
        self._free = asyncio.Semaphore(most)
        self._resting: set[asyncio.TimerHandle] = set()
        self._busy: set[SmtpConnection] = set()
        self._quiet = asyncio.Event()
        """Nobody is busy."""
        self._quiet.set()
        self._idle: list[tuple[SmtpConnection, float]] = []
        """With the time each was last used, the latest at the end."""

    @asynccontextmanager
    async def one(self, *, by: float) -> AsyncIterator[SmtpConnection]:
        """One for the caller alone, used before or fresh; GatewayAwayError when none can be had in time."""
        connection = await self._take(by)
        self._busy.add(connection)
        self._quiet.clear()
        try:
            yield connection
        finally:
            self._put_back(connection)
            self._free.release()

    async def leave_idle(self) -> None:
        """Leave those that were not needed for a while: servers do the same, and less politely."""
        await self._leave(lambda used: used <= self._now() - self._idle_seconds)

    async def close(self, *, seconds: float) -> None:
        """What is under way may finish in the time given."""
        self._closed = True
        try:
            async with asyncio.timeout(seconds):
                await self._quiet.wait()
        except TimeoutError:
            for connection in self._busy:
                connection.drop()
        for rest in self._resting:
            rest.cancel()
        await self._leave(lambda _: True)

    def _put_back(self, connection: SmtpConnection) -> None:
        self._busy.discard(connection)
        if connection.is_open:
            connection.rested = True
            self._idle.append((connection, self._now()))
        if not self._busy:
            self._quiet.set()

    async def _leave(self, old: Callable[[float], bool]) -> None:
        while self._idle and old(self._idle[0][1]):
            connection, _ = self._idle.pop(0)
            await connection.quit()

    async def _take(self, by: float) -> SmtpConnection:
        while True:
            await self._place(by)
            try:
                return self._latest_idle() or await self._fresh(by)
            except (BusyError, OperatorsMistakeError):
                self._free.release()
                raise
            except GatewayAwayError:
                if not self._busy and not self._idle:
                    self._free.release()
                    raise
                self._rest()
            except BaseException:
                self._free.release()
                raise

    async def _fresh(self, by: float) -> SmtpConnection:
        if not self._closed:
            connection = await self._connect(by)
            if not self._closed:
                return connection
            connection.drop()
        raise BusyError("the service stops")

    async def _place(self, by: float) -> None:
        try:
            async with asyncio.timeout_at(by):
                await self._free.acquire()
        except TimeoutError as wrong:
            raise BusyError("every connection to the mail server is busy") from wrong

    def _latest_idle(self) -> SmtpConnection | None:
        while self._idle:
            connection, _ = self._idle.pop()
            if connection.is_open:
                return connection
        return None

    def _rest(self) -> None:
        """The server will have no more than there are, busy or idle by now: for a while that is enough."""

        def rested() -> None:
            self._resting.discard(handle)
            self._free.release()

        handle = asyncio.get_running_loop().call_later(REST_SECONDS, rested)
        self._resting.add(handle)

    @staticmethod
    def _now() -> float:
        return asyncio.get_running_loop().time()
