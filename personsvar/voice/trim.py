"""A greeting from its first word to its last: the silence around them is cut off.

In doubt nothing is: what is cut is no louder than the line's own noise, and holds no speech, however quiet,
when WebRTC's detector looks at it by itself (`speech`); and a sixth of a second stays on either side.
"""

from __future__ import annotations

import numpy as np
from numpy.typing import NDArray

from personsvar.g711 import SAMPLE_RATE
from personsvar.voice.speech import FRAME_SECONDS, STANDS_OUT_DB, frames_of, holds_speech, levels_of

KEPT_SECONDS = 0.16
LOUDEST_NOISE_DB = -40.0
"""A line whose quietest parts are louder than this has no silence to cut."""

_FRAME = round(FRAME_SECONDS * SAMPLE_RATE)


def without_silence_around(alaw: bytes) -> bytes:
    """What is said, and a little around it; all of it when nothing is told from the line."""
    return alaw[what_is_said(alaw)]


def what_is_said(alaw: bytes) -> slice:
    """What is said stands there, in samples."""
    sounding = np.flatnonzero(_sounds(alaw))
    if not sounding.size:
        return slice(0, len(alaw))
    margin = round(KEPT_SECONDS * SAMPLE_RATE)
    first = max(int(sounding[0]) * _FRAME - margin, 0)
    last = (int(sounding[-1]) + 1) * _FRAME + margin
    begin = 0 if holds_speech(alaw[:first]) else first
    end = len(alaw) if holds_speech(alaw[last:]) else last
    return slice(begin, end)


def _sounds(alaw: bytes) -> NDArray[np.bool_]:
    """Tells of each frame of 30 ms whether it stands out of the line's own noise."""
    levels = levels_of(frames_of(alaw))
    if not levels.size:
        return np.zeros(0, dtype=np.bool_)
    noise = min(float(np.sort(levels)[levels.size // 10]), LOUDEST_NOISE_DB)
    return levels >= noise + STANDS_OUT_DB
