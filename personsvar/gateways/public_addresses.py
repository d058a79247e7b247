"""Where events may be posted, and calendars fetched.

A URL is the operator's or a subscriber's, but its name is somebody's DNS: one that answers 127.0.0.1 or
169.254.169.254 would have us connect inside our own network (SSRF). So a name is resolved here, each address
is held against the registries of special addresses (RFC 6890 and its IANA registries), and the connection
goes to the very address that passed. What the operator allows by name (PERSONSVAR_WEBHOOK_NETWORKS,
PERSONSVAR_CALENDAR_NETWORKS) passes first.

    127.1, 0177.0.0.1, 2130706433    are 127.0.0.1 to the resolver, and refused as that
    ::ffff:10.0.0.1                  is 10.0.0.1 (RFC 4291, section 2.5.5.2)
    64:ff9b::a00:1, 2002:a00:1::     lead to an IPv4 address through a translator: refused
"""

from __future__ import annotations

import asyncio
import socket
from collections.abc import Awaitable, Callable, Sequence
from ipaddress import IPv4Address, IPv4Network, IPv6Address, IPv6Network, ip_address, ip_network

from personsvar.notifier.delivery_errors import DeliveryError

Address = IPv4Address | IPv6Address
Network = IPv4Network | IPv6Network
Resolve = Callable[[str], Awaitable[Sequence[Address]]]
"""The addresses of a name; raises OSError when it has none."""

NOT_PUBLIC: tuple[Network, ...] = tuple(
    ip_network(network)
    for network in (
        "0.0.0.0/8",  # this network
        "10.0.0.0/8",
        "100.64.0.0/10",  # behind an operator's NAT
        "127.0.0.0/8",
        "169.254.0.0/16",  # link-local, and where clouds keep their keys
        "172.16.0.0/12",
        "192.0.0.0/24",
        "192.0.2.0/24",  # documentation
        "192.88.99.0/24",  # 6to4 relays
        "192.168.0.0/16",
        "198.18.0.0/15",  # measurements
        "198.51.100.0/24",  # documentation
        "203.0.113.0/24",  # documentation
        "224.0.0.0/4",  # multicast
        "240.0.0.0/4",  # reserved, and broadcast
        "2001::/23",  # protocols: Teredo, benchmarking, ORCHID
        "2001:db8::/32",  # documentation
        "2002::/16",  # 6to4
        "3fff::/20",  # documentation
    )
)
PUBLIC_6 = IPv6Network("2000::/3")
"""The global unicast space of IPv6: what is outside it is refused (loopback, unique local, multicast…)."""


class AddressRefusedError(DeliveryError):
    """No connection may go to this address. That is the operator's matter: a notice is tried again."""


def may_go_to(address: Address, allowed: Sequence[Network]) -> bool:
    plain = unmapped(address)
    if any(plain in network for network in allowed):
        return True
    if isinstance(plain, IPv6Address) and plain not in PUBLIC_6:
        return False
    return not any(plain in network for network in NOT_PUBLIC)


def unmapped(address: Address) -> Address:
    """The IPv4 address that an IPv6 one is only another writing of."""
    mapped = address.ipv4_mapped if isinstance(address, IPv6Address) else None
    return mapped or address


async def checked(host: str, *, allowed: Sequence[Network], resolve: Resolve) -> Sequence[Address]:
    """Where to connect to, the resolver's first choice first.

    Raise AddressRefusedError, or OSError when the name has no address.
    """
    addresses = [unmapped(address) for address in await resolve(host)]
    good = [address for address in addresses if may_go_to(address, allowed)]
    if not good:
        found = ", ".join(str(address) for address in addresses)
        raise AddressRefusedError(f"{host} is {found}: no address to connect to")
    return good


async def system_resolve(host: str) -> Sequence[Address]:
    """As every program on this machine would: /etc/hosts, DNS, and numbers in all their forms."""
    try:
        found = await asyncio.get_running_loop().getaddrinfo(host, None, type=socket.SOCK_STREAM)
    except UnicodeError as wrong:
        raise OSError("a name that DNS can't hold") from wrong
    return list(dict.fromkeys(ip_address(sockaddr[0]) for *_, sockaddr in found))
