"""How a recording ends: the silence behind its last word, told as Asterisk tells it (main/dsp.c).

Where a recording goes on in a second command the switch listens anew: a pause that began in the first would
be counted from zero.
"""

from __future__ import annotations

from itertools import takewhile
from pathlib import Path
from struct import Struct

from personsvar.g711 import SAMPLE_RATE
from personsvar.mailbox.ports.takes import TAKE_SUFFIX
from personsvar.telephony.take_files import BYTES_A_SAMPLE

_FRAME = Struct("<160h")
_FRAME_SECONDS = _FRAME.size / BYTES_A_SAMPLE / SAMPLE_RATE
_QUIET = 32
"""The mean of a frame, as in dialplan/dsp.conf. A switch with a higher one ends no pause sooner for it."""


def silent_seconds(sound: Path, *, at_most: float) -> float:
    """The silence at the end of a take, in frames of 20 ms; none of one unread or in A-law."""
    if sound.suffix != TAKE_SUFFIX:
        return 0.0
    try:
        with sound.open("rb") as file:
            size = file.seek(0, 2) // BYTES_A_SAMPLE
            file.seek(max(size - round(at_most * SAMPLE_RATE), 0) * BYTES_A_SAMPLE)
            tail = file.read()
    except OSError:
        return 0.0
    frames = (tail[end - _FRAME.size : end] for end in range(len(tail), _FRAME.size - 1, -_FRAME.size))
    return sum(1 for _ in takewhile(_is_quiet, frames)) * _FRAME_SECONDS


def _is_quiet(frame: bytes) -> bool:
    samples: tuple[int, ...] = _FRAME.unpack(frame)
    return sum(map(abs, samples)) < _QUIET * len(samples)
