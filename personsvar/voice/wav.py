"""A recording as a WAV file, which every mail program plays: 16-bit linear, 8,000 samples a second."""

from __future__ import annotations

import io
import wave
from array import array
from sys import byteorder

RATE = 8000


def wav(alaw: bytes) -> bytes:
    samples = array("h", map(_LINEAR.__getitem__, alaw))
    if byteorder == "big":
        samples.byteswap()  # RIFF is little-endian
    file = io.BytesIO()
    with wave.open(file, "wb") as out:
        out.setnchannels(1)
        out.setsampwidth(2)
        out.setframerate(RATE)
        out.writeframes(samples.tobytes())
    return file.getvalue()


def _decoded(code: int) -> int:
    """One A-law code as a 16-bit sample (ITU-T G.711, table 1a)."""
    code ^= 0x55
    segment, step = code >> 4 & 7, code & 0x0F
    magnitude = (step << 4) + 8 if segment == 0 else ((step << 4) + 0x108) << segment - 1
    return magnitude if code & 0x80 else -magnitude


_LINEAR = tuple(_decoded(code) for code in range(256))
