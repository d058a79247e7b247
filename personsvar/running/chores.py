"""Background work beside the calls: threads that do one thing again and again.

What comes in batches leaves the machine and the database to everybody else between two of them
(`running.duty_cycle`).
"""

from __future__ import annotations

import logging
import threading
import time
from collections.abc import Callable, Sequence
from dataclasses import dataclass, field

from personsvar.mailbox.errors import StoreTooSlowError, StoreUnavailableError
from personsvar.running.duty_cycle import DutyCycle

log = logging.getLogger(__name__)

MOST_LAST_ROUNDS = 100
LONGEST_STEP_SECONDS = 30.0
"""Rounds that are under way when the service stops may take so long to end, all of them."""


class RoundCutShortError(Exception):
    """The service stops: what is left of this round is for the next one."""


@dataclass
class Chore:
    """One kind of background work. A round that handled something is followed by the next."""

    name: str
    work: Callable[[], int]
    """It returns how much it handled."""
    seconds: float
    duty: DutyCycle | None = None
    """For what comes in batches: whom it takes turns and rests with. Else the next round comes at once."""
    failures: int = 0
    rounds: int = 0
    _away: bool = False
    _stopping: threading.Event = field(default_factory=threading.Event)
    _on_duty: bool = False
    _thread: threading.Thread | None = None

    def start(self) -> None:
        self._thread = threading.Thread(target=self._run, name=self.name, daemon=True)
        self._thread.start()

    def ask_to_stop(self) -> None:
        self._stopping.set()

    def join(self, seconds: float) -> None:
        if self._thread is not None:
            self._thread.join(seconds)

    def _run(self) -> None:
        while not self._stopping.is_set():
            if not self.once():
                self._stopping.wait(min(self.seconds, threading.TIMEOUT_MAX))

    def rest(self) -> None:
        """What the work calls between two batches of one round, while it holds nothing in the database.

        Raise RoundCutShortError once it is to stop.
        """
        self._end_batch()
        self._begin_batch()
        if self._stopping.is_set():
            raise RoundCutShortError(self.name)

    def _begin_batch(self) -> None:
        """As the service stops, nobody is waited for."""
        if self.duty is not None and not self._stopping.is_set():
            self._on_duty = self.duty.begin(self._stopping)

    def _end_batch(self) -> None:
        if self.duty is not None and self._on_duty:
            self._on_duty = False
            self.duty.end()

    def finish(self) -> None:
        """Rounds go on until nothing is left to do, within reason."""
        for _ in range(MOST_LAST_ROUNDS):
            if not self.once():
                return

    def once(self) -> int:
        """One round is done; returns how much it handled, 0 when it failed. The next one tries again."""
        self.rounds += 1
        self._begin_batch()
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
        finally:
            self._end_batch()
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
    until = time.monotonic() + LONGEST_STEP_SECONDS
    for chore in chores:
        chore.join(max(0.0, until - time.monotonic()))
