"""Who has not logged in: how many may be there, who goes for whom, and what is one network."""

from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st

from personsvar.visual.unidentified import UnidentifiedClients, network_of


@pytest.mark.parametrize(
    ("address", "network"),
    [
        ("192.0.2.7", "192.0.2.7"),
        ("::ffff:192.0.2.7", "192.0.2.7"),
        ("2001:db8:1:2::1", "2001:db8:1:2::/64"),
        ("2001:db8:1:2:ffff:ffff:ffff:ffff", "2001:db8:1:2::/64"),
        ("2001:db8:1:3::1", "2001:db8:1:3::/64"),
        ("fe80::1%eth0", "fe80::/64"),
        ("", ""),
    ],
)
def test_one_network_is_an_ipv4_address_or_a_64_of_ipv6(address: str, network: str) -> None:
    assert network_of(address) == network


def test_the_one_that_was_there_longest_goes() -> None:
    here = UnidentifiedClients[str](most=10, most_of_one_network=2)
    assert [here.enter("192.0.2.7", one) for one in "abcd"] == [None, None, "a", "b"]
    assert here.enter("192.0.2.8", "e") is None


def test_addresses_of_one_64_have_no_more_places_than_one() -> None:
    here = UnidentifiedClients[str](most=10, most_of_one_network=2)
    assert [here.enter(f"2001:db8::{one}", one) for one in "abc"] == [None, None, "a"]


def test_in_all_it_is_one_of_the_network_that_has_the_most() -> None:
    here = UnidentifiedClients[str](most=4, most_of_one_network=3)
    for address, one in (("192.0.2.1", "x"), ("192.0.2.2", "a"), ("192.0.2.2", "b"), ("192.0.2.2", "c")):
        assert here.enter(address, one) is None
    assert here.enter("192.0.2.3", "y") == "a"


def test_who_has_logged_in_takes_no_place_and_leaves_only_once() -> None:
    here = UnidentifiedClients[str](most=10, most_of_one_network=1)
    here.enter("192.0.2.7", "a")
    here.leave("192.0.2.7", "a")
    here.leave("192.0.2.7", "a")
    assert here.enter("192.0.2.7", "b") is None


@given(st.lists(st.tuples(st.integers(0, 4), st.integers(0, 30), st.booleans()), max_size=80))
def test_whoever_comes_and_goes_there_are_never_too_many(steps: list[tuple[int, int, bool]]) -> None:
    here, inside = UnidentifiedClients[int](most=6, most_of_one_network=3), dict[int, str]()
    for network, one, enters in steps:
        address = f"192.0.2.{network}"
        if enters and one not in inside:
            gone = here.enter(address, one)
            inside[one] = address
            if gone is not None:
                del inside[gone]
        elif one in inside:
            here.leave(inside.pop(one), one)
    assert len(inside) <= 6
    assert all(list(inside.values()).count(address) <= 3 for address in inside.values())
