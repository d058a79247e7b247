"""A clock that stands still."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime

from tests.wire.letters import NOW


@dataclass(frozen=True)
class StoppedClock:
    time: datetime = NOW

    def now(self) -> datetime:
        return self.time
