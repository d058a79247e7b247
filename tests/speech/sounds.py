"""Sounds that callers leave, kind ones and hostile ones, each with what may come of it."""

from __future__ import annotations

import subprocess
from collections.abc import Callable, Mapping
from dataclasses import dataclass
from enum import StrEnum

import numpy as np

from personsvar.mailbox.model.subscriber import Language
from tests.speech.said import BRIEF, DOCTOR, MEETING, NORWEGIAN, SHORT, joe, robot
from tests.unit.voice_play.line import RATE, Samples, at, hiss, rumble, seconds_of, silence, tones


class Hope(StrEnum):
    """What may come of a sound."""

    WORDS = "its words"
    HARD = "what can be had"
    NOTHING = "no text"
    NOT_UNDERSTOOD = "not understood"


@dataclass(frozen=True, slots=True)
class CalledSound:
    """How it is made, which language the subscriber has, and what may come of it."""

    make: Callable[[], Samples]
    hope: Hope
    words: str = ""
    language: Language = "en"


def _noisy(decibels: float, noise: Callable[[float], Samples] = rumble, said: str = MEETING) -> Samples:
    """What is said, so much louder than the noise around it."""
    spoken = at(-22, joe(said))
    return spoken + at(-22 - decibels, noise(len(spoken) / RATE))


def babble(seconds: float) -> Samples:
    """A crowd: nine who read two texts, each from another place."""
    texts = [joe(MEETING), joe(DOCTOR)]
    voices = [np.roll(seconds_of(seconds, texts[n % 2]), n * RATE * 7 // 3) for n in range(9)]
    crowd: Samples = np.sum([at(-30, it) for it in voices], axis=0)
    return crowd


def sox(*effects: str, sound: Samples | None = None) -> Samples:
    """What sox makes of a sound, or of nothing."""
    form = ["-r", str(RATE), "-c", "1", "-b", "16", "-e", "signed", "-t", "raw"]
    begins = ["-n"] if sound is None else [*form, "-"]
    given = b"" if sound is None else np.clip(np.rint(sound), -32768, 32767).astype("<i2").tobytes()
    made = subprocess.run(
        ["sox", "-R", *begins, *form, "-", *effects], input=given, capture_output=True, check=True
    )
    return np.frombuffer(made.stdout, dtype="<i2").astype(np.float64)


def music(seconds: float) -> Samples:
    """Plucked chords over a bass, eight bars and again."""
    bars = [
        ("C3", "E4", "G4", "C5"),
        ("A2", "C4", "E4", "A4"),
        ("F2", "A3", "C4", "F4"),
        ("G2", "B3", "D4", "G4"),
    ]
    played = [
        sox("synth", "0.5", *(w for note in bar for w in ("pluck", note)), "remix", "-", "gain", "-6")
        for bar in bars
        for _ in range(4)
    ]
    return seconds_of(seconds, np.concatenate(played))


def organ(seconds: float) -> Samples:
    """A tune with a vibrato, which is nearest to a voice that sings."""
    notes = [262, 294, 330, 349, 392, 392, 440, 440, 440, 440, 392]
    times = np.arange(round(0.4 * RATE)) / RATE
    wave = [
        sum(
            np.sin(2 * np.pi * hertz * n * times + 0.6 * np.sin(2 * np.pi * 5.5 * times)) / n
            for n in range(1, 6)
        )
        for hertz in notes
    ]
    return seconds_of(seconds, np.concatenate(wave))


def drums(seconds: float) -> Samples:
    beat = np.concatenate(
        [
            hiss(0.05) * np.exp(-np.arange(400) / 80),
            silence(0.2),
            tones(0.1, 80) * np.exp(-np.arange(800) / 200),
            silence(0.15),
        ]
    )
    return seconds_of(seconds, beat)


def keys(seconds: float) -> Samples:
    """Somebody who presses keys: DTMF."""
    pairs = [(697, 1209), (770, 1336), (852, 1477), (941, 1336), (697, 1477)]
    return seconds_of(
        seconds, np.concatenate([np.concatenate([tones(0.12, *pair), silence(0.1)]) for pair in pairs])
    )


def ringing(seconds: float) -> Samples:
    return seconds_of(seconds, np.concatenate([tones(1, 425), silence(4)]))


def busy(seconds: float) -> Samples:
    return seconds_of(seconds, np.concatenate([tones(0.5, 425), silence(0.5)]))


def beeps(seconds: float) -> Samples:
    return seconds_of(
        seconds, np.concatenate([tones(0.2, 1000), silence(0.8), tones(0.1, 1400), silence(0.4)])
    )


def fax(seconds: float) -> Samples:
    return seconds_of(seconds, np.concatenate([tones(0.5, 1100), silence(3), tones(3, 2100)]))


def sweep(seconds: float) -> Samples:
    return sox("synth", str(seconds), "sine", "200-3200")


def whispered(sound: Samples) -> Samples:
    """The same mouth without a voice: each moment's spectrum, its phases thrown away."""
    frame = 160
    rows = sound[: len(sound) // frame * frame].reshape(-1, frame)
    spectrum = np.abs(np.fft.rfft(rows * np.hanning(frame), axis=1))
    smooth = np.apply_along_axis(lambda row: np.convolve(row, np.ones(7) / 7, "same"), 1, spectrum)
    phases = np.exp(2j * np.pi * np.random.default_rng(3).random(smooth.shape))
    return np.fft.irfft(smooth * phases, frame, axis=1).reshape(-1)


def _two_languages() -> Samples:
    return np.concatenate([at(-20, joe(MEETING)), silence(0.5), at(-20, robot(NORWEGIAN, "nb"))])


def _over_music() -> Samples:
    said = at(-20, joe(MEETING))
    return said + at(-30, music(len(said) / RATE))


SOUNDS: Mapping[str, CalledSound] = {
    # somebody speaks
    "clean": CalledSound(lambda: at(-20, joe(MEETING)), Hope.WORDS, MEETING),
    "clean, other words": CalledSound(lambda: at(-20, joe(DOCTOR)), Hope.WORDS, DOCTOR),
    "quiet, -45 dBFS": CalledSound(lambda: at(-45, joe(MEETING)), Hope.WORDS, MEETING),
    "very quiet, -58 dBFS": CalledSound(lambda: at(-58, joe(MEETING)), Hope.HARD, MEETING),
    "clipped": CalledSound(lambda: at(4, joe(MEETING)), Hope.HARD, MEETING),
    "noise 20 dB below": CalledSound(lambda: _noisy(20), Hope.WORDS, MEETING),
    "noise 10 dB below": CalledSound(lambda: _noisy(10), Hope.HARD, MEETING),
    "noise 5 dB below": CalledSound(lambda: _noisy(5), Hope.HARD, MEETING),
    "noise as loud": CalledSound(lambda: _noisy(0), Hope.HARD, MEETING),
    "noise 5 dB above": CalledSound(lambda: _noisy(-5), Hope.HARD, MEETING),
    "hiss 10 dB below": CalledSound(lambda: _noisy(10, hiss), Hope.HARD, MEETING),
    "crowd 10 dB below": CalledSound(lambda: _noisy(10, babble), Hope.HARD, MEETING),
    "crowd as loud": CalledSound(lambda: _noisy(0, babble), Hope.HARD, MEETING),
    "over music": CalledSound(_over_music, Hope.HARD, MEETING),
    "300-3400 Hz": CalledSound(
        lambda: at(-20, sox("sinc", "300-3400", sound=at(-20, joe(MEETING)))), Hope.WORDS, MEETING
    ),
    "fast": CalledSound(lambda: sox("tempo", "1.5", sound=at(-20, joe(MEETING))), Hope.HARD, MEETING),
    "brief": CalledSound(lambda: at(-20, joe(BRIEF)), Hope.WORDS, BRIEF),
    "short": CalledSound(lambda: at(-20, joe(SHORT)), Hope.WORDS, SHORT),
    "brief, noise 10 dB below": CalledSound(lambda: _noisy(10, said=BRIEF), Hope.HARD, BRIEF),
    "after 20 s of silence": CalledSound(
        lambda: np.concatenate([silence(20), at(-20, joe(MEETING))]), Hope.WORDS, MEETING
    ),
    "then 60 s of busy tone": CalledSound(
        lambda: np.concatenate([at(-20, joe(MEETING)), at(-20, busy(60))]), Hope.HARD, MEETING
    ),
    "three minutes": CalledSound(
        lambda: seconds_of(
            180, np.concatenate([at(-20, joe(MEETING)), silence(1), at(-20, joe(DOCTOR)), silence(1)])
        ),
        Hope.HARD,
        "",
    ),
    "whispered": CalledSound(lambda: at(-30, whispered(joe(MEETING))), Hope.HARD, MEETING),
    # nobody speaks
    "silence": CalledSound(lambda: silence(30), Hope.NOTHING),
    "hiss, -25 dBFS": CalledSound(lambda: at(-25, hiss(30)), Hope.NOTHING),
    "hiss, -60 dBFS": CalledSound(lambda: at(-60, hiss(30)), Hope.NOTHING),
    "a room's noise": CalledSound(lambda: at(-25, rumble(30)), Hope.NOTHING),
    "a hum": CalledSound(lambda: at(-30, tones(30, 50, 150)), Hope.NOTHING),
    "dial tone": CalledSound(lambda: at(-20, tones(30, 425)), Hope.NOTHING),
    "ringing tone": CalledSound(lambda: at(-20, ringing(30)), Hope.NOTHING),
    "busy tone": CalledSound(lambda: at(-20, busy(30)), Hope.NOTHING),
    "keys": CalledSound(lambda: at(-15, keys(30)), Hope.NOTHING),
    "beeps": CalledSound(lambda: at(-20, beeps(30)), Hope.NOTHING),
    "fax": CalledSound(lambda: at(-20, fax(30)), Hope.NOTHING),
    "sweep": CalledSound(lambda: at(-20, sweep(30)), Hope.NOTHING),
    "music": CalledSound(lambda: at(-20, music(30)), Hope.NOTHING),
    "a tune": CalledSound(lambda: at(-20, organ(30)), Hope.NOTHING),
    "drums": CalledSound(lambda: at(-20, drums(30)), Hope.NOTHING),
    "three minutes of music": CalledSound(lambda: at(-20, music(180)), Hope.NOTHING),
    # somebody speaks, and not so that it could be understood
    "backwards": CalledSound(lambda: at(-20, joe(MEETING)[::-1]), Hope.NOT_UNDERSTOOD),
    "a crowd": CalledSound(lambda: at(-20, babble(30)), Hope.NOT_UNDERSTOOD),
    "a robot's Norwegian": CalledSound(
        lambda: at(-20, robot(NORWEGIAN, "nb")), Hope.NOT_UNDERSTOOD, NORWEGIAN, "nb"
    ),
    "a robot's Norwegian, heard as English": CalledSound(
        lambda: at(-20, robot(NORWEGIAN, "nb")), Hope.NOT_UNDERSTOOD
    ),
    "a robot's German": CalledSound(
        lambda: at(
            -20, robot("Guten Tag, hier spricht Peter Müller, bitte rufen Sie mich morgen zurück.", "de")
        ),
        Hope.NOT_UNDERSTOOD,
        "",
        "nb",
    ),
    "English, heard as Norwegian": CalledSound(lambda: at(-20, joe(MEETING)), Hope.HARD, "", "nb"),
    "two languages": CalledSound(_two_languages, Hope.HARD, MEETING),
    "one word, a minute long": CalledSound(
        lambda: seconds_of(60, np.concatenate([at(-20, joe("hello")), silence(0.3)])), Hope.HARD, ""
    ),
    "a syllable, two minutes long": CalledSound(
        lambda: seconds_of(120, at(-20, joe("hello"))[:1600]), Hope.HARD, ""
    ),
    "three minutes backwards": CalledSound(
        lambda: seconds_of(180, at(-20, joe(MEETING)[::-1])), Hope.NOT_UNDERSTOOD
    ),
}
