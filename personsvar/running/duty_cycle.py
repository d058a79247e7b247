"""How much of the time the background work of one process may have, whatever there is to be done.

What comes in batches shares it: one batch at a time, and after each a rest of several times as long, whoever
comes next. With SQLite a batch holds all others up, and who waits there looks again only now and then; with
PostgreSQL, a message is stored while no batch is under way most of the time, however much there is to be done
behind it, and however many kinds of it.
"""

from __future__ import annotations

import threading
import time
from collections.abc import Callable
from dataclasses import dataclass, field

from personsvar.storage.turns import Turns

REST_TIMES = 4
"""A rest lasts so many times as long as the batch before it: all of them have a fifth of one core at most."""
LONGEST_REST_SECONDS = 10.0
LONGEST_WAIT_SECONDS = 20.0
"""Whose turn has not come by then goes without: a statement of somebody else may take minutes."""


@dataclass
class DutyCycle:
    """First come, first served: none of them keeps another from its next batch."""

    seconds: Callable[[], float] = time.monotonic
    _turns: Turns = field(default_factory=Turns)
    _since: float = 0.0
    """When the batch under way began."""
    _rested_at: float = 0.0

    def begin(self, stopping: threading.Event) -> bool:
        """Wait for a turn, and until the batch before it is rested from, or it is to stop.

        True: it is to be ended. False: the turn did not come.
        """
        if not self._turns.take(seconds=LONGEST_WAIT_SECONDS):
            return False
        rest = self._rested_at - self.seconds()
        if rest > 0:
            stopping.wait(rest)
        self._since = self.seconds()
        return True

    def end(self) -> None:
        now = self.seconds()
        self._rested_at = now + min(REST_TIMES * (now - self._since), LONGEST_REST_SECONDS)
        self._turns.give()
