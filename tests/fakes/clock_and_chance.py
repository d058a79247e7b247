"""The world of a test: a clock that goes when it is told to, and dice that fall the same each time."""

from __future__ import annotations

import random
from dataclasses import dataclass, field
from datetime import UTC, datetime, timedelta


@dataclass
class SetClock:
    time: datetime = datetime(2026, 3, 2, 12, 0, tzinfo=UTC)

    def now(self) -> datetime:
        return self.time

    def go_on(self, **step: float) -> None:
        self.time += timedelta(**step)


@dataclass
class SeededDice:
    source: random.Random = field(default_factory=lambda: random.Random(4831))

    def digits(self, count: int) -> str:
        return "".join(self.source.choices("0123456789", k=count))
