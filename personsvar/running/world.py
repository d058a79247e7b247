"""The real time, real chance, and the bell between a commit and the outbox's worker."""

from __future__ import annotations

import secrets
import threading
from datetime import UTC, datetime


class RealClock:
    def now(self) -> datetime:
        return datetime.now(UTC)


class RealChance:
    def digits(self, count: int) -> str:
        return "".join(secrets.choice("0123456789") for _ in range(count))


class Bell:
    """Rung when a notice was committed in this process."""

    def __init__(self) -> None:
        self._rung = threading.Event()

    def notices(self) -> None:
        self._rung.set()

    def wait(self, seconds: float) -> None:
        """Until it rings, or for so long; rings that came before count once."""
        self._rung.wait(seconds)
        self._rung.clear()


def luck() -> float:
    """A number from 0 to 1."""
    return secrets.randbelow(1_000_001) / 1_000_000
