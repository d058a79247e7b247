"""How much of its channel a lane takes upon itself: at once, and each second."""

from __future__ import annotations

import time
from collections.abc import Callable
from dataclasses import dataclass, field


@dataclass(frozen=True, slots=True)
class Load:
    """How much is under way at once."""

    at_once: int = 20
    """So many notices are under way."""
    batch: int = 50
    """So many are taken in one transaction."""

    @property
    def worth_it(self) -> int:
        """Fewer free places than this are not worth a transaction."""
        return max(1, min(self.at_once // 2, self.batch))


@dataclass(slots=True)
class Pace:
    """A limit of so many a second, as a bucket of tokens: a second's worth may go at once."""

    per_second: float = 0
    """0: no limit."""
    now: Callable[[], float] = time.monotonic
    """Seconds."""
    _tokens: float = field(default=1.0, init=False)
    _at: float | None = field(default=None, init=False)

    def free(self, wanted: int) -> int:
        """How many of the wanted may go now."""
        if not self.per_second:
            return wanted
        self._fill()
        return min(wanted, int(self._tokens))

    def take(self, count: int) -> None:
        if self.per_second:
            self._tokens -= count

    @property
    def wait_seconds(self) -> float:
        """The next may go after so long."""
        if not self.per_second or self._tokens >= 1:
            return 0.0
        return (1 - self._tokens) / self.per_second

    def _fill(self) -> None:
        now = self.now()
        passed = 0.0 if self._at is None else now - self._at
        self._at = now
        self._tokens = min(self._tokens + passed * self.per_second, max(self.per_second, 1.0))
