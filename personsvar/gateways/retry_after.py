"""When who is busy wants to be asked again: `Retry-After` (RFC 9110, section 10.2.3)."""

from __future__ import annotations

from datetime import UTC, datetime
from email.utils import parsedate_to_datetime

LONGEST_WAIT_SECONDS = 3600.0


def wait_seconds(retry_after: str | None, *, now: datetime) -> float | None:
    """`120`, or `Wed, 21 Oct 2026 07:28:00 GMT`, an hour at most; None for anything else."""
    if retry_after is None:
        return None
    seconds = _seconds(retry_after.strip(), now)
    return None if seconds is None else min(max(seconds, 0.0), LONGEST_WAIT_SECONDS)


def _seconds(retry_after: str, now: datetime) -> float | None:
    if retry_after.isascii() and retry_after.isdigit():
        return float(retry_after[:9])
    try:
        until = parsedate_to_datetime(retry_after)
    except ValueError:
        return None
    # a date without a zone is GMT, as HTTP wants it
    return ((until if until.tzinfo else until.replace(tzinfo=UTC)) - now).total_seconds()
