"""One message of a folder, as a mail program sees it: all but its sound."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime
from enum import StrEnum

from personsvar.mailbox.model.greeting import GreetingKind
from personsvar.mailbox.model.ids import Number, SoundId


class Folder(StrEnum):
    INBOX = "INBOX"
    TRASH = "Trash"
    """Deleted messages, as long as they can be taken back."""
    GREETINGS = "Greetings"
    """Every version of the personal greeting and of the voice signature."""


@dataclass(frozen=True, slots=True)
class FolderEntry:
    uid: int
    """The message's id, or the greeting's: never used again."""
    flags: frozenset[str]
    internal_date: datetime
    caller: Number | None
    seconds: float
    urgent: bool
    sound: SoundId
    amr_bytes: int | None
    """How long its AMR is (see `mailbox.visual.amr`); None: not encoded yet."""
    greeting: GreetingKind | None = None
    text_octets: int | None = 0
    """How long its text part is (see `mailbox.visual.texts`); None: nobody was told yet."""
