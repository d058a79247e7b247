"""The picture of a recording: how loud it is along its length, as heights."""

from __future__ import annotations

from itertools import pairwise

_LOUDNESS = bytes((code ^ 0x55) & 0x7F for code in range(256))
"""A-law is nearly logarithmic, as ears are: without its sign, a code is its own loudness (G.711, 3.2)."""
_FAINT = 40
"""What is no louder than that at its loudest is drawn low."""


def heights(alaw: bytes, count: int) -> list[float]:
    """Of `count` equal pieces, from 0 to 1; the loudest is 1."""
    loud = alaw.translate(_LOUDNESS)
    edges = [round(len(loud) * piece / count) for piece in range(count + 1)]
    pieces = [sum(loud[start:end]) / max(1, end - start) for start, end in pairwise(edges)]
    most = max(_FAINT, *pieces)
    return [(piece / most) ** 2 for piece in pieces]  # pauses stand out
