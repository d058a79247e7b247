"""Connections of HTTP: how many at once, and how long the other end may keep us waiting.

uvicorn has no time limit for a request's head or body, nor for the taking of an answer: half a request would
be kept for ever, and enough of them are all the files this process may open, the calls' too. So each
connection here waits for one thing of the other end at a time, and for so long:

    the head        from the first byte, or from the beginning of the connection
    the body        once the head is there
    the taking      of what was written: it has to go on, however slowly
    the next one    is uvicorn's own limit, of an idle connection

How many there may be stands in `connection_limits`.
"""

from __future__ import annotations

import asyncio
import socket
from dataclasses import dataclass
from enum import Enum
from typing import Any

import h11
from uvicorn.protocols.http.h11_impl import H11Protocol

from personsvar.http.connection_limits import ConnectionLimits


@dataclass(frozen=True, slots=True)
class HttpTimeouts:
    head_seconds: float = 10
    body_seconds: float = 30
    taking_seconds: float = 60
    """Within this time a bit more has to be taken: half of what the system holds, `SEND_BUFFER` bytes."""
    idle_seconds: int = 5
    """A connection may idle so long between two requests."""


SEND_BUFFER = 64 * 1024
"""Bytes the system may hold of an answer; a large one would hide for minutes that a slow line takes any."""


class Awaited(Enum):
    HEAD = "head"
    BODY = "body"
    FAREWELL = "farewell"
    IDLE = "idle"
    """All was answered, and nothing was asked since."""
    NOTHING = "nothing"
    """It is our turn."""


class TimedProtocol(H11Protocol):
    """uvicorn's protocol, with an end to its patience."""

    limits: ConnectionLimits
    timeouts: HttpTimeouts
    _awaited = Awaited.NOTHING
    _deadline: asyncio.TimerHandle | None = None
    _taking: asyncio.TimerHandle | None = None
    _left: int = 0

    def connection_made(self, transport: Any) -> None:
        super().connection_made(transport)
        transport.get_extra_info("socket").setsockopt(socket.SOL_SOCKET, socket.SO_SNDBUF, SEND_BUFFER)
        if self.limits.take(self, "" if self.client is None else self.client[0]):
            self._await(Awaited.HEAD)
        else:
            self.end()

    def end(self) -> None:
        """The connection ends now, and without a word."""
        self.transport.abort()

    def connection_lost(self, exc: Exception | None) -> None:
        super().connection_lost(exc)
        self.limits.leave(self)
        self._await(Awaited.NOTHING)
        self._unset_keepalive_if_required()
        self._stop_watching()

    def data_received(self, data: bytes) -> None:
        super().data_received(data)
        self._look()

    def on_response_complete(self) -> None:
        super().on_response_complete()
        self._look()

    def timeout_keep_alive_handler(self) -> None:
        super().timeout_keep_alive_handler()
        self._look()

    def pause_writing(self) -> None:
        super().pause_writing()
        self._watch_taking()

    def resume_writing(self) -> None:
        super().resume_writing()
        if not self.transport.is_closing():
            self._stop_watching()

    def _look(self) -> None:
        """What is waited for now. The time of what is waited for still goes on."""
        awaited = self._now_awaited()
        if awaited is not self._awaited:
            self._await(awaited)
        if awaited is Awaited.FAREWELL and self._taking is None:
            self._watch_taking()
        if awaited in (Awaited.HEAD, Awaited.BODY, Awaited.IDLE):
            self.limits.unheard(self)
        else:
            self.limits.heard(self)

    def _now_awaited(self) -> Awaited:
        if self.transport.is_closing():
            return Awaited.FAREWELL
        if self.conn.their_state is h11.IDLE:
            return Awaited.HEAD if self.timeout_keep_alive_task is None else Awaited.IDLE
        return Awaited.BODY if self.conn.their_state is h11.SEND_BODY else Awaited.NOTHING

    def _await(self, awaited: Awaited) -> None:
        self._awaited = awaited
        if self._deadline is not None:
            self._deadline.cancel()
            self._deadline = None
        seconds = {
            Awaited.HEAD: self.timeouts.head_seconds,
            Awaited.BODY: self.timeouts.body_seconds,
        }.get(awaited)
        if seconds is not None:
            self._deadline = self.loop.call_later(seconds, self.end)

    def _watch_taking(self) -> None:
        self._stop_watching()
        self._left = self.transport.get_write_buffer_size()
        self._taking = self.loop.call_later(self.timeouts.taking_seconds, self._look_at_taking)

    def _look_at_taking(self) -> None:
        if self.transport.get_write_buffer_size() < self._left:
            self._watch_taking()
        else:
            self.end()

    def _stop_watching(self) -> None:
        if self._taking is not None:
            self._taking.cancel()
            self._taking = None


def protocol(limits_of_it: ConnectionLimits, timeouts_of_it: HttpTimeouts) -> type[TimedProtocol]:
    """For one server."""

    class Bounded(TimedProtocol):
        limits = limits_of_it
        timeouts = timeouts_of_it

    return Bounded
