from __future__ import annotations

import threading
from collections.abc import Callable

import pytest

from personsvar.mailbox.errors import StoreUnavailableError
from personsvar.running.chores import LONGEST_REST_SECONDS, REST_TIMES, Chore, stop
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


class _Waits(threading.Event):
    """They are over as they begin, and told; the chore is to stop at the last."""

    def __init__(self, most: int) -> None:
        super().__init__()
        self.asked: list[float | None] = []
        self._most = most

    def wait(self, timeout: float | None = None) -> bool:
        self.asked.append(timeout)
        if len(self.asked) == self._most:
            self.set()
        return self.is_set()


@pytest.mark.parametrize("rests", [True, False])
def test_one_that_rests_leaves_the_machine_to_others_for_longer_than_a_batch_took(*, rests: bool) -> None:
    now, took = [0.0], iter((2.0, 0.5, 60.0, 0.0))

    def work() -> int:
        seconds = next(took)
        now[0] += seconds
        return round(seconds * 10)

    waits = _Waits(4 if rests else 1)
    chore = Chore("ledger", work, seconds=3600, rests=rests, _seconds=lambda: now[0], _stopping=waits)
    chore.start()
    chore.join()
    four_times = [2.0 * REST_TIMES, 0.5 * REST_TIMES, LONGEST_REST_SECONDS, 3600]
    assert waits.asked == (four_times if rests else [3600])


class _Rested(threading.Event):
    """What waits for it lets that time pass by the clock."""

    def __init__(self, now: list[float]) -> None:
        super().__init__()
        self.asked: list[float] = []
        self._now = now

    def wait(self, timeout: float | None = None) -> bool:
        self.asked.append(timeout or 0.0)
        self._now[0] += timeout or 0.0
        return self.is_set()


def test_a_rest_within_a_round_counts_from_the_last_one() -> None:
    now = [0.0]
    rested = _Rested(now)

    def work() -> int:
        for seconds in (0.25, 1.0, 0.5):
            now[0] += seconds
            chore.rest()
        return 3

    chore = Chore("retention", work, seconds=3600, rests=True, _seconds=lambda: now[0], _stopping=rested)
    assert chore.once() == 3
    assert rested.asked == [0.25 * REST_TIMES, 1.0 * REST_TIMES, 0.5 * REST_TIMES]


def test_a_round_ends_at_its_next_rest_once_the_service_is_to_stop() -> None:
    done, began = list[int](), threading.Event()

    def work() -> int:
        for batch in range(1000):
            done.append(batch)
            began.set()
            chore.rest()
        return len(done)

    chore = Chore("reminders", work, seconds=3600, rests=True, _seconds=iter(range(10**6)).__next__)
    chore.start()
    assert began.wait(10)
    stop([chore])
    assert not chore._thread.is_alive()  # type: ignore[union-attr]
    assert len(done) < 1000
    assert chore.failures == 0
