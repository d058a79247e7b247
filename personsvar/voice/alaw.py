"""A-law into samples (ITU-T G.711, table 1a): one byte is one sample, 8,000 a second."""

from __future__ import annotations

import numpy as np
from numpy.typing import NDArray

RATE = 8000


def _sample(code: int) -> int:
    code ^= 0x55  # even bits are sent inverted (G.711, 3.2)
    segment, step = (code & 0x70) >> 4, code & 0x0F
    magnitude = (step << 4) + 8 if segment == 0 else ((step << 4) + 0x108) << (segment - 1)
    return magnitude if code & 0x80 else -magnitude


_TABLE: NDArray[np.int16] = np.array([_sample(code) for code in range(256)], dtype=np.int16)


def decode(alaw: bytes) -> NDArray[np.int16]:
    """The samples, 16 bits each; full scale is 32,256."""
    return _TABLE[np.frombuffer(alaw, dtype=np.uint8)]
