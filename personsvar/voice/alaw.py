"""A-law into samples and back (ITU-T G.711, table 1a): one byte is one sample, 8,000 a second."""

from __future__ import annotations

import numpy as np
from numpy.typing import NDArray

from personsvar.g711 import sample

_TABLE: NDArray[np.int16] = np.array([sample(code) for code in range(256)], dtype=np.int16)


def _codes() -> NDArray[np.uint8]:
    """The code of each 16-bit sample; the samples are in the order of their unsigned selves."""
    samples = np.arange(1 << 16, dtype=np.uint16).view(np.int16).astype(np.int32)
    magnitude = np.where(samples >= 0, samples, ~samples)
    segment = np.searchsorted(np.array([1 << bit for bit in range(8, 15)]), magnitude, side="right")
    step = magnitude >> (np.maximum(segment, 1) + 3)
    codes: NDArray[np.int32] = (segment << 4 | step & 0x0F) ^ np.where(samples >= 0, 0xD5, 0x55)
    return codes.astype(np.uint8)


_CODES = _codes()


def decode(alaw: bytes) -> NDArray[np.int16]:
    """The samples, 16 bits each; full scale is 32,256."""
    return _TABLE[np.frombuffer(alaw, dtype=np.uint8)]


def encode(samples: NDArray[np.int16]) -> bytes:
    """The A-law of samples of 16 bits. What `decode` gave comes back as it was."""
    return _CODES[samples.view(np.uint16)].tobytes()


def linear(alaw: bytes) -> bytes:
    """As the switch keeps a take: 16 bits a sample, the lower byte first, nothing around them."""
    return decode(alaw).astype("<i2").tobytes()


def from_linear(octets: bytes) -> bytes:
    """The A-law of `linear`; half a sample at the end, where a disk filled up, is none."""
    return encode(np.frombuffer(octets, dtype="<i2", count=len(octets) // 2).astype(np.int16, copy=False))
