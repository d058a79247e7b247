"""PostgreSQL tells of notices that another process committed: LISTEN, on a connection of its own.

It only wakes: who is woken looks for what is due. So nothing is lost while the connection is, and after each
new one it rings, for what was told meanwhile.
"""

from __future__ import annotations

import logging
import threading
from collections.abc import Callable
from dataclasses import dataclass, field
from typing import TYPE_CHECKING

from personsvar.storage.address import address
from personsvar.storage.postgres import KEEP_ALIVE
from personsvar.storage.unit_of_work import NOTICES

if TYPE_CHECKING:
    import psycopg

log = logging.getLogger(__name__)

LOOK_SECONDS = 1.0
"""How soon it sees that it shall stop."""
CONNECT_SECONDS = 10
LONGEST_WAIT_SECONDS = 30.0


@dataclass
class PostgresListener:
    url: str = field(repr=False)
    ring: Callable[[], None]
    """Called in the listener's thread."""
    first_wait_seconds: float = 1.0
    """Before the database is looked for again; it doubles."""
    _stopping: threading.Event = field(default_factory=threading.Event, init=False)
    _thread: threading.Thread | None = field(default=None, init=False)

    def start(self) -> None:
        self._thread = threading.Thread(target=self._run, name="listen", daemon=True)
        self._thread.start()

    def stop(self) -> None:
        self._stopping.set()
        if self._thread is not None:
            self._thread.join()

    def _run(self) -> None:
        import psycopg  # noqa: PLC0415 - 50 ms, and loaded already where it is the driver
        from psycopg.conninfo import make_conninfo  # noqa: PLC0415

        wait = self.first_wait_seconds
        plain = address(self.url).set(drivername="postgresql").render_as_string(hide_password=False)
        where = make_conninfo(plain, connect_timeout=CONNECT_SECONDS, **KEEP_ALIVE)
        while not self._stopping.is_set():
            try:
                with psycopg.connect(where, autocommit=True) as connection:
                    wait = self.first_wait_seconds
                    self._listen(connection)
            except psycopg.Error as wrong:
                log.warning("nobody tells of notices just now; they are looked for", extra={"error": wrong})
                self._stopping.wait(wait)
                wait = min(2 * wait, LONGEST_WAIT_SECONDS)

    def _listen(self, connection: psycopg.Connection) -> None:
        connection.execute(f"LISTEN {NOTICES}")
        self.ring()
        while not self._stopping.is_set():
            for _ in connection.notifies(timeout=LOOK_SECONDS, stop_after=1):
                self.ring()
