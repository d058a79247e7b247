"""What callers hear first."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime
from enum import StrEnum

from personsvar.mailbox.model.ids import GreetingId, Number
from personsvar.mailbox.model.message import Sound


class GreetingKind(StrEnum):
    PERSONAL = "personal"
    INTERNATIONAL = "international"
    ABSENCE = "absence"
    SIGNATURE = "signature"


@dataclass(frozen=True, slots=True)
class Greeting:
    id: GreetingId
    mailbox: Number
    kind: GreetingKind
    sound: Sound
    recorded_at: datetime


@dataclass(frozen=True, slots=True)
class GreetingVersion:
    """A greeting as mail programs see it."""

    greeting: Greeting
    in_use: bool
    """Callers hear it, as far as its kind is what they hear."""
    flags: frozenset[str] = frozenset()
    amr_bytes: int | None = None
