"""How an e-mail carries the recording: attached, behind a link, or not at all."""

from __future__ import annotations

from dataclasses import dataclass, field
from datetime import datetime
from typing import Literal

from personsvar.g711 import SAMPLE_RATE
from personsvar.voice.wav import wav


@dataclass(frozen=True, slots=True)
class Attachment:
    """The recording itself, in the form mail programs play."""

    content: bytes = field(repr=False)
    form: Literal["mp3", "wav"]
    seconds: float

    @property
    def subtype(self) -> str:
        """`audio/mpeg` is RFC 3003; `audio/x-wav` is what mail programs know a WAV file by."""
        return "mpeg" if self.form == "mp3" else "x-wav"

    @property
    def media_type(self) -> str:
        return f"audio/{self.subtype}"


@dataclass(frozen=True, slots=True)
class Linked:
    """It is too large: an address where it can be heard, for a while."""

    url: str = field(repr=False)
    """Whoever has it hears the message, so it is in no log."""
    until: datetime


@dataclass(frozen=True, slots=True)
class CallToHear:
    """It is too large, and there is no address to give: the subscriber calls."""


Carried = Attachment | Linked | CallToHear


def as_mp3(mp3: bytes, alaw: bytes) -> Attachment:
    return Attachment(mp3, "mp3", len(alaw) / SAMPLE_RATE)


def as_wav(alaw: bytes) -> Attachment:
    return Attachment(wav(alaw), "wav", len(alaw) / SAMPLE_RATE)
