"""The tables, a file a subject."""

from __future__ import annotations

from personsvar.storage.tables.call_backs import call_backs
from personsvar.storage.tables.greetings import greetings
from personsvar.storage.tables.ledger import notice_attempts, notice_parts, receipts
from personsvar.storage.tables.locks import locks
from personsvar.storage.tables.mailbox_changes import mailbox_changes
from personsvar.storage.tables.messages import messages
from personsvar.storage.tables.metadata import metadata
from personsvar.storage.tables.notices import notices
from personsvar.storage.tables.reckonings import reckonings
from personsvar.storage.tables.renditions import renditions
from personsvar.storage.tables.sounds import sounds
from personsvar.storage.tables.subscribers import subscribers
from personsvar.storage.tables.visual_accounts import visual_accounts

__all__ = [
    "call_backs",
    "greetings",
    "locks",
    "mailbox_changes",
    "messages",
    "metadata",
    "notice_attempts",
    "notice_parts",
    "notices",
    "receipts",
    "reckonings",
    "renditions",
    "sounds",
    "subscribers",
    "visual_accounts",
]
