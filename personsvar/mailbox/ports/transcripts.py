"""What the domain asks of the store about transcripts."""

from __future__ import annotations

from collections.abc import Collection, Mapping, Sequence
from datetime import date
from typing import Protocol

from personsvar.mailbox.model.ids import MessageId, Number, SoundId
from personsvar.mailbox.model.transcript import MessageTranscript, Understanding


class Transcripts(Protocol):
    """Transcripts of messages: each of one recording, encrypted as that is, and gone with it."""

    def get(self, message: MessageId) -> MessageTranscript | None:
        """None where there is none, or the one that lies there can't be opened."""
        ...

    def some(self, messages: Collection[MessageId]) -> Mapping[MessageId, MessageTranscript]:
        """Those there are of these, and can be opened."""
        ...

    def understood(self, messages: Collection[MessageId]) -> Mapping[MessageId, Understanding]:
        """How well each of these was understood, of which there is a transcript; no words are opened."""
        ...

    def of_mailbox(self, mailbox: Number) -> Sequence[MessageTranscript]:
        """By message, oldest first; those that can't be opened are left out."""
        ...

    def put(self, made: MessageTranscript, *, of: SoundId) -> bool:
        """Keep it in place of the one before; False: the message is gone, or has another recording by now."""
        ...

    def remove_all(self, mailbox: Number) -> int:
        """How many there were."""
        ...

    def seconds_on(self, day: date) -> float:
        """So much sound was given to the engine on that day."""
        ...

    def add_seconds(self, day: date, seconds: float) -> None:
        """Count so much more, before the engine is given it."""
        ...
