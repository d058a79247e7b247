"""How loud speech is, and making it as loud as we want.

Active speech level as in ITU-T P.56, method B, in short: the power of the frames that are speech, where
speech is what lies less than 15.9 dB under that very level. Pauses do not count, so a single "to" and a
long sentence come out alike. (Loudness in LUFS, ITU-R BS.1770, needs 0.4 s at least: half our prompts are
shorter.) It is measured within the telephone's band, for that is what is heard.

-19 dBFS is about -13 dBm0 (G.711: a full-scale sine is +3.14 dBm0), where networks keep announcements.
"""

from __future__ import annotations

import math
from typing import TypeAlias

import numpy as np
import numpy.typing as npt

Samples: TypeAlias = npt.NDArray[np.float64]
"""One channel, full scale is 1."""

TARGET_DBFS = -19.0
CEILING_DBFS = -2.0
MOST_GAIN_DB = 30.0
"""More only lifts noise."""

_FRAME_SECONDS = 0.02
_MARGIN_DB = 15.9
_BAND_HERTZ = (200.0, 3400.0)
_LOOK_AHEAD_SECONDS = 0.003


def active_level(samples: Samples, rate: int) -> float:
    """The active speech level in dBFS; -inf when nothing is said."""
    if not samples.size:
        return -math.inf
    powers = _frame_powers(_telephone_band(samples, rate), round(rate * _FRAME_SECONDS))
    threshold = 0.0
    while True:
        active = powers[powers > threshold]
        if not active.size:
            return -math.inf
        level = float(active.mean())
        raised = level * 10 ** (-_MARGIN_DB / 10)
        if raised <= threshold * (1 + 1e-6):
            return 10 * math.log10(level)
        threshold = raised


def levelled(samples: Samples, rate: int, target_dbfs: float = TARGET_DBFS) -> Samples:
    """The same speech at the target level, its peaks held under the ceiling."""
    gain_db = target_dbfs - active_level(samples, rate)
    if not math.isfinite(gain_db):
        return samples
    return limited(samples * 10 ** (min(gain_db, MOST_GAIN_DB) / 20), rate)


def limited(samples: Samples, rate: int, ceiling_dbfs: float = CEILING_DBFS) -> Samples:
    """A look-ahead limiter: the gain goes down before a peak and up after it, and nothing is clipped."""
    ceiling = 10 ** (ceiling_dbfs / 20)
    reach = max(1, round(rate * _LOOK_AHEAD_SECONDS))
    gain = ceiling / np.maximum(np.abs(samples), ceiling)
    around = np.pad(gain, reach, constant_values=1.0)
    lowest = np.lib.stride_tricks.sliding_window_view(around, 2 * reach + 1).min(axis=1)
    eased = np.convolve(np.pad(lowest, reach, mode="edge"), np.ones(2 * reach + 1) / (2 * reach + 1), "valid")
    return samples * eased


def _frame_powers(samples: Samples, length: int) -> Samples:
    padded = np.pad(samples, (0, -samples.size % length))
    return np.asarray((padded.reshape(-1, length) ** 2).mean(axis=1), dtype=np.float64)


def _telephone_band(samples: Samples, rate: int) -> Samples:
    spectrum = np.fft.rfft(samples)
    hertz = np.fft.rfftfreq(samples.size, 1 / rate)
    low, high = _BAND_HERTZ
    spectrum[(hertz < low) | (hertz > high)] = 0
    return np.asarray(np.fft.irfft(spectrum, samples.size), dtype=np.float64)
