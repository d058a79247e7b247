"""Transcripts for tests: words, one each half second, as sure as is said."""

from __future__ import annotations

from collections.abc import Collection
from datetime import UTC, datetime

from personsvar.mailbox.model.message import Message
from personsvar.mailbox.model.subscriber import Language
from personsvar.mailbox.model.transcript import MessageTranscript, SpokenWord, Transcript, Understanding
from personsvar.mailbox.ports.store import Store

ENGINE, MODEL = "faster-whisper 1.2.1", "nb-whisper-base"
AT = datetime(2026, 3, 2, 12, 1, tzinfo=UTC)


def heard(
    text: str, language: Language = "nb", *, unsure: Collection[str] = (), each: float = 0.5
) -> Transcript:
    """`unsure` are the words that the engine was not sure of."""
    words = [
        SpokenWord(word, place * each, (place + 1) * each, 0.3 if word in unsure else 0.95)
        for place, word in enumerate(text.split())
    ]
    return Transcript(tuple(words), language, ENGINE, MODEL)


def understood(heard: Transcript) -> Understanding:
    if not heard.words:
        return Understanding.NOT_UNDERSTOOD
    sure = all((word.probability or 0) > 0.5 for word in heard.words)
    return Understanding.TEXT if sure else Understanding.UNSURE


def write_down(store: Store, message: Message, said: Transcript) -> MessageTranscript:
    made = MessageTranscript(message.id, said, understood(said), AT)
    with store.begin() as uow:
        assert uow.transcripts.put(made, of=message.sound.id)
        uow.commit()
    return made
