"""Long texts in parts: nothing lost, nothing cut in two, each part fits."""

from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st

from personsvar.gateways.sms.alphabet import Coding, decoded
from personsvar.gateways.sms.sms import Ports, Sms
from personsvar.gateways.sms.sms_parts import SmsPart, parts_of
from personsvar.gateways.sms.user_data import read
from personsvar.mailbox.model.ids import Number
from personsvar.notifier.delivery_errors import UndeliverableError
from tests.unit.gateways.sms.property_tests import patient

OLA = Number("+4790000001")
GSM7 = "@£$¥èéùìòÇ\nØø\rÅåΔ_ΦΓΛΩΠΨΣΘΞÆæßÉ !\"#¤%&'()*+,-./0123456789:;<=>?¡ABCÄÖÑÜ§¿abcäöñüà\f^{}\\[~]|€"
TEXTS = st.text(GSM7, max_size=800) | st.text(GSM7 + "🎂😀–ç€", max_size=400) | st.text(max_size=300)
PORTS = st.none() | st.builds(Ports, st.integers(0, 0xFFFF), st.integers(0, 0xFFFF))
WAYS = st.sampled_from(["udh", "sar", "payload"])


def septets(part: SmsPart) -> int:
    """What it takes of the 160, the header packed as the SMSC packs it."""
    return -(-len(part.header) * 8 // 7) + len(part.octets)


@patient
@given(TEXTS, PORTS, WAYS)
def test_split_and_joined_again_it_is_the_same(text: str, ports: Ports | None, way: str) -> None:
    parts = parts_of(Sms(OLA, text, ports=ports), long_texts=way)  # type: ignore[arg-type]  # sampled
    said = [decoded(part.octets, part.coding) for part in parts]
    assert None not in said  # each part is whole letters: none was cut in two
    assert "".join(filter(None, said)) == text.encode("utf-16-be", "replace").decode("utf-16-be")


@patient
@given(TEXTS, PORTS, st.sampled_from(["udh", "sar"]))
def test_each_part_fits(text: str, ports: Ports | None, way: str) -> None:
    parts = parts_of(Sms(OLA, text, ports=ports), long_texts=way)  # type: ignore[arg-type]  # sampled
    header_by_smsc = 6 if parts[0].sar else 0
    for part in parts:
        if part.coding is Coding.GSM7:
            assert septets(part) <= (153 if header_by_smsc else 160)
            assert not part.octets.endswith(b"\x1b")
        else:
            assert len(part.header) + len(part.octets) + header_by_smsc <= 140


@patient
@given(st.binary(max_size=1000), PORTS, st.integers(0, 0xFFFF))
def test_bytes_split_and_joined_again_are_the_same(
    octets: bytes, ports: Ports | None, reference: int
) -> None:
    parts = parts_of(Sms(OLA, binary=octets, ports=ports, reference=reference), long_texts="udh")
    assert b"".join(part.octets for part in parts) == octets
    assert all(len(part.header) + len(part.octets) <= 140 for part in parts)
    if len(parts) > 1:
        headings = [read(part.header)[0].part for part in parts]
        assert [(one.reference, one.total, one.number) for one in headings if one] == [
            (reference & 0xFF, len(parts), number + 1) for number in range(len(parts))
        ]


@pytest.mark.parametrize(
    ("text", "lengths"),
    [
        ("", [0]),
        ("æ" * 160, [160]),
        ("æ" * 161, [153, 8]),
        ("€" * 80, [160]),
        ("€" * 81, [152, 10]),
        ("æ" * 152 + "€" + "æ" * 7, [152, 9]),
        ("🎂" * 35, [140]),
        ("🎂" * 36, [132, 12]),
        ("–" * 70, [140]),
        ("–" * 71, [134, 8]),
        ("ce\x1bsar", [12]),  # the escape alone is no letter of GSM-7
    ],
)
def test_where_it_is_cut(text: str, lengths: list[int]) -> None:
    assert [len(part.octets) for part in parts_of(Sms(OLA, text), long_texts="udh")] == lengths


def test_a_port_takes_eight_letters_of_the_first_part() -> None:
    """7 octets of header leave 152 septets; with the part's place, 12 leave 146."""
    one, *none = parts_of(Sms(OLA, "a" * 152, ports=Ports(5499)), long_texts="udh")
    first, *_rest = parts_of(Sms(OLA, "a" * 153, ports=Ports(5499)), long_texts="udh")
    assert (none, len(one.octets), len(first.octets)) == ([], 152, 146)


def test_an_application_gets_parts_by_a_header_whatever_was_agreed() -> None:
    parts = parts_of(Sms(OLA, "a" * 300, ports=Ports(5499)), long_texts="payload")
    assert {read(part.header)[0].ports for part in parts} == {Ports(5499)}
    assert len(parts) == 3


@pytest.mark.parametrize("way", ["udh", "sar", "payload"])
def test_a_text_no_255_parts_can_hold_is_undeliverable(way: str) -> None:
    with pytest.raises(UndeliverableError):
        parts_of(Sms(OLA, "a" * 0x10000), long_texts=way)  # type: ignore[arg-type]  # a table


def test_what_it_says_is_in_no_repr() -> None:
    sms = Sms(OLA, "din PIN er 4711", binary=b"4711")
    assert "4711" not in repr(sms)
    assert "4711" not in repr(parts_of(sms, long_texts="udh")) + repr(
        parts_of(Sms(OLA, "4711"), long_texts="udh")
    )
