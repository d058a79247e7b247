"""What became of notices: tries, receipts, and the figures of the outbox."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime
from enum import StrEnum

from personsvar.mailbox.model.ids import NoticeId
from personsvar.mailbox.model.notice import Channel, NoticeStatus


class AttemptOutcome(StrEnum):
    """How one try to hand a notice over ended."""

    ACCEPTED = "accepted"
    REFUSED = "refused"
    """For good: no other try can do better."""
    LATER = "later"
    """Not taken this time."""
    UNKNOWN = "unknown"
    """It was written, and no answer came: it may have arrived, and may so arrive twice."""


@dataclass(frozen=True, slots=True)
class Attempt:
    """One try, as the delivery ledger shows it."""

    number: int
    """1 for the first."""
    at: datetime
    outcome: AttemptOutcome
    gateway: str = ""
    """Which one: `smsc.example.test:2775`."""
    ids: tuple[str, ...] = ()
    """The gateway's own ids, one for each part; without them no receipts come."""
    error: str | None = None


@dataclass(frozen=True, slots=True)
class Settlement:
    """What is written back of a notice once it was tried."""

    notice: NoticeId
    lease: str
    """Written only while this is still the row's lease."""
    status: NoticeStatus
    attempt: Attempt | None = None
    next_at: datetime | None = None
    """When it is tried again, for READY."""
    error: str | None = None
    spent: bool = True
    """False: nothing was handed over, and the try does not count against the channel's limit."""


class ReceiptState(StrEnum):
    """What a gateway reports of a part it took."""

    ON_ITS_WAY = "on-its-way"
    DELIVERED = "delivered"
    FAILED = "failed"


@dataclass(frozen=True, slots=True)
class Receipt:
    """A gateway's word on one part, idempotent on (gateway, gateway id, state)."""

    gateway: str
    """As in the attempt it belongs to."""
    gateway_id: str
    state: ReceiptState
    at: datetime
    """When it came here."""
    detail: str = ""
    """In the gateway's own words: `EXPIRED err:001`."""


@dataclass(frozen=True, slots=True)
class History:
    """What became of one notice, as the ledger tells it."""

    attempts: tuple[Attempt, ...] = ()
    """In order. One that was never written back (its worker died) is UNKNOWN, not before its `at`."""
    receipts: tuple[Receipt, ...] = ()
    """In the order they came."""


@dataclass(frozen=True, slots=True)
class ChannelFigures:
    """What stands in the outbox for one channel."""

    channel: Channel
    queued: int = 0
    """Ready or under way, those that are not due yet too."""
    oldest_seconds: float = 0
    """How long the one that is due longest has waited."""
