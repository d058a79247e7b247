"""What was heard of a sweep: which seconds of it, in which order.

The sweep's pitch tells where one is in it (see `signals.sweep`). This ear counts in samples and never looks
at a clock: a machine that is busy delays what is heard, and changes nothing in it.
"""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np
import numpy.typing as npt

from tests.real.g711 import RATE, decode
from tests.real.signals import SWEEP_HZ_A_SECOND, SWEEP_START_HZ

WINDOW, STEP = 400, 160
"""Samples: 50 ms are listened to, every 20 ms."""
SIZE = 4096
TONE_SHARE = 0.8
"""A tone holds so much of all energy; voices and joins don't."""
LOUD = 50.0
"""Root mean square of a 16-bit sample, -56 dBFS: quieter is silence."""
APART_SECONDS = 0.15
"""Two windows side by side that tell places further apart than this belong to two pieces."""
EARLIEST_SECONDS = 1.0
"""A pitch that the sweep would have had so long before its start is none of its."""
SHORTEST_SECONDS = 0.1
"""Less than this is no piece, but a syllable that happened to be a tone."""


@dataclass(frozen=True, slots=True)
class Piece:
    """A stretch of the sweep heard without a break: from which second of it, to which."""

    begins: float
    ends: float

    @property
    def seconds(self) -> float:
        return self.ends - self.begins


def pieces(alaw: bytes) -> list[Piece]:
    """All that `alaw` holds of the sweep, in the order it was heard."""
    places = _places(alaw)
    found: list[Piece] = []
    run: list[tuple[int, float]] = []
    for here in places:
        if run and not _goes_on(run[-1], here):
            found.append(_piece(run))
            run = []
        run.append(here)
    found += [_piece(run)] if run else []
    return [piece for piece in found if piece.seconds >= SHORTEST_SECONDS]


def _goes_on(before: tuple[int, float], here: tuple[int, float]) -> bool:
    """The next window, or the one behind it, at the place where it should be."""
    steps = here[0] - before[0]
    return steps <= 2 and abs(here[1] - before[1] - steps * STEP / RATE) < APART_SECONDS


def _piece(run: list[tuple[int, float]]) -> Piece:
    """Its ends by all its windows together: each alone may be off by some hundredths of a second."""
    began = float(np.median([second - window * STEP / RATE for window, second in run]))
    first, last = run[0][0] * STEP / RATE, (run[-1][0] * STEP + WINDOW) / RATE
    return Piece(began + first, began + last)


def _places(alaw: bytes) -> list[tuple[int, float]]:
    """The windows that hold a clear tone, and the second of the sweep each begins at."""
    samples = decode(alaw).astype(np.float64)
    if len(samples) < WINDOW:
        return []
    windows = np.lib.stride_tricks.sliding_window_view(samples, WINDOW)[::STEP]
    loud = np.flatnonzero(np.sqrt(np.mean(windows**2, axis=1)) > LOUD)
    power = np.abs(np.fft.rfft(windows[loud] * np.hanning(WINDOW), SIZE, axis=1)) ** 2
    return [
        (int(window), second)
        for window, second in zip(loud, map(_second, power), strict=True)
        if second is not None
    ]


def _second(power: npt.NDArray[np.float64]) -> float | None:
    """None: no clear tone, or none of the sweep's.

    Asterisk fills up a G.722 line that sends nothing with one value that is not 0: to this ear it is 0 Hz.
    """
    peak = int(np.argmax(power))
    near = power[max(0, peak - 40) : peak + 41].sum()
    if near < TONE_SHARE * power.sum():
        return None
    second = (peak * RATE / SIZE - SWEEP_START_HZ) / SWEEP_HZ_A_SECOND - WINDOW / RATE / 2
    return second if second > -EARLIEST_SECONDS else None
