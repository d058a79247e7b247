"""The demo's MMSC reads what our MMS gateway posts, and is understood by it."""

from __future__ import annotations

import random
from datetime import UTC, datetime

import pytest

from docker.demo import mm7
from docker.demo.mm7 import NotUnderstoodError, Submission, submission
from personsvar.gateways.mms.mm7_answers import Mm7Answer, MmsTooLargeError, message_id
from personsvar.gateways.mms.mm7_package import package
from personsvar.gateways.mms.mm7_reports import receipt
from personsvar.gateways.mms.soap import read
from personsvar.mailbox.model.ledger import ReceiptState
from personsvar.notifier.delivery_errors import UndeliverableError
from tests.wire.gateway_options import mm7_options
from tests.wire.mms_letter import NOON, TEXT, mms_letter

EVERY_BYTE = bytes(range(256))
OPTIONS = mm7_options(sender="2440")
LAUGHS = '<!DOCTYPE a [<!ENTITY b "ha"><!ENTITY c "&b;&b;&b;">]>'


def posted(sound: bytes = EVERY_BYTE, *, subject: str = "Ny beskjed") -> tuple[str, bytes]:
    sent = package(mms_letter(b"", subject=subject), sound, OPTIONS, now=NOON)
    return sent.content_type, sent.body


def taken(*, subject: str = "Ny beskjed") -> Submission:
    return submission(*posted(subject=subject))


def test_it_has_the_words_and_whom_they_are_for() -> None:
    got = taken(subject="Ny beskjed fra Bjørn & Åse <3")
    assert (got.sender, got.recipients, got.subject) == (
        "2440",
        ["+4790000001"],
        "Ny beskjed fra Bjørn & Åse <3",
    )
    assert got.text == TEXT
    assert got.wants_report
    assert got.transaction.isdigit()


@pytest.mark.parametrize("end", [b"", b"\r", b"\n", b"\r\n", b"\r\n\r\n", b"--", b"\x0c\x1c\x85"])
def test_a_sound_comes_to_the_last_byte(end: bytes) -> None:
    sound = random.Random(7).randbytes(5000) + EVERY_BYTE + end
    smil, amr = submission(*posted(sound)).files
    assert (amr.name, amr.type, amr.content) == ("message.amr", "audio/amr", sound)
    assert smil.type == "application/smil"


@pytest.mark.parametrize(
    ("kind", "body"),
    [
        ("text/plain", b"hello"),
        ("multipart/related", b"no boundary"),
        ('multipart/related; boundary="x"', b""),
        ('multipart/related; boundary="x"', b"--x\r\n\r\n<a/>\r\n--x--\r\n"),
        ('multipart/related; boundary="x"', b"--x\r\n\r\nno xml\r\n--x--\r\n"),
        ("multipart/related; boundary=x\r\nBcc: them", b""),
        ("", b""),
    ],
)
def test_what_is_no_mms_is_not_taken(kind: str, body: bytes) -> None:
    with pytest.raises(NotUnderstoodError):
        submission(kind, body)


def test_entities_are_not_followed() -> None:
    kind, body = posted()
    with pytest.raises(NotUnderstoodError):
        submission(kind, body.replace(b"<env:Envelope", LAUGHS.encode() + b"<env:Envelope", 1))


def test_an_mms_for_nobody_is_not_taken() -> None:
    kind, body = posted()
    with pytest.raises(NotUnderstoodError, match="recipient"):
        submission(kind, body.replace(b"<Number>+4790000001</Number>", b""))


def test_our_gateway_reads_its_answers() -> None:
    assert message_id(Mm7Answer(200, "text/xml", mm7.submit_rsp(taken(), "mms-<1>"))) == "mms-<1>"
    with pytest.raises(MmsTooLargeError):
        message_id(Mm7Answer(500, "text/xml", mm7.fault(mm7.TOO_LARGE, "more than < 2 bytes")))
    with pytest.raises(UndeliverableError):
        message_id(Mm7Answer(500, "text/xml", mm7.fault(mm7.CORRUPT, "no & no")))


def test_our_gateway_reads_its_reports() -> None:
    at = datetime(2026, 3, 2, 12, 0, 5, tzinfo=UTC)
    said = read(mm7.delivery_report(taken(), "mms-1", "+4790000001", at=at))
    got = receipt(said, gateway="mmsc", at=at)
    assert got is not None
    assert (said.kind, got.gateway_id, got.state) == ("DeliveryReportReq", "mms-1", ReceiptState.DELIVERED)
