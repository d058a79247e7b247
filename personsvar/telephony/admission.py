"""How many calls at once, and what has become of all of them."""

from __future__ import annotations

import threading
import time
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass, replace


@dataclass(frozen=True, slots=True)
class CallFigures:
    calls: int = 0
    """Calls taken since the start."""
    active: int = 0
    refused: int = 0
    """Calls over the limit: the dialplan's own recorder took them."""
    failed: int = 0
    """Calls ended by an error of ours, or of the switch."""
    strangers: int = 0
    """Connections that were no call: a wrong client, nonsense, or nothing in time."""


class Admission:
    def __init__(self, *, max_calls: int) -> None:
        self._max_calls = max_calls
        self._counts = CallFigures()
        self._changed = threading.Condition()

    @property
    def counts(self) -> CallFigures:
        return self._counts

    @property
    def is_full(self) -> bool:
        return self._counts.active >= self._max_calls

    @contextmanager
    def place(self) -> Iterator[bool]:
        """A place for one call, as long as the block lasts; False: there is none."""
        admitted = self._admit()
        try:
            yield admitted
        finally:
            if admitted:
                self._count(active=-1)

    def failed(self) -> None:
        self._count(failed=1)

    def unidentified(self) -> None:
        self._count(strangers=1)

    def wait_until_empty(self, *, max_seconds: float) -> int:
        """How many calls are left when the last one ended, or the time was over."""
        end = time.monotonic() + max_seconds
        with self._changed:
            self._changed.wait_for(lambda: not self._counts.active, timeout=max(end - time.monotonic(), 0))
            return self._counts.active

    def _admit(self) -> bool:
        with self._changed:
            if self.is_full:
                self._count(refused=1)
                return False
            self._count(calls=1, active=1)
            return True

    def _count(self, **more: int) -> None:
        with self._changed:
            now = {name: getattr(self._counts, name) + by for name, by in more.items()}
            self._counts = replace(self._counts, **now)
            self._changed.notify_all()
