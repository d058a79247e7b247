"""Silence around a greeting is cut off, and no part of a word, however quiet it was."""

from __future__ import annotations

import numpy as np
import pytest

from personsvar.g711 import SAMPLE_RATE
from personsvar.voice.alaw import decode
from personsvar.voice.trim import KEPT_SECONDS, without_silence_around
from tests.real.g711 import encode
from tests.unit.voice_play.line import LONG, SHORT, Samples, alaw, at, hiss, seconds_of, silence, spoken
from tests.world import SILENT_SECOND, speech

WORDS = speech()[: 3 * SAMPLE_RATE]


def noise(seconds: float, dbfs: float) -> bytes:
    samples = np.random.default_rng(7).normal(0, 32768 * 10 ** (dbfs / 20), round(seconds * SAMPLE_RATE))
    return bytes(encode(samples.astype(np.int16)))


@pytest.mark.parametrize(
    "around", [SILENT_SECOND * 2, noise(2, -60), noise(2, -45)], ids=["none", "-60", "-45"]
)
def test_silence_around_the_words_is_cut_off(around: bytes) -> None:
    trimmed = without_silence_around(around + WORDS + around)
    assert len(WORDS) - 0.1 * SAMPLE_RATE < len(trimmed) < len(WORDS) + (2 * KEPT_SECONDS + 0.1) * SAMPLE_RATE
    assert trimmed in around + WORDS + around


def test_pauses_between_words_stay() -> None:
    both = WORDS + SILENT_SECOND * 3 + WORDS
    assert SILENT_SECOND * 2 in without_silence_around(SILENT_SECOND + both + SILENT_SECOND)


def test_quiet_words_are_words() -> None:
    quiet = bytes(encode((decode(WORDS) / 30).astype(np.int16)))
    trimmed = without_silence_around(SILENT_SECOND + quiet + SILENT_SECOND)
    assert len(trimmed) > len(quiet) - 0.1 * SAMPLE_RATE


@pytest.mark.parametrize("alaw", [b"", b"\xd5" * 10, SILENT_SECOND, noise(2, -40)])
def test_where_nothing_stands_out_nothing_is_cut(alaw: bytes) -> None:
    assert without_silence_around(alaw) == alaw


AROUND_SECONDS = 0.3
"""A fifth of a second, and what frames and the detector add."""


def words(dbfs: float) -> Samples:
    """A few words, from the first sound to the last."""
    sound = at(dbfs, spoken(SHORT))
    heard = np.flatnonzero(np.abs(sound) > np.abs(sound).max() / 50)
    return sound[heard[0] : heard[-1] + 1]


def joined(*sounds: Samples) -> bytes:
    return alaw(np.concatenate(sounds))


@pytest.mark.parametrize("dbfs", [-14, -25, -40, -50, -58])
@pytest.mark.parametrize("line", [silence(3), at(-70, hiss(3))], ids=["silent", "hiss"])
def test_the_silence_around_the_words_is_cut_and_all_of_the_words_are_there(
    dbfs: float, line: Samples
) -> None:
    said = words(dbfs)
    kept = without_silence_around(joined(line, said, line))
    assert alaw(said) in kept
    assert len(kept) / SAMPLE_RATE < len(said) / SAMPLE_RATE + 2 * AROUND_SECONDS


@pytest.mark.parametrize("dbfs", [-45, -52, -58])
def test_quiet_words_before_and_after_loud_ones_are_kept(dbfs: float) -> None:
    quiet, loud, pause = words(dbfs), words(-14), at(-70, hiss(2))
    said = joined(quiet, pause, loud, pause, quiet)
    assert said in without_silence_around(joined(pause, quiet, pause, loud, pause, quiet, pause))


@pytest.mark.parametrize("dbfs", [-50, -58])
def test_a_whisper_after_words_without_a_pause_is_kept(dbfs: float) -> None:
    loud, whisper = at(-14, seconds_of(20, spoken(LONG))), words(dbfs)
    said = joined(loud, whisper)
    assert without_silence_around(said)[: len(said)] == said
    assert without_silence_around(joined(whisper, loud)).startswith(alaw(whisper))


def test_a_pause_in_the_middle_is_kept() -> None:
    word = words(-25)
    said = joined(word, silence(4), word)
    assert said in without_silence_around(joined(silence(2), word, silence(4), word, silence(2)))


@pytest.mark.parametrize("seconds", [0.0, 0.01, 0.1, 5.0])
def test_where_nothing_is_told_from_the_line_all_is_kept(seconds: float) -> None:
    assert without_silence_around(alaw(silence(seconds))) == alaw(silence(seconds))


def test_a_line_as_loud_as_the_words_is_left_alone() -> None:
    noisy = joined(at(-25, hiss(2)), at(-20, seconds_of(2, spoken(SHORT))), at(-25, hiss(2)))
    assert without_silence_around(noisy) == noisy
