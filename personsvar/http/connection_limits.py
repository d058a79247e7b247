"""Places for connections: in all, and for one address.

Who finds none takes that of the half request that has waited longest, of the own address first; whoever asked
in full keeps his until he is answered.
"""

from __future__ import annotations

import logging
import time
from collections import Counter
from collections.abc import Callable
from dataclasses import dataclass, field
from ipaddress import IPv6Address, ip_address, ip_network
from typing import Protocol

log = logging.getLogger(__name__)

TOLD_SECONDS = 60.0
"""Who is turned away is told of so often."""
ONE_HOUSE = 64
"""Bits of an IPv6 address: what one subscriber is given."""


class LimitedConnection(Protocol):
    def end(self) -> None: ...


@dataclass
class ConnectionLimits:
    """Of one server; on its loop only."""

    most: int
    each: int
    """For one address (IPv6: one /64)."""
    turned_away: int = 0
    now: Callable[[], float] = time.monotonic
    _taken: dict[LimitedConnection, str] = field(default_factory=dict)
    _of: Counter[str] = field(default_factory=Counter)
    _unheard: dict[LimitedConnection, str] = field(default_factory=dict)
    """Those whose request is not whole, the longest first."""
    _told_at: float | None = None

    @property
    def taken(self) -> int:
        return len(self._taken)

    def take(self, guest: LimitedConnection, address: str) -> bool:
        whose = household(address)
        if self._of[whose] >= self.each and not self._make_room(whose):
            return self._turn_away()
        if len(self._taken) >= self.most and not self._make_room(None):
            return self._turn_away()
        self._taken[guest] = self._unheard[guest] = whose
        self._of[whose] += 1
        return True

    def heard(self, guest: LimitedConnection) -> None:
        """Its request is whole: it keeps its place until it is answered."""
        self._unheard.pop(guest, None)

    def unheard(self, guest: LimitedConnection) -> None:
        """It begins another one."""
        if guest in self._taken:
            self._unheard.setdefault(guest, self._taken[guest])

    def leave(self, guest: LimitedConnection) -> None:
        self._unheard.pop(guest, None)
        whose = self._taken.pop(guest, None)
        if whose is not None:
            self._of -= Counter((whose,))

    def _make_room(self, whose: str | None) -> bool:
        longest = next((one for one, of in self._unheard.items() if whose in (None, of)), None)
        if longest is None:
            return False
        self.leave(longest)
        longest.end()
        return True

    def _turn_away(self) -> bool:
        self.turned_away += 1
        if self._told_at is None or self.now() - self._told_at >= TOLD_SECONDS:
            self._told_at = self.now()
            log.warning("connections of HTTP are turned away", extra={"so_far": self.turned_away})
        return False


def household(address: str) -> str:
    """Who counts as one: an IPv4 address, or an IPv6 network of a subscriber."""
    try:
        it = ip_address(address.partition("%")[0])
    except ValueError:
        return address
    if not isinstance(it, IPv6Address):
        return str(it)
    return str(it.ipv4_mapped or ip_network((it, ONE_HOUSE), strict=False))
