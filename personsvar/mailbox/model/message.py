"""What callers left, and its sound."""

from __future__ import annotations

from dataclasses import dataclass, field
from datetime import datetime
from enum import StrEnum
from typing import NamedTuple

from personsvar.mailbox.model.ids import MessageId, Number, SoundId, SpoolId


class State(StrEnum):
    """A message's life: new → heard → saved; deleted from any of them, and back."""

    NEW = "new"
    HEARD = "heard"
    SAVED = "saved"
    DELETED = "deleted"


@dataclass(frozen=True, slots=True)
class Sound:
    """A recording kept in the store: A-law, 8,000 samples a second, one byte each."""

    id: SoundId
    seconds: float


@dataclass(frozen=True, slots=True)
class NewSound:
    """A recording that is about to be kept, and whose it will be."""

    alaw: bytes = field(repr=False)
    of: Number


@dataclass(frozen=True, slots=True)
class Marks:
    """What mail programs keep with a message, beside what its state says (`mailbox.visual`)."""

    flags: frozenset[str] = frozenset()
    """The flags of RFC 3501, 2.3.2, but for `\\Seen`, which is the state's, and `\\Recent`."""
    hidden: bool = False
    """Mail programs don't see it any more; the phone menu does."""
    downloaded_at: datetime | None = None
    """A mail program fetched it, and nobody said since that it was seen."""


@dataclass(frozen=True, slots=True)
class Message:
    id: MessageId
    mailbox: Number
    spool_id: SpoolId
    caller: Number | None
    """None: the caller withheld the number, or had none."""
    received_at: datetime
    sound: Sound
    urgent: bool = False
    state: State = State.NEW
    state_before: State = State.NEW
    """What a deleted message becomes again when it is taken back."""
    changed_at: datetime | None = None
    """When the state last changed; None as long as it never did."""
    marks: Marks = field(default_factory=Marks)
    since: datetime | None = field(default=None, compare=False)
    """From when its time to be kept counts: the store says it (`Messages.add`), and None is not kept yet."""

    @property
    def became_at(self) -> datetime:
        """When it became what it is, as the clock said then."""
        return self.changed_at or self.received_at


class ListedMessage(NamedTuple):
    """What a mail program's list needs of a message: thousands are read at once, and no sound."""

    id: MessageId
    caller: Number | None
    received_at: datetime
    seconds: float
    urgent: bool
    sound: SoundId
    state: State
    state_before: State
    flags: frozenset[str]
    amr_bytes: int | None
    """How long its AMR is; None until there is one."""
    text_octets: int | None
    """How long its text part is, as mail programs were told; None: nobody was yet, and a text may come."""


@dataclass(frozen=True, slots=True)
class Counts:
    """How many messages a mailbox holds, by state; `urgent` are among the new."""

    new: int = 0
    heard: int = 0
    saved: int = 0
    deleted: int = 0
    urgent: int = 0

    @property
    def kept(self) -> int:
        """What counts against the mailbox's size: all but the deleted."""
        return self.new + self.heard + self.saved
