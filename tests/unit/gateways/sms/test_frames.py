"""PDUs cut from a stream, however it arrives."""

from __future__ import annotations

from contextlib import suppress

import pytest
from hypothesis import given
from hypothesis import strategies as st

from personsvar.gateways.sms.frames import Frames, Pdu, StreamBrokenError
from tests.unit.gateways.sms.property_tests import patient

NUMBER = st.integers(0, 0xFFFFFFFF)
PDUS = st.lists(st.builds(Pdu, NUMBER, NUMBER, NUMBER, st.binary(max_size=200)), max_size=5)


@patient
@given(PDUS, st.data())
def test_pdus_come_out_as_they_went_in_whatever_the_pieces(pdus: list[Pdu], data: st.DataObject) -> None:
    stream = b"".join(pdu.octets() for pdu in pdus)
    frames = Frames()
    out: list[Pdu] = []
    while stream:
        size = data.draw(st.integers(1, len(stream)))
        out += frames.feed(stream[:size])
        stream = stream[size:]
    assert out == pdus


@patient
@given(st.lists(st.binary(max_size=100)))
def test_any_octets_are_pdus_or_a_broken_stream(pieces: list[bytes]) -> None:
    frames = Frames()
    out: list[Pdu] = []
    with suppress(StreamBrokenError):
        for piece in pieces:
            out += frames.feed(piece)
    read = b"".join(pdu.octets() for pdu in out)
    assert b"".join(pieces).startswith(read)


def test_what_was_whole_before_the_stream_broke_is_read() -> None:
    pdu = Pdu(0x80000004, 0, 7, b"42\0")
    coming = Frames().feed(pdu.octets() + b"\0\0\0\3" + bytes(20))
    assert next(coming) == pdu
    with pytest.raises(StreamBrokenError, match="3 octets"):
        next(coming)


def test_the_body_is_in_no_repr() -> None:
    assert "4711" not in repr(Pdu(5, 0, 1, b"4711"))
