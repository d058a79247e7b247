"""Name-and-address headers, well formed and hostile (RFC 3261)."""

from __future__ import annotations

import time

import pytest
from hypothesis import given
from hypothesis import strategies as st

from personsvar.mailbox.headers import Address, addresses, parse_address, split, value_of

HOSTILE = st.text(alphabet='"\\<>,;=?&%:@ sipteláÅ0123456789+\r\n\x00', max_size=400)


@pytest.mark.parametrize(
    ("entry", "uri", "name"),
    [
        ("<sip:+4790000001@example.test>", "sip:+4790000001@example.test", ""),
        ("sip:+4790000001@example.test", "sip:+4790000001@example.test", ""),
        ("Kari Berg <sip:+4790000001@example.test>", "sip:+4790000001@example.test", "Kari Berg"),
        ('"Berg, Kari <privat>" <tel:+4790000001>', "tel:+4790000001", "Berg, Kari <privat>"),
        (r'"Kari \"K\" Berg" <tel:+4790000001>', "tel:+4790000001", 'Kari "K" Berg'),
        (r'"\\" <tel:+4790000001>', "tel:+4790000001", r"\\"),
        ("<sips:+4790000001@example.test:5061;user=phone>", "sips:+4790000001@example.test:5061", ""),
        ("<sip:+4790000001;npdi@example.test;user=phone>", "sip:+4790000001;npdi@example.test", ""),
        ("tel:+4790000001;reason=no-answer", "tel:+4790000001", ""),
    ],
)
def test_an_address(entry: str, uri: str, name: str) -> None:
    address = parse_address(entry)
    assert address is not None
    assert (address.uri, address.name) == (uri, name)


@pytest.mark.parametrize(
    "entry",
    [
        "",
        "Kari",
        "<>",
        "<sip:+4790000001@example.test",
        '"Kari <sip:+4790000001@example.test>',
        "<mailto:a@b>",
        ">",
        '"',
    ],
)
def test_what_is_no_address(entry: str) -> None:
    assert parse_address(entry) is None


def test_parameters_belong_to_the_uri_inside_the_brackets_and_to_the_entry_behind_them() -> None:
    address = parse_address('<sip:a@b;cause=302?Reason=SIP%3Bcause%3D486&X=1>;index=1.1;Text="a;b,c";flag')
    assert address == Address(
        name="",
        uri="sip:a@b",
        uri_parameters=(("cause", "302"),),
        uri_headers=(("reason", "SIP;cause=486"), ("x", "1")),
        parameters=(("index", "1.1"), ("text", "a;b,c"), ("flag", "")),
    )


def test_without_brackets_the_parameters_are_the_entrys() -> None:
    address = parse_address("sip:+4790000001@example.test;reason=user-busy")
    assert address is not None
    assert value_of("reason", address.parameters) == "user-busy"
    assert address.uri_parameters == ()


def test_a_comma_in_quotes_or_brackets_parts_nothing() -> None:
    value = '"Berg, Kari" <sip:a,b@x>;text="1,2", <tel:+4790000002>,sip:c@x'
    assert split(value, ",") == ['"Berg, Kari" <sip:a,b@x>;text="1,2"', "<tel:+4790000002>", "sip:c@x"]


ENTRY = st.builds(
    lambda name, digits, reason: f'"{name}" <sip:+47{digits}@example.test>;reason={reason}',
    st.text(alphabet='abc ,;<>@:ÅØ\\"', max_size=20).map(
        lambda name: name.replace("\\", r"\\").replace('"', r"\"")
    ),
    st.from_regex(r"\A9[0-9]{7}\Z"),
    st.sampled_from(["no-answer", "user-busy", '"a, b"']),
)


@given(st.lists(ENTRY, max_size=6))
def test_a_comma_list_says_what_separate_headers_say(entries: list[str]) -> None:
    apart = list(addresses(entries))
    assert list(addresses([", ".join(entries)])) == apart
    assert len(apart) == len(entries)


@given(HOSTILE)
def test_no_header_raises(value: str) -> None:
    for address in addresses([value]):
        assert address.uri.partition(":")[0].lower() in {"sip", "sips", "tel"}


@pytest.mark.parametrize("piece", ['"', "<", '"\\', "<sip:", ",", ";", "=", "a@", "%", '"a" <sip:1@x>,'])
def test_a_long_hostile_header_is_read_in_no_time(piece: str) -> None:
    began = time.process_time()
    for length in (8_192, 1_000_000):
        list(addresses([(piece * length)[:length]]))
    assert time.process_time() - began < 0.5


def test_a_header_longer_than_any_real_one_is_not_read() -> None:
    assert list(addresses(["<tel:+4790000001>" + " " * 10_000])) == []
