"""SQLite has one writer at a time: the threads of this process queue for it, first come first served.

SQLite's own waiting is a poll with growing pauses. With hundreds of callers hanging up at once some
would wait until they gave up while others came later and were let in.
"""

from __future__ import annotations

from collections import deque
from pathlib import Path
from threading import Lock
from weakref import WeakValueDictionary


class Turns:
    def __init__(self) -> None:
        self._mutex = Lock()
        self._waiting: deque[Lock] = deque()
        self._busy = False

    @property
    def waiting(self) -> int:
        return len(self._waiting)

    def take(self, *, seconds: float) -> bool:
        """Wait for one's turn; False when it did not come in time."""
        mine = self._queue_up()
        if mine is None or mine.acquire(timeout=seconds):
            return True
        with self._mutex:
            if mine not in self._waiting:  # it came in the very last moment
                return True
            self._waiting.remove(mine)
            return False

    def give(self) -> None:
        with self._mutex:
            if self._waiting:
                self._waiting.popleft().release()
            else:
                self._busy = False

    def _queue_up(self) -> Lock | None:
        """A lock that opens at one's turn; None when it is now."""
        with self._mutex:
            if not self._busy:
                self._busy = True
                return None
            mine = Lock()
            mine.acquire()
            self._waiting.append(mine)
            return mine


_files: WeakValueDictionary[Path, Turns] = WeakValueDictionary()
_files_mutex = Lock()


def turns_at(file: Path) -> Turns:
    """The queue of that file: every store of this process that opens it stands in the same one."""
    with _files_mutex:
        return _files.setdefault(file.resolve(), Turns())
