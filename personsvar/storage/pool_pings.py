"""Whether a connection that waited in PostgreSQL's pool is there still, before somebody is given it.

Asking the server costs each transaction a round trip. But who ends a connection says so, a server that stops
too, and the socket has it to be read: so a connection that was in use a moment ago and has nothing to be read
is taken as it is. Any other is asked. Nothing is done again: what fails in a transaction fails, as ever.
"""

from __future__ import annotations

import time
from collections.abc import Callable
from select import POLLIN, poll
from typing import TYPE_CHECKING
from weakref import WeakKeyDictionary

if TYPE_CHECKING:
    from psycopg import Connection

FRESH_SECONDS = 1.0
"""A host that vanished, and stands there again under the same address, says nothing: only asking tells."""


class PoolPings:
    def __init__(self, ask: Callable[[Connection], bool], now: Callable[[], float] = time.monotonic) -> None:
        """`ask` has the server answer; raise the driver's error when it does not."""
        self._ask = ask
        self._now = now
        self._taken_at: WeakKeyDictionary[Connection, float] = WeakKeyDictionary()

    def is_there(self, connection: Connection) -> bool:
        before, now = self._taken_at.get(connection), self._now()
        self._taken_at[connection] = now
        if before is not None and now - before < FRESH_SECONDS and _is_silent(connection):
            return True
        return self._ask(connection)


def _is_silent(connection: Connection) -> bool:
    """Nothing came since it was last used: no farewell, no error, no end."""
    if connection.closed:
        return False
    socket = poll()
    socket.register(connection.fileno(), POLLIN)  # an error or an end is told besides
    return not socket.poll(0)
