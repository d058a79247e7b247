"""Times as an operator writes them, by the subscriber's clock or with a zone; and as JSON has them."""

from __future__ import annotations

import re
from datetime import UTC, date, datetime, time, timedelta

from personsvar.mailbox.errors import MailboxError
from personsvar.mailbox.local_time import first_at, local_day
from personsvar.mailbox.model.subscriber import Subscriber

AHEAD = timedelta(days=3660)
"""Nobody plans further: ten years."""
_DAY = re.compile(r"\d{4}-\d\d-\d\d", re.ASCII)
_SHOWN = r"\d\d:\d\d(?::\d\d(?:\.\d{1,9})?)?"
"""What a clock shows; programs write seconds, and parts of them."""
_CLOCK = re.compile(_SHOWN, re.ASCII)
_BOTH = re.compile(rf"(\d{{4}}-\d\d-\d\d)[T ]({_SHOWN})", re.ASCII)
_WITH_ZONE = re.compile(rf"\d{{4}}-\d\d-\d\d[T ]{_SHOWN}(Z|[+-]\d\d:\d\d)", re.ASCII)
FORMS = "2026-12-24, 2026-12-24T08:00, or 08:00"
HOW = f"write it like {FORMS}"


def parse_begin(subscriber: Subscriber, written: str, now: datetime) -> datetime:
    """A day alone is meant from its first moment."""
    return _within(_parsed(subscriber, written, now, whole_day=False), now)


def parse_end(subscriber: Subscriber, written: str, now: datetime) -> datetime:
    """A day alone is meant whole, through its last moment."""
    return _within(_parsed(subscriber, written, now, whole_day=True), now)


def in_json(at: datetime) -> str:
    """RFC 3339, in UTC, to the second."""
    return at.astimezone(UTC).strftime("%Y-%m-%dT%H:%M:%SZ")


def _parsed(subscriber: Subscriber, written: str, now: datetime, *, whole_day: bool) -> datetime:
    try:
        if _DAY.fullmatch(written):
            day = date.fromisoformat(written)
            return first_at(subscriber, day + timedelta(days=1) if whole_day else day, time())
        if _CLOCK.fullmatch(written):
            return _next(subscriber, time.fromisoformat(written), now)
        if both := _BOTH.fullmatch(written):
            return first_at(subscriber, date.fromisoformat(both[1]), time.fromisoformat(both[2]))
        if _WITH_ZONE.fullmatch(written):
            return datetime.fromisoformat(written).astimezone(UTC)
    except (ValueError, OverflowError) as wrong:
        raise MailboxError(f"this is no time: {HOW}") from wrong
    raise MailboxError(f"this is no time: {HOW}")


def _next(subscriber: Subscriber, clock: time, now: datetime) -> datetime:
    """The next time the clock shows that, today or tomorrow."""
    today = local_day(subscriber, now)
    at = first_at(subscriber, today, clock)
    return at if at > now else first_at(subscriber, today + timedelta(days=1), clock)


def _within(at: datetime, now: datetime) -> datetime:
    if abs(at - now) > AHEAD:
        raise MailboxError("this is more than ten years away")
    return at
