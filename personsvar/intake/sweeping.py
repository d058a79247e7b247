"""The sweeper as a chore: looks through the spool and adds up what it did, for the figures."""

from __future__ import annotations

from collections import Counter
from dataclasses import asdict, dataclass, field

from personsvar.intake import Sweeper
from personsvar.mailbox.ports.world import Clock


@dataclass(frozen=True, slots=True)
class Sweeping:
    sweeper: Sweeper
    clock: Clock
    totals: Counter[str] = field(default_factory=Counter)
    """Since the start: taken, missed, dropped, broken, failed."""

    def once(self) -> int:
        """Sweep; how many recordings left the spool."""
        swept = asdict(self.sweeper.sweep_once(self.clock.now()))
        del swept["waiting"]
        self.totals.update(swept)
        return int(swept["taken"] + swept["missed"])
