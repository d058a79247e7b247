"""A recording as a speech model hears it: at twice the line's rate, in pieces that fit the model's window.

A piece ends where it is quietest, in its later half, so that few words are cut. The memory a recording takes
is a piece's, however long it is.
"""

from __future__ import annotations

from collections.abc import Iterator

import numpy as np
from numpy.typing import NDArray

from personsvar.g711 import SAMPLE_RATE
from personsvar.voice.alaw import decode
from personsvar.voice.speech import FRAME_SECONDS, frames_of, levels_of

MOST_SECONDS = 25
"""Of the model's 30: what is said in the rest would be said at twice a hurried speaker's pace."""
_MOST = MOST_SECONDS * SAMPLE_RATE
_FRAME = round(FRAME_SECONDS * SAMPLE_RATE)
_PAUSE_FRAMES = 7
_FULL_SCALE = 32768.0


def pieces_of(alaw: bytes) -> Iterator[tuple[float, bytes]]:
    """Each with when it begins, in seconds."""
    begins = 0
    while len(alaw) - begins > _MOST:
        ends = begins + _pause(alaw[begins : begins + _MOST])
        yield begins / SAMPLE_RATE, alaw[begins:ends]
        begins = ends
    if begins < len(alaw):
        yield begins / SAMPLE_RATE, alaw[begins:]


def _pause(alaw: bytes) -> int:
    """The middle of its quietest fifth of a second, in samples."""
    levels = levels_of(frames_of(alaw))
    later = levels[len(levels) // 2 :]
    around = np.convolve(later, np.ones(_PAUSE_FRAMES) / _PAUSE_FRAMES, "valid")
    middle = len(levels) // 2 + int(np.argmin(around)) + _PAUSE_FRAMES // 2
    return middle * _FRAME + _FRAME // 2


def as_model_hears(alaw: bytes) -> NDArray[np.float32]:
    """16,000 samples a second of full scale 1: a straight line between each two of the line's.

    That is no good resampling, and meant: by what it adds above 4 kHz the model's own detector knows voices.
    Without, it drops the first words of one call in five.
    """
    samples = decode(alaw).astype(np.float32) / _FULL_SCALE
    places = np.arange(2 * len(samples)) / 2
    heard: NDArray[np.float32] = np.interp(places, np.arange(len(samples)), samples).astype(np.float32)
    return heard
