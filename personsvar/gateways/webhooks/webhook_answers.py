"""What became of an event at one receiver (Standard Webhooks, "Deliverability and reliability").

| answer | is |
|---|---|
| 2xx | taken |
| 410 and other 4xx | refused for good |
| 408, 425, 429, 5xx | later; `Retry-After` is honoured up to an hour |
| 3xx | later: redirects are not followed, the operator has to name the new address |
"""

from __future__ import annotations

from dataclasses import dataclass
from datetime import UTC, datetime
from email.utils import parsedate_to_datetime
from enum import Enum
from http import HTTPStatus

LONGEST_WAIT_SECONDS = 3600.0
_LATER = frozenset({HTTPStatus.REQUEST_TIMEOUT, HTTPStatus.TOO_EARLY, HTTPStatus.TOO_MANY_REQUESTS})


class WebhookEnding(Enum):
    TAKEN = "taken"
    REFUSED = "refused"
    LATER = "later"
    AWAY = "away"
    """Nobody took the call: nothing was written."""
    UNKNOWN = "unknown"
    """It was written, and no answer came."""


@dataclass(frozen=True, slots=True)
class WebhookAnswer:
    ending: WebhookEnding
    why: str = ""
    wait_seconds: float | None = None


def meaning_of(status: int, retry_after: str | None, *, now: datetime) -> WebhookAnswer:
    if HTTPStatus.OK <= status < HTTPStatus.MULTIPLE_CHOICES:
        return WebhookAnswer(WebhookEnding.TAKEN)
    if status < HTTPStatus.BAD_REQUEST:
        return WebhookAnswer(WebhookEnding.LATER, f"answered {status}: redirects are not followed")
    if status in _LATER or status >= HTTPStatus.INTERNAL_SERVER_ERROR:
        return WebhookAnswer(WebhookEnding.LATER, f"answered {status}", wait_seconds(retry_after, now=now))
    return WebhookAnswer(WebhookEnding.REFUSED, f"answered {status}")


def wait_seconds(retry_after: str | None, *, now: datetime) -> float | None:
    """`120`, or `Wed, 21 Oct 2026 07:28:00 GMT` (RFC 9110, section 10.2.3); None for anything else."""
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
