"""What was said in a message, in words: heard by a machine, and judged by how sure it was."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime
from enum import StrEnum

from personsvar.mailbox.model.ids import MessageId
from personsvar.mailbox.model.subscriber import Language


@dataclass(frozen=True, slots=True)
class SpokenWord:
    """A word, and when it is heard: seconds from the recording's beginning."""

    text: str
    starts_at: float
    ends_at: float
    probability: float | None
    """From 0 to 1: how sure the engine was of it; None: it does not say."""


@dataclass(frozen=True, slots=True)
class Transcript:
    """What an engine heard."""

    words: tuple[SpokenWord, ...]
    language: Language
    engine: str
    """Which one it was: `faster-whisper 1.2.1`, `http speech.example.test`."""
    model: str
    cpu_seconds: float | None = None
    """What it cost on this machine; None: another one made it."""

    @property
    def text(self) -> str:
        return " ".join(word.text.strip() for word in self.words)


class Understanding(StrEnum):
    """How well a message was understood."""

    TEXT = "text"
    UNSURE = "unsure"
    """It is shown with its unsure words marked."""
    NOT_UNDERSTOOD = "not-understood"
    """No word of it is kept."""


@dataclass(frozen=True, slots=True)
class MessageTranscript:
    """A message's transcript as it is kept."""

    message: MessageId
    transcript: Transcript
    understanding: Understanding
    made_at: datetime

    @property
    def text(self) -> str:
        return self.transcript.text
