"""Keypad tones in a greeting: found as a receiver would find them (ITU-T Q.24), never heard in a voice."""

from __future__ import annotations

import itertools

import numpy as np
import pytest

from personsvar.voice.dtmf import HIGH_HERTZ, LOW_HERTZ, holds_keys
from tests.unit.voice_play.line import (
    LONG,
    Samples,
    alaw,
    at,
    hiss,
    rumble,
    seconds_of,
    silence,
    spoken,
    tones,
)

PAIRS = list(itertools.product(LOW_HERTZ, HIGH_HERTZ))


def key(low: float, high: float, *, seconds: float, twist_db: float = 0, off: float = 0) -> Samples:
    """One key; the low tone louder by `twist_db`, both off by that share of their frequency."""
    return tones(seconds, low * (1 + off)) * 10 ** (twist_db / 20) + tones(seconds, high * (1 + off))


@pytest.mark.parametrize(("low", "high"), PAIRS)
@pytest.mark.parametrize("off", [-0.015, 0, 0.015])
@pytest.mark.parametrize("twist_db", [-6, 0, 6])
def test_a_key_of_40_ms_is_found_wherever_it_begins(low: int, high: int, off: float, twist_db: float) -> None:
    for begins in (0.1, 0.1011, 0.1023, 0.1047):
        pressed = at(-25, key(low, high, seconds=0.04, twist_db=twist_db, off=off))
        sound = np.concatenate([silence(begins), pressed, silence(0.2)])
        assert holds_keys(alaw(sound + at(-65, hiss(len(sound) / 8000))[: len(sound)]))


@pytest.mark.parametrize("dbfs", [-6, -20, -35, -42])
def test_a_key_between_words_is_found(dbfs: float) -> None:
    voice = at(-25, seconds_of(5, spoken(LONG)))
    pressed = at(dbfs, key(770, 1336, seconds=0.06))
    assert holds_keys(alaw(np.concatenate([voice, silence(0.05), pressed, silence(0.05), voice])))


@pytest.mark.parametrize("voice", ["nb", "nb+f3", "en", "nb+m5", "en+f4"])
@pytest.mark.parametrize("dbfs", [-15, -30, -50])
def test_a_voice_presses_no_keys(voice: str, dbfs: float) -> None:
    assert not holds_keys(alaw(at(dbfs, spoken(LONG, voice))))


@pytest.mark.parametrize(
    "sound",
    [
        at(-20, tones(2, 697)),
        at(-20, tones(2, 1209)),
        at(-20, tones(2, 425)),
        at(-20, tones(2, 1000)),
        at(-20, tones(2, 697, 1209, 1900)),
        at(-20, key(697, 1209, seconds=2, twist_db=20)),
        at(-20, key(697, 1209, seconds=0.02)),
        at(-20, tones(2, 950, 1400, 1800)),
        at(-30, hiss(5)),
        at(-30, rumble(5)),
        silence(5),
        silence(0.01),
        at(-70, key(697, 1209, seconds=1)),
    ],
)
def test_what_is_no_key_is_none(sound: Samples) -> None:
    assert not holds_keys(alaw(np.concatenate([silence(0.01), sound, silence(0.01)])))
