"""What the domain asks of the outbox: notices under way, and the ledger of what became of them."""

from __future__ import annotations

from collections.abc import Collection, Sequence
from datetime import datetime
from typing import Protocol

from personsvar.mailbox.model import (
    Channel,
    ChannelFigures,
    History,
    MissedReason,
    NewNotice,
    Notice,
    NoticeId,
    NoticeKind,
    NoticeStatus,
    Number,
    Receipt,
    Settlement,
)


class Outbox(Protocol):
    """Notices as rows (docs/notices.md): claimed under a lease, written back under the lease's token.

    Beside them stands the ledger: every try, and every receipt a gateway gave for what it took.
    """

    def add(self, notice: NewNotice) -> NoticeId | None:
        """None when a notice with that dedup key is there already."""
        ...

    def renew(self, notice: NewNotice) -> None:
        """Add it, or make the one with that dedup key new again: the newest state is what counts.

        One under way loses its lease: what its worker writes back is refused, and it goes out again.
        """
        ...

    def join_missed(
        self,
        *,
        to: Number,
        caller: Number | None,
        cause: str,
        at: datetime,
        since: datetime,
        reason: MissedReason | None = None,
    ) -> bool:
        """Count one more call in that caller's notice of a missed call, on all channels for people.

        It must still wait, never tried, and be made at `since` or later; False when there is none such.
        A `reason` given takes the place of the one there. A call that was told of before, by its `cause`
        (the beginning of the dedup keys), is not counted again. All who withhold their number (None)
        count as one caller.
        """
        ...

    def join_many(self, *, to: Number, cause: str, at: datetime) -> bool:
        """Count one more call in the notice of many calls that still waits, never tried.

        False when there is none such; True for a call that was counted in one before, by its `cause`.
        """
        ...

    def count_since(self, *, to: Number, kind: NoticeKind, since: datetime) -> int:
        """How many of that kind were made then or later, by SMS, MMS or for a phone: the most of these."""
        ...

    def claim(
        self,
        *,
        channels: Sequence[str],
        now: datetime,
        lease_seconds: float,
        limit: int,
        begun_before: datetime | None = None,
        but_not: Collection[NoticeId] = (),
    ) -> Sequence[Notice]:
        """Take due rows (ready and due, or leased and run out): each gets a fresh token, attempts + 1.

        `begun_before`: only those that were made, or were to go out first, before that moment. `but_not`:
        those the worker holds itself, though their lease ran out. For one channel at a time it is quick,
        however many wait for the others.
        """
        ...

    def settle(self, settlements: Sequence[Settlement], *, now: datetime) -> frozenset[NoticeId]:
        """Write outcomes back; of one whose lease is gone nothing is. Returned are those that were ours.

        A status that ends it (sent, delivered, failed, dead) erases the secret. The ledger numbers the
        attempts itself, one more for each that was made; a settlement without an attempt made none.
        Receipts that came before are matched now: one of them may make a notice that was sent
        DELIVERED or FAILED at once.
        """
        ...

    def receive(self, receipts: Sequence[Receipt]) -> Sequence[Notice]:
        """Keep what gateways said, each once for a (gateway, gateway id, state).

        It is for the newest part with that gateway and id, or waits for it. A part's first final word
        stays. A sent notice becomes DELIVERED when all parts of its last attempt are, FAILED when one
        has: those that just did are returned, as they are now.
        """
        ...

    def get(self, notice: NoticeId) -> Notice | None: ...

    def still_there(self, notices: frozenset[NoticeId]) -> frozenset[NoticeId]:
        """Those of them that stand here; one that tells of a message, as long as the message is there."""
        ...

    def history(self, notice: NoticeId) -> History:
        """Its attempts and receipts; empty when there is no such notice."""
        ...

    def list(
        self,
        *,
        to: Number | None = None,
        channel: Channel | None = None,
        kind: NoticeKind | None = None,
        status: NoticeStatus | None = None,
        since: datetime | None = None,
        until: datetime | None = None,
        before_id: NoticeId | None = None,
        limit: int = 1000,
    ) -> Sequence[Notice]:
        """Newest first: those that fit all that is given.

        `since` (inclusive) and `until` (exclusive) are when it was made, and what the order goes by when one
        of them is given; else it goes by id. `before_id` is the last one of the page before.
        """
        ...

    def figures(self, *, now: datetime) -> Sequence[ChannelFigures]:
        """One for each channel, in the order of `Channel`."""
        ...

    def resend(self, notice: NoticeId, *, now: datetime) -> bool:
        """Make an ended notice due again; False when there is none or it is still on its way."""
        ...

    def untold_failures(self, to: Number, channel: Channel) -> int:
        """How many failed or were given up, and the owner has not heard of it."""
        ...

    def mark_told(self, to: Number, channel: Channel) -> None:
        """The owner has heard of those."""
        ...

    def expire_secrets(self, *, now: datetime) -> int:
        """Erase the secrets whose time is over; how many."""
        ...

    def expire_receipts(self, *, now: datetime) -> int:
        """Remove receipts that have waited for seven days; how many."""
        ...

    def purge(self, *, before: datetime, limit: int) -> int:
        """Remove notices that ended before that, with their history; how many, no more than `limit`."""
        ...
