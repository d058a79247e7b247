"""In memory: how long the text part of each message is that mail programs were told of."""

from __future__ import annotations

from collections.abc import Collection, Mapping
from dataclasses import dataclass

from personsvar.mailbox.model.ids import MessageId, Number
from tests.fakes.memory_tables import Tables


@dataclass
class MemoryMailTexts:
    tables: Tables

    def expect(self, message: MessageId) -> None:
        if message in self.tables.messages:
            self.tables.mail_texts[message] = None

    def told(self, mailbox: Number, messages: Collection[MessageId]) -> Mapping[MessageId, int | None]:
        theirs = (it.id for it in self.tables.messages.values() if it.mailbox == mailbox)
        return {message: self.tables.text_octets(message) for message in theirs if message in messages}

    def tell(self, octets: Mapping[MessageId, int]) -> None:
        for message, long in octets.items():
            if self.tables.text_octets(message) is None:
                self.tables.mail_texts[message] = long

    def expect_none(self, mailbox: Number) -> None:
        theirs = [it.id for it in self.tables.messages.values() if it.mailbox == mailbox]
        self.tell(dict.fromkeys(theirs, 0))
