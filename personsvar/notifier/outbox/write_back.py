"""What became of a lane's notices, on its way into the ledger: many in one transaction, none forgotten."""

from __future__ import annotations

import asyncio
import logging
from concurrent.futures import Executor
from dataclasses import dataclass, field

from personsvar.loop_thread import off_loop
from personsvar.mailbox.model.ledger import Settlement
from personsvar.mailbox.model.notice import Channel, Notice, NoticeStatus
from personsvar.notifier.outbox.delivery_figures import DeliveryFigures
from personsvar.notifier.outbox.held_leases import HeldLeases
from personsvar.notifier.outbox.ledger import Ledger
from personsvar.notifier.outbox.store_watch import StoreWatch

log = logging.getLogger(__name__)


@dataclass
class WriteBack:
    channel: Channel
    ledger: Ledger
    threads: Executor
    figures: DeliveryFigures
    store: StoreWatch
    held: HeldLeases
    waiting: dict[Notice, Settlement] = field(default_factory=dict, init=False)
    _some: asyncio.Event = field(default_factory=asyncio.Event, init=False)
    _one_at_a_time: asyncio.Lock = field(default_factory=asyncio.Lock, init=False)

    def put(self, notice: Notice, settlement: Settlement) -> None:
        self.waiting[notice] = settlement
        self._some.set()

    async def some(self) -> None:
        """This returns once something waits."""
        await self._some.wait()

    async def flush(self) -> None:
        """Write back what has ended since the last time.

        Raise StoreUnavailableError when the database is away: it is kept, and written when it is back.
        """
        async with self._one_at_a_time:
            settled = dict(self.waiting)
            self._some.clear()
            if settled:
                await self._write(settled)

    async def _write(self, settled: dict[Notice, Settlement]) -> None:
        try:
            with self.store.asked():
                ours = await off_loop(self.threads, self.ledger.settle, settled)
        except BaseException:
            self._some.set()
            raise
        for notice in settled:
            del self.waiting[notice]
        self.held.let_go(settled)
        self.figures.settle(self.channel, (settled[notice].status for notice in ours))
        for notice, settlement in settled.items():
            _tell(notice, settlement, ours=notice in ours)


def _tell(notice: Notice, settlement: Settlement, *, ours: bool) -> None:
    sent = settlement.status is NoticeStatus.SENT and ours
    log.log(
        logging.INFO if sent else logging.WARNING,
        "notice %s" if ours else "notice %s, but its lease was gone",
        settlement.status,
        extra={
            "notice": notice.id,
            "kind": notice.kind,
            "channel": notice.channel,
            "attempt": notice.attempts,
            "error": settlement.error or "",
            "pii.to": notice.to,
        },
    )
