"""What is posted, read as strictly as the standards allow; and what hostile names and texts do to it."""

from __future__ import annotations

from datetime import timedelta
from email import message_from_bytes
from email.message import EmailMessage
from email.policy import HTTP

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from personsvar.gateways.mms.mm7_package import Mm7Package, package
from tests.wire.gateway_options import mm7_options
from tests.wire.mm7_reading import MM7, Submission, submission
from tests.wire.mms_letter import NOON, TEXT, mms_letter

OPTIONS = mm7_options(
    sender="2440", vasp_id="telco", vas_id="personsvar", service_code="vm & co", life_hours=24
)
AMR = b"#!AMR\n" + bytes(range(256)) * 3
HOSTILE = [
    "]]>",
    "<![CDATA[",
    "&",
    "&amp;",
    "</Subject><Priority>High</Priority>",
    "\r\nContent-Type: text/html\r\n\r\n",
    "\r\n--personsvar-",
    "\x00",
    "\x1b",
    "\u2028",
    "\ufffe",
    "\ud800",
    "🙈",
    "æøå",
    "'\"",
]
words = st.lists(st.sampled_from(HOSTILE) | st.text(max_size=8)).map("".join)


def read(made: Mm7Package) -> Submission:
    return submission({"content-type": made.content_type}, made.body)


def test_every_field_says_what_was_agreed() -> None:
    letter = mms_letter(b"\xd5" * 23 * 8000)
    got = read(package(letter, AMR, OPTIONS, now=NOON + timedelta(minutes=1)))
    assert got.transaction == str(letter.notice.id)
    said = {path: got.word(path) for path in FIELDS}
    assert said == FIELDS
    assert got.text == TEXT
    assert got.sound == AMR
    assert [one.get("dur") for one in got.smil.iter("par")] == ["23000ms"]


FIELDS = {
    "MM7Version": "6.8.0",
    "SenderIdentification/VASPID": "telco",
    "SenderIdentification/VASID": "personsvar",
    "SenderIdentification/SenderAddress/ShortCode": "2440",
    "Recipients/To/Number": "+4790000001",
    "ServiceCode": "vm & co",
    "MessageClass": "Informational",
    "TimeStamp": "2026-03-02T12:01:00+00:00",
    "ExpiryDate": "2026-03-03T12:00:00+00:00",
    "DeliveryReport": "true",
    "ReadReply": "false",
    "Priority": "Normal",
    "Subject": "Ny beskjed fra +47 900 00 002",
}


def test_an_urgent_message_is_of_high_priority() -> None:
    got = read(package(mms_letter(b"", urgent=True), AMR, OPTIONS, now=NOON))
    assert got.word("Priority") == "High"


def test_one_that_is_sent_again_after_its_time_has_a_new_life() -> None:
    got = read(package(mms_letter(b""), AMR, OPTIONS, now=NOON + timedelta(days=3)))
    assert got.word("ExpiryDate") == "2026-03-06T12:00:00+00:00"


def test_what_was_not_agreed_is_left_out_and_a_sender_may_be_a_number() -> None:
    options = mm7_options(sender="+4747471000", sender_kind="Number")
    got = read(package(mms_letter(b""), AMR, options, now=NOON))
    assert got.word("SenderIdentification/SenderAddress/Number") == "+4747471000"
    assert [one.tag.removeprefix(MM7) for one in got.request[1]] == ["SenderAddress"]
    assert got.request.find(f"{MM7}ServiceCode") is None


@settings(deadline=None, max_examples=300)
@given(text=words, subject=words, to=words, sender=words, sound=st.binary(max_size=50))
def test_no_word_breaks_the_xml_or_the_mime(
    text: str, subject: str, to: str, sender: str, sound: bytes
) -> None:
    options = mm7_options(sender=sender or "1", vasp_id=sender, service_code=subject)
    made = package(mms_letter(b"", text=text, subject=subject, to=to), sound, options, now=NOON)
    got = read(made)
    assert got.sound == sound
    assert got.text == text.encode(errors="replace").decode()
    assert got.word("Priority") == "Normal"
    for written in (got.word("Subject"), got.word("Recipients/To/Number")):
        assert not set(written) & set("\r\n\x00\x1b\ufffe\u2028")
    assert [part.get_content_type() for part in _as_mail_programs_read(made)] == TYPES


TYPES = [
    "multipart/related",
    "text/xml",
    "multipart/related",
    "application/smil",
    "text/plain",
    "audio/amr",
]


def _as_mail_programs_read(made: Mm7Package) -> list[EmailMessage]:
    mail = message_from_bytes(
        b"Content-Type: " + made.content_type.encode() + b"\r\n\r\n" + made.body, policy=HTTP
    )
    return list(mail.walk())


@pytest.mark.parametrize("hostile", HOSTILE)
def test_what_can_be_written_is_written(hostile: str) -> None:
    got = read(package(mms_letter(b"", subject=f"a{hostile}b"), AMR, OPTIONS, now=NOON))
    said = got.word("Subject")
    assert said[0] + said[-1] == "ab"
    if hostile.isprintable():
        assert said == f"a{hostile}b"
