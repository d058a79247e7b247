"""Transcripts in the store in memory."""

from __future__ import annotations

from collections.abc import Collection, Mapping, Sequence
from dataclasses import dataclass
from datetime import date

from personsvar.mailbox.model.ids import MessageId, Number, SoundId
from personsvar.mailbox.model.transcript import MessageTranscript, Understanding
from tests.fakes.memory_tables import Tables


@dataclass
class MemoryTranscripts:
    tables: Tables

    def get(self, message: MessageId) -> MessageTranscript | None:
        found = self.tables.messages.get(message)
        return None if found is None else self.tables.transcripts.get(found.sound.id)

    def some(self, messages: Collection[MessageId]) -> Mapping[MessageId, MessageTranscript]:
        return {message: made for message in messages if (made := self.get(message)) is not None}

    def understood(self, messages: Collection[MessageId]) -> Mapping[MessageId, Understanding]:
        return {message: made.understanding for message, made in self.some(messages).items()}

    def of_mailbox(self, mailbox: Number) -> Sequence[MessageTranscript]:
        theirs = sorted(it.id for it in self.tables.messages.values() if it.mailbox == mailbox)
        return [made for message in theirs if (made := self.get(message)) is not None]

    def put(self, made: MessageTranscript, *, of: SoundId) -> bool:
        message = self.tables.messages.get(made.message)
        if message is None or message.sound.id != of:
            return False
        self.tables.transcripts[of] = made
        return True

    def remove_all(self, mailbox: Number) -> int:
        messages = [it for it in self.tables.messages.values() if it.mailbox == mailbox]
        gone = [it.sound.id for it in messages if it.sound.id in self.tables.transcripts]
        for sound in gone:
            del self.tables.transcripts[sound]
        return len(gone)

    def seconds_on(self, day: date) -> float:
        return self.tables.transcript_days.get(day, 0)

    def add_seconds(self, day: date, seconds: float) -> None:
        self.tables.transcript_days[day] = self.seconds_on(day) + seconds
