"""Who is connected and has not logged in: few at once, of one network and in all.

When there are too many, the newest comes in and the one that was there longest goes: logging in takes a phone
a second or two, so whoever only holds places open holds them against himself, and shuts nobody out.
"""

from __future__ import annotations

from dataclasses import dataclass, field
from ipaddress import IPv6Address, ip_address, ip_network
from typing import Generic, TypeVar

T = TypeVar("T")
SUBSCRIBER_PREFIX_BITS = 64
"""Bits of an IPv6 address that one household, or one phone, is given; the others are its own to choose."""


def network_of(address: str) -> str:
    """One network is an IPv4 address, however it is written, and the /64 of an IPv6 address."""
    try:
        ip = ip_address(address.partition("%")[0])
    except ValueError:
        return address
    if not isinstance(ip, IPv6Address):
        return str(ip)
    if ip.ipv4_mapped is not None:
        return str(ip.ipv4_mapped)
    return str(ip_network((int(ip), SUBSCRIBER_PREFIX_BITS), strict=False))


@dataclass(slots=True)
class UnidentifiedClients(Generic[T]):
    most: int
    most_of_one_network: int
    _there: dict[str, dict[T, None]] = field(default_factory=dict)
    """The clients by network; the one that was there longest stands first."""
    _count: int = 0

    def enter(self, address: str, client: T) -> T | None:
        """Returns the client that has to go for it, if there is no room."""
        network = network_of(address)
        of_network = self._there.get(network, {})
        if len(of_network) >= self.most_of_one_network:
            evicted = self._longest_there(network)
        elif self._count >= self.most:
            evicted = self._longest_there(max(self._there, key=lambda network: len(self._there[network])))
        else:
            evicted = None
        self._there.setdefault(network, {})[client] = None
        self._count += 1
        return evicted

    def leave(self, address: str, client: T) -> None:
        """The client has logged in, or is over. Whoever had to go has left already."""
        network = network_of(address)
        of_network = self._there.get(network, {})
        if client in of_network:
            self._remove(network, client)

    def _longest_there(self, network: str) -> T:
        first = next(iter(self._there[network]))
        self._remove(network, first)
        return first

    def _remove(self, network: str, client: T) -> None:
        del self._there[network][client]
        self._count -= 1
        if not self._there[network]:
            del self._there[network]
