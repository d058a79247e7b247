"""Looking for messages across mailboxes: what is asked of the store."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime

from personsvar.mailbox.model.ids import MessageId, Number
from personsvar.mailbox.model.message import State


@dataclass(frozen=True, slots=True)
class MessagesWanted:
    """Which messages; what is None does not matter."""

    mailbox: Number | None = None
    caller: Number | None = None
    states: tuple[State, ...] = tuple(State)
    since: datetime | None = None
    """Received then or later."""
    until: datetime | None = None
    """Received before then."""


@dataclass(frozen=True, slots=True)
class MessagePlace:
    """Where, newest first, a page ended."""

    received_at: datetime
    id: MessageId
