"""Counters of wrong PINs."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime
from enum import StrEnum


class LockScope(StrEnum):
    """Whose failures are counted (docs/call-flow.md, 7)."""

    MAILBOX = "mailbox"
    CALLER = "caller"
    SERVICE = "service"
    OWN_PHONE = "own-phone"


@dataclass(frozen=True, slots=True)
class Lock:
    """A counter of wrong PINs, and until when it keeps its way in closed."""

    scope: LockScope
    key: str
    """The mailbox's or the caller's number; of what many share, how many digits the PINs have."""
    failures: int = 0
    closures: int = 0
    """How many times it closed in a row: each doubles the time."""
    closed_until: datetime | None = None
    changed_at: datetime | None = None
