"""The bytes between us and the switch: a TCP connection, or the standard streams of an AGI script."""

from __future__ import annotations

import os
import socket
import time
from contextlib import suppress
from typing import Protocol

from personsvar.dialogue.call import HungUpError, SwitchError

CHUNK = 8192
_STILL_THERE = ((socket.TCP_KEEPIDLE, 60), (socket.TCP_KEEPINTVL, 15), (socket.TCP_KEEPCNT, 4))
"""A switch whose machine is gone says nothing for ever: after two minutes it is taken to have hung up."""


class Wire(Protocol):
    def receive(self) -> bytes:
        """Returns what came; nothing when the other end is gone, in whatever way."""
        ...

    def send(self, data: bytes) -> None:
        """Raise HungUpError when the other end is gone."""
        ...


class SocketWire:
    """A connection of a switch. Until `patient()` it must say all it has to say by the deadline."""

    def __init__(self, connection: socket.socket, *, deadline_seconds: float) -> None:
        self._connection = connection
        self._deadline: float | None = time.monotonic() + deadline_seconds
        with suppress(OSError):  # gone already: the first read will tell
            connection.setsockopt(socket.IPPROTO_TCP, socket.TCP_NODELAY, 1)
            connection.setsockopt(socket.SOL_SOCKET, socket.SO_KEEPALIVE, 1)
            for option, value in _STILL_THERE:
                connection.setsockopt(socket.IPPROTO_TCP, option, value)

    def patient(self) -> None:
        """Wait as long as it takes from now on: a command takes as long as the caller talks."""
        self._deadline = None
        self._connection.settimeout(None)

    def receive(self) -> bytes:
        try:
            if self._deadline is not None:
                self._connection.settimeout(max(self._deadline - time.monotonic(), 0.001))
            return self._connection.recv(CHUNK)
        except TimeoutError as late:
            raise SwitchError("connected, and did not say in time what it had to say") from late
        except OSError:
            return b""

    def receive_at_once(self) -> bytes | None:
        """Returns what is here already; None when nothing is, and no bytes when the other end is gone."""
        try:
            return self._connection.recv(CHUNK, socket.MSG_DONTWAIT)
        except BlockingIOError:
            return None
        except OSError:
            return b""

    def send(self, data: bytes) -> None:
        try:
            self._connection.sendall(data)
        except OSError as gone:
            raise HungUpError from gone


class PipeWire:
    """The standard input and output that Asterisk gives an AGI script, as file descriptors."""

    def __init__(self, reading: int, writing: int) -> None:
        self._reading = reading
        self._writing = writing

    def receive(self) -> bytes:
        try:
            return os.read(self._reading, CHUNK)
        except OSError:
            return b""

    def send(self, data: bytes) -> None:
        try:
            while data:
                data = data[os.write(self._writing, data) :]
        except OSError as gone:
            raise HungUpError from gone
