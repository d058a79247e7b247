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
from datetime import datetime
from enum import Enum
from http import HTTPStatus

from personsvar.gateways.retry_after import wait_seconds

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
