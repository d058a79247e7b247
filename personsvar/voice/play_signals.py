"""The two sounds that are computed and never recorded: silence, and the tone. A-law (ITU-T G.711)."""

from __future__ import annotations

import math
from bisect import bisect_left

RATE = 8000
"""Bytes a second of A-law, and of G.722 at 64 kbit/s too."""
SILENCE = 0xD5
"""The code of the smallest positive step: what a quiet A-law line sends."""

TONE_HERTZ = 1000
TONE_SECONDS = 0.4
_FADE_SECONDS = 0.01
_LOUDNESS = 0.25  # of full scale: -15 dBFS, as loud as the prompts beside it

_SEGMENT_ENDS = (0x1F, 0x3F, 0x7F, 0xFF, 0x1FF, 0x3FF, 0x7FF, 0xFFF)


def silence(seconds: float) -> bytes:
    return bytes([SILENCE]) * round(seconds * RATE)


def tone() -> bytes:
    """The tone after which a caller speaks, faded in and out so that it does not click."""
    count = round(TONE_SECONDS * RATE)
    fade = round(_FADE_SECONDS * RATE)
    samples = (
        math.sin(2 * math.pi * TONE_HERTZ * n / RATE) * min(1.0, n / fade, (count - n) / fade)
        for n in range(count)
    )
    return bytes(encode(round(sample * _LOUDNESS * 32767)) for sample in samples)


def encode(sample: int) -> int:
    """One 16-bit sample as its A-law code (G.711, table 1a)."""
    magnitude, mask = (sample >> 3, 0xD5) if sample >= 0 else ((-sample - 1) >> 3, 0x55)
    segment = bisect_left(_SEGMENT_ENDS, magnitude)
    if segment == len(_SEGMENT_ENDS):
        return 0x7F ^ mask
    step = magnitude >> max(segment, 1)
    return (segment << 4 | step & 0x0F) ^ mask
