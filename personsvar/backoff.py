"""Pauses that double with each failure in a row: who is away, or overrun, is left alone longer and longer."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass

_MOST_DOUBLINGS = 30


def no_jitter() -> float:
    return 0.5


@dataclass(slots=True)
class Backoff:
    """Pauses of `first` seconds, then twice as long each time, never longer than `longest`."""

    first: float
    longest: float
    jitter: Callable[[], float] = no_jitter
    """A number from 0 to 1 makes each pause half to one and a half of it: not all come at once. `longest` is
    not exceeded by it.
    """
    failures: int = 0
    """So many pauses were given in a row; who got through sets it to 0."""

    def next(self) -> float:
        """One more failure is counted; the result is the pause after it."""
        self.failures += 1
        return self.after(self.failures)

    def after(self, failures: int) -> float:
        """The pause after so many failures in a row, for whoever counts them elsewhere."""
        doubled = self.first * 2.0 ** min(max(failures - 1, 0), _MOST_DOUBLINGS)
        return min(min(doubled, self.longest) * (0.5 + self.jitter()), self.longest)
