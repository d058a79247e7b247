"""Hearing at once of what other processes committed: PostgreSQL's LISTEN.

On a connection of its own, in a thread of its own. When the database goes away it comes back by itself, and
rings then too: what was told meanwhile nobody heard (PostgreSQL's manual, NOTIFY). Polling stays the truth.
"""

from __future__ import annotations

import logging
import os
import threading
from collections.abc import Callable, Sequence
from collections.abc import Set as AbstractSet
from selectors import EVENT_READ, DefaultSelector
from typing import TYPE_CHECKING, Any

from personsvar.backoff import Backoff
from personsvar.mailbox.model.notice import Channel
from personsvar.storage.database_url import address, is_sqlite
from personsvar.storage.postgres import KEEP_ALIVE

if TYPE_CHECKING:
    import psycopg

log = logging.getLogger(__name__)

NOTICES = "personsvar_notices"
"""The channel on which PostgreSQL tells that notices were committed, and for which of theirs."""
CONNECT_SECONDS = 5
FIRST_WAIT_SECONDS = 0.1
LONGEST_WAIT_SECONDS = 5.0


class PostgresChannel:
    """Payloads of one channel. `hear` is called with them in the listener's thread; it must not block.

    It is called with None when it listens from now on, and may have missed something.
    """

    def __init__(
        self, url: str, channel: str, hear: Callable[[Sequence[str] | None], None], *, of: str
    ) -> None:
        """`of`: what the channel is about, for the log."""
        self._settings = _settings(url)
        self._channel = channel
        self._on_payloads = hear
        self._of = of
        self._stopped = threading.Event()
        self._awaken, self._wake = os.pipe()
        self._thread = threading.Thread(target=self._run, name="listener", daemon=True)

    def start(self) -> None:
        """Listen from now on, in the background, whether the database is there or not."""
        self._thread.start()

    def stop(self) -> None:
        """The listener is silent when this returns."""
        if self._stopped.is_set():
            return
        self._stopped.set()
        os.write(self._wake, b".")
        if self._thread.is_alive():
            self._thread.join()
        os.close(self._awaken)
        os.close(self._wake)

    def _run(self) -> None:
        import psycopg  # noqa: PLC0415 - 50 ms, and loaded already where it is the driver

        backoff = Backoff(FIRST_WAIT_SECONDS, LONGEST_WAIT_SECONDS)
        while not self._stopped.is_set():
            try:
                with psycopg.connect(**self._settings) as connection:
                    connection.execute(f"LISTEN {self._channel}".encode())
                    backoff.failures = 0
                    self._listen(connection)
            except psycopg.Error as wrong:
                if backoff.failures == 0:
                    self._report(wrong)
                self._stopped.wait(backoff.next())

    def _listen(self, connection: psycopg.Connection) -> None:
        log.info("listening for %s", self._of)
        self._on_payloads(None)
        with DefaultSelector() as either:
            either.register(connection.fileno(), EVENT_READ)
            either.register(self._awaken, EVENT_READ)
            while not self._stopped.is_set():
                either.select()
                payloads = [notify.payload for notify in connection.notifies(timeout=0)]
                if payloads and not self._stopped.is_set():
                    self._on_payloads(payloads)

    def _report(self, wrong: Exception) -> None:
        why = str(wrong).partition("\n")[0]
        log.warning("not told of %s at once, they are looked for: %s", self._of, why)


class PostgresListener(PostgresChannel):
    """Calls `ring` with their channels when other processes committed notices.

    What it misses is found by polling. All channels are meant where it may have missed something, and where
    the other process, of another version, tells none or one that is not known here.
    """

    def __init__(self, url: str, ring: Callable[[AbstractSet[Channel]], None]) -> None:
        super().__init__(url, NOTICES, lambda payloads: ring(channels_told(payloads)), of="notices")


def payload_of(channels: AbstractSet[Channel]) -> str:
    """The channels to which notices were added, as NOTIFY takes them."""
    return " ".join(sorted(channels))


def channels_told(payloads: Sequence[str] | None) -> AbstractSet[Channel]:
    """The channels that NOTIFYs told; None, an empty payload and an unknown word stand for all."""
    every = frozenset(Channel)
    if payloads is None or not all(payloads):
        return every
    told = {word for payload in payloads for word in payload.split()}
    return {Channel(word) for word in told} if told <= every else every


def _settings(url: str) -> dict[str, Any]:
    where = address(url)
    if is_sqlite(where):
        raise ValueError("SQLite tells nobody: its notices are all of this machine, and polled")
    _, settings = where.get_dialect()().create_connect_args(where)
    more = {"autocommit": True, "connect_timeout": CONNECT_SECONDS, "application_name": "personsvar"}
    return {**settings, **more, **KEEP_ALIVE}
