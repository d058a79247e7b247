"""Receipts, in any of the ways they are written."""

from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st

from personsvar.gateways.sms.delivered import Delivered, Tlv
from personsvar.gateways.sms.delivery_receipt import DeliveryReceipt, own_id, receipt_in
from personsvar.mailbox.model.ledger import ReceiptState
from tests.unit.gateways.sms.property_tests import patient

FIELDS = {
    "id": "0123456789",
    "sub": "001",
    "dlvrd": "001",
    "submit date": "2603021201",
    "done date": "260302120305",
    "stat": "UNDELIV",
    "err": "0C1",
    "text": "Din PIN er 4711",
}


def delivered(text: str, *, data_coding: int = 0, **tlvs: bytes) -> Delivered:
    known: dict[int, bytes] = {Tlv[name.upper()]: value for name, value in tlvs.items()}
    octets = text.encode("utf-16-be" if data_coding == 8 else "latin-1")
    return Delivered("", "", 4, data_coding, octets, known)


@patient
@given(st.permutations(list(FIELDS)), st.sampled_from([" ", "  ", "\r\n"]), st.sampled_from([str, str.upper]))
def test_fields_stand_in_any_order(order: list[str], between: str, case: type[str]) -> None:
    text = between.join(f"{case(name)}:{FIELDS[name]}" for name in order)
    assert receipt_in(delivered(text)) == DeliveryReceipt(
        "0123456789", ReceiptState.FAILED, "UNDELIV err:0C1"
    )


@patient
@given(st.sets(st.sampled_from([name for name in FIELDS if name != "id"])))
def test_any_but_the_id_may_be_missing(missing: set[str]) -> None:
    told = receipt_in(delivered(" ".join(f"{n}:{v}" for n, v in FIELDS.items() if n not in missing)))
    assert told is not None
    assert told.id == "0123456789"
    assert told.detail.startswith("UNKNOWN" if "stat" in missing else "UNDELIV")


@patient
@given(st.text(max_size=200), st.binary(max_size=70), st.binary(max_size=5), st.sampled_from([0, 8]))
def test_any_text_and_any_tlvs_are_a_report_or_none(
    text: str, given: bytes, state: bytes, coding: int
) -> None:
    octets = text.encode("utf-8")
    it = Delivered("", "", 4, coding, octets, {Tlv.RECEIPTED_MESSAGE_ID: given, Tlv.MESSAGE_STATE: state})
    told = receipt_in(it, ids="hex")
    assert told is None or told.id


@pytest.mark.parametrize(
    ("word", "state"),
    [
        ("DELIVRD", ReceiptState.DELIVERED),
        ("delivered", ReceiptState.DELIVERED),
        ("EXPIRED", ReceiptState.FAILED),
        ("DELETED", ReceiptState.FAILED),
        ("UNDELIV", ReceiptState.FAILED),
        ("UNDELIVERABLE", ReceiptState.FAILED),
        ("REJECTD", ReceiptState.FAILED),
        ("REJECTED", ReceiptState.FAILED),
        ("FAILED", ReceiptState.FAILED),
        ("ENROUTE", ReceiptState.ON_ITS_WAY),
        ("ACCEPTD", ReceiptState.ON_ITS_WAY),
        ("BUFFERED", ReceiptState.ON_ITS_WAY),
        ("UNKNOWN", ReceiptState.ON_ITS_WAY),
    ],
)
def test_what_a_word_means(word: str, state: ReceiptState) -> None:
    assert receipt_in(delivered(f"id:7 stat:{word}")) == DeliveryReceipt("7", state, word.upper())


@pytest.mark.parametrize(
    ("number", "state"),
    [
        (1, ReceiptState.ON_ITS_WAY),
        (2, ReceiptState.DELIVERED),
        (3, ReceiptState.FAILED),
        (4, ReceiptState.FAILED),
        (5, ReceiptState.FAILED),
        (6, ReceiptState.ON_ITS_WAY),
        (7, ReceiptState.ON_ITS_WAY),
        (8, ReceiptState.FAILED),
    ],
)
def test_what_a_message_state_means(number: int, state: ReceiptState) -> None:
    told = receipt_in(delivered("", receipted_message_id=b"7\0", message_state=bytes((number,))))
    assert told is not None
    assert (told.id, told.state) == ("7", state)


def test_the_text_that_was_sent_says_nothing() -> None:
    told = receipt_in(delivered("id:7 stat:EXPIRED text:id:666 stat:DELIVRD err:4711"))
    assert told == DeliveryReceipt("7", ReceiptState.FAILED, "EXPIRED")


def test_an_empty_id_is_not_the_word_after_it() -> None:
    assert receipt_in(delivered("id: sub:001 stat:DELIVRD")) is None


def test_a_receipt_in_ucs2() -> None:
    assert receipt_in(delivered("id:7 stat:DELIVRD", data_coding=8)) == DeliveryReceipt(
        "7", ReceiptState.DELIVERED, "DELIVRD"
    )


@pytest.mark.parametrize(
    ("ids", "answer", "told"),
    [
        ("as-is", "00ab", "00ab"),
        ("hex", "167772161", "A000001"),
        ("hex", "10", "000a"),
        ("decimal", "0A000001", "167772161"),
        ("decimal", "a", "0000000010"),
        ("hex", "5d6c-11", "5d6c-11"),
        ("decimal", "5d6c-11", "5d6c-11"),
    ],
)
def test_an_id_in_another_base_is_found_again(ids: str, answer: str, told: str) -> None:
    said = receipt_in(delivered(f"id:{told} stat:DELIVRD"), ids=ids)  # type: ignore[arg-type]  # a table
    by_tlv = receipt_in(delivered("", receipted_message_id=answer.encode()), ids=ids)  # type: ignore[arg-type]
    assert said is not None
    assert by_tlv is not None
    assert said.id == by_tlv.id == own_id(answer, ids)  # type: ignore[arg-type]
