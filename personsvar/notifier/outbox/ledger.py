"""The lanes' way to the store, in blocking calls: each opens and closes its own unit of work."""

from __future__ import annotations

from collections.abc import Collection, Mapping, Sequence
from dataclasses import dataclass
from datetime import timedelta

from personsvar.mailbox.model.ids import NoticeId
from personsvar.mailbox.model.ledger import Settlement
from personsvar.mailbox.model.notice import Channel, Notice
from personsvar.mailbox.notice_writer import NoticeWriter
from personsvar.mailbox.services import Services
from personsvar.mailbox.undelivered import fall_back_if_lost
from personsvar.notifier.words.rendering import RenderedOrNot, render


@dataclass(frozen=True, slots=True)
class Ledger:
    """Raise StoreUnavailableError when the database is away."""

    services: Services

    def claim(
        self,
        channel: Channel,
        *,
        limit: int,
        lease_seconds: float,
        older_hours: float | None = None,
        due_hours: float | None = None,
        but_not: Collection[NoticeId] = (),
    ) -> Sequence[Notice]:
        """Due notices of the channel, ours for so long; or only those older than so many hours.

        `due_hours`: only those that have not been due for longer. `but_not`: what is in the caller's own
        hands. What is to be written down is taken newest first: who is behind does what is of use still.
        """
        now = self.services.clock.now()
        with self.services.store.begin() as uow:
            claimed = uow.outbox.claim(
                channels=(channel,),
                now=now,
                lease_seconds=lease_seconds,
                limit=limit,
                begun_before=None if older_hours is None else now - timedelta(hours=older_hours),
                due_after=None if due_hours is None else now - timedelta(hours=due_hours),
                but_not=but_not,
                newest_first=channel is Channel.TRANSCRIPT and older_hours is None,
            )
            uow.commit()
        return claimed

    def rendered(self, notices: Sequence[Notice]) -> Sequence[RenderedOrNot]:
        """In the same order."""
        return render(self.services, notices)

    def settle(self, settled: Mapping[Notice, Settlement]) -> frozenset[Notice]:
        """Write them back, with what follows in the same transaction; those whose lease was still ours."""
        now = self.services.clock.now()
        with self.services.store.begin() as uow:
            ids = uow.outbox.settle(tuple(settled.values()), now=now)
            ours = frozenset(notice for notice in settled if notice.id in ids)
            writer = NoticeWriter(uow, self.services.rules, now)
            for notice in ours:
                fall_back_if_lost(writer, notice)
            uow.commit()
        return ours
