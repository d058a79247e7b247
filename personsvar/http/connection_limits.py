"""Places for connections: in all, and for one address.

Who finds none takes that of the half request, or of the idle connection, that has waited longest, of the own
address first; whoever asked in full keeps his until he is answered.
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

REPORT_SECONDS = 60.0
"""Who is turned away is told of so often."""
SUBSCRIBER_PREFIX = 64
"""Bits of an IPv6 address: what one subscriber is given."""


class LimitedConnection(Protocol):
    def end(self) -> None: ...


@dataclass
class ConnectionLimits:
    """These are one server's, and used on its loop only."""

    most: int
    each: int
    """One address has so many (IPv6: one /64)."""
    turned_away: int = 0
    now: Callable[[], float] = time.monotonic
    _taken: dict[LimitedConnection, str] = field(default_factory=dict)
    _of: Counter[str] = field(default_factory=Counter)
    _unheard: dict[LimitedConnection, str] = field(default_factory=dict)
    """Here stand those whose request is not whole, or who ask nothing, the longest first."""
    _reported_at: float | None = None

    @property
    def taken(self) -> int:
        return len(self._taken)

    def take(self, connection: LimitedConnection, address: str) -> bool:
        source = source_of(address)
        if self._of[source] >= self.each and not self._make_room(source):
            return self._turn_away()
        if len(self._taken) >= self.most and not self._make_room(None):
            return self._turn_away()
        self._taken[connection] = self._unheard[connection] = source
        self._of[source] += 1
        return True

    def heard(self, connection: LimitedConnection) -> None:
        """The request is whole: the connection keeps its place until it is answered."""
        self._unheard.pop(connection, None)

    def unheard(self, connection: LimitedConnection) -> None:
        """The connection begins another request, or idles until it does."""
        if connection in self._taken:
            self._unheard.setdefault(connection, self._taken[connection])

    def leave(self, connection: LimitedConnection) -> None:
        self._unheard.pop(connection, None)
        source = self._taken.pop(connection, None)
        if source is not None:
            self._of -= Counter((source,))

    def _make_room(self, source: str | None) -> bool:
        longest = next((one for one, of in self._unheard.items() if source in (None, of)), None)
        if longest is None:
            return False
        self.leave(longest)
        longest.end()
        return True

    def _turn_away(self) -> bool:
        self.turned_away += 1
        if self._reported_at is None or self.now() - self._reported_at >= REPORT_SECONDS:
            self._reported_at = self.now()
            log.warning("connections of HTTP are turned away", extra={"so_far": self.turned_away})
        return False


def source_of(address: str) -> str:
    """Who counts as one: an IPv4 address, or an IPv6 network of a subscriber."""
    try:
        ip = ip_address(address.partition("%")[0])
    except ValueError:
        return address
    if not isinstance(ip, IPv6Address):
        return str(ip)
    return str(ip.ipv4_mapped or ip_network((ip, SUBSCRIBER_PREFIX), strict=False))
