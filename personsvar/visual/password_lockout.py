"""Wrong log-ins, counted by account and by network; each one too many locks out for longer.

To wrong ones: the right password comes in at any time, else whoever knows a number could lock its phone out.
The passwords are the service's own and nobody guesses them (`mailbox.visual.password`); this keeps those who
try from costing much, and tells the operator that they do. What is counted lives in this process alone:
with several, each has its own count, and a restart forgets. A network is many phones where a carrier puts
them behind one address (CGNAT), so it is given more.
"""

from __future__ import annotations

from collections import OrderedDict
from dataclasses import dataclass, field

from personsvar.backoff import Backoff

MOST_COUNTED = 10_000
"""Whoever was wrong longest ago is forgotten first."""


@dataclass(frozen=True, slots=True)
class LockoutRule:
    free: int
    """So many wrong ones in a row cost nothing."""
    first_seconds: float = 30
    """The next one locks out for so long; each after that, twice as long."""
    longest_seconds: float = 900
    forgotten_seconds: float = 3600
    """After so much quiet the count begins anew."""


ACCOUNT = LockoutRule(free=10)
NETWORK = LockoutRule(free=50)


@dataclass(slots=True)
class _Count:
    wrong: int = 0
    at: float = 0
    locked_until: float = 0


@dataclass(slots=True)
class PasswordLockout:
    """One counts accounts, another networks. Times are a clock's that never goes back, in seconds."""

    rule: LockoutRule
    _counts: OrderedDict[str, _Count] = field(default_factory=OrderedDict)

    def is_locked(self, key: str, now: float) -> bool:
        count = self._counts.get(key)
        return count is not None and now < count.locked_until

    def note_failure(self, key: str, now: float) -> bool:
        """Count one more, and tell whether it locked out. During a lock-out nothing counts."""
        if self.is_locked(key, now):
            return False
        count = self._counts.pop(key, None)
        if count is None or now - max(count.at, count.locked_until) > self.rule.forgotten_seconds:
            count = _Count()
        count.wrong, count.at = count.wrong + 1, now
        self._keep(key, count)
        over = count.wrong - self.rule.free
        if over > 0:
            longer = Backoff(self.rule.first_seconds, self.rule.longest_seconds).after(over)
            count.locked_until = now + longer
        return over > 0

    def note_success(self, key: str) -> None:
        """The right password ends the row of wrong ones."""
        self._counts.pop(key, None)

    def _keep(self, key: str, count: _Count) -> None:
        self._counts[key] = count
        while len(self._counts) > MOST_COUNTED:
            self._counts.popitem(last=False)
