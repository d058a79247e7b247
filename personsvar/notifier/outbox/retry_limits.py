"""How long a notice is held, and how often and how long it is tried."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import timedelta

LONGEST_WAIT_SECONDS = 3600.0


@dataclass(frozen=True, slots=True)
class RetryLimits:
    lease_seconds: float = 60
    retry_seconds: float = 10
    attempts: int = 12
    hours: float = 24

    @property
    def answer_seconds(self) -> float:
        """How long a gateway may take: the lease is still ours when its answer is written back."""
        return self.lease_seconds / 2

    def wait(self, attempts: int, jitter: float) -> timedelta:
        """After so many tries: min(base · 2^n, 1 h), times 0.5 to 1.5 so that not all come back at once."""
        doubled = self.retry_seconds * 2 ** min(max(attempts - 1, 0), 30)
        return timedelta(seconds=min(doubled, LONGEST_WAIT_SECONDS) * (0.5 + jitter))
