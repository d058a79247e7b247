"""How wrong PINs are counted across calls, and when a way in is closed (docs/call-flow.md, 7).

A mailbox, a calling number and an own phone: five wrong PINs in a row close that way in for
15 minutes, and each further closing doubles the time, to a day at most; the right PIN ends the row.

What many people share can't be closed by five of them: the whole service, and all callers without a
number that is vouched for (who withhold it, or roam). There the wrong PINs of ten minutes are counted, apart
for each length of PIN: who guesses four digits opens no PIN of six. Over the limit, logging in from elsewhere
by a PIN of that length is closed for 15 minutes, but not to a vouched-for number that has guessed nothing
wrong: a guesser with many numbers is stopped, and owners are not locked out with him.

The limit is ten times as high for each digit more, so that guessing is as hopeless at each length: 50 wrong
PINs of four digits in ten minutes are 7,200 a day, without a pause and just below the limit, and open 0.7
mailboxes a day if all have four digits; 5,000 wrong ones of six are 720,000 a day, and open as many. (At
one given mailbox it ends after five.) Its owner is told by SMS of each. To close PINs of six digits, which
the service gives and recommends, more than eight wrong ones have to be entered a second: some 25 machines
that dial all the time, and no caller.
"""

from __future__ import annotations

from dataclasses import replace
from datetime import datetime, timedelta

from personsvar.mailbox.model.lock import Lock, LockScope
from personsvar.mailbox.rules import Rules

WITHHELD = "withheld"
"""What the keys of all callers without a vouched-for number begin with."""
LONGEST_CLOSURE = timedelta(days=1)
WINDOW = timedelta(minutes=10)
SHORTEST, FULL = 4, 6
"""Digits of a PIN: the fewest there may be, and from how many on all count together."""
MOST_OF_THE_SERVICE = 100
"""Wrong PINs of four digits in a window; mistyping needs thousands of log-ins in ten minutes for as many."""
MOST_WITHHELD = 50
"""The same, of all callers without a vouched-for number."""
FORGOTTEN = timedelta(days=1)
"""A calling number's row of wrong PINs ends by itself after so much quiet: numbers get new users."""


def is_closed(lock: Lock, now: datetime) -> bool:
    return lock.closed_until is not None and now < lock.closed_until


def after_wrong_pin(lock: Lock, rules: Rules, now: datetime) -> Lock:
    """One more; closed when it is one too many."""
    if is_shared(lock):
        return _one_more_in_window(lock, rules, now)
    row = replace(_remembered(lock, now), changed_at=now)
    row = replace(row, failures=row.failures + 1)
    if row.failures < rules.wrong_pins_before_lock:
        return row
    closed = timedelta(minutes=rules.lock_minutes) * 2 ** min(row.closures, 20)
    until = now + min(closed, LONGEST_CLOSURE)
    return replace(row, failures=0, closures=row.closures + 1, closed_until=until)


def after_right_pin(lock: Lock, now: datetime) -> Lock:
    """The row is over."""
    return Lock(lock.scope, lock.key, changed_at=now)


def forgiven(lock: Lock, failures: int, now: datetime) -> Lock:
    """A caller's counter without the wrong PINs that were for the mailbox just opened.

    Only those: else a guesser would wipe out guesses at others by now and then opening a mailbox
    of his own.
    """
    left = max(0, lock.failures - failures)
    return replace(lock, failures=left, changed_at=now) if left else after_right_pin(lock, now)


def shared_keys(pin: str) -> tuple[str, str]:
    """Which counters an entry of so many digits touches: of callers without a number, and of the service."""
    digits = min(max(len(pin), SHORTEST), FULL)
    return f"{WITHHELD}-{digits}", str(digits)


def is_shared(lock: Lock) -> bool:
    return lock.scope is LockScope.SERVICE or is_without_number(lock)


def is_without_number(lock: Lock) -> bool:
    return lock.scope is LockScope.CALLER and lock.key.startswith(WITHHELD)


def most(lock: Lock) -> int:
    """How many wrong PINs in a window close what is shared."""
    of_four = MOST_OF_THE_SERVICE if lock.scope is LockScope.SERVICE else MOST_WITHHELD
    digits = int(lock.key.removeprefix(f"{WITHHELD}-"))
    return int(of_four * 10 ** (digits - SHORTEST))


def _one_more_in_window(lock: Lock, rules: Rules, now: datetime) -> Lock:
    """`changed_at` is where the window began."""
    if lock.changed_at is None or now - lock.changed_at > WINDOW:
        lock = replace(lock, failures=0, changed_at=now)
    row = replace(lock, failures=lock.failures + 1)
    if row.failures < most(lock):
        return row
    until = now + timedelta(minutes=rules.lock_minutes)
    return replace(row, failures=0, closures=row.closures + 1, closed_until=until, changed_at=now)


def _remembered(lock: Lock, now: datetime) -> Lock:
    last = max((at for at in (lock.changed_at, lock.closed_until) if at is not None), default=now)
    if lock.scope is LockScope.CALLER and now - last > FORGOTTEN:
        return Lock(lock.scope, lock.key)
    return lock
