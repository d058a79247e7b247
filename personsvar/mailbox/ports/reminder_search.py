"""Of what owners are reminded, and where a page of those whose time has come ends."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime
from enum import StrEnum

from personsvar.mailbox.model.ids import Number


class Reminder(StrEnum):
    """Of what; its value is where a subscriber has the time for it."""

    ABSENCE = "absence_reminder_at"
    """An absence greeting that is on."""
    REMOVALS = "removals_look_at"
    """Messages that are soon removed: their mailbox is looked at then."""


@dataclass(frozen=True, slots=True, order=True)
class ReminderPlace:
    at: datetime
    number: Number
