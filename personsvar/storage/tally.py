"""How many units of work are open: none may be while something is said on the line."""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import contextmanager
from threading import Lock, local


class OwnWrites:
    def __init__(self) -> None:
        self._mutex = Lock()
        self._everywhere = 0
        self._here = local()

    @property
    def everywhere(self) -> int:
        return self._everywhere

    @property
    def in_this_thread(self) -> int:
        return int(getattr(self._here, "open", 0))

    @contextmanager
    def one_open(self) -> Iterator[None]:
        self._add(1)
        try:
            yield
        finally:
            self._add(-1)

    def _add(self, one: int) -> None:
        self._here.open = self.in_this_thread + one
        with self._mutex:
            self._everywhere += one
