"""When a subscriber is away, and when callers may leave messages."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime
from enum import StrEnum

from personsvar.mailbox.model.ids import AbsenceId, CalendarId, Number
from personsvar.mailbox.model.message import Sound
from personsvar.mailbox.model.notice import MissedReason

DAY_MINUTES = 24 * 60


class AbsenceReason(StrEnum):
    """What callers are told: "er opptatt i møte", "har fri", "er på ferie"."""

    MEETING = "meeting"
    OFF = "off"
    HOLIDAY = "holiday"


@dataclass(frozen=True, slots=True)
class Absence:
    """From when to when a subscriber is away, and what callers hear meanwhile."""

    id: AbsenceId
    mailbox: Number
    starts_at: datetime
    ends_at: datetime
    """The first moment of being back."""
    reason: AbsenceReason | None = None
    """None: callers hear until when, and not why."""
    takes_messages: bool = True
    recording: Sound | None = None
    """The subscriber's own words; None: the built-in ones."""
    calendar: CalendarId | None = None
    """The calendar that it comes from; None: the subscriber's own."""
    uid: str = ""
    """What the calendar knows it by; empty in the subscriber's own."""

    def __post_init__(self) -> None:
        if self.starts_at >= self.ends_at:
            raise ValueError("an absence ends after it has begun")

    def covers(self, moment: datetime) -> bool:
        return self.starts_at <= moment < self.ends_at


@dataclass(frozen=True, slots=True, order=True)
class OpenHours:
    """A part of a weekday, by the subscriber's own clock."""

    weekday: int
    """1 is Monday, 7 is Sunday (ISO 8601)."""
    opens_minute: int
    closes_minute: int
    """The first minute that is closed; 1440 is midnight."""

    def __post_init__(self) -> None:
        if not 1 <= self.weekday <= 7:  # noqa: PLR2004 - the days of the week
            raise ValueError("there are seven days in a week")
        if not 0 <= self.opens_minute < self.closes_minute <= DAY_MINUTES:
            raise ValueError("hours open before they close, on one day")


WeeklyHours = tuple[OpenHours, ...]
"""When callers may leave messages: in order, none of them touching the next. None at all: at any time."""


@dataclass(frozen=True, slots=True)
class Availability:
    """How it stands with a subscriber at one moment: all that callers are told of it."""

    refusal: MissedReason | None = None
    """Why callers can leave no message; None: they can."""
    is_away: bool = False
    """Callers are told that, also where there is no reason."""
    reason: AbsenceReason | None = None
    back_at: datetime | None = None
    """When it is over; None: nobody has said, or there is nothing that could be."""
    recording: Sound | None = None
    """Heard in place of the built-in words."""

    @property
    def takes_messages(self) -> bool:
        return self.refusal is None


AVAILABLE = Availability()
