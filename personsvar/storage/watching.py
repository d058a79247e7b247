"""Seeing on SQLite which mailboxes changed: the rows that transactions wrote down (`storage.changes`).

`PRAGMA data_version` says whether anybody committed since the last look (sqlite.org/pragma.html), from
shared memory; only then are the rows read. However many wait in this process, it is one thread.
"""

from __future__ import annotations

import logging
import sqlite3
from collections.abc import Callable, Sequence
from contextlib import closing
from threading import Event, Thread

from personsvar.storage.database_url import address
from personsvar.storage.sqlite import watcher

log = logging.getLogger(__name__)

LOOK_SECONDS = 0.5
_SINCE = "SELECT mailbox, turn FROM mailbox_changes WHERE turn > ? ORDER BY turn"
_LATEST = "SELECT coalesce(max(turn), 0) FROM mailbox_changes"


class SqliteWatch:
    """`hear` is called in the watch's thread with the numbers, or None at first and after it was blind."""

    def __init__(self, url: str, hear: Callable[[Sequence[str] | None], None]) -> None:
        self._url = address(url)
        self._hear = hear
        self._stopped = Event()
        self._thread = Thread(target=self._run, name="watch", daemon=True)
        self._blind = False

    def start(self) -> None:
        self._thread.start()

    def stop(self) -> None:
        """The watch is silent when this returns."""
        self._stopped.set()
        if self._thread.is_alive():
            self._thread.join()

    def _run(self) -> None:
        while not self._stopped.is_set():
            try:
                with closing(watcher(self._url)) as connection:
                    self._watch(connection)
            except sqlite3.Error as wrong:
                self._report(wrong)
                self._stopped.wait(LOOK_SECONDS)

    def _watch(self, connection: sqlite3.Connection) -> None:
        version = _version(connection)
        ((turn,),) = connection.execute(_LATEST)
        self._blind = False
        self._hear(None)
        while not self._stopped.wait(LOOK_SECONDS):
            if (now := _version(connection)) != version:
                version, turn = now, self._read(connection, turn)

    def _read(self, connection: sqlite3.Connection, turn: int) -> int:
        """The latest turn there is; `hear` is called with whose the turns are."""
        rows = connection.execute(_SINCE, (turn,)).fetchall()
        if rows:
            self._hear([mailbox for mailbox, _ in rows])
            turn = rows[-1][1]
        return turn

    def _report(self, wrong: sqlite3.Error) -> None:
        """Log it once for each time the database goes away."""
        if not self._blind:
            log.warning("not told of changes of mailboxes at once, they are looked for: %s", wrong)
        self._blind = True


def _version(connection: sqlite3.Connection) -> int:
    ((version,),) = connection.execute("PRAGMA data_version")
    return int(version)
