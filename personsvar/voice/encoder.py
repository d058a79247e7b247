"""Recordings from one form into another: the port. `voice.encode.pool` does it, in other processes."""

from __future__ import annotations

from typing import Protocol


class EncodingFailedError(Exception):
    """A recording can't be put in the form asked for: a broken sound, or no encoder on this machine."""


class Encoder(Protocol):
    """Recordings in the forms other machines play, made in processes of its own: never on the loop."""

    async def mp3(self, alaw: bytes) -> bytes:
        """Levelled to -16 LUFS. Raise EncodingFailedError when it can't be made."""
        ...

    async def amr(self, alaw: bytes, *, bit_rate: int) -> bytes:
        """AMR-NB with its file header (RFC 4867), at one of the eight rates, in bit/s.

        Raise EncodingFailedError.
        """
        ...

    @property
    def can_amr(self) -> bool:
        """Whether this machine's ffmpeg has the AMR encoder (Debian: libavcodec-extra)."""
        ...


class PlayerEncoder(Protocol):
    """What players need of one. Its verbs raise EncodingFailedError."""

    async def mp3(self, alaw: bytes) -> bytes: ...

    async def m4a(self, alaw: bytes) -> bytes:
        """AAC in an MP4, as loud as the MP3."""
        ...


class ClientGreeting(Protocol):
    """What a client recorded, as it is kept."""

    @property
    def alaw(self) -> bytes: ...

    @property
    def holds_keys(self) -> bool:
        """The greeting holds tones of a keypad."""
        ...


class ClientEncoder(Protocol):
    """What serving the clients of visual voicemail needs of one. Its verbs raise EncodingFailedError."""

    async def open(self) -> None: ...

    async def close(self) -> None: ...

    def why_not(self) -> str | None:
        """What has to be installed before there is AMR; None when there is."""
        ...

    @property
    def at_once(self) -> int:
        """The encoder does so many side by side."""
        ...

    async def amr(self, alaw: bytes, *, bit_rate: int) -> bytes: ...

    async def greeting(self, amr: bytes, *, max_seconds: float) -> ClientGreeting:
        """Decode it, as loud as the prompts; what is longer is cut off."""
        ...
