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
    """The gateway refused it for good: no other try can do better."""
    LATER = "later"
    """The gateway did not take it this time."""
    UNKNOWN = "unknown"
    """It was written, and no answer came: it may have arrived, and may so arrive twice."""


@dataclass(frozen=True, slots=True)
class Attempt:
    """One try, as the delivery ledger shows it."""

    number: int
    """The first try is 1."""
    at: datetime
    outcome: AttemptOutcome
    gateway: str = ""
    """Which gateway it was: `smsc.example.test:2775`."""
    ids: tuple[str, ...] = ()
    """The gateway's own ids, one for each part; without them no receipts come."""
    error: str | None = None


@dataclass(frozen=True, slots=True)
class Settlement:
    """What is written back of a notice once it was tried."""

    notice: NoticeId
    lease: str
    """The settlement is written only while this is still the row's lease."""
    status: NoticeStatus
    attempt: Attempt | None = None
    next_at: datetime | None = None
    """When it is tried again, for READY."""
    error: str | None = None
    spent: bool = True
    """False when nothing was handed over: the try does not count against the channel's limit."""


class ReceiptState(StrEnum):
    """What a gateway reports of a part it took."""

    ON_ITS_WAY = "on-its-way"
    DELIVERED = "delivered"
    FAILED = "failed"


@dataclass(frozen=True, slots=True)
class Receipt:
    """A gateway's word on one part, idempotent on (gateway, gateway id, state)."""

    gateway: str
    """The gateway's name, as in the attempt the receipt belongs to."""
    gateway_id: str
    state: ReceiptState
    at: datetime
    """When the receipt came here."""
    detail: str = ""
    """What the gateway said, in its own words: `EXPIRED err:001`."""


@dataclass(frozen=True, slots=True)
class History:
    """What became of one notice, as the ledger tells it."""

    attempts: tuple[Attempt, ...] = ()
    """Every try, in order. One that no worker wrote back (it died) is UNKNOWN, not before its `at`."""
    receipts: tuple[Receipt, ...] = ()
    """Every receipt, in the order they came."""


@dataclass(frozen=True, slots=True)
class ChannelFigures:
    """What stands in the outbox for one channel."""

    channel: Channel
    queued: int = 0
    """How many are ready or under way, those that are not due yet too; a store may stop at 10,000."""
    oldest_seconds: float = 0
    """How long the one that is due longest has waited."""
