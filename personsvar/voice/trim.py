"""The silence before the first word of a greeting and after the last one: callers hear neither.

What is a word is told by how far it stands out of the recording's own quietest parts, never by a level
alone, and a sixth of a second is left on both sides, so that no soft beginning or ending is cut. Where
nothing stands out, nothing is cut.
"""

from __future__ import annotations

import numpy as np
from numpy.typing import NDArray

from personsvar.voice.alaw import RATE, decode

KEPT_SECONDS = 0.16
"""Left before the first word and after the last: a breath, and the soft sounds a word begins or ends with."""
STANDS_OUT_DB = 6.0
UNDER_SPEECH_DB = 30.0
"""Nothing that far under the loudest part is a word, however quiet the line is."""

_FRAME = 160
_QUIET_FRAMES = 5
_WORD_FRAMES = 3
"""Sixty milliseconds in a row: a click is no word."""


def without_silence_around(alaw: bytes) -> bytes:
    words = _words(_levels(alaw))
    if not words.size:
        return alaw
    margin = round(KEPT_SECONDS * RATE)
    begin, end = int(words[0]) * _FRAME - margin, (int(words[-1]) + _WORD_FRAMES) * _FRAME + margin
    return alaw[max(begin, 0) : end]


def _words(levels: NDArray[np.float64]) -> NDArray[np.intp]:
    """Where frames that are a word begin, three in a row; none where nothing stands out."""
    if levels.size < _QUIET_FRAMES:
        return np.empty(0, dtype=np.intp)
    quiet = float(np.lib.stride_tricks.sliding_window_view(levels, _QUIET_FRAMES).mean(axis=1).min())
    said = levels > max(quiet + STANDS_OUT_DB, float(levels.max()) - UNDER_SPEECH_DB)
    return np.flatnonzero(np.lib.stride_tricks.sliding_window_view(said, _WORD_FRAMES).all(axis=1))


def _levels(alaw: bytes) -> NDArray[np.float64]:
    """Of each 20 ms, in dB; around zero, since A-law has no code for it."""
    count = len(alaw) // _FRAME
    frames = decode(alaw[: count * _FRAME]).reshape(count, _FRAME).astype(np.float64)
    frames -= frames.mean(axis=1, keepdims=True)
    return np.asarray(10 * np.log10((frames**2).mean(axis=1) + 64.0))
