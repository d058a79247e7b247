"""Who changed what, and when: the audit trail."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime
from enum import StrEnum

from personsvar.mailbox.model.ids import AuditEntryId, Number

_NOT_STORED = AuditEntryId(0)


class ActorKind(StrEnum):
    """How somebody came in who changes something."""

    SUBSCRIBER = "subscriber"
    """The owner, on a page; the name is the number."""
    PHONE = "phone"
    """The owner, by telephone, or by its visual voicemail; the name is the number."""
    OPERATOR = "operator"
    """A subscriber whom the command line made an operator, on a page; the name is the number."""
    API_KEY = "api-key"
    """A program; the name is the key's."""
    COMMAND_LINE = "command-line"
    """Whoever may run `personsvar`; the name is the account's on that machine."""


@dataclass(frozen=True, slots=True)
class Actor:
    """Who does something."""

    kind: ActorKind
    name: str


class AuditAction(StrEnum):
    """What was done."""

    SUBSCRIBER_ADDED = "subscriber-added"
    SUBSCRIBER_CHANGED = "subscriber-changed"
    SUBSCRIBER_REMOVED = "subscriber-removed"
    PIN_CHANGED = "pin-changed"
    PIN_RESET = "pin-reset"
    UNLOCKED = "unlocked"
    MESSAGE_CHANGED = "message-changed"
    MESSAGE_DELETED = "message-deleted"
    MESSAGE_TAKEN_BACK = "message-taken-back"
    GREETING_ADDED = "greeting-added"
    GREETING_CHOSEN = "greeting-chosen"
    GREETING_REMOVED = "greeting-removed"
    ABSENCE_PLANNED = "absence-planned"
    ABSENCE_CHANGED = "absence-changed"
    ABSENCE_ENDED = "absence-ended"
    ABSENCE_REMOVED = "absence-removed"
    NOTICE_RESENT = "notice-resent"
    CALENDAR_ADDED = "calendar-added"
    CALENDAR_CHANGED = "calendar-changed"
    CALENDAR_REMOVED = "calendar-removed"
    NAMES_CHANGED = "names-changed"
    NAMES_REMOVED = "names-removed"
    DATA_TAKEN_OUT = "data-taken-out"
    DATA_REMOVED = "data-removed"
    SESSION_ENDED = "session-ended"
    ROLE_GRANTED = "role-granted"
    ROLE_REVOKED = "role-revoked"
    KEY_ADDED = "key-added"
    KEY_REVOKED = "key-revoked"
    IMPORT_APPLIED = "import-applied"
    RETENTION_CONFIRMED = "retention-confirmed"
    LAMPS_TOLD = "lamps-told"
    SPOOL_RETRIED = "spool-retried"


@dataclass(frozen=True, slots=True)
class AuditEntry:
    at: datetime
    actor: Actor
    action: AuditAction
    mailbox: Number | None = None
    """Whose mailbox it was done to; None: to nobody's, or its subscriber is removed."""
    detail: str = ""
    """What more there is to say: the names of fields, never what stands in them."""
    id: AuditEntryId = _NOT_STORED
    """A stored one has its own."""
