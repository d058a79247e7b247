"""Background work beside the calls: threads that do one thing again and again.

What comes in batches leaves the database to everybody else between two of them, for as long as the last one
took: with SQLite a batch holds all others up, and who waits there looks again only now and then.
"""

from __future__ import annotations

import logging
import threading
import time
from collections.abc import Callable, Sequence
from dataclasses import dataclass, field

from personsvar.mailbox.errors import StoreTooSlowError, StoreUnavailableError

log = logging.getLogger(__name__)

MOST_LAST_ROUNDS = 100
LONGEST_STEP_SECONDS = 30.0
"""A round that is under way when the service stops may take so long to end."""
LONGEST_REST_SECONDS = 10.0


@dataclass
class Chore:
    """One kind of background work. A round that handled something is followed by the next."""

    name: str
    work: Callable[[], int]
    """It returns how much it handled."""
    seconds: float
    rests: bool = False
    """The next round waits as long as this one took; else it comes at once."""
    failures: int = 0
    rounds: int = 0
    _seconds: Callable[[], float] = time.monotonic
    _away: bool = False
    _stopping: threading.Event = field(default_factory=threading.Event)
    _thread: threading.Thread | None = None

    def start(self) -> None:
        self._thread = threading.Thread(target=self._run, name=self.name, daemon=True)
        self._thread.start()

    def ask_to_stop(self) -> None:
        self._stopping.set()

    def join(self) -> None:
        if self._thread is not None:
            self._thread.join(LONGEST_STEP_SECONDS)

    def _run(self) -> None:
        while not self._stopping.is_set():
            began = self._seconds()
            if not self.once():
                self._stopping.wait(min(self.seconds, threading.TIMEOUT_MAX))
            elif self.rests:
                self.rest(self._seconds() - began)

    def rest(self, seconds: float) -> None:
        """Not for longer, and not at all once it is to stop."""
        self._stopping.wait(min(seconds, LONGEST_REST_SECONDS))

    def finish(self) -> None:
        """Rounds go on until nothing is left to do, within reason."""
        for _ in range(MOST_LAST_ROUNDS):
            if not self.once():
                return

    def once(self) -> int:
        """One round is done; returns how much it handled, 0 when it failed. The next one tries again."""
        self.rounds += 1
        try:
            handled = self.work()
        except StoreTooSlowError as slow:
            self.failures += 1
            log.error("%s gave up: the database took too long: %s", self.name, slow)
            return 0
        except StoreUnavailableError as wrong:
            self._log_away(wrong)
            return 0
        except Exception:  # a server: one bad round is logged and counted, and does not end the service
            self.failures += 1
            log.exception("%s failed", self.name)
            return 0
        if self._away:
            self._away = False
            log.info("%s goes on: it is back", self.name)
        return handled

    def _log_away(self, wrong: StoreUnavailableError) -> None:
        """A line is written each time the database goes away (or the object store), and not once a second."""
        self.failures += 1
        if not self._away:
            self._away = True
            log.error("%s waits: %s: %s", self.name, wrong.what, wrong)


def stop(chores: Sequence[Chore]) -> None:
    for chore in chores:
        chore.ask_to_stop()
    for chore in chores:
        chore.join()
