"""G.722 (64 kbit/s) by ffmpeg: what a wideband phone sends, and what it hears, turned into A-law.

One byte is two samples at 16,000 a second, so 20 ms are 160 bytes, as in A-law: the times stay the same.
"""

from __future__ import annotations

import subprocess

_ALAW = ["-f", "alaw", "-ar", "8000", "-ac", "1"]
_G722 = ["-f", "g722", "-ar", "16000", "-ac", "1"]


def from_alaw(alaw: bytes) -> bytes:
    return _converted(alaw, source=_ALAW, into=_G722)


def to_alaw(g722: bytes) -> bytes:
    return _converted(g722, source=["-f", "g722"], into=_ALAW)


def _converted(sound: bytes, *, source: list[str], into: list[str]) -> bytes:
    command = ["ffmpeg", "-v", "error", *source, "-i", "-", *into, "-"]
    return subprocess.run(command, input=sound, capture_output=True, check=True).stdout
