"""Dates as IMAP and mail write them, whatever the language of the machine."""

from __future__ import annotations

from datetime import UTC, datetime

MONTHS = ("Jan", "Feb", "Mar", "Apr", "May", "Jun", "Jul", "Aug", "Sep", "Oct", "Nov", "Dec")
DAYS = ("Mon", "Tue", "Wed", "Thu", "Fri", "Sat", "Sun")


def internal(at: datetime) -> str:
    """`17-Jan-2025 14:01:36 +0000`: INTERNALDATE, in UTC (RFC 3501 section 9, `date-time`)."""
    at = at.astimezone(UTC)
    return f"{at.day:2d}-{MONTHS[at.month - 1]}-{at.year:04d} {at:%H:%M:%S} +0000"


def mail_date(at: datetime) -> str:
    """`Fri, 17 Jan 2025 15:01:36 +0100`: a Date header, in the zone it is given in (RFC 5322 section 3.3)."""
    day = f"{DAYS[at.weekday()]}, {at.day} {MONTHS[at.month - 1]} {at.year:04d}"
    return f"{day} {at:%H:%M:%S} {at:%z}"
