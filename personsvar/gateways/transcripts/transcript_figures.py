"""What was written down since the start, and what it cost: for the metrics."""

from __future__ import annotations

from collections import Counter
from dataclasses import dataclass, field

from personsvar.mailbox.model.transcript import Understanding

FAILURES = ("away", "busy", "fault", "refused", "not-kept")
"""Why one that was begun came to nothing; `not-kept`: nobody wanted it any more."""


@dataclass(slots=True)
class TranscriptFigures:
    made: Counter[Understanding] = field(default_factory=Counter)
    failures: Counter[str] = field(default_factory=Counter)
    sound_seconds: float = 0.0
    """So long are the recordings that were written down."""
    cpu_seconds: float = 0.0
    """What they cost on this machine."""

    def kept(self, understanding: Understanding, *, seconds: float, cpu_seconds: float | None) -> None:
        self.made[understanding] += 1
        self.sound_seconds += seconds
        self.cpu_seconds += cpu_seconds or 0.0
