"""A greeting that a phone recorded as AMR, made into what callers hear: decoded, levelled, and A-law anew.

The silence around what is said is cut off by the same rule as where it is recorded in a call (`trim`), and
before it is levelled: a line's noise is judged as it came.

The sound comes from outside, so ffmpeg is told what it is and reads nothing but that: no other format, no
playlist, no network. It runs in a process of its own (`voice.encode.pool`), as `messages`.
"""

from __future__ import annotations

from dataclasses import dataclass, field
from typing import TypeAlias

import numpy as np
from numpy.typing import NDArray

from personsvar.g711 import SAMPLE_RATE
from personsvar.voice.alaw import encode
from personsvar.voice.dtmf import holds_keys
from personsvar.voice.encode.ffmpeg import AMR_DECODER, STDOUT, EncodingError, run
from personsvar.voice.encode.level import levelled
from personsvar.voice.speech import holds_speech
from personsvar.voice.trim import what_is_said

LINEAR = ["-ar", str(SAMPLE_RATE), "-ac", "1", "-c:a", "pcm_s16le", "-f", "s16le", STDOUT]
Samples16: TypeAlias = NDArray[np.int16]
_FULL_SCALE = 2**15
_HEARD = 0.0015
"""A sound is heard from -56 dBFS on: of frames that hold nothing a decoder makes less."""


@dataclass(frozen=True, slots=True)
class LevelledGreeting:
    alaw: bytes = field(repr=False)
    holds_keys: bool
    """The greeting holds tones of a keypad."""


def greeting(amr: bytes, max_seconds: float) -> LevelledGreeting:
    """Raise EncodingError when there is nothing to hear. What is longer is cut off."""
    form = ["-protocol_whitelist", "pipe", "-f", "amr", "-c:a", AMR_DECODER]
    source = [*form, "-t", str(max_seconds), "-i", "pipe:0"]
    samples = samples_of(run(source, amr, LINEAR, what="a greeting"))
    if is_silent(samples):
        raise EncodingError("there is nothing to hear in the greeting")
    return as_callers_hear_it(samples)


def samples_of(linear: bytes) -> Samples16:
    return np.frombuffer(linear[: len(linear) // 2 * 2], dtype="<i2").astype(np.int16, copy=False)


def is_silent(samples: Samples16) -> bool:
    return bool(np.abs(samples / _FULL_SCALE).max(initial=0) < _HEARD)


def as_callers_hear_it(samples: Samples16) -> LevelledGreeting:
    """Without the silence around it, as loud as the prompts."""
    loud = levelled(_spoken(samples) / _FULL_SCALE, SAMPLE_RATE) * (_FULL_SCALE - 1)
    alaw = encode(np.round(loud).astype(np.int16))
    return LevelledGreeting(alaw, holds_keys(alaw))


def _spoken(samples: Samples16) -> Samples16:
    """Whatever holds no speech is kept whole, as on the phone."""
    alaw = encode(samples)
    return samples[what_is_said(alaw)] if holds_speech(alaw) else samples
