"""Name-and-address headers, well formed and hostile (RFC 3261)."""

from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st

from personsvar.mailbox.headers import SipAddress, addresses, parse_address
from personsvar.mailbox.sip_text import LONGEST, split, value_of
from personsvar.mailbox.sip_uri import Uri
from tests.effort import costs_no_more_than, grows_no_faster_than_its_input

HOSTILE = st.text(alphabet='"\\<>,;=?&%:@ sipteláÅ0123456789+\r\n\x00', max_size=400)


KARI = "+4790000001"


@pytest.mark.parametrize(
    ("entry", "scheme", "host", "name"),
    [
        ("<sip:+4790000001@example.test>", "sip", "example.test", ""),
        ("sip:+4790000001@example.test", "sip", "example.test", ""),
        ("Kari Berg <sip:+4790000001@example.test>", "sip", "example.test", "Kari Berg"),
        ('"Berg, Kari <privat>" <tel:+4790000001>', "tel", "", "Berg, Kari <privat>"),
        (r'"Kari \"K\" Berg" <tel:+4790000001>', "tel", "", 'Kari "K" Berg'),
        (r'"\\" <tel:+4790000001>', "tel", "", "\\"),
        ('"  Kari \t Berg " <tel:+4790000001>', "tel", "", "Kari Berg"),
        ("<SIPS:+4790000001@Example.Test:5061;user=phone>", "sips", "example.test", ""),
        ("<sip:+4790000001;npdi:secret@example.test.;user=phone>", "sip", "example.test", ""),
        ("<sip:+4790000001@[2001:DB8::1]:5060>", "sip", "2001:db8::1", ""),
        ("tel:+4790000001;reason=no-answer", "tel", "", ""),
        ("Kari sip:+4790000001@example.test;tag=1", "sip", "example.test", "Kari"),
        ('"Kari" sip:+4790000001@example.test', "sip", "example.test", "Kari"),
    ],
)
def test_an_address(entry: str, scheme: str, host: str, name: str) -> None:
    address = parse_address(entry)
    assert address is not None
    uri = address.uri
    assert (uri.scheme, uri.user, uri.host, address.name) == (scheme, KARI, host, name)


@pytest.mark.parametrize(
    "entry",
    [
        '"Kari <sip:+4790000001@example.test>',
        'Kari" <sip:+4790000001@example.test>',
        r'"Kari \" <sip:+4790000001@example.test>',
        r'"Kari \" <sip:+4790000001@example.test>;text="a, b"',
        "Kari <3 <sip:+4790000001@example.test>",
        "Kari <3> <sip:+4790000001@example.test>",
        '"Kari" "K" <sip:+4790000001@example.test>',
        '"<sip:+4790000009@x>" <sip:+4790000001@example.test>',
        "<sip:+4790000009@x> <sip:+4790000001@example.test>",
        '"a" <sip:+4790000009@x> "b" <sip:+4790000001@example.test>;x="<y>"',
        "sip:+4790000009@x <sip:+4790000001@example.test>",
    ],
)
def test_a_name_of_any_letters_hides_no_address_and_is_none(entry: str) -> None:
    (address,) = addresses([entry])
    assert (address.uri.user, parse_address(entry)) == (KARI, address)


def test_a_name_that_is_not_escaped_hides_no_other_address() -> None:
    value = r'"Kari \" <sip:+4790000001@a>;text="x, y", <tel:+4790000002>'
    assert [address.uri.user for address in addresses([value])] == [KARI, "+4790000002"]


@pytest.mark.parametrize(
    "entry",
    [
        "",
        "Kari",
        "<>",
        "<sip:+4790000001@example.test",
        "<mailto:a@b>",
        "<urn:service:sos>",
        ">",
        '"',
        '"sip:+4790000001@example.test"',
    ],
)
def test_what_is_no_address(entry: str) -> None:
    assert parse_address(entry) is None


def test_of_two_hosts_nobody_can_tell_which_part_is_the_users() -> None:
    address = parse_address("<sip:+4790000001@a@b>")
    assert address is not None
    assert address.uri.user == ""


def test_parameters_belong_to_the_uri_inside_the_brackets_and_to_the_entry_behind_them() -> None:
    address = parse_address('<sip:a@b;cause=302?Reason=SIP%3Bcause%3D486&X=1>;index=1.1;Text="a;b,c";flag')
    assert address == SipAddress(
        name="",
        uri=Uri(
            scheme="sip",
            user="a",
            host="b",
            parameters=(("cause", "302"),),
            headers=(("reason", "SIP;cause=486"), ("x", "1")),
        ),
        parameters=(("index", "1.1"), ("text", "a;b,c"), ("flag", "")),
    )


def test_without_brackets_the_parameters_are_the_entrys_too() -> None:
    for entry in ("sip:+4790000001;npdi@example.test;reason=user-busy", "tel:+4790000001;reason=user-busy"):
        address = parse_address(entry)
        assert address is not None
        assert value_of("reason", address.parameters) == "user-busy"


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
        assert address.uri.scheme in {"sip", "sips", "tel"}


PIECES = [
    '"',
    "<",
    '"\\',
    "<sip:",
    ",",
    ";",
    "=",
    "a@",
    "%",
    '"a" <sip:1@x>,',
    '\\"',
    "sip:",
    '\\" <sip:',
    '" <sip:,',
]


@pytest.mark.parametrize("piece", PIECES)
def test_a_long_hostile_header_is_read_in_no_time(piece: str) -> None:
    def hostile(length: int) -> str:
        return (piece * length)[:length]

    def read(value: str) -> None:
        list(addresses([value]))

    grows_no_faster_than_its_input(read, hostile, LONGEST)
    costs_no_more_than(4, lambda: read(hostile(1_000_000)), lambda: read(hostile(LONGEST)))


def test_of_a_header_longer_than_any_real_one_the_whole_entries_are_read() -> None:
    value = ",".join(f"<tel:+47900{number:05}>" for number in range(10_000))
    read = [address.uri.user for address in addresses([value])]
    assert read == [f"+47900{number:05}" for number in range(len(read))]
    assert len(read) == LONGEST // len("<tel:+4790000001>,")
