"""Speech or silence: a voice at any level is kept, a line without one is not."""

from __future__ import annotations

import random

import numpy as np
import pytest

from personsvar.voice.speech import holds_speech, speech_seconds
from tests.effort import cost, costs_no_more_than
from tests.unit.voice_play.line import (
    LONG,
    RATE,
    SHORT,
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


@pytest.mark.parametrize("dbfs", [-12, -20, -30, -40, -50, -58, -62])
@pytest.mark.parametrize("voice", ["nb", "nb+f3", "en"])
def test_fourteen_seconds_of_a_voice_are_speech_however_quiet(dbfs: float, voice: str) -> None:
    assert holds_speech(alaw(at(dbfs, seconds_of(14, spoken(LONG, voice)))))


@pytest.mark.parametrize("dbfs", [-50, -58])
def test_a_quiet_voice_on_a_line_that_hisses_is_speech(dbfs: float) -> None:
    voice = at(dbfs, seconds_of(14, spoken(LONG)))
    assert holds_speech(alaw(voice + at(-70, hiss(14))))


@pytest.mark.parametrize("dbfs", [-20, -40, -58])
@pytest.mark.parametrize("before", [0, 9, 170])
def test_a_few_words_after_a_long_silence_are_speech(dbfs: float, before: float) -> None:
    words = at(dbfs, spoken(SHORT))
    assert holds_speech(alaw(np.concatenate([at(-70, hiss(before + 1)), words, at(-70, hiss(0.5))])))


@pytest.mark.parametrize(
    "after", [tones(30, 425), tones(30, 425) + tones(30, 450), rumble(30), tones(30, 262, 330, 392)]
)
@pytest.mark.parametrize("dbfs", [-25, -40, -50])
@pytest.mark.parametrize("seconds", [2, 5, 14])
def test_words_before_a_louder_steady_sound_are_speech(seconds: float, dbfs: float, after: Samples) -> None:
    """A caller's phone that was left beside a radio, or a line that fell into busy tone: once lost."""
    words = at(dbfs, seconds_of(seconds, spoken(LONG)))
    assert holds_speech(alaw(np.concatenate([words, at(-15, after)])))
    assert holds_speech(alaw(np.concatenate([at(-15, after), words])))


def test_one_word_is_speech() -> None:
    assert holds_speech(alaw(np.concatenate([silence(0.4), at(-30, spoken("Ja.")), silence(0.4)])))


@pytest.mark.parametrize("noise", [at(-25, rumble(14)), at(-25, hiss(14)), at(-28, tones(14, 50, 150))])
def test_a_voice_in_a_loud_place_is_speech(noise: Samples) -> None:
    assert holds_speech(alaw(at(-25, seconds_of(14, spoken(LONG))) + noise))


@pytest.mark.parametrize("seconds", [1, 2, 5, 10, 20])
@pytest.mark.parametrize("dbfs", [-80, -75, -70, -65, -60, -50, -40])
def test_the_noise_of_a_line_is_no_speech(seconds: float, dbfs: float) -> None:
    assert not holds_speech(alaw(at(dbfs, hiss(seconds, seed=seconds.__hash__()))))
    assert not holds_speech(alaw(at(dbfs, rumble(seconds, seed=seconds.__hash__()))))


@pytest.mark.parametrize("dbfs", [-80, -70, -60])
def test_three_minutes_of_a_line_s_hiss_are_no_speech(dbfs: float) -> None:
    assert not holds_speech(alaw(at(dbfs, hiss(180))))


@pytest.mark.parametrize("code", [0xD5, 0x55, 0x00, 0xFF, 0x80, 0x2A])
def test_a_line_that_repeats_one_code_is_no_speech(code: int) -> None:
    assert not holds_speech(bytes([code]) * 20 * RATE)


def test_a_line_that_wavers_by_one_code_is_no_speech() -> None:
    codes = random.Random(7).choices([0xD5, 0x55], k=20 * RATE)
    assert not holds_speech(bytes(codes))


@pytest.mark.parametrize("sound", [tones(20, 425), tones(20, 50, 150), tones(20, 697, 1209)])
@pytest.mark.parametrize("dbfs", [-20, -60])
def test_a_dial_tone_a_hum_and_a_key_held_down_are_no_speech(sound: Samples, dbfs: float) -> None:
    assert not holds_speech(alaw(at(dbfs, sound)))


@pytest.mark.parametrize("dbfs", [-20, -45])
def test_so_long_as_somebody_speaks_is_counted_and_no_pause_before_or_after(dbfs: float) -> None:
    words = at(dbfs, seconds_of(6, spoken(LONG)))
    alone = speech_seconds(alaw(words))
    assert 3 < alone <= 6
    among = speech_seconds(alaw(np.concatenate([at(-70, hiss(20)), words, at(-70, hiss(5))])))
    assert abs(among - alone) < 2


@pytest.mark.parametrize(
    "sound", [silence(30), at(-25, hiss(30)), at(-25, rumble(30)), at(-20, tones(30, 425)), silence(0)]
)
def test_of_a_steady_sound_nothing_is_counted_as_speech(sound: Samples) -> None:
    assert speech_seconds(alaw(sound)) < 0.2


@pytest.mark.parametrize("length", [0, 1, 239, 240, 1500])
def test_next_to_nothing_is_no_speech(length: int) -> None:
    assert not holds_speech(alaw(at(-20, spoken(LONG)))[:length])


def test_a_message_of_20_s_is_judged_for_a_small_part_of_the_10_ms_a_deposit_may_cost() -> None:
    """Printed for the bench; held against the first seconds alone, so that it tells of a new full pass."""
    recording = alaw(at(-30, seconds_of(20, spoken(LONG))))
    print(f"20 s judged in {1000 * cost(lambda: holds_speech(recording)):.2f} ms of CPU")
    begins = recording[: len(recording) // 8]
    costs_no_more_than(3, lambda: holds_speech(recording), lambda: holds_speech(begins))
