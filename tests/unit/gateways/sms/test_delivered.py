"""What an SMSC brings, whole and broken."""

from __future__ import annotations

import pytest
from hypothesis import example, given
from hypothesis import strategies as st

from personsvar.gateways.sms.delivered import Delivered, Tlv, UnreadableError, delivered, incoming
from personsvar.gateways.sms.delivery_receipt import receipt_in
from personsvar.gateways.sms.frames import Command, Pdu
from personsvar.gateways.sms.sms import Concatenation, Ports
from personsvar.mailbox.model.ledger import ReceiptState
from tests.unit.gateways.sms.property_tests import patient

FIRST = bytes((0, 1, 1)) + b"4790000002\0" + bytes((0, 0)) + b"2442\0"
"""service_type, source, destination"""


def deliver_sm(
    content: bytes = b"Hei", *, esm_class: int = 0, data_coding: int = 0, tlvs: bytes = b""
) -> Pdu:
    body = FIRST + bytes((esm_class, 0, 0)) + b"\0\0" + bytes((0, 0, data_coding, 0, len(content))) + content
    return Pdu(Command.DELIVER_SM, 0, 1, body + tlvs)


@patient
@given(st.binary(max_size=120))
@example(b"")
@example(b"\0" * 17)
@example(FIRST)
def test_any_body_is_read_or_unreadable(body: bytes) -> None:
    _read(Pdu(Command.DELIVER_SM, 0, 1, body))


@patient
@given(st.data())
def test_a_broken_deliver_sm_is_read_or_unreadable(data: st.DataObject) -> None:
    body = bytearray(
        deliver_sm(b"\5\0\3\1\2\1Hei", esm_class=0x40, tlvs=bytes.fromhex("001e0003313200 04270001 02")).body
    )
    for _ in range(data.draw(st.integers(0, 4))):
        body[data.draw(st.integers(0, len(body) - 1))] = data.draw(st.integers(0, 255))
    _read(Pdu(Command.DELIVER_SM, 0, 1, bytes(body[: data.draw(st.integers(0, len(body)))])))


def _read(pdu: Pdu) -> None:
    try:
        it = delivered(pdu)
    except UnreadableError:
        return
    incoming(it)
    receipt_in(it)
    assert isinstance(it, Delivered)


WHOLE = deliver_sm().body
WITHOUT_A_TEXT = len(WHOLE) - 4
"""It ends before sm_length: an SMSC may leave an empty text out."""


@pytest.mark.parametrize("length", sorted(set(range(len(WHOLE))) - {WITHOUT_A_TEXT}))
def test_one_that_ends_too_early_is_unreadable(length: int) -> None:
    with pytest.raises(UnreadableError):
        delivered(Pdu(Command.DELIVER_SM, 0, 1, WHOLE[:length]))


def test_one_without_a_text_is_empty() -> None:
    assert delivered(Pdu(Command.DELIVER_SM, 0, 1, WHOLE[:WITHOUT_A_TEXT])).user_data == b""


def test_tlvs_of_other_lengths_other_kinds_and_cut_off_are_no_reason_to_lose_it() -> None:
    odd = bytes.fromhex("1401 0002 abcd  001e 0003 343200  0427 0002 0002  0210 0001 34  0424 00ff 41")
    it = delivered(deliver_sm(b"", tlvs=odd))
    assert it.tlvs[Tlv.RECEIPTED_MESSAGE_ID] == b"42\0"
    assert it.user_data == b"A"
    assert it.is_receipt


def test_a_phone_can_not_forge_a_receipt() -> None:
    assert not delivered(deliver_sm(b"id:7 stat:DELIVRD")).is_receipt


def test_parts_and_ports_by_tlv() -> None:
    tlvs = bytes.fromhex("020a 0002 1f90  020b 0002 157b  020c 0002 002a  020e 0001 02  020f 0001 01")
    sms = incoming(delivered(deliver_sm(tlvs=tlvs)))
    assert (sms.ports, sms.part) == (Ports(5499, 8080), Concatenation(42, 2, 1))


@pytest.mark.parametrize(
    ("octets", "data_coding", "text"),
    [
        (b"STATUS\x11 \x1be", 0, "STATUS_ €"),
        (b"bl\xe5b\xe6r", 0, "blåbær"),
        (b"STATUS_", 1, "STATUS_"),
        (b"bl\xe5b\xe6r", 3, "blåbær"),
        ("blåbær 🎂".encode("utf-16-be"), 8, "blåbær 🎂"),
        (b"\xd8", 8, None),
        (b"bl\xe5b\xe6r", 1, None),
        (b"STATUS", 4, None),
    ],
)
def test_its_letters(octets: bytes, data_coding: int, text: str | None) -> None:
    sms = incoming(delivered(deliver_sm(octets, data_coding=data_coding)))
    assert (sms.source, sms.destination, sms.payload, sms.text) == ("+4790000002", "2442", octets, text)
    assert "blåb" not in repr(sms)


RECEIPT_BY_DATA_SM = FIRST + bytes((0x04, 0, 0)) + bytes.fromhex("001e0004313035 00 04270001 02")


def test_a_receipt_by_data_sm_is_read() -> None:
    it = delivered(Pdu(Command.DATA_SM, 0, 1, RECEIPT_BY_DATA_SM))
    told = receipt_in(it)
    assert it.is_receipt
    assert told is not None
    assert (told.id, told.state) == ("105", ReceiptState.DELIVERED)


def test_a_phone_s_sms_by_data_sm_is_read() -> None:
    body = FIRST + bytes((0, 0, 0)) + bytes.fromhex("04240006") + b"STATUS" + bytes.fromhex("020b0002157b")
    it = incoming(delivered(Pdu(Command.DATA_SM, 0, 1, body)))
    assert (it.source, it.destination, it.text) == ("+4790000002", "2442", "STATUS")
    assert it.ports == Ports(5499, 0)


@patient
@given(st.binary(max_size=60))
@example(RECEIPT_BY_DATA_SM[:-1])
@example(FIRST)
def test_any_data_sm_is_read_or_unreadable(body: bytes) -> None:
    _read(Pdu(Command.DATA_SM, 0, 1, body))
