"""Background work beside the calls: threads that do one thing again and again.

What comes in batches leaves the machine and the database to everybody else between two of them, for several
times as long as the last one took. With SQLite a batch holds all others up, and who waits there looks again
only now and then; with PostgreSQL, a message is stored while no batch is under way most of the time, however
much there is to be done behind it.
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
REST_TIMES = 4
"""A rest lasts so many times as long as the batch before it: a chore has a fifth of one core at most."""
LONGEST_REST_SECONDS = 10.0


class RoundCutShortError(Exception):
    """The service stops: what is left of this round is for the next one."""


@dataclass
class Chore:
    """One kind of background work. A round that handled something is followed by the next."""

    name: str
    work: Callable[[], int]
    """It returns how much it handled."""
    seconds: float
    rests: bool = False
    """The next round comes after a rest; else at once."""
    failures: int = 0
    rounds: int = 0
    _seconds: Callable[[], float] = time.monotonic
    _away: bool = False
    _stopping: threading.Event = field(default_factory=threading.Event)
    _since: float = 0.0
    """When the round began, or its last rest was over."""
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
            if not self.once():
                self._stopping.wait(min(self.seconds, threading.TIMEOUT_MAX))
            elif self.rests:
                self._leave_room()

    def rest(self) -> None:
        """What the work calls between two batches of one round, while it holds nothing in the database.

        Raise RoundCutShortError once it is to stop.
        """
        if self._leave_room():
            raise RoundCutShortError(self.name)

    def _leave_room(self) -> bool:
        """Whether it is to stop."""
        took = self._seconds() - self._since
        is_over = self._stopping.wait(min(REST_TIMES * took, LONGEST_REST_SECONDS))
        self._since = self._seconds()
        return is_over

    def finish(self) -> None:
        """Rounds go on until nothing is left to do, within reason."""
        for _ in range(MOST_LAST_ROUNDS):
            if not self.once():
                return

    def once(self) -> int:
        """One round is done; returns how much it handled, 0 when it failed. The next one tries again."""
        self.rounds += 1
        self._since = self._seconds()
        try:
            handled = self.work()
        except RoundCutShortError:
            return 0
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
