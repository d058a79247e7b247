"""How loud a recording is along its length: what is drawn of it."""

from __future__ import annotations

from itertools import pairwise

_LOUDNESS = bytes((code ^ 0x55) & 0x7F for code in range(256))
"""A-law is nearly logarithmic, as ears are: without its sign, a code is its own loudness (G.711, 3.2)."""
LOUDEST = 127


def peaks(alaw: bytes, count: int) -> list[float]:
    """The loudest moment of each of `count` equal pieces, from 0 to 1."""
    loudness = alaw.translate(_LOUDNESS)
    edges = [round(len(loudness) * piece / count) for piece in range(count + 1)]
    return [max(loudness[start:end], default=0) / LOUDEST for start, end in pairwise(edges)]
