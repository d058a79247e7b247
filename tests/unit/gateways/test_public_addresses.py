"""Where events may go: the table of what is refused, in all its writings."""

from __future__ import annotations

from collections.abc import Sequence
from ipaddress import ip_address, ip_network

import pytest

from personsvar.gateways.public_addresses import (
    Address,
    AddressRefusedError,
    checked,
    may_go_to,
    system_resolve,
)

pytestmark = pytest.mark.anyio

REFUSED = """
0.0.0.0 0.1.2.3 10.0.0.1 10.255.255.255 100.64.0.1 127.0.0.1 127.255.0.1 169.254.0.1 169.254.169.254
172.16.0.1 172.31.255.255 192.0.0.1 192.0.2.1 192.88.99.1 192.168.0.1 192.168.255.255 198.18.0.1
198.19.255.255 198.51.100.1 203.0.113.1 224.0.0.1 239.255.255.255 240.0.0.1 255.255.255.255
:: ::1 ::ffff:127.0.0.1 ::ffff:10.0.0.1 ::ffff:169.254.169.254 ::ffff:0:127.0.0.1 ::127.0.0.1 64:ff9b::7f00:1
64:ff9b:1::1 100::1 2001::1 2001:2::1 2001:10::1 2001:db8::1 2002:7f00:1::1 3fff::1 4000::1
fc00::1 fd12:3456::1 fe80::1 fe80::1%eth0 fec0::1 ff02::1 ff0e::1
"""
PUBLIC = """
1.1.1.1 9.255.255.255 11.0.0.1 100.63.255.255 100.128.0.1 172.15.0.1 172.32.0.1 193.75.75.75 223.255.255.255
2a01:798::1 2606:4700::1111 2001:200::1 2001:4860:4860::8888 ::ffff:1.1.1.1
"""
FORMS = """
127.0.0.1 127.1 127.0.1 0 2130706433 017700000001 0177.0.0.1 0x7f.0.0.1 0x7f000001 localhost ::1 ::ffff:7f00:1
"""


@pytest.mark.parametrize("address", REFUSED.split())
def test_refused(address: str) -> None:
    assert not may_go_to(ip_address(address), ())


@pytest.mark.parametrize("address", PUBLIC.split())
def test_public(address: str) -> None:
    assert may_go_to(ip_address(address), ())


@pytest.mark.parametrize("host", FORMS.split())
async def test_every_writing_of_this_machine_is_refused(host: str) -> None:
    with pytest.raises(AddressRefusedError, match="no address to connect to"):
        await checked(host, allowed=(), resolve=system_resolve)


@pytest.mark.parametrize(
    ("address", "network"),
    [
        ("10.1.2.3", "10.1.0.0/16"),
        ("::ffff:10.1.2.3", "10.1.0.0/16"),
        ("fd12::1", "fd12::/16"),
        ("127.0.0.1", "127.0.0.0/8"),
    ],
)
def test_what_the_operator_allows(address: str, network: str) -> None:
    assert may_go_to(ip_address(address), (ip_network(network),))
    assert not may_go_to(ip_address("10.2.0.1"), (ip_network(network),))


async def test_of_several_addresses_only_the_good_ones_are_left() -> None:
    async def resolve(_: str) -> Sequence[Address]:
        return [ip_address("10.0.0.1"), ip_address("1.1.1.1"), ip_address("::1"), ip_address("2a01:798::1")]

    good = await checked("events.example.test", allowed=(), resolve=resolve)
    assert [str(address) for address in good] == ["1.1.1.1", "2a01:798::1"]


async def test_a_name_that_is_none() -> None:
    with pytest.raises(OSError, match="DNS"):
        await system_resolve("x" * 70 + ".example.test")
