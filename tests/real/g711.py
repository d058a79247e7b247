"""A-law and back (ITU-T G.711), as tables: the sound of the test phone."""

from __future__ import annotations

import numpy as np
import numpy.typing as npt

Samples = npt.NDArray[np.int16]
RATE = 8000
SILENCE = b"\xd5"
"""The A-law byte of zero."""


def _expand(code: int) -> int:
    """One byte to a 16-bit sample: even bits inverted, then sign, three bits of segment, four of step."""
    inverted = code ^ 0x55
    segment, step = inverted >> 4 & 7, inverted & 15
    size = (step * 2 + 1 << 3) if segment == 0 else (step * 2 + 33 << segment + 2)
    return size if inverted & 0x80 else -size


def _nearest() -> npt.NDArray[np.uint8]:
    """For every 16-bit sample the byte that comes closest to it."""
    order = np.argsort(_DECODE)
    levels = _DECODE[order].astype(np.int32)
    borders = (levels[1:] + levels[:-1]) // 2
    wanted = np.arange(-32768, 32768)
    return order[np.searchsorted(borders, wanted, side="left")].astype(np.uint8)


_DECODE: Samples = np.array([_expand(code) for code in range(256)], dtype=np.int16)
_ENCODE = _nearest()


def decode(alaw: bytes) -> Samples:
    return _DECODE[np.frombuffer(alaw, dtype=np.uint8)]


def encode(samples: npt.NDArray[np.float64] | Samples) -> bytes:
    whole = np.clip(np.rint(samples), -32768, 32767).astype(np.int32)
    return bytes(_ENCODE[whole + 32768].tobytes())
