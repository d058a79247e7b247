"""AMR as WAV, so that a browser plays it (none plays AMR): Debian's libopencore-amrnb0, and RFC 4867, 5."""

from __future__ import annotations

import ctypes
import io
import wave
from collections.abc import Iterator

MAGIC = b"#!AMR\n"
_SPEECH_BYTES = (12, 13, 15, 17, 19, 20, 26, 31, 5)
"""Behind a frame's head, by its mode; 8 is silence. 15 is a frame that was lost; 9 to 14 are none."""
_NO_DATA = 15
_SAMPLES = 160
_RATE = 8000
_LIBRARY = "libopencore-amrnb.so.0"


class NotAmrError(Exception):
    """The bytes are no AMR file, or this machine can't decode it."""


def wav(amr: bytes) -> bytes:
    """16 bit, 8 kHz, mono. Raise NotAmrError."""
    pcm = b"".join(_decoded(_frames(amr)))
    out = io.BytesIO()
    with wave.open(out, "wb") as sound:
        sound.setnchannels(1)
        sound.setsampwidth(2)
        sound.setframerate(_RATE)
        sound.writeframes(pcm)
    return out.getvalue()


def _frames(amr: bytes) -> Iterator[bytes]:
    """Up to the first that is broken or cut."""
    if not amr.startswith(MAGIC):
        raise NotAmrError("no AMR")
    at = len(MAGIC)
    while at < len(amr):
        mode = (amr[at] >> 3) & 0x0F
        if mode >= len(_SPEECH_BYTES) and mode != _NO_DATA:
            return
        end = at + 1 + (0 if mode == _NO_DATA else _SPEECH_BYTES[mode])
        if end > len(amr):
            return
        yield amr[at:end]
        at = end


def _decoded(frames: Iterator[bytes]) -> Iterator[bytes]:
    try:
        library = ctypes.CDLL(_LIBRARY)
    except OSError as missing:
        raise NotAmrError(str(missing)) from missing
    library.Decoder_Interface_init.restype = ctypes.c_void_p
    decoder = ctypes.c_void_p(library.Decoder_Interface_init())
    samples = (ctypes.c_short * _SAMPLES)()
    try:
        for frame in frames:
            library.Decoder_Interface_Decode(decoder, frame, samples, 0)
            yield bytes(samples)
    finally:
        library.Decoder_Interface_exit(decoder)
