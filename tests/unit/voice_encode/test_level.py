"""How loudness is measured and set, on sounds whose level is known."""

from __future__ import annotations

import math

import numpy as np
import pytest

from personsvar.voice.encode.level import (
    CEILING_DBFS,
    MOST_GAIN_DB,
    TARGET_DBFS,
    Samples,
    active_level,
    levelled,
    limited,
)

RATE = 22_050


def sine(seconds: float, *, peak: float, hertz: float = 1000) -> Samples:
    return np.asarray(peak * np.sin(2 * np.pi * hertz * np.arange(round(seconds * RATE)) / RATE))


def test_a_sine_has_the_level_of_its_power() -> None:
    assert active_level(sine(1, peak=0.5), RATE) == pytest.approx(-9.03, abs=0.1)


def test_pauses_do_not_count() -> None:
    speech = np.concatenate([sine(0.5, peak=0.5), np.zeros(2 * RATE), sine(0.5, peak=0.5)])
    assert active_level(speech, RATE) == pytest.approx(-9.03, abs=0.2)


def test_what_the_line_does_not_carry_does_not_count() -> None:
    hum = sine(1, peak=0.5) + sine(1, peak=0.5, hertz=50) + sine(1, peak=0.5, hertz=9000)
    assert active_level(hum, RATE) == pytest.approx(-9.03, abs=0.2)


@pytest.mark.parametrize("samples", [np.zeros(0), np.zeros(1), np.zeros(RATE)])
def test_silence_has_no_level_and_stays_silence(samples: Samples) -> None:
    assert active_level(samples, RATE) == -math.inf
    assert not levelled(samples, RATE).any()


@pytest.mark.parametrize("peak", [0.008, 0.05, 0.9])
def test_quiet_and_loud_speech_come_out_alike(peak: float) -> None:
    assert active_level(levelled(sine(0.3, peak=peak), RATE), RATE) == pytest.approx(TARGET_DBFS, abs=0.2)


def test_next_to_nothing_is_not_lifted_without_end() -> None:
    faint = active_level(sine(0.3, peak=1e-4), RATE)
    assert active_level(levelled(sine(0.3, peak=1e-4), RATE), RATE) == pytest.approx(
        faint + MOST_GAIN_DB, abs=0.2
    )


def test_a_peak_is_held_under_the_ceiling_and_the_rest_left_alone() -> None:
    samples = sine(1, peak=0.1)
    samples[RATE // 2] = 3.0
    held = limited(samples, RATE)
    assert np.abs(held).max() <= 10 ** (CEILING_DBFS / 20) + 1e-9
    assert np.allclose(held[: RATE // 2 - RATE // 50], samples[: RATE // 2 - RATE // 50], rtol=1e-9)
