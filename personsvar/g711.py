"""G.711 A-law, the form every recording is kept in: one byte is one sample, 8,000 a second."""

from __future__ import annotations

SAMPLE_RATE = 8000


def sample(code: int) -> int:
    """The 16-bit sample of an A-law code (ITU-T G.711, table 1a); full scale is 32,256."""
    code ^= 0x55  # even bits are sent inverted (G.711, 3.2)
    segment, step = (code & 0x70) >> 4, code & 0x0F
    magnitude = (step << 4) + 8 if segment == 0 else ((step << 4) + 0x108) << (segment - 1)
    return magnitude if code & 0x80 else -magnitude
