"""What the domain asks of the outbox: notices under way."""

from __future__ import annotations

from collections.abc import Collection, Sequence
from datetime import datetime
from typing import Protocol

from personsvar.mailbox.model.ids import MessageId, NoticeId, Number
from personsvar.mailbox.model.ledger import ChannelFigures, Settlement
from personsvar.mailbox.model.notice import Channel, MissedReason, NewNotice, Notice, NoticeKind
from personsvar.mailbox.ports.ledger import NoticeLedger


class Outbox(NoticeLedger, Protocol):
    """Notices as rows: claimed under a lease, written back under the lease's token.

    Beside them stands the ledger, of what became of them.
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
        due_after: datetime | None = None,
        but_not: Collection[NoticeId] = (),
        newest_first: bool = False,
    ) -> Sequence[Notice]:
        """Take due rows (ready and due, or leased and run out): each gets a fresh token, attempts + 1.

        `begun_before`: only those that were made, or were to go out first, before that moment. `due_after`:
        only those that fell due after it. `but_not`: those the worker holds itself, though their lease ran
        out. `newest_first`: those that fell due last come before others: of what was never tried, what was
        made last. For one channel at a time it is quick, however many wait, for it or for the others.
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

    def put_off_by_a_clock(
        self, *, made_after: datetime, due_after: datetime, limit: int
    ) -> Sequence[Notice]:
        """Those that wait, were never tried, and were made and are due after the one moment; and those that
        are due, or whose lease is over, after the other.
        """
        ...

    def hasten_waiting(self, *, to: Number, message: MessageId, at: datetime) -> None:
        """What waits for that message's words (its copy by e-mail, what its phone is told), never tried, may
        be taken from then on; what goes sooner stays.
        """
        ...

    def let_go(self, channel: Channel, *, until: datetime, at: datetime) -> int:
        """Those that wait until that very moment may be taken from `at` on; how many."""
        ...

    def withdraw(self, channel: Channel, *, to: Number, why: str, at: datetime) -> None:
        """What is to go there for them and is not over, under way or waiting, has failed, and this is why.

        What comes of one that is under way is not written back any more.
        """
        ...

    def make_due(self, notice: Notice, *, at: datetime) -> bool:
        """It may be taken from then on; False when it has changed since it was read."""
        ...

    def figures(self, *, now: datetime) -> Sequence[ChannelFigures]:
        """One for each channel, in the order of `Channel`."""
        ...

    def resend(self, notice: NoticeId, *, now: datetime) -> bool:
        """Make an ended notice due again; False when there is none or it is still on its way."""
        ...

    def expire_secrets(self, *, now: datetime) -> int:
        """Erase the secrets whose time is over; how many."""
        ...
