"""A message's waveform: how loud it is along its length. It is drawn once, when the message is taken in."""

from __future__ import annotations

from itertools import pairwise

BARS = 72
_LOUDNESS = bytes((code ^ 0x55) & 0x7F for code in range(256))
"""A-law is nearly logarithmic, as ears are: without its sign, a code is its own loudness (G.711, 3.2)."""
_FAINT = 40
"""What is no louder than that at its loudest is drawn low."""
_EACH = 5
"""Of so many samples one is looked at: a bar is a tenth of a second and more, and no tone hides behind it."""


def waveform(alaw: bytes) -> bytes:
    """A byte for each of `BARS` equal pieces: 255 is the loudest of them, 0 is silence."""
    loud = alaw[::_EACH].translate(_LOUDNESS)
    edges = [round(len(loud) * piece / BARS) for piece in range(BARS + 1)]
    pieces = [sum(loud[start:end]) / max(1, end - start) for start, end in pairwise(edges)]
    most = max(_FAINT, *pieces)
    return bytes(round((piece / most) ** 2 * 255) for piece in pieces)  # squared: pauses stand out
