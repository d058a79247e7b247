"""Transcripts for the tests: words with how sure an engine was of them."""

from __future__ import annotations

from personsvar.mailbox.model.ids import MessageId
from personsvar.mailbox.model.transcript import MessageTranscript, SpokenWord, Transcript, Understanding
from tests.wire.letters import NOW


def made(
    *words: tuple[str, float | None],
    understanding: Understanding = Understanding.TEXT,
) -> MessageTranscript:
    """Each word takes half a second."""
    spoken = tuple(
        SpokenWord(text, at / 2, at / 2 + 0.5, probability) for at, (text, probability) in enumerate(words)
    )
    heard = Transcript(spoken, "nb", "http speech.example.test", "nb-whisper-small")
    return MessageTranscript(MessageId(7), heard, understanding, NOW)


def sure(text: str) -> MessageTranscript:
    return made(*((word, 0.95) for word in text.split()))


def unsure_of(text: str, *unsure: str) -> MessageTranscript:
    words = ((word, 0.2 if word in unsure else 0.95) for word in text.split())
    return made(*words, understanding=Understanding.UNSURE)


def unmeasured(text: str) -> MessageTranscript:
    return made(*((word, None) for word in text.split()), understanding=Understanding.UNSURE)


NOT_UNDERSTOOD = made(understanding=Understanding.NOT_UNDERSTOOD)
