from __future__ import annotations

from urllib.parse import parse_qsl, urlsplit

import pytest

from personsvar.gateways.kannel.delivery_reports import ForgedError, read_receipt, receipt_url
from personsvar.mailbox.model.ledger import Receipt, ReceiptState
from tests.wire.letters import NOW

KEY = b"ours"
GATEWAY = "kannel.example.test:13013"


def called(*, state: str, answer: str = "", key: bytes = KEY) -> dict[str, str]:
    """The query of Kannel's call, once it has filled in what it knows."""
    url = receipt_url("https://voicemail.example.test/", gateway=GATEWAY, gateway_id="12-1-5f0c9a1e", key=key)
    filled = url.replace("%d", state).replace("%A", answer)
    assert urlsplit(filled).path == "/gateways/kannel/receipt"
    return dict(parse_qsl(urlsplit(filled).query, keep_blank_values=True))


@pytest.mark.parametrize(
    ("state", "means", "detail"),
    [
        ("1", ReceiptState.DELIVERED, "delivered"),
        ("2", ReceiptState.FAILED, "not delivered"),
        ("4", ReceiptState.ON_ITS_WAY, "buffered"),
        ("8", ReceiptState.ON_ITS_WAY, "taken by the SMSC"),
        ("16", ReceiptState.FAILED, "refused by the SMSC"),
        ("34", ReceiptState.FAILED, "expired"),
        ("66", ReceiptState.FAILED, "not delivered, nobody knows why"),
        ("9", ReceiptState.DELIVERED, "delivered"),
        ("12", ReceiptState.ON_ITS_WAY, "taken by the SMSC"),
        ("18", ReceiptState.FAILED, "not delivered"),
    ],
)
def test_each_state(state: str, means: ReceiptState, detail: str) -> None:
    receipt = read_receipt(called(state=state), key=KEY, at=NOW)
    assert receipt == Receipt(GATEWAY, "12-1-5f0c9a1e", means, NOW, detail)


def test_the_smscs_own_words_without_those_of_the_sms() -> None:
    answer = "id:77 sub:001 dlvrd:000 stat:EXPIRED err:001 Text:PIN-koden er 482913".replace(" ", "%20")
    receipt = read_receipt(called(state="2", answer=answer), key=KEY, at=NOW)
    assert receipt.detail == "id:77 sub:001 dlvrd:000 stat:EXPIRED err:001"


@pytest.mark.parametrize("state", ["", "3", "0", "-1", "32", "64", "129", "130", "1e1", "one", "%d"])
def test_a_state_that_is_none(state: str) -> None:
    with pytest.raises(ValueError, match="state"):
        read_receipt(called(state=state), key=KEY, at=NOW)


@pytest.mark.parametrize(
    "other",
    [{"id": "13-1-5f0c9a1e"}, {"gateway": "other.example.test:13013"}, {"token": ""}, {"token": "blåbær"}],
)
def test_a_receipt_for_something_else_is_forged(other: dict[str, str]) -> None:
    with pytest.raises(ForgedError):
        read_receipt(called(state="1") | other, key=KEY, at=NOW)


def test_a_receipt_under_another_key_or_with_nothing_is_forged() -> None:
    with pytest.raises(ForgedError):
        read_receipt(called(state="1", key=b"theirs"), key=KEY, at=NOW)
    with pytest.raises(ForgedError):
        read_receipt({}, key=KEY, at=NOW)


def test_the_address_has_no_per_cent_signs_but_kannels_and_fits_its_tables() -> None:
    url = receipt_url("https://voicemail.example.test/a%20b", gateway=GATEWAY, gateway_id="1-1", key=KEY)
    assert url.replace("%%", "").count("%") == 2
    assert len(url) < 255


def test_nothing_is_signed_or_believed_without_a_key() -> None:
    with pytest.raises(ValueError, match="no key"):
        receipt_url("http://127.0.0.1:8080", gateway="g", gateway_id="1", key=b"")
    with pytest.raises(ValueError, match="no key"):
        read_receipt({"gateway": "g", "id": "1", "token": "", "state": "1"}, key=b"", at=NOW)
