"""Wrong keys, counted: who guesses is turned away for a while, unheard.

From one address (IPv6: one /64) so many in a minute, and from all together so many, close the API for a
minute to what is not known there. What opened it before, in this process, opens it still: a proxy in front
is one address, and nobody shuts out a key's holder by guessing.
"""

from __future__ import annotations

import logging
import time
from collections.abc import Callable
from dataclasses import dataclass, field
from hashlib import sha256
from math import ceil
from threading import Lock
from typing import TypeVar

from personsvar.http.connection_limits import source_of

log = logging.getLogger(__name__)

WINDOW_SECONDS = 60.0
MOST_OF_ONE, MOST_OF_ALL = 20, 1000
MOST_REMEMBERED = 10_000
"""Addresses, and keys that are known; the oldest of them are forgotten."""
_EVERYBODY = ""
K = TypeVar("K")
V = TypeVar("V")


@dataclass(slots=True)
class WrongKeys:
    """Wrong keys from one address, since the first of them."""

    began: float
    wrong: int = 0


class Tally(dict[str, WrongKeys]):
    """Rows by where they come from; so many close it."""

    def __init__(self, most: int) -> None:
        super().__init__()
        self.most = most

    def wait(self, source: str, now: float) -> float:
        row = self.get(source)
        return 0.0 if row is None or row.wrong < self.most else max(0.0, row.began + WINDOW_SECONDS - now)

    def count(self, source: str, now: float) -> bool:
        """Whether this one closes it."""
        row = self.get(source)
        if row is None or now - row.began >= WINDOW_SECONDS:
            self.pop(source, None)
            row = self[source] = WrongKeys(now)
            _forget_oldest(self)
        row.wrong += 1
        if row.wrong == self.most:
            row.began = now
        return row.wrong == self.most


@dataclass
class Guesses:
    """Any number of threads may ask at once."""

    now: Callable[[], float] = time.monotonic
    _each: Tally = field(default_factory=lambda: Tally(MOST_OF_ONE))
    _all: Tally = field(default_factory=lambda: Tally(MOST_OF_ALL))
    _known: dict[bytes, None] = field(default_factory=dict)
    _mutex: Lock = field(default_factory=Lock)

    def seconds_to_wait(self, given: str, address: str) -> int:
        """0: it may be looked at."""
        with self._mutex:
            if not given or _digest(given) in self._known:
                return 0
            now = self.now()
            return ceil(max(self._each.wait(source_of(address), now), self._all.wait(_EVERYBODY, now)))

    def wrong(self, address: str) -> None:
        with self._mutex:
            now = self.now()
            closed = self._each.count(source_of(address), now), self._all.count(_EVERYBODY, now)
        if any(closed):
            log.warning("who guesses keys of the API is turned away", extra={"address": address})

    def right(self, given: str) -> None:
        with self._mutex:
            self._known[_digest(given)] = None
            _forget_oldest(self._known)


def _digest(given: str) -> bytes:
    return sha256(given.encode("utf-8", "surrogateescape")).digest()


def _forget_oldest(kept: dict[K, V]) -> None:
    if len(kept) > MOST_REMEMBERED:
        del kept[next(iter(kept))]
