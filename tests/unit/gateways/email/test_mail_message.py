from __future__ import annotations

import audioop
import re
import wave
from dataclasses import replace
from email import message_from_bytes
from email.message import EmailMessage
from email.policy import SMTP
from io import BytesIO
from typing import get_args

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from personsvar.gateways.email.attachment import Attachment, CallToHear, Carried, Linked, as_wav
from personsvar.gateways.email.mail_message import clean, mail
from personsvar.gateways.email.mail_templates import wording
from personsvar.mailbox.model.notice import Facts, MissedReason, NoticeKind
from personsvar.mailbox.model.subscriber import Language
from personsvar.mailbox.notices import FOR_MACHINES
from personsvar.notifier.delivery_errors import UndeliverableError
from personsvar.notifier.words.rendering import Rendered
from personsvar.voice.wav import wav
from tests.unit.gateways.email.mails import NEW, NOON, letter, with_words, withheld

WORDS = wording()
MP3 = Attachment(b"ID3\x00\xff" * 100, "mp3", 23.2)
LINK = Linked("https://voicemail.example.test/r/gAAAAA", NOON.replace(day=16))
SENDER = "voicemail@example.test"


def _mail(of: Rendered, carried: Carried | None = None) -> EmailMessage:
    """As a mail program reads it: written, and parsed again."""
    written = mail(of, sender=SENDER, wording=WORDS, carried=carried).as_bytes()
    assert written.isascii()
    return message_from_bytes(written, _class=EmailMessage, policy=SMTP)


def _body(it: EmailMessage, kind: str) -> str:
    part = it.get_body((kind,))
    assert part is not None
    return str(part.get_content())


def test_an_email_says_what_it_is() -> None:
    it = _mail(letter(replace(NEW, urgent=True)), MP3)
    assert it["From"] == "Personsvar <voicemail@example.test>"
    assert it["To"] == "ola@example.test"
    assert it["Subject"] == "Haster: ny beskjed fra +47 900 00 002 (23 sek)"
    assert it["Message-ID"] == "<notice-12.1772452800@example.test>"
    assert it["Auto-Submitted"] == "auto-generated"
    assert it["Message-Context"] == "voice-message"
    assert it["X-CallingTelephoneNumber"] == "+4790000002"
    assert it["X-VoiceMessageDuration"] == "23"
    assert it["Importance"] == "high"
    assert it["Date"] == "Mon, 02 Mar 2026 12:00:00 +0000"
    assert [part.get_content_type() for part in it.walk()] == [
        "multipart/mixed",
        "multipart/alternative",
        "text/plain",
        "text/html",
        "audio/mpeg",
    ]


def test_the_recording_is_attached_under_the_time_of_the_subscribers_own_clock() -> None:
    (sound,) = _mail(letter(), MP3).iter_attachments()
    assert sound.get_filename() == "beskjed-2026-03-02-1232.mp3"
    assert sound["Content-Duration"] == "23"
    assert sound.get_content() == MP3.content


def test_a_recording_as_wav_is_what_the_a_law_held() -> None:
    every_code = bytes(range(256)) * 40
    (sound,) = _mail(letter(), as_wav(every_code)).iter_attachments()
    assert sound.get_content_type() == "audio/x-wav"
    assert sound["Content-Duration"] == "1"
    with wave.open(BytesIO(sound.get_content())) as opened:
        assert opened.readframes(10240) == audioop.alaw2lin(every_code, 2)


TEXTS: list[tuple[Language, Facts, Carried | None, list[str]]] = [
    (
        "nb",
        NEW,
        MP3,
        [
            "Fra:        +47 900 00 002",
            "Tidspunkt:  mandag 2. mars kl. 12.32",
            "Lengde:     23 sek",
            "Beskjeden ligger ved denne e-posten.",
            "ring +47 474 71 000 og tast 1.",
            "Ring tilbake: +47 900 00 002",
            "Du har nå 2 nye beskjeder.",
        ],
    ),
    ("nb", withheld(), MP3, ["Fra:        hemmelig nummer"]),
    ("en", withheld(), MP3, ["From:    a withheld number"]),
    (
        "en",
        NEW,
        MP3,
        [
            "From:    +47 900 00 002",
            "Time:    Monday 2 March at 12:32",
            "Length:  23 s",
            "The message is attached to this e-mail.",
            "call +47 474 71 000 and press 1.",
            "You now have 2 new messages.",
        ],
    ),
    (
        "nb",
        NEW,
        LINK,
        ["Hør beskjeden her, frem til mandag 16. mars kl. 13.00:", "https://voicemail.example.test/r/gAAAAA"],
    ),
    ("nb", NEW, CallToHear(), ["Lydfilen er for stor til å sendes, men beskjeden venter på deg"]),
    ("nb", replace(NEW, urgent=True), MP3, ["Denne beskjeden haster."]),
]


@pytest.mark.parametrize(("language", "facts", "carried", "said"), TEXTS)
def test_the_text_tells_caller_time_length_how_many_and_what_to_press(
    language: Language, facts: Facts, carried: Carried | None, said: list[str]
) -> None:
    text = _body(_mail(letter(facts, language=language), carried), "plain")
    assert [line for line in said if line not in text] == []


@pytest.mark.parametrize(
    ("facts", "never"), [(withheld(), "Ring tilbake"), (replace(NEW, new_count=1), "nye beskjeder")]
)
def test_what_does_not_apply_is_not_said(facts: Facts, never: str) -> None:
    it = _mail(letter(facts), MP3)
    assert never not in _body(it, "plain")
    assert never not in _body(it, "html")


def test_the_page_lets_a_phone_dial_from_anywhere() -> None:
    for language in get_args(Language):
        page = _body(_mail(letter(language=language), MP3), "html")
        assert re.findall(r'href="tel:([^"]*)"', page) == ["+4747471000", "+4790000002"]


def test_the_keys_against_copies_by_email_are_those_of_the_menu() -> None:
    assert "ring +47 474 71 000, tast 3, så 5, så 4." in _body(_mail(letter(), MP3), "plain")
    assert "press 3, then 5, then 4." in _body(_mail(letter(language="en"), MP3), "plain")


def test_the_page_fetches_nothing_from_elsewhere() -> None:
    page = _body(_mail(letter(), LINK), "html")
    assert "<img" not in page
    assert "<style" not in page
    assert page.count("https://") == 1  # the link itself


@pytest.mark.parametrize(
    "kind", [kind for kind in NoticeKind if kind not in {*FOR_MACHINES, NoticeKind.NEW_MESSAGE}]
)
def test_every_other_kind_of_notice_is_told_by_its_text(kind: NoticeKind) -> None:
    facts = replace(NEW, reason=MissedReason.HUNG_UP)
    it = letter(facts, kind=kind, alaw=None)
    sent = _mail(with_words(it, text="Litt <av> hvert & mer på vei", subject="Emne"))
    assert sent["Subject"] == "Emne"
    assert sent["Message-Context"] is None
    assert _body(sent, "plain").strip() == "Litt <av> hvert & mer på vei"
    assert "Litt &lt;av&gt; hvert &amp; mer på vei" in _body(sent, "html")
    assert not list(sent.iter_attachments())


def test_the_same_notice_is_the_same_email() -> None:
    assert _mail(letter(), MP3)["Message-ID"] == _mail(letter(), MP3)["Message-ID"]


def test_notices_of_a_new_database_are_other_emails() -> None:
    old = letter()
    new = replace(old, notice=replace(old.notice, created_at=NOON.replace(month=4)))
    assert _mail(old)["Message-ID"] != _mail(new)["Message-ID"]


@given(st.text())
@settings(deadline=None)  # a busy machine is no failure
def test_no_subject_adds_a_header(subject: str) -> None:
    lines = f"x\r\nBcc: all@example.test\r\n\r\n{subject}"
    written = with_words(letter(kind=NoticeKind.MISSED_CALL), subject=lines)
    it = mail(written, sender=SENDER, wording=WORDS)
    assert it["Bcc"] is None
    head, _, _ = it.as_bytes().partition(b"\r\n\r\n")
    assert b"\nBcc:" not in head
    assert not set(clean(subject)) & set("\r\n")


@pytest.mark.parametrize(
    "address",
    [
        None,
        "",
        "ola",
        "ola@example.test\r\nBcc: all@example.test",
        "ola@example.test, all@example.test",
        "ola@example.test> <all@example.test",
        "ola nordmann@example.test",
        "blåbær@exa mple.test",
    ],
)
def test_without_a_proper_address_there_is_no_email(address: str | None) -> None:
    with pytest.raises(UndeliverableError):
        mail(letter(address=address), sender=SENDER, wording=WORDS)


def test_an_address_whose_domain_has_other_letters_is_plain_ascii_in_the_mail() -> None:
    assert _mail(letter(address="kari@blåbær.test"), MP3)["To"] == "kari@xn--blbr-roah.test"


def test_letters_before_the_at_stand_in_the_headers_as_they_are_and_the_rest_stays_seven_bits() -> None:
    it = mail(letter(address="bjørn.åse@blåbær.test"), sender=SENDER, wording=WORDS, carried=MP3)
    head, _, body = it.as_bytes().partition(b"\r\n\r\n")
    assert "\r\nTo: bjørn.åse@xn--blbr-roah.test\r\n" in head.decode()
    assert body.isascii()


def test_the_senders_name_may_be_of_any_language() -> None:
    it = mail(letter(), sender=SENDER, sender_name="Østlandets Nett\r\nBcc: x", wording=WORDS)
    read = message_from_bytes(it.as_bytes(), _class=EmailMessage, policy=SMTP)
    assert read["From"].addresses[0].display_name == "Østlandets Nett Bcc: x"
    assert read["Bcc"] is None


def test_the_wav_holds_what_the_a_law_held() -> None:
    every_code = bytes(range(256))
    with wave.open(BytesIO(wav(every_code))) as opened:
        assert (opened.getnchannels(), opened.getsampwidth(), opened.getframerate()) == (1, 2, 8000)
        assert opened.readframes(256) == audioop.alaw2lin(every_code, 2)
