from __future__ import annotations

import threading
import time
from collections import Counter
from collections.abc import Callable

import pytest

from personsvar.mailbox.errors import StoreUnavailableError
from personsvar.running import duty_cycle
from personsvar.running.chores import Chore, stop
from personsvar.running.duty_cycle import LONGEST_REST_SECONDS, REST_TIMES, DutyCycle
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
    chore.join(10)
    assert wait.asked == threading.TIMEOUT_MAX


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


def _spending(now: list[float], *batches: float) -> Callable[[], int]:
    """Work of so many seconds each time."""
    left = iter(batches)

    def work() -> int:
        seconds = next(left)
        now[0] += seconds
        return round(seconds * 10)

    return work


def test_who_has_a_duty_cycle_leaves_the_machine_to_others_for_longer_than_a_batch_took() -> None:
    now = [0.0]
    rested, duty = _Rested(now), DutyCycle(lambda: now[0])
    chore = Chore("ledger", _spending(now, 2.0, 0.5, 60.0, 1.0), 3600, duty=duty, _stopping=rested)
    assert [chore.once() for _ in range(4)] == [20, 5, 600, 10]
    assert rested.asked == [2.0 * REST_TIMES, 0.5 * REST_TIMES, LONGEST_REST_SECONDS]


def test_a_rest_within_a_round_counts_from_the_last_one() -> None:
    now = [0.0]
    rested = _Rested(now)

    def work() -> int:
        for seconds in (0.25, 1.0, 0.5):
            now[0] += seconds
            chore.rest()
        return 3

    chore = Chore("retention", work, 3600, duty=DutyCycle(lambda: now[0]), _stopping=rested)
    assert chore.once() == 3
    assert rested.asked == [0.25 * REST_TIMES, 1.0 * REST_TIMES, 0.5 * REST_TIMES]


def test_one_rests_from_what_another_did_and_not_from_what_is_long_over() -> None:
    now = [0.0]
    rested, duty = _Rested(now), DutyCycle(lambda: now[0])
    first = Chore("ledger", _spending(now, 2.0), 3600, duty=duty, _stopping=rested)
    second = Chore("figures", _spending(now, 0.1, 0.1), 5, duty=duty, _stopping=rested)
    first.once()
    now[0] += 1.0
    second.once()
    now[0] += 60.0
    second.once()
    assert rested.asked == [2.0 * REST_TIMES - 1.0]


def test_one_batch_at_a_time_and_none_keeps_the_others_from_theirs() -> None:
    names = ("ledger", "figures", "reminders")
    duty, under_way, done, over = DutyCycle(), list[str](), Counter[str](), threading.Event()

    def work_of(name: str) -> Callable[[], int]:
        def work() -> int:
            under_way.append(name)
            time.sleep(0.001)
            done["two at once" if len(under_way) > 1 else name] += 1
            under_way.remove(name)
            if min(done[each] for each in names) >= 5:
                over.set()
            return 1

        return work

    chores = [Chore(name, work_of(name), 3600, duty=duty) for name in names]
    for chore in chores:
        chore.start()
    assert over.wait(30)
    duty_kept = "two at once" not in done
    stop(chores)
    assert duty_kept


def test_who_waits_too_long_for_a_turn_goes_without(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(duty_cycle, "LONGEST_WAIT_SECONDS", 0.05)
    duty, never = DutyCycle(), threading.Event()
    assert duty.begin(never)
    chore = Chore("secrets", lambda: 7, 30, duty=duty)
    assert [chore.once(), chore.once()] == [7, 7]
    duty.end()
    assert duty.begin(never)
    duty.end()


def test_a_batch_that_fails_gives_its_turn_back() -> None:
    now = [0.0]
    rested, duty = _Rested(now), DutyCycle(lambda: now[0])
    failing = _failing(ValueError("x"), StoreUnavailableError("away"), 3)
    chore = Chore("ledger", failing, 3600, duty=duty, _stopping=rested)
    assert [chore.once(), chore.once(), chore.once()] == [0, 0, 3]


def test_as_the_service_stops_nobody_is_waited_for() -> None:
    duty = DutyCycle()
    assert duty.begin(threading.Event())
    chore = Chore("figures", _failing(2, 1, 0), 5, duty=duty)
    chore.ask_to_stop()
    chore.finish()
    assert chore.rounds == 3


def test_a_round_ends_at_its_next_rest_once_the_service_is_to_stop() -> None:
    done, began = list[int](), threading.Event()

    def work() -> int:
        for batch in range(1000):
            done.append(batch)
            began.set()
            chore.rest()
        return len(done)

    chore = Chore("reminders", work, 3600, duty=DutyCycle(iter(range(10**6)).__next__))
    chore.start()
    assert began.wait(10)
    stop([chore])
    assert not chore._thread.is_alive()  # type: ignore[union-attr]
    assert len(done) < 1000
    assert chore.failures == 0
