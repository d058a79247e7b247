"""Greetings that phones record and choose: what they send, and what callers hear then."""

from __future__ import annotations

import re
import wave
from io import BytesIO

import numpy as np
import pytest

from personsvar.mailbox.model.greeting import GreetingKind
from personsvar.mailbox.model.visual_account import VisualDialect
from personsvar.voice.alaw import decode
from personsvar.voice.trim import KEPT_SECONDS, without_silence_around
from personsvar.voice.wav import wav
from tests.real.visual.recorded import KEY_FIVE, amr, amr_of, several, single
from tests.real.visual.service import Subscription, VisualProcess
from tests.real.visual.wire import Wire
from tests.world import SILENT_SECOND, speech

ON = "$CNS-Greeting-On"
APPLE_ON = "$AppleVM-ActiveGreeting"


def append(wire: Wire, message: bytes, flags: str = ON, folder: str = "GREETINGS") -> str:
    wire.send(f'a APPEND "{folder}" ({flags}) {{{len(message)}}}\r\n'.encode())
    first = wire.line()
    if first != "+ go":
        return first.removeprefix("a ")
    wire.send(message + b"\r\n")
    return wire.answer("a")[-1]


def appended(wire: Wire, message: bytes, flags: str = ON) -> int:
    found = re.fullmatch(r"OK \[APPENDUID 1 (\d+)\] saved", append(wire, message, flags))
    assert found is not None
    return int(found[1])


def shown(visual: VisualProcess, who: Subscription) -> dict[int, set[str]]:
    """Its greetings and their flags, as a client sees them that comes anew."""
    with visual.logged_in(who, "Greetings") as wire:
        lines = wire.ask("UID FETCH 1:* (FLAGS)")[:-1]
    found = [re.fullmatch(r"\* \d+ FETCH \(UID (\d+) FLAGS \((.*)\)\)", line) for line in lines]
    return {int(it[1]): set(it[2].split()) for it in found if it is not None}


def test_callers_hear_what_the_phone_recorded(visual: VisualProcess) -> None:
    who = visual.subscription()
    with visual.logged_in(who) as wire:
        uid = appended(wire, single(amr(3)))
    heard = visual.greeting(who.number)
    assert heard is not None
    assert abs(len(heard) / 8000 - 3) < 0.1
    samples = decode(heard).astype(float)
    spectrum = np.abs(np.fft.rfft(samples))
    assert abs(np.argmax(spectrum) * 8000 / len(samples) - 300) < 20
    assert 1000 < np.sqrt((samples**2).mean()) < 8000  # as loud as a prompt, -19 dBFS active
    assert shown(visual, who) == {uid: {ON, APPLE_ON}}


@pytest.mark.parametrize(
    ("sent_as", "kind"),
    [("normal-greeting", GreetingKind.PERSONAL), ("voice-signature", GreetingKind.SIGNATURE)],
)
def test_the_silence_around_it_is_cut_off_as_where_it_is_recorded_in_a_call(
    visual: VisualProcess, sent_as: str, kind: GreetingKind
) -> None:
    words = without_silence_around(speech())
    who = visual.subscription()
    with visual.logged_in(who) as wire:
        appended(wire, single(amr_of(SILENT_SECOND * 2 + words + SILENT_SECOND * 3), sent_as))
    with wave.open(BytesIO(wav(visual.greeting(who.number, kind) or b""))) as file:
        heard = file.getnframes() / file.getframerate()
    assert abs(heard - len(words) / 8000) < 2 * KEPT_SECONDS


def test_a_pause_between_two_words_of_it_stays(visual: VisualProcess) -> None:
    words = without_silence_around(speech())
    who = visual.subscription()
    with visual.logged_in(who) as wire:
        appended(wire, single(amr_of(words + SILENT_SECOND * 3 + words)))
    heard = len(visual.greeting(who.number) or b"") / 8000
    assert abs(heard - (2 * len(words) / 8000 + 3)) < 2 * KEPT_SECONDS


def test_an_iphones_in_several_parts(visual: VisualProcess) -> None:
    """It takes the mark off all others around the new one."""
    who = visual.subscription(VisualDialect.IPHONE)
    with visual.logged_in(who) as wire:
        first = appended(wire, several(amr(2)), rf"\Seen {APPLE_ON}")
        second = appended(wire, several(amr(1)), rf"\Seen {APPLE_ON}")
        wire.ask("SELECT Greetings")
        assert wire.ask(f"UID STORE 1:{second - 1} -FLAGS ({APPLE_ON})")[-1] == "OK done"
    assert shown(visual, who) == {first: {r"\Seen"}, second: {r"\Seen", ON, APPLE_ON}}
    heard = visual.greeting(who.number)
    assert heard is not None
    assert abs(len(heard) / 8000 - 1) < 0.1


def test_choosing_another_tells_that_the_one_before_is_off(visual: VisualProcess) -> None:
    who = visual.subscription()
    with visual.logged_in(who) as wire:
        first = appended(wire, single(amr(2)))
        second = appended(wire, single(amr(1)), "")
        wire.ask("SELECT Greetings")
        on = wire.ask(f"UID STORE {second} +FLAGS ({ON})")
        assert on == [
            f"* 2 FETCH (UID {second} FLAGS ({ON} {APPLE_ON}))",
            f"* 1 FETCH (UID {first} FLAGS ())",
            "OK done",
        ]
        assert len(visual.greeting(who.number) or b"") < 12_000
        assert wire.ask(f"UID STORE {second} -FLAGS.SILENT ({ON})") == [
            f"* 2 FETCH (UID {second} FLAGS ())",  # its other name went too, which the client can't know
            "OK done",
        ]
    assert visual.greeting(who.number) is None


def test_a_voice_signature(visual: VisualProcess) -> None:
    who = visual.subscription()
    with visual.logged_in(who) as wire:
        appended(wire, single(amr(1), "voice-signature"))
        wire.ask("SELECT Greetings")
        told = wire.ask("FETCH 1 (BODY.PEEK[HEADER.FIELDS (X-CNS-GREETING-TYPE)] FLAGS)")
    assert "X-CNS-Greeting-Type: voice-signature" in told[0]
    assert f"FLAGS ({ON})" in told[0]
    assert visual.greeting(who.number) is None
    assert visual.greeting(who.number, GreetingKind.SIGNATURE) is not None


def test_the_clients_own_recording_comes_back_as_callers_hear_it(visual: VisualProcess) -> None:
    """Encoded anew, once: the same bytes for whoever asks."""
    who = visual.subscription()
    with visual.logged_in(who) as wire:
        appended(wire, single(amr(2)))
        wire.ask("SELECT Greetings")
        first = wire.ask("FETCH 1 (RFC822.SIZE BODY.PEEK[])")
        again = wire.ask("FETCH 1 (RFC822.SIZE BODY.PEEK[])")
    assert first == again
    size = re.match(r"\* 1 FETCH \(RFC822.SIZE (\d+) BODY\[\] \{(\d+)\}", first[0])
    assert size is not None
    assert size[1] == size[2]


def test_refused_are_key_tones_too_long_ones_and_what_is_no_amr(visual: VisualProcess) -> None:
    who = visual.subscription()
    with visual.logged_in(who) as wire:
        assert append(wire, single(amr(1, KEY_FIVE))) == "NO [CANNOT] greeting holds key tones"
        assert append(wire, single(amr(1) + amr(1)[6:] * 130)) == "NO [LIMIT] greeting too long"
        assert append(wire, single(b"#!AMR\n" + b"\x60" * 500)) == "NO [CANNOT] the audio is not AMR"
        assert append(wire, single(b"#!AMR\n" + b"\xff" * 500)) == "NO [CANNOT] the audio can't be read"
        assert append(wire, single(b"RIFF....WAVE")) == "NO [CANNOT] the audio is not AMR"
        assert append(wire, b"Subject: no sound\r\n\r\nHello.") == "NO [CANNOT] no audio in the message"
        assert append(wire, single(amr(1)), folder="INBOX") == "NO [CANNOT] command not allowed"
        assert append(wire, single(amr(1)), folder="Other") == "NO [TRYCREATE] no such folder"
    assert shown(visual, who) == {}
    assert visual.greeting(who.number) is None


def test_a_removed_greeting_is_heard_no_more(visual: VisualProcess) -> None:
    who = visual.subscription()
    with visual.logged_in(who) as wire:
        uid = appended(wire, single(amr(1)))
        wire.ask("SELECT Greetings")
        wire.ask(rf"UID STORE {uid} +FLAGS.SILENT (\Deleted)")
        assert wire.ask(f"UID EXPUNGE {uid}") == ["* 1 EXPUNGE", "OK done"]
    assert visual.greeting(who.number) is None
