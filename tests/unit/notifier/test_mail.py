from __future__ import annotations

import audioop
import wave
from dataclasses import replace
from datetime import UTC, datetime
from io import BytesIO

import pytest
from hypothesis import given
from hypothesis import strategies as st

from personsvar.mailbox.model import (
    Channel,
    Facts,
    Notice,
    NoticeId,
    NoticeKind,
    NoticeStatus,
    Number,
)
from personsvar.notifier.errors import UndeliverableError
from personsvar.notifier.letters import Letter
from personsvar.notifier.mail import clean, mail
from personsvar.notifier.sounds import wav

NOON = datetime(2026, 3, 2, 12, 0, tzinfo=UTC)


def _letter(subject: str = "Ny beskjed", address: str | None = "ola@example.test") -> Letter:
    notice = Notice(
        id=NoticeId(12),
        to=Number("+4790000001"),
        kind=NoticeKind.NEW_MESSAGE,
        channel=Channel.EMAIL,
        dedup_key="x",
        created_at=NOON,
        facts=Facts(caller=Number("+4790000002"), seconds=2.6, urgent=True),
        address=address,
        status=NoticeStatus.LEASED,
        attempts=1,
        next_at=NOON,
        lease="t",
    )
    return Letter(notice, "nb", "Ny <beskjed> & mer på vei", subject, "3 sek", alaw=b"\xd5" * 8000)


def test_an_email_says_what_it_is() -> None:
    it = mail(_letter(), sender="voicemail@example.test")
    assert it["Message-ID"] == "<notice-12@example.test>"
    assert it["Auto-Submitted"] == "auto-generated"
    assert it["Message-Context"] == "voice-message"
    assert it["X-CallingTelephoneNumber"] == "+4790000002"
    assert it["X-VoiceMessageDuration"] == "3"
    assert it["Importance"] == "high"
    assert it["Date"] == "Mon, 02 Mar 2026 12:00:00 +0000"
    assert [part.get_content_type() for part in it.walk()] == [
        "multipart/mixed",
        "multipart/alternative",
        "text/plain",
        "text/html",
        "audio/x-wav",
    ]
    html = it.get_body(("html",))
    assert html is not None
    assert "Ny &lt;beskjed&gt; &amp; mer på vei" in html.get_content()


def test_the_same_notice_is_the_same_email() -> None:
    first, again = (mail(_letter(), sender="voicemail@example.test") for _ in range(2))
    assert first["Message-ID"] == again["Message-ID"]


@given(st.text())
def test_no_subject_adds_a_header(subject: str) -> None:
    it = mail(_letter(f"x\r\nBcc: all@example.test\r\n\r\n{subject}"), sender="voicemail@example.test")
    assert it["Bcc"] is None
    assert not set(clean(subject)) & set("\r\n")


def test_without_an_address_there_is_no_email() -> None:
    with pytest.raises(UndeliverableError):
        mail(_letter(address=None), sender="voicemail@example.test")


def test_a_notice_without_sound_has_no_attachment() -> None:
    it = mail(replace(_letter(), alaw=None), sender="voicemail@example.test")
    assert not list(it.iter_attachments())


def test_the_wav_holds_what_the_a_law_held() -> None:
    every_code = bytes(range(256))
    with wave.open(BytesIO(wav(every_code))) as opened:
        assert (opened.getnchannels(), opened.getsampwidth(), opened.getframerate()) == (1, 2, 8000)
        assert opened.readframes(256) == audioop.alaw2lin(every_code, 2)
