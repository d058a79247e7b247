"""Connections that have not shown yet that they are the switch's.

The switch says so in its first words; whoever says nothing may wait, but not in its way: when there is no
more room, the one that has waited longest goes for the one that comes.
"""

from __future__ import annotations

import os
import select
import socket
import threading
from contextlib import suppress


class WaitingRoom:
    """Keeps connections in the order they came."""

    def __init__(self) -> None:
        self._inside: dict[socket.socket, None] = {}
        self._mutex = threading.Lock()

    def enter(self, connection: socket.socket) -> None:
        with self._mutex:
            self._inside[connection] = None

    def leave(self, connection: socket.socket) -> None:
        with self._mutex:
            self._inside.pop(connection, None)

    def turn_out(self) -> socket.socket | None:
        """Hang up on the one that has waited longest, and return it; None: nobody waits."""
        with self._mutex:
            longest = next(iter(self._inside), None)
            if longest is None:
                return None
            del self._inside[longest]
        with suppress(OSError):  # it has just gone by itself
            longest.shutdown(socket.SHUT_RDWR)
        return longest


class SpareFile:
    """Kept open for the day when this process may open no more: then it makes room to turn a connection away.

    One that nobody takes is open all the same, as the switch sees it: it would wait for our first word for as
    long as a call may last, and its caller would hear nothing.
    """

    def __init__(self) -> None:
        self._file = os.open(os.devnull, os.O_RDONLY)

    def turn_one_away(self, listener: socket.socket, *, within_seconds: float) -> None:
        """Close the next connection that comes, if one does. Raise OSError when not even that can be done."""
        coming = select.poll()
        coming.register(listener, select.POLLIN)
        if not coming.poll(within_seconds * 1000):
            return
        os.close(self._file)
        try:
            listener.accept()[0].close()
        finally:
            self._file = os.open(os.devnull, os.O_RDONLY)

    def close(self) -> None:
        os.close(self._file)
