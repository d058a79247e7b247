"""Wrong log-ins: how many are free, for how long a lock-out lasts then, and what is forgotten."""

from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st

from personsvar.visual.password_lockout import ACCOUNT, MOST_COUNTED, NETWORK, LockoutRule, PasswordLockout

RULE = LockoutRule(free=3, first_seconds=30, longest_seconds=200, forgotten_seconds=1000)


@pytest.fixture
def accounts() -> PasswordLockout:
    return PasswordLockout(RULE)


def wrong(accounts: PasswordLockout, times: int, now: float = 0) -> list[bool]:
    return [accounts.note_failure("kari", now) for _ in range(times)]


def test_a_few_are_free_and_the_next_one_closes(accounts: PasswordLockout) -> None:
    assert wrong(accounts, 4) == [False, False, False, True]
    assert accounts.is_locked("kari", 29)
    assert not accounts.is_locked("kari", 30)
    assert not accounts.is_locked("per", 0)


def test_each_closing_lasts_twice_as_long_up_to_a_limit(accounts: PasswordLockout) -> None:
    wrong(accounts, 3)
    now, lasted = 0.0, []
    for _ in range(5):
        assert accounts.note_failure("kari", now)
        end = next(second for second in range(1000) if not accounts.is_locked("kari", now + second))
        lasted.append(end)
        now += end
    assert lasted == [30, 60, 120, 200, 200]


def test_while_locked_out_nothing_is_counted(accounts: PasswordLockout) -> None:
    wrong(accounts, 4)
    assert wrong(accounts, 100, now=5) == [False] * 100
    assert not accounts.is_locked("kari", 30)


def test_the_right_password_ends_the_row(accounts: PasswordLockout) -> None:
    wrong(accounts, 3)
    accounts.note_success("kari")
    assert wrong(accounts, 3) == [False] * 3


def test_after_much_quiet_it_begins_anew(accounts: PasswordLockout) -> None:
    wrong(accounts, 3)
    assert wrong(accounts, 1, now=900) == [True]
    assert wrong(accounts, 3, now=2000) == [False] * 3


def test_who_guesses_at_many_accounts_fills_no_memory() -> None:
    accounts = PasswordLockout(RULE)
    for number in range(MOST_COUNTED + 500):
        accounts.note_failure(str(number), 0)
    assert len(accounts._counts) == MOST_COUNTED
    assert str(MOST_COUNTED + 499) in accounts._counts


def test_a_network_is_many_phones_and_has_more() -> None:
    assert NETWORK.free > ACCOUNT.free


@given(st.lists(st.tuples(st.floats(0, 500), st.booleans()), max_size=60))
def test_however_it_goes_nobody_guesses_faster_than_that(steps: list[tuple[float, bool]]) -> None:
    """`True`: guess as soon as the lock-out is over; the guesses that count in any stretch are bounded."""
    accounts, now, guesses = PasswordLockout(RULE), 0.0, []
    for wait, _ in steps:
        now += wait
        if not accounts.is_locked("kari", now):
            accounts.note_failure("kari", now)
            guesses.append(now)
    for first, fourth in zip(guesses, guesses[RULE.free + 1 :], strict=False):
        assert fourth - first >= RULE.first_seconds
