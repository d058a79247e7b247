"""The two sounds that are computed and never recorded: silence, and the tone. A-law (ITU-T G.711)."""

from __future__ import annotations

import numpy as np

from personsvar.g711 import SAMPLE_RATE
from personsvar.voice.alaw import encode

SILENCE = 0xD5
"""The code of the smallest positive step: what a quiet A-law line sends."""

TONE_HERTZ = 1000
TONE_SECONDS = 0.4
_FADE_SECONDS = 0.01
_LOUDNESS = 0.25  # of full scale: -15 dBFS, as loud as the prompts beside it


def silence(seconds: float) -> bytes:
    return bytes([SILENCE]) * round(seconds * SAMPLE_RATE)


def tone() -> bytes:
    """The tone after which a caller speaks, faded in and out so that it does not click."""
    count = round(TONE_SECONDS * SAMPLE_RATE)
    fade = round(_FADE_SECONDS * SAMPLE_RATE)
    n = np.arange(count)
    faded = np.minimum(1.0, np.minimum(n / fade, (count - n) / fade))
    samples = np.sin(2 * np.pi * TONE_HERTZ * n / SAMPLE_RATE) * faded * _LOUDNESS * 32767
    return encode(np.round(samples).astype(np.int16))
