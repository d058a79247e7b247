"""Speech or silence: does a recording hold a voice? Told by WebRTC's voice detector, never by a level.

A whisper on a bad line is speech (in doubt it is kept); a quiet line, a hum and steady noise are not. Two
questions, the cheap one first:

1. Does anything stand out? The loudest fifth of a second of a steady line (silence, hiss, hum, a dial
   tone) is no louder than the rest of it; a voice is, by 5 dB and more, at any level.
2. Is it a voice? The recording is brought to a common level (30 dB up at most), and the detector looks for
   a fifth of a second of voiced frames. It stops at the first it finds: most recordings need one second.

They are asked of each second and a half by itself, since two seconds of speech do not stand out of half a
minute of busy tone or music that follows; and then, unless the answer is yes, of the whole. Whoever speaks
does so at once or nearly: of most recordings no more than the first seconds are looked at.
"""

from __future__ import annotations

from collections.abc import Iterator
from itertools import islice

import numpy as np
import webrtcvad
from numpy.typing import NDArray

from personsvar.g711 import SAMPLE_RATE
from personsvar.voice.alaw import decode

FRAME_SECONDS = 0.03
"""The longest frame the detector takes."""
ENOUGH_FRAMES = 7
"""A fifth of a second: the shortest "ja"."""
WINDOW_FRAMES = 50
"""A second and a half: two seconds of speech fill one of them, wherever they are."""
STANDS_OUT_DB = 5.0
MAX_GAIN_DB = 30.0
LOUD_DB = -20.0
"""The loudest part is brought to this, of full scale: the level the detector was trained on."""
AGGRESSIVENESS = 1
"""0 takes most for speech, 3 least; at 1 a hiss of -70 dBFS is none and a voice of -60 dBFS is."""

_FRAME = round(FRAME_SECONDS * SAMPLE_RATE)
_FULL_SCALE = 32768.0
_STEP = 8.0  # the smallest sample A-law can say


def holds_speech(alaw: bytes) -> bool:
    count = len(alaw) // _FRAME
    if count < ENOUGH_FRAMES:
        return False
    return any(_is_speech(frames_of(window)) for window in _windows(alaw, count)) or _is_speech(
        frames_of(alaw)
    )


def _windows(alaw: bytes, count: int) -> Iterator[bytes]:
    """Windows overlap by half, so that no word falls between two. One that is all there is, is the whole."""
    if count > WINDOW_FRAMES:
        for start in range(0, count - WINDOW_FRAMES // 2, WINDOW_FRAMES // 2):
            yield alaw[start * _FRAME : min(start + WINDOW_FRAMES, count) * _FRAME]


def _is_speech(frames: NDArray[np.float32]) -> bool:
    in_order = np.sort(levels_of(frames))
    loud, quiet = float(in_order[-ENOUGH_FRAMES]), float(in_order[len(in_order) // 10])
    if loud - quiet < STANDS_OUT_DB:
        return False
    return _enough(_voiced(_raised(frames, loud)))


def _raised(frames: NDArray[np.float32], loud: float) -> NDArray[np.int16]:
    """Brought to the common level, where the loudest of it is this."""
    gain_db = min(max(LOUD_DB - loud, 0.0), MAX_GAIN_DB)
    raised: NDArray[np.int16] = np.clip(frames * 10 ** (gain_db / 20), -_FULL_SCALE, _FULL_SCALE - 1).astype(
        np.int16
    )
    return raised


def frames_of(alaw: bytes) -> NDArray[np.float32]:
    """Frames of 30 ms, each around zero: A-law has no code for zero, so silence is a constant."""
    count = len(alaw) // _FRAME
    frames: NDArray[np.float32] = decode(alaw[: count * _FRAME]).reshape(count, _FRAME).astype(np.float32)
    frames -= frames.mean(axis=1, keepdims=True)
    return frames


def levels_of(frames: NDArray[np.float32]) -> NDArray[np.float32]:
    """Each frame's level in dB of full scale; one step of the codec counts as silence."""
    power = np.einsum("ij,ij->i", frames, frames) / _FRAME
    levels: NDArray[np.float32] = 10 * np.log10(power + _STEP**2) - 20 * np.log10(_FULL_SCALE)
    return levels


def speech_seconds(alaw: bytes) -> float:
    """So long somebody speaks, as far as a detector can tell: of what stands out of the line, what is voiced.

    Next to nothing of a steady sound, however loud; music, and tones that come and go, may be taken for it.
    """
    frames = frames_of(alaw)
    if len(frames) < ENOUGH_FRAMES:
        return 0.0
    levels = levels_of(frames)
    in_order = np.sort(levels)
    stands_out = levels >= in_order[len(in_order) // 10] + STANDS_OUT_DB
    voiced = _voiced(_raised(frames, float(in_order[-ENOUGH_FRAMES])))
    return FRAME_SECONDS * int(np.count_nonzero(stands_out & np.fromiter(voiced, np.bool_, len(frames))))


def _voiced(frames: NDArray[np.int16]) -> Iterator[bool]:
    detector = webrtcvad.Vad(AGGRESSIVENESS)
    for frame in frames:
        yield detector.is_speech(frame.tobytes(), SAMPLE_RATE)


def _enough(voiced: Iterator[bool]) -> bool:
    """It looks no further than it has to."""
    return next(islice(filter(None, voiced), ENOUGH_FRAMES - 1, None), False)
