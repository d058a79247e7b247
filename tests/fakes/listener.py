"""An engine of the tests' own: it hears what it is told to, or ends as it is told."""

from __future__ import annotations

from collections.abc import Awaitable, Callable
from dataclasses import dataclass, field

from personsvar.mailbox.model.subscriber import Language
from personsvar.mailbox.model.transcript import SpokenWord, Transcript, Understanding

SECRET_WORDS = ("Ring", "bankkoden", "femogtredve")
"""Nothing of it may stand in a log."""


def heard(*words: str, language: Language = "nb", cpu_seconds: float | None = 2.5) -> Transcript:
    spoken = tuple(
        SpokenWord(word, float(at), at + 0.5, 0.9) for at, word in enumerate(words or SECRET_WORDS)
    )
    return Transcript(spoken, language, "listener 1.0", "ear-small", cpu_seconds)


def judged_by_words(transcript: Transcript, alaw: bytes) -> tuple[Understanding, Transcript]:
    """Whoever hears a word has understood; the recording is looked at, too."""
    assert alaw
    return Understanding.TEXT if transcript.words else Understanding.NOT_UNDERSTOOD, transcript


@dataclass
class FakeListener:
    """A `ports.transcriber.Transcriber`."""

    hears: Transcript = field(default_factory=heard)
    fail: Exception | None = None
    is_up: bool = True
    meanwhile: Callable[[], Awaitable[object]] | None = None
    asked: list[tuple[bytes, Language]] = field(default_factory=list)
    engine: str = "listener 1.0"
    model: str = "ear-small"
    where: str = ""

    async def open(self) -> None:
        """It is always there."""

    async def close(self) -> None:
        """It holds nothing."""

    async def transcript(self, alaw: bytes, language: Language) -> Transcript:
        self.asked.append((alaw, language))
        if self.meanwhile is not None:
            await self.meanwhile()
        if self.fail is not None:
            raise self.fail
        return self.hears
