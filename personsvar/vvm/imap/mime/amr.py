"""AMR narrow-band in a file (RFC 4867 section 5): the magic, then frames of 20 ms."""

from __future__ import annotations

MAGIC = b"#!AMR\n"
FRAMES_A_SECOND = 50
_OCTETS = {0: 12, 1: 13, 2: 15, 3: 17, 4: 19, 5: 20, 6: 26, 7: 31, 8: 5, 15: 0}
"""Behind its first octet, by frame type: 4.75 to 12.2 kbit/s, comfort noise, nothing (TS 26.101 table 1a)."""


def seconds(amr: bytes) -> float | None:
    """How long the sound is; None: no such file, or not one frame in it. A torn last frame is left out."""
    if not amr.startswith(MAGIC):
        return None
    frames, at = 0, len(MAGIC)
    while at < len(amr):
        octets = _OCTETS.get(amr[at] >> 3 & 15)
        if octets is None:
            return None
        at += 1 + octets
        frames += at <= len(amr)
    return frames / FRAMES_A_SECOND or None
