from __future__ import annotations

import threading
from collections.abc import Callable

from personsvar.mailbox.errors import StoreUnavailableError
from personsvar.running.chores import Chore, stop
from personsvar.settings.group import A_MILLENNIUM


def _failing(*outcomes: int | Exception) -> Callable[[], int]:
    left = iter(outcomes)

    def work() -> int:
        outcome = next(left)
        if isinstance(outcome, Exception):
            raise outcome
        return outcome

    return work


def test_a_bad_round_is_counted_and_the_next_one_comes() -> None:
    chore = Chore("sweep", _failing(ValueError("x"), StoreUnavailableError("away"), 3), seconds=1)
    assert [chore.once(), chore.once(), chore.once()] == [0, 0, 3]
    assert (chore.rounds, chore.failures) == (3, 2)


def test_it_goes_on_at_once_while_there_is_something_and_waits_when_there_is_not() -> None:
    left, done = iter((20, 20, 0)), threading.Event()

    def work() -> int:
        if not (handled := next(left)):
            done.set()
        return handled

    chore = Chore("outbox", work, seconds=3600)
    chore.start()
    assert done.wait(10)
    stop([chore])
    assert (chore.rounds, chore.failures) == (3, 0)


def test_a_sleeping_chore_stops_at_once() -> None:
    ran = threading.Event()

    def work() -> int:
        ran.set()
        return 0

    chore = Chore("retention", work, seconds=3600)
    chore.start()
    assert ran.wait(10)
    stop([chore])
    assert chore.rounds == 1


class _OneWait(threading.Event):
    """It is over as it begins, and tells how long it was to be."""

    asked: float | None = None

    def wait(self, timeout: float | None = None) -> bool:
        self.asked = timeout
        self.set()
        return super().wait(timeout)


def test_a_wait_of_a_thousand_years_is_no_longer_than_a_thread_can_wait() -> None:
    wait = _OneWait()
    chore = Chore("sweep", lambda: 0, seconds=A_MILLENNIUM["s"], _stopping=wait)
    chore.start()
    chore.join()
    assert wait.asked == threading.TIMEOUT_MAX
