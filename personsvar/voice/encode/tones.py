"""Sounds that are no speech: a pitch of some length, or silence. "1000 Hz 400 ms", "0 Hz 200 ms"."""

from __future__ import annotations

import re

from pydub import AudioSegment
from pydub.generators import Sine

from personsvar.language.prompts import CatalogueError

VOICE = "tone"
"""What stands for the voice in the manifest."""
_TONE = re.compile(r"(\d{1,4}) Hz (\d{1,5}) ms")
_RATE = 16_000
_SINE_PEAK_DBFS = -16.0
"""A sine of this peak has the power of -19 dBFS: as loud as the prompts beside it."""
_FADE_MS = 8


def tone(description: str) -> AudioSegment:
    """The tone, faded at both ends so that it does not click."""
    found = _TONE.fullmatch(description)
    if found is None:
        raise CatalogueError(f'tone {description!r}: write it as "1000 Hz 400 ms"')
    hertz, milliseconds = int(found[1]), int(found[2])
    if not hertz:
        return AudioSegment.silent(milliseconds, frame_rate=_RATE)
    sine = Sine(hertz, sample_rate=_RATE).to_audio_segment(milliseconds, volume=_SINE_PEAK_DBFS)
    return sine.fade_in(_FADE_MS).fade_out(_FADE_MS)
