"""What happened in a mailbox, or to it: what notices are made of."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime

from personsvar.mailbox.model import Channel, Facts, NewNotice, NoticeKind, Subscriber


@dataclass(frozen=True, slots=True)
class Happening:
    subscriber: Subscriber
    kind: NoticeKind
    facts: Facts
    cause: str
    """The same cause is told once on each channel."""
    now: datetime

    def notice(self, channel: Channel) -> NewNotice:
        owner = self.subscriber
        address = owner.email if channel is Channel.EMAIL else None
        key = f"{self.cause}:{channel}"
        return NewNotice(owner.number, self.kind, channel, key, self.now, self.facts, address)
