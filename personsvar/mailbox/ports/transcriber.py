"""What the domain asks of an engine that writes down what is said."""

from __future__ import annotations

from typing import Protocol

from personsvar.mailbox.model.subscriber import Language
from personsvar.mailbox.model.transcript import Transcript


class TranscriberError(Exception):
    """There is no transcript, this time or for good. What it says holds no word of the message."""


class TranscriberAwayError(TranscriberError):
    """Nobody is there, or it lets us not in: nothing was done, and later may do."""


class TranscriberFaultError(TranscriberError):
    """It took the recording and failed: by a fault, by what is no answer, or not in time. A try is spent."""


class TranscriberBusyError(TranscriberError):
    """It asks to be left alone for so long."""

    def __init__(self, why: str, *, seconds: float) -> None:
        super().__init__(why)
        self.seconds = seconds


class NotTranscribableError(TranscriberError):
    """Trying again is of no use: this recording, or this installation, gets no transcript from it."""


class Transcriber(Protocol):
    """It lives on an event loop, and never blocks it."""

    @property
    def engine(self) -> str:
        """Which one it is, as transcripts name it: `faster-whisper 1.2.1`, `http speech.example.test`."""
        ...

    @property
    def model(self) -> str: ...

    @property
    def where(self) -> str:
        """The host that recordings are sent to; empty: they stay on this machine."""
        ...

    @property
    def is_up(self) -> bool:
        """False: nothing is given to it."""
        ...

    async def open(self) -> None:
        """Make it ready in the background: it returns at once."""
        ...

    async def close(self) -> None:
        """End it; what is under way is given up, and is as if it had never begun."""
        ...

    async def transcript(self, alaw: bytes, language: Language) -> Transcript:
        """Write down what is said: A-law, 8,000 samples a second. One at a time.

        Raise TranscriberAwayError, TranscriberFaultError, TranscriberBusyError or NotTranscribableError.
        """
        ...
