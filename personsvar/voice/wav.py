"""A recording as a WAV file, which every mail program plays: 16-bit linear, 8,000 samples a second."""

from __future__ import annotations

import io
import wave
from array import array
from sys import byteorder

from personsvar.g711 import SAMPLE_RATE, sample


def wav(alaw: bytes) -> bytes:
    samples = array("h", map(_LINEAR.__getitem__, alaw))
    if byteorder == "big":
        samples.byteswap()  # RIFF is little-endian
    file = io.BytesIO()
    with wave.open(file, "wb") as out:
        out.setnchannels(1)
        out.setsampwidth(2)
        out.setframerate(SAMPLE_RATE)
        out.writeframes(samples.tobytes())
    return file.getvalue()


_LINEAR = tuple(sample(code) for code in range(256))
