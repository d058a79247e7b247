"""Whether the spool's disk was full while somebody spoke, also when it has room again.

A switch that writes seldom (Asterisk: 32 kB at once, two seconds) drops what finds no room and goes on; once
there is room again neither its count nor the file tells of it. So while recordings go on the disk is looked
at a few times a second. A disk that is full for less than that, and just as the switch writes, is not seen.
"""

from __future__ import annotations

import math
import threading
import time
import weakref
from collections.abc import Callable
from contextlib import suppress

EVERY_SECONDS = 0.2
"""A look is one statvfs(2), some microseconds."""


class RoomWatch:
    """Thread safe. One thread looks for all recordings of the process; it ends with the last of them.

    A look that hangs (a network's file system) holds up nobody else, and no second one is begun beside it.
    Time is the kernel's (`CLOCK_MONOTONIC`): no clock that is set counts.
    """

    def __init__(
        self,
        is_full: Callable[[], bool],
        *,
        every_seconds: float = EVERY_SECONDS,
        now: Callable[[], float] = time.monotonic,
    ) -> None:
        """`is_full` may raise OSError: then nothing was seen."""
        self._is_full = is_full
        self._every_seconds = every_seconds
        self.now = now
        self._recordings = 0
        self._is_looking = False
        """There is a thread, and it will look again."""
        self._full_at = -math.inf
        self._lock = threading.Lock()

    def begin(self) -> None:
        """One recording more."""
        with self._lock:
            self._recordings += 1
            if not self._is_looking:
                looking = (weakref.ref(self), self._every_seconds)
                with suppress(RuntimeError):  # out of threads: the caller speaks on, unwatched
                    threading.Thread(target=_look, args=looking, name="room watch", daemon=True).start()
                    self._is_looking = True

    def end(self) -> None:
        """One recording less."""
        with self._lock:
            self._recordings -= 1

    def was_full_since(self, moment: float) -> bool:
        """Whether the disk was seen full at `moment` (as `now` tells it), or later."""
        return self._full_at >= moment

    def look(self) -> bool:
        """Look now; False: there is nothing more to watch, and whoever looks again and again shall end."""
        with suppress(OSError):
            if self._is_full():
                self._full_at = self.now()
        with self._lock:
            self._is_looking = self._recordings > 0
            return self._is_looking


def _look(watch: weakref.ref[RoomWatch], every_seconds: float) -> None:
    """Until nobody records, or there is no spool any more to watch: the thread alone keeps none alive."""
    while (there := watch()) is not None and there.look():
        del there
        time.sleep(every_seconds)
