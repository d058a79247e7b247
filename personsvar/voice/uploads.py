"""Recordings that people upload: which form they come in, and the port that makes them into ours.

The form is told by how the file begins, never by its name or by what its sender says of it.
"""

from __future__ import annotations

from enum import StrEnum
from typing import Protocol

from personsvar.voice.encoder import EncodingFailedError

MOST_BYTES = 25_000_000
"""Two minutes of WAV as studios make it (48,000 samples a second, stereo, 16 bits) are 23 million."""
_MPEG_SYNC = 0xE0
_LAYER_3 = 0b01


class AudioForm(StrEnum):
    """The forms that are taken."""

    WAV = "wav"
    MP3 = "mp3"
    M4A = "m4a"
    OGG = "ogg"
    WEBM = "webm"
    """What browsers record."""


class BrokenRecordingError(EncodingFailedError):
    """It is not what it begins like, or is made to use up more than is taken."""


class UploadedRecording(Protocol):
    """What was uploaded, as it would be kept: as loud as the prompts, without silence around it."""

    @property
    def alaw(self) -> bytes: ...

    @property
    def holds_keys(self) -> bool: ...

    @property
    def holds_speech(self) -> bool: ...

    @property
    def is_too_long(self) -> bool:
        """It goes on behind the seconds that were asked for."""
        ...


class UploadDecoder(Protocol):
    async def uploaded(self, content: bytes, form: AudioForm, *, max_seconds: float) -> UploadedRecording:
        """Raise BrokenRecordingError, or EncodingFailedError where it is not the recording's fault."""
        ...


def form_of(content: bytes) -> AudioForm | None:
    """None: it begins like none of the forms that are taken."""
    if content[:4] == b"RIFF" and content[8:12] == b"WAVE":
        return AudioForm.WAV
    if content[4:8] == b"ftyp":
        return AudioForm.M4A
    if content[:4] == b"OggS":
        return AudioForm.OGG
    if content[:4] == b"\x1aE\xdf\xa3":
        return AudioForm.WEBM
    return AudioForm.MP3 if content[:3] == b"ID3" or _is_mpeg_frame(content[:2]) else None


def _is_mpeg_frame(begin: bytes) -> bool:
    """Eleven bits of ones, then a version and layer III (ISO 11172-3, 2.4.1.3)."""
    if len(begin) < 2 or begin[0] != 0xFF or begin[1] & _MPEG_SYNC != _MPEG_SYNC:  # noqa: PLR2004 - the two bytes
        return False
    return begin[1] >> 1 & 0b11 == _LAYER_3
