"""Keys in a recording: the tone pairs of a telephone keypad (ITU-T Q.23), as a receiver finds them (Q.24).

A greeting with such tones could press keys for a caller's switch, so it is refused. A key is a pair of one
low and one high tone of 40 ms or more, neither more than 8 dB louder than the other, with next to nothing
beside them: a voice has overtones, a key has none.
"""

from __future__ import annotations

import numpy as np
from numpy.typing import NDArray

from personsvar.g711 import SAMPLE_RATE
from personsvar.voice.alaw import decode

LOW_HERTZ = (697, 770, 852, 941)
HIGH_HERTZ = (1209, 1336, 1477, 1633)
TWIST_DB = 8.0
SHARE = 0.7
"""How much of the sound the two tones are, at least; one a little off its frequency keeps that."""
MIN_LEVEL = 100.0
"""Mean sample size below which there is nothing to hear: -50 dBFS."""

_BLOCK = 105  # 13 ms: wide enough in frequency for tones 1.5 % off, as Q.24 allows
_HOP = 40  # 5 ms
_RUN = 5  # 105 + 4 * 40 samples: 33 ms, what is inside a tone of 40 ms wherever it begins
_AT_A_TIME = 4000

_TIMES = np.arange(_BLOCK) / SAMPLE_RATE
_WAVES = np.exp(-2j * np.pi * np.outer(_TIMES, LOW_HERTZ + HIGH_HERTZ)).astype(np.complex64)
_TWIST = 10 ** (TWIST_DB / 10)


def holds_keys(alaw: bytes) -> bool:
    samples = decode(alaw).astype(np.float32)
    if len(samples) < _BLOCK + (_RUN - 1) * _HOP:
        return False
    blocks = np.lib.stride_tricks.sliding_window_view(samples, _BLOCK)[::_HOP]
    pairs = np.concatenate(
        [_pairs(blocks[start : start + _AT_A_TIME]) for start in range(0, len(blocks), _AT_A_TIME)]
    )
    return _longest_run(pairs) >= _RUN


def _pairs(blocks: NDArray[np.float32]) -> NDArray[np.int64]:
    """Which of the sixteen pairs each block is; -1: none."""
    power = 2 * np.abs(blocks @ _WAVES) ** 2 / _BLOCK  # of a lone tone: all its block's energy
    low, high = power[:, :4], power[:, 4:]
    best_low, best_high = low.max(axis=1), high.max(axis=1)
    energy = np.einsum("ij,ij->i", blocks, blocks)
    heard = (
        (energy > MIN_LEVEL**2 * _BLOCK)
        & (best_low + best_high > SHARE * energy)
        & (best_low < _TWIST * best_high)
        & (best_high < _TWIST * best_low)
    )
    return np.where(heard, 4 * low.argmax(axis=1) + high.argmax(axis=1), -1)


def _longest_run(pairs: NDArray[np.int64]) -> int:
    """How many blocks in a row hold the same pair, at most."""
    ends = np.flatnonzero(np.diff(pairs, append=-2))
    lengths = np.diff(ends, prepend=-1)
    return int(lengths[pairs[ends] >= 0].max(initial=0))
