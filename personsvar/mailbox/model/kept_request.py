"""A request of a program that may come twice, and what was answered to it."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime

from personsvar.mailbox.model.ids import Number


@dataclass(frozen=True, slots=True)
class KeptAnswer:
    status: int
    headers: tuple[tuple[str, str], ...]
    body: bytes


@dataclass(frozen=True, slots=True)
class KeptRequest:
    """Known by its holder's own key for it (`Idempotency-Key`)."""

    holder: str
    key: str
    digest: str
    """Of all that was asked: another request with the same key has another."""
    begun_at: datetime
    answer: KeptAnswer | None = None
    """None: it is under way."""
    mailbox: Number | None = None
    """Whose the answer tells of: it goes with its subscriber."""
