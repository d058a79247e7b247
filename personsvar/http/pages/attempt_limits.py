"""How often one address may try to get in: a bound on numbers asked about, and on codes entered.

Many subscribers may stand behind one address (a company, a mobile network), so the bound is wide; what keeps
guessing hopeless are the limits of each code and number (`mailbox.profile.login_codes`). It is kept in
memory, for the addresses seen last.
"""

from __future__ import annotations

from collections import OrderedDict, deque
from collections.abc import Callable
from dataclasses import dataclass, field
from threading import Lock

from personsvar.http.connection_limits import source_of
from personsvar.http.pages.page_faults import TriedTooOften

WINDOW_SECONDS = 600.0
MOST_ADDRESSES = 20_000


@dataclass
class AttemptLimits:
    most: int
    now: Callable[[], float]
    _seen: OrderedDict[str, deque[float]] = field(default_factory=OrderedDict)
    _lock: Lock = field(default_factory=Lock)

    def count(self, address: str) -> None:
        """One more attempt. Raise TriedTooOften where there were too many within the last ten minutes."""
        source, now = source_of(address), self.now()
        with self._lock:
            attempts = self._seen.setdefault(source, deque(maxlen=self.most))
            self._seen.move_to_end(source)
            if len(attempts) == self.most and now - attempts[0] < WINDOW_SECONDS:
                raise TriedTooOften(WINDOW_SECONDS - (now - attempts[0]))
            attempts.append(now)
            while len(self._seen) > MOST_ADDRESSES:
                self._seen.popitem(last=False)
