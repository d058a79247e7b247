"""What is said in the tests' sounds: by Piper's "joe", who sounds like a person, and by espeak-ng."""

from __future__ import annotations

import wave
from functools import cache
from io import BytesIO
from typing import Any

import numpy as np
from pydub import AudioSegment

from personsvar.voice.encode.piper import loaded_voice
from tests.speech.voices import voice
from tests.unit.voice_play.line import RATE, Samples, spoken

MEETING = (
    "Hello, this is Peter Miller. I am calling about the meeting tomorrow at ten o'clock. "
    "Please call me back this afternoon when you have time. Thank you, and have a nice day."
)
DOCTOR = (
    "Good morning, this is the doctor's office. Your appointment on Friday has been moved to Monday at "
    "half past nine. If that does not suit you, please let us know before the end of the week."
)
BRIEF = "Hi, it's Peter, call me back."
SHORT = "Hello, this is Peter Miller. Please call me back."
NORWEGIAN = (
    "Hei, dette er Kari. Jeg ringer om møtet i morgen klokken ti. Kan du ringe meg tilbake når du har tid? "
    "Jeg er på kontoret til klokken fire, og etterpå kan du nå meg på mobilen."
)


@cache
def joe(text: str) -> Samples:
    """As a telephone line carries it, 8 kHz: the same each time, so nothing of it is left to chance."""
    reader = _joe()
    from piper import SynthesisConfig  # noqa: PLC0415 - what it is built on has to be told to keep silent first

    manner = SynthesisConfig(noise_scale=0.0, noise_w_scale=0.0)
    with wave.open(wav := BytesIO(), "wb") as opened:
        reader.synthesize_wav(text, opened, syn_config=manner)
    sound = AudioSegment.from_file(BytesIO(wav.getvalue()), format="wav").set_frame_rate(RATE)
    return np.array(sound.get_array_of_samples(), dtype=np.float64)


@cache
def _joe() -> Any:
    return loaded_voice(voice())


def robot(text: str, language: str) -> Samples:
    return spoken(text, language)
