"""Silence around a greeting is cut off, and no part of a word."""

from __future__ import annotations

import numpy as np
import pytest

from personsvar.g711 import SAMPLE_RATE
from personsvar.voice.alaw import decode
from personsvar.voice.trim import KEPT_SECONDS, without_silence_around
from tests.real.g711 import encode
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
