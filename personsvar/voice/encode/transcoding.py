"""A caller's message in the forms other machines play: MP3 and M4A for people, AMR-NB for MMS and phones.

Every function here takes the recording as it is kept (A-law, 8,000 samples a second) and runs in a process
of its own (`voice.encode.pool`), so this file imports little of the service.
"""

from __future__ import annotations

import os
import signal
import threading
from collections.abc import Sequence
from multiprocessing import parent_process

import numpy as np

from personsvar.g711 import SAMPLE_RATE
from personsvar.voice import alaw as g711
from personsvar.voice.encode.ffmpeg import AMR_ENCODER, STDOUT, EncodingError, encoded
from personsvar.voice.encode.loudness import evened

NICE = 10
"""Calls come first: on a busy machine a process at 10 gets a tenth of what one at 0 gets."""

_MP3 = ["-ar", "16000", "-c:a", "libmp3lame", "-b:a", "32k", "-f", "mp3"]
"""16 kHz, for 8 kHz is no rate of ISO's MP3 (MPEG-2.5 was never a standard, and some players refuse it)."""


_M4A = ["-ar", "16000", "-c:a", "aac", "-b:a", "32k", "-movflags", "+faststart", "-f", "ipod"]


def mp3(alaw: bytes) -> bytes:
    """Constant bit rate, 4 kB a second."""
    return _as(["-bitexact", *_MP3, STDOUT], alaw)


def m4a(alaw: bytes) -> bytes:
    """AAC of some 4 kB a second, in an MP4 that begins with what a player needs first.

    Such a file is gone back to when it is written, so it is no pipe; but one in memory, that has no name.
    """
    file = os.memfd_create("m4a")
    try:
        _as(["-bitexact", *_M4A, "-y", f"/proc/self/fd/{file}"], alaw, passed=(file,))
        return os.pread(file, os.fstat(file).st_size, 0)
    finally:
        os.close(file)


def amr(alaw: bytes, bit_rate: int) -> bytes:
    """AMR-NB in its storage format (RFC 4867, section 5), one channel."""
    return _as(["-c:a", AMR_ENCODER, "-b:a", str(bit_rate), "-f", "amr", STDOUT], alaw)


def _as(options: list[str], alaw: bytes, *, passed: Sequence[int] = ()) -> bytes:
    if not alaw:
        raise EncodingError("the recording is empty")
    samples = evened(g711.decode(alaw) / 2**15, SAMPLE_RATE)
    linear = np.round(samples * (2**15 - 1)).astype("<i2").tobytes()
    return encoded(linear, options, rate=SAMPLE_RATE, what="a message", passed=passed)


def settle_in() -> None:
    """A worker's first act: step back behind the calls, and end, with its ffmpeg, when the service ends.

    A service that is killed tells its workers nothing: each would wait for its next job for ever.
    """
    os.setpgid(0, 0)
    os.nice(NICE)
    threading.Thread(target=_end_with_the_service, daemon=True).start()


def _end_with_the_service() -> None:
    service = parent_process()
    if service is not None:
        service.join()
        os.killpg(0, signal.SIGKILL)
