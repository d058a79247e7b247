"""The alphabet that was agreed with an SMSC: what is sent in it, and what comes is read in it."""

from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st

from personsvar.gateways.sms.alphabet import ALPHABETS, Alphabet, Coding, coding_of, decoded, encoded
from personsvar.gateways.sms.delivered import Delivered, incoming
from personsvar.gateways.sms.delivery_receipt import receipt_in
from personsvar.gateways.sms.sms import Ports, Sms
from personsvar.gateways.sms.sms_parts import parts_of
from personsvar.gateways.sms.smsc import smscs
from personsvar.mailbox.model.ids import Number
from tests.unit.gateways.sms.property_tests import patient

OLA = Number("+4790000001")
ANDROID = "Activate:pv=13;ct=Google.Pixel_8.15;pt=0;//VVM"


@pytest.mark.parametrize(
    ("alphabet", "text", "coding", "octets"),
    [
        ("gsm7", "blå@_[€", 0, b"bl\x0f\x00\x11\x1b<\x1be"),
        ("gsm7", "ş", 8, b"\x01\x5f"),
        ("latin1", "blå@_[", 3, b"bl\xe5@_["),
        ("latin1", "€", 8, b"\x20\xac"),
        ("ascii", "bla@_[|", 1, b"bla@_[|"),
        ("ascii", "blå", 8, b"\0b\0l\0\xe5"),
        ("ucs2", "Hei", 8, b"\0H\0e\0i"),
        ("ucs2", "", 8, b""),
        ("ascii", "ce\x1bsar", 8, b"\0c\0e\0\x1b\0s\0a\0r"),
    ],
)
def test_what_is_sent(alphabet: Alphabet, text: str, coding: int, octets: bytes) -> None:
    (part,) = parts_of(Sms(OLA, text), long_texts="udh", alphabet=alphabet)
    assert (part.coding, part.octets) == (coding, octets)


@pytest.mark.parametrize(
    ("alphabet", "text", "lengths"),
    [
        ("gsm7", "å" * 161, [153, 8]),
        ("latin1", "å" * 140, [140]),
        ("latin1", "å" * 141, [134, 7]),
        ("ascii", "a" * 160, [160]),
        ("ascii", "a" * 161, [153, 8]),
        ("ascii", "[" * 80, [80]),
        ("ascii", "[" * 81, [76, 5]),
        ("ascii", "å" * 71, [134, 8]),
        ("ucs2", "a" * 70, [140]),
        ("ucs2", "a" * 71, [134, 8]),
        ("latin1", "", [0]),
    ],
)
def test_where_a_long_text_is_cut(alphabet: Alphabet, text: str, lengths: list[int]) -> None:
    assert [
        len(part.octets) for part in parts_of(Sms(OLA, text), long_texts="udh", alphabet=alphabet)
    ] == lengths


@patient
@given(
    st.text(max_size=400) | st.text("aåæ[€_|@ş🎂", max_size=400),
    st.sampled_from(ALPHABETS),
    st.none() | st.just(Ports(5499)),
)
def test_split_and_joined_again_it_is_the_same(text: str, alphabet: Alphabet, ports: Ports | None) -> None:
    parts = parts_of(Sms(OLA, text, ports=ports), long_texts="udh", alphabet=alphabet)
    said = [decoded(part.octets, part.coding) for part in parts]
    assert "".join(filter(None, said)) == text.encode("utf-16-be", "replace").decode("utf-16-be")
    for part in parts:
        if part.coding in (Coding.LATIN1, Coding.UCS2):
            assert len(part.header) + len(part.octets) <= 140
        else:
            assert -(-len(part.header) * 8 // 7) + len(part.octets) <= 160


@patient
@given(st.text(max_size=100), st.sampled_from(ALPHABETS))
def test_what_its_own_alphabet_sends_it_reads_again(text: str, alphabet: Alphabet) -> None:
    coding = coding_of(text, alphabet)
    octets = encoded(text, coding)
    if coding is not Coding.UCS2 and (octets.isascii() or alphabet == "latin1"):
        assert decoded(octets, 0, alphabet) == text


@pytest.mark.parametrize(
    ("alphabet", "octets", "text"),
    [
        ("gsm7", b"Pixel\x118 \x00", "Pixel_8 @"),
        ("latin1", b"Pixel_8 @ bl\xe5", "Pixel_8 @ blå"),
        ("ascii", b"Pixel_8 @", "Pixel_8 @"),
        ("ascii", b"bl\xe5", "blå"),
        ("ucs2", "blå".encode("utf-16-be"), "blå"),
        ("ucs2", b"\xd8", None),
    ],
)
def test_a_phone_s_sms_of_data_coding_0_is_read_in_it(
    alphabet: Alphabet, octets: bytes, text: str | None
) -> None:
    assert incoming(Delivered("", "", 0, 0, octets, {}), alphabet).text == text


@pytest.mark.parametrize("alphabet", ["latin1", "ascii"])
def test_an_android_s_request_is_whole(alphabet: Alphabet) -> None:
    assert incoming(Delivered("", "", 0, 0, ANDROID.encode(), {}), alphabet).text == ANDROID


@pytest.mark.parametrize(
    ("alphabet", "octets", "id_"),
    [
        ("gsm7", b"id:a_7 stat:DELIVRD text:bl\x0f", "a_7"),
        ("gsm7", b"id:a_7 stat:DELIVRD\0", "a_7"),
        ("gsm7", b"id:a\x117 stat:DELIVRD text:bl\x0f", "a_7"),
        ("latin1", b"id:a_7 stat:DELIVRD text:bl\xe5", "a_7"),
        ("ascii", b"id:a_7 stat:DELIVRD", "a_7"),
        ("ucs2", "id:a_7 stat:DELIVRD".encode("utf-16-be"), "a_7"),
        ("ucs2", b"id:a_7 stat:DELIVRD", "a_7"),
    ],
)
def test_a_receipt_of_data_coding_0_is_read_in_it(alphabet: Alphabet, octets: bytes, id_: str) -> None:
    told = receipt_in(Delivered("", "", 4, 0, octets, {}), alphabet=alphabet)
    assert told is not None
    assert (told.id, told.detail) == (id_, "DELIVRD")


def test_it_stands_behind_each_smsc() -> None:
    urls = ",".join(f"smpp://vm:pw@smsc{n}.example.test?alphabet={one}" for n, one in enumerate(ALPHABETS))
    assert tuple(smsc.alphabet for smsc in smscs(urls)) == ALPHABETS
    assert smscs("smpp://vm@smsc.example.test")[0].alphabet == "gsm7"


@pytest.mark.parametrize(
    "query",
    [
        "alphabet=klingon",
        "alphabet=",
        "alphabet",
        "alphabt=ascii",
        "alphabet=ascii&alphabet=ucs2",
        "x=1",
        "&",
    ],
)
def test_what_is_no_alphabet_is_told_and_the_password_is_not(query: str) -> None:
    with pytest.raises(ValueError, match="alphabet") as wrong:
        smscs(f"smpp://vm:hemmelig@smsc.example.test:2775?{query}")
    assert "hemmelig" not in str(wrong.value)
