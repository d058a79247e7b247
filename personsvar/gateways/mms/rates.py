r"""How large a recording becomes as AMR-NB, and the best rate that fits (RFC 4867, section 5; TS 26.101).

An AMR file is `#!AMR\n` and a frame for each 20 ms: one byte of header and the rate's own number of bytes.
So its size is known before it is made.
"""

from __future__ import annotations

HEADER = b"#!AMR\n"
SAMPLES_A_FRAME = 160
FRAME_BYTES = {4750: 13, 5150: 14, 5900: 16, 6700: 18, 7400: 20, 7950: 21, 10200: 27, 12200: 32}
"""By bit rate, in bit/s; the lowest first."""


def size(samples: int, bit_rate: int) -> int:
    """At most: the encoder may end with a frame for its own delay."""
    frames = -(-samples // SAMPLES_A_FRAME) + 1
    return len(HEADER) + frames * FRAME_BYTES[bit_rate]


def highest(samples: int, *, largest_bytes: int) -> int | None:
    """The best rate that fits; None when not even the lowest does."""
    fitting = [rate for rate in FRAME_BYTES if size(samples, rate) <= largest_bytes]
    return max(fitting, default=None)


def lower(bit_rate: int) -> int | None:
    """What to try when the MMSC found it too large: about half, then the least there is, then nothing."""
    below = [rate for rate in FRAME_BYTES if rate < bit_rate]
    return max((rate for rate in below if rate * 2 <= bit_rate), default=min(below, default=None))
