"""Counting wrong PINs across calls (section 7)."""

from __future__ import annotations

from datetime import timedelta

import pytest

from personsvar.mailbox import lockout
from personsvar.mailbox.lockout import (
    MOST_OF_THE_SERVICE,
    MOST_WITHHELD,
    WITHHELD,
    after_right_pin,
    after_wrong_pin,
    forgiven,
    is_closed,
)
from personsvar.mailbox.model.lock import Lock, LockScope
from personsvar.mailbox.rules import Rules
from tests.unit.mailbox.use_cases import KARI, MONDAY

RULES = Rules()
OF_ONE = [LockScope.MAILBOX, LockScope.CALLER, LockScope.OWN_PHONE]


def wrong(lock: Lock, times: int = 1, *, after: timedelta = timedelta()) -> Lock:
    for _ in range(times):
        lock = after_wrong_pin(lock, RULES, MONDAY + after)
    return lock


@pytest.mark.parametrize("scope", OF_ONE)
def test_five_in_a_row_close_for_fifteen_minutes(scope: LockScope) -> None:
    four = wrong(Lock(scope, KARI), 4)
    assert not is_closed(four, MONDAY)
    five = wrong(four)
    assert is_closed(five, MONDAY + timedelta(minutes=14, seconds=59))
    assert not is_closed(five, MONDAY + timedelta(minutes=15))


def test_each_closing_doubles_to_a_day() -> None:
    lock, minutes = Lock(LockScope.MAILBOX, KARI), []
    for _ in range(10):
        at = lock.closed_until or MONDAY
        for _ in range(5):
            lock = after_wrong_pin(lock, RULES, at)
        assert lock.closed_until is not None
        minutes.append((lock.closed_until - at) / timedelta(minutes=1))
    assert minutes == [15, 30, 60, 120, 240, 480, 960, 1440, 1440, 1440]


def test_a_thousand_closings_are_a_day_each() -> None:
    lock = wrong(Lock(LockScope.MAILBOX, KARI, closures=1_000), 5)
    assert lock.closed_until == MONDAY + timedelta(days=1)


def test_the_right_pin_ends_the_row_and_the_doubling() -> None:
    lock = wrong(after_right_pin(wrong(Lock(LockScope.MAILBOX, KARI), 9), MONDAY), 4)
    assert not is_closed(lock, MONDAY)
    assert wrong(lock).closed_until == MONDAY + timedelta(minutes=15)


def test_wrong_pins_for_a_mailbox_stay_in_a_row_for_weeks() -> None:
    lock = wrong(wrong(Lock(LockScope.MAILBOX, KARI), 4), after=timedelta(days=30))
    assert is_closed(lock, MONDAY + timedelta(days=30))


def test_a_calling_number_is_forgotten_after_a_quiet_day() -> None:
    lock = wrong(wrong(Lock(LockScope.CALLER, KARI), 4), after=timedelta(days=1, seconds=1))
    assert lock.failures == 1


def test_a_closed_calling_number_is_forgotten_a_day_after_it_opened() -> None:
    closed = wrong(Lock(LockScope.CALLER, KARI, closures=9), 5)
    assert closed.closed_until == MONDAY + timedelta(days=1)
    assert wrong(closed, after=timedelta(days=1, hours=23)).closures == 10
    assert wrong(closed, after=timedelta(days=2, seconds=1)).closures == 0


def test_a_caller_is_forgiven_only_what_was_for_the_mailbox_that_opened() -> None:
    lock = forgiven(wrong(Lock(LockScope.CALLER, KARI), 4), 1, MONDAY)
    assert lock.failures == 3
    assert forgiven(lock, 3, MONDAY) == after_right_pin(lock, MONDAY)


@pytest.mark.parametrize(
    ("shared", "most"),
    [
        (Lock(LockScope.SERVICE, "4"), MOST_OF_THE_SERVICE),
        (Lock(LockScope.CALLER, f"{WITHHELD}-4"), MOST_WITHHELD),
        (Lock(LockScope.CALLER, f"{WITHHELD}-5"), 10 * MOST_WITHHELD),
        (Lock(LockScope.CALLER, f"{WITHHELD}-6"), 100 * MOST_WITHHELD),
    ],
)
def test_what_many_share_closes_by_how_many_in_ten_minutes(shared: Lock, most: int) -> None:
    almost = wrong(shared, most - 1)
    assert not is_closed(almost, MONDAY)
    assert is_closed(wrong(almost, after=lockout.WINDOW), MONDAY + lockout.WINDOW)
    late = lockout.WINDOW + timedelta(seconds=1)
    assert not is_closed(wrong(almost, after=late), MONDAY + late)


def test_what_many_share_is_never_closed_for_longer() -> None:
    once = wrong(Lock(LockScope.SERVICE, "4"), MOST_OF_THE_SERVICE)
    again = wrong(once, MOST_OF_THE_SERVICE, after=timedelta(hours=1))
    assert again.closed_until == MONDAY + timedelta(hours=1, minutes=15)


@pytest.mark.parametrize("digits", [4, 5, 6])
def test_guessing_without_a_number_is_as_hopeless_at_each_length(digits: int) -> None:
    """Just below the limit, day and night, at a service where each mailbox has a PIN of that length."""
    without_number, _ = lockout.shared_keys("0" * digits)
    guesses_a_day = lockout.most(Lock(LockScope.CALLER, without_number)) * (
        timedelta(days=1) / lockout.WINDOW
    )
    assert guesses_a_day / 10**digits < 1


def test_to_close_the_pins_of_six_digits_takes_more_than_a_few_dozen_callers() -> None:
    without_number, _ = lockout.shared_keys("000000")
    a_second = lockout.most(Lock(LockScope.CALLER, without_number)) / lockout.WINDOW.total_seconds()
    digits, seconds_a_digit = len("90000001#000000#"), 0.2
    assert a_second * digits * seconds_a_digit > 24
