"""When the clock was believed."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime


@dataclass(frozen=True, slots=True)
class Uptime:
    """How long a machine has been running: what no change of its clock touches."""

    boot: str
    """Which start of which machine it counts from; empty when nobody can tell."""
    seconds: float


@dataclass(frozen=True, slots=True)
class Reckoning:
    """When the clock was believed last, and how long the machine that said so had been running."""

    at: datetime
    uptime: Uptime
    go_on: bool = False
    """The operator wants the next round of retention to go on, however much it removes."""


@dataclass(frozen=True, slots=True)
class WarningTerms:
    """By which rules every mailbox got its time to be looked at, for messages that go soon."""

    terms: str
    looked_at: datetime
    settled: bool
    """They got it twice: services of the version before may have gone on at the first time."""
