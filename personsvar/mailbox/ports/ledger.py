"""What the domain asks of the ledger: what became of notices."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import datetime
from typing import Protocol

from personsvar.mailbox.model.ids import NoticeId, Number
from personsvar.mailbox.model.ledger import History, Receipt
from personsvar.mailbox.model.notice import Channel, Notice, NoticeKind, NoticeStatus


class NoticeLedger(Protocol):
    """Every notice with every try, and every receipt a gateway gave for what it took."""

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

    def unacknowledged_failures(self, to: Number, channel: Channel) -> int:
        """How many failed or were given up, and the owner has not heard of it."""
        ...

    def acknowledge_failures(self, to: Number, channel: Channel) -> None:
        """The owner has heard of those."""
        ...

    def expire_receipts(self, *, now: datetime) -> int:
        """Remove receipts that have waited for seven days; how many."""
        ...

    def begin_month(self, *, now: datetime) -> None:
        """Where the ledger is divided into months, the one begins that it is time for."""
        ...

    def purge(self, *, before: datetime, limit: int) -> int:
        """Remove notices that ended before that, with their history; how many, no more than `limit`.

        Where the ledger is divided into months, a month goes as a whole once all in it has ended before that.
        """
        ...
