"""Messages as mail: the bytes, and everything that is worked out without them."""

from __future__ import annotations

import email.policy
import re
from dataclasses import replace
from datetime import UTC, datetime, timedelta, timezone
from email.message import EmailMessage
from email.utils import parsedate_to_datetime

import pytest
from hypothesis import given
from hypothesis import strategies as st

from personsvar.vvm.imap.items import Piece, Section
from personsvar.vvm.imap.mime import (
    GreetingMessage,
    GreetingType,
    MimeMail,
    VoiceMessage,
    greeting_mail,
    voice_mail,
)
from personsvar.vvm.imap.mime.amr import seconds
from personsvar.vvm.imap.mime.envelope import envelope
from personsvar.vvm.imap.mime.mime_part import SoundMissingError
from personsvar.vvm.imap.mime.sections import holds_sound, section
from personsvar.vvm.imap.mime.structure import structure
from tests.unit.vvm.imap.small_server import AMR, AT, FRAME, HOST, VALIDITY, voice

NOTE = """Date: Fri, 17 Jan 2025 15:01:36 +0100
From: +15550177@vvm.example.net
To: 5550142@vvm.example.net
Subject: Voice message
Message-ID: <329.1700000000@vvm.example.net>
MIME-Version: 1.0 (Voice Version 2.0)
Message-Context: voice-message
Content-Duration: 9
Importance: normal
X-AppleVM-Message-Version: 1.0
Content-Type: multipart/mixed; boundary="=_b1"

--=_b1
Content-Type: audio/amr; name="vm-329.amr"
Content-Transfer-Encoding: base64
Content-Disposition: attachment; size=6; filename="vm-329.amr"
Content-Duration: 9
X-AppleVM-Duration: 9

IyFBTVIK

--=_b1
Content-Type: text/plain; charset=utf-8
Content-Transfer-Encoding: base64

aGVsbG8gdGhlcmUK

--=_b1--
"""
"""Section 4 of the note; each part's body ends its own last line, as the sizes of section 3.2 have it."""
ZONES = st.integers(-12 * 4, 14 * 4).map(lambda quarters: timezone(timedelta(minutes=15 * quarters)))
MESSAGES = st.builds(
    VoiceMessage,
    uid=st.integers(1, 2**32 - 1),
    uid_validity=st.just(1),
    host=st.just(HOST),
    to=st.just("4790000012"),
    caller=st.none() | st.from_regex(r"\+[1-9][0-9]{4,14}", fullmatch=True) | st.text(),
    at=st.datetimes(datetime(1990, 1, 1), datetime(2100, 1, 1), timezones=ZONES),  # noqa: DTZ001 - bounds; the zone is drawn
    seconds=st.floats(0, 600),
    octets=st.none(),
    urgent=st.booleans(),
    subject=st.text(),
    transcript=st.text(st.characters(codec="utf-8")),
)


def parsed(mail: MimeMail) -> EmailMessage:
    return email.message_from_bytes(mail.content, _class=EmailMessage, policy=email.policy.default)


def test_the_bytes_of_the_note() -> None:
    mail = voice_mail(voice(329, transcript="hello there")).with_sound(b"#!AMR\n")
    assert mail.content.decode() == NOTE.replace("\n", "\r\n")


@given(message=MESSAGES, amr=st.binary(max_size=400))
def test_a_mail_program_reads_what_we_meant(message: VoiceMessage, amr: bytes) -> None:
    mail = voice_mail(message).with_sound(amr)
    read = parsed(mail)
    assert not read.defects
    assert read["Date"] is not None
    assert parsedate_to_datetime(str(read["Date"])) == message.at.replace(microsecond=0)
    assert read.get_content_type() == "multipart/mixed"
    audio, *texts = read.iter_parts()
    assert audio.get_content_type() == "audio/amr"
    assert audio.get_content_disposition() == "attachment"
    assert audio.get_payload(decode=True) == amr
    assert [text.get_payload(decode=True) for text in texts] == (
        [f"{message.transcript}\n".encode()] if message.transcript else []
    )


@given(message=MESSAGES, amr=st.binary(max_size=400))
def test_sizes_are_known_by_the_length_of_the_sound(message: VoiceMessage, amr: bytes) -> None:
    whole = voice_mail(message).with_sound(amr)
    bare = voice_mail(replace(message, octets=len(amr)))
    assert bare.size == whole.size == len(whole.content)
    assert [part.size for part in bare.parts] == [len(part.body) for part in whole.parts]
    assert [part.lines for part in bare.parts] == [part.body.count(b"\r\n") for part in whole.parts]
    assert structure(bare) == structure(whole)
    assert envelope(bare) == envelope(whole)
    header = Section(Piece.HEADER)
    assert section(bare, header) == section(whole, header)


@given(message=MESSAGES)
def test_no_line_is_folded_long_or_not_ascii(message: VoiceMessage) -> None:
    mail = voice_mail(message).with_sound(AMR)
    mail.content.decode("ascii")
    head = section(mail, Section(Piece.HEADER))
    assert head is not None
    lines = head.decode("ascii").split("\r\n")
    assert [line for line in lines if line.startswith((" ", "\t"))] == []
    assert len(lines) == 13  # eleven headers, whatever was said in one of them, the empty line, the end
    assert max(map(len, mail.text.split(b"\r\n"))) <= 76


@given(message=MESSAGES, amr=st.binary(max_size=100))
def test_pieces_make_up_the_whole(message: VoiceMessage, amr: bytes) -> None:
    mail = voice_mail(message).with_sound(amr)
    head, text = (section(mail, Section(piece)) for piece in (Piece.HEADER, Piece.TEXT))
    assert head is not None
    assert text is not None
    assert head + text == mail.content == section(mail, Section())
    about, sound = section(mail, Section(Piece.MIME, (1,))), section(mail, Section(path=(1,)))
    assert about is not None
    assert sound is not None
    assert about + sound in text


@pytest.mark.parametrize(
    ("caller", "sender"),
    [
        ("+4790000012", "+4790000012"),
        ("122", "122"),
        (None, "anonymous"),
        ("", "anonymous"),
        ("+47\r\nBcc: x", "anonymous"),
        ("x@y", "anonymous"),
        ("٣٣٣٣", "anonymous"),
    ],
)
def test_who_called(caller: str | None, sender: str) -> None:
    mail = voice_mail(VoiceMessage(1, 1, HOST, "5550142", caller, AT, 9, 0))
    assert mail.values("from") == [f"{sender}@{HOST}"]


def test_urgent_and_in_norwegian() -> None:
    mail = voice_mail(
        VoiceMessage(1, 1, HOST, "x", None, AT, 8.6, 0, urgent=True, subject="Talebeskjed på vent")
    )
    assert mail.values("importance") == ["high"]
    assert mail.values("content-duration") == ["9"]
    assert parsed(mail.with_sound(b""))["Subject"] == "Talebeskjed på vent"


def test_a_greeting() -> None:
    mail = greeting_mail(
        GreetingMessage(12, VALIDITY, HOST, "5550142", GreetingType.VOICE_SIGNATURE, AT, 3, len(AMR))
    )
    read = parsed(mail.with_sound(AMR))
    assert mail.size == len(mail.with_sound(AMR).content)
    assert read["X-CNS-Greeting-Type"] == "voice-signature"
    assert read["X-AppleVM-Message-Version"] == "1.0"
    assert read["Message-ID"] == f"<greeting-12.{VALIDITY}@{HOST}>"
    [audio] = read.iter_parts()
    assert audio["X-AppleVM-Duration"] == "3"
    assert audio.get_payload(decode=True) == AMR


class TestSections:
    mail = voice_mail(voice(329, transcript="hello there")).with_sound(AMR)

    @pytest.mark.parametrize(
        "asked",
        [
            Section(path=(3,)),
            Section(path=(1, 1)),
            Section(Piece.HEADER, (1,)),
            Section(Piece.TEXT, (2,)),
            Section(path=(3,), start=0, length=9),
        ],
    )
    def test_what_there_is_not(self, asked: Section) -> None:
        assert section(self.mail, asked) is None

    def test_headers_in_their_own_order(self) -> None:
        asked = Section(Piece.FIELDS, fields=(b"SUBJECT", b"FROM", b"CC"))
        assert section(self.mail, asked) == (
            b"From: +15550177@vvm.example.net\r\nSubject: Voice message\r\n\r\n"
        )

    def test_all_headers_but_some(self) -> None:
        every = tuple(name.upper().encode() for name, _ in self.mail.headers)
        asked = Section(Piece.FIELDS_NOT, fields=every[1:])
        assert section(self.mail, asked) == b"Date: Fri, 17 Jan 2025 15:01:36 +0100\r\n\r\n"

    @pytest.mark.parametrize(
        ("start", "length", "octets"), [(0, 4, b"Date"), (4, 1, b":"), (11_640, 10, b"\n"), (99_999, 9, b"")]
    )
    def test_a_stretch_of_it(self, start: int, length: int, octets: bytes) -> None:
        assert section(self.mail, Section(start=start, length=length)) == octets

    @pytest.mark.parametrize(
        "asked",
        [
            Section(Piece.HEADER),
            Section(Piece.FIELDS, fields=(b"DATE",)),
            Section(Piece.MIME, (1,)),
            Section(path=(2,)),
            Section(path=(3,)),
        ],
    )
    def test_what_holds_no_sound_is_told_without_it(self, asked: Section) -> None:
        bare = voice_mail(voice(329, transcript="hello there"))
        assert not holds_sound(asked)
        assert section(bare, asked) == section(self.mail, asked)

    @pytest.mark.parametrize("asked", [Section(), Section(Piece.TEXT), Section(path=(1,))])
    def test_what_holds_it_is_not(self, asked: Section) -> None:
        assert holds_sound(asked)
        with pytest.raises(SoundMissingError):
            section(voice_mail(voice(329)), asked)


class TestAmr:
    def test_it_is_as_long_as_its_frames(self) -> None:
        assert seconds(AMR) == 5.0

    @pytest.mark.parametrize("kind", [0, 1, 2, 3, 4, 5, 6, 7, 8, 15])
    def test_frames_of_every_kind(self, kind: int) -> None:
        octets = {0: 12, 1: 13, 2: 15, 3: 17, 4: 19, 5: 20, 6: 26, 7: 31, 8: 5, 15: 0}[kind]
        assert seconds(b"#!AMR\n" + (bytes([kind << 3 | 4]) + bytes(octets)) * 50) == 1.0

    def test_a_torn_last_frame_is_left_out(self) -> None:
        assert seconds(b"#!AMR\n" + FRAME + FRAME[:-1]) == 0.02

    @pytest.mark.parametrize(
        "octets", [b"", b"#!AMR\n", b"#!AMR-WB\n" + FRAME, b"#!AMR\n" + bytes([9 << 3]), b"RIFF", FRAME]
    )
    def test_what_is_none(self, octets: bytes) -> None:
        assert seconds(octets) is None


def test_structure_holds_no_escapes_and_no_line_end() -> None:
    assert re.search(rb"[\\\r\n]", structure(TestSections.mail)) is None


def test_dates_are_english_whatever_the_machine_speaks() -> None:
    mail = voice_mail(VoiceMessage(1, 1, HOST, "x", None, datetime(2025, 5, 4, 3, 2, 1, tzinfo=UTC), 9, 0))
    assert mail.values("Date") == ["Sun, 4 May 2025 03:02:01 +0000"]
