"""Receipts on their way into the ledger: those that come close together are committed together.

A receipt is acknowledged to its gateway once it is committed, never before.
"""

from __future__ import annotations

import asyncio
from collections.abc import Callable, Sequence
from concurrent.futures import Executor
from dataclasses import dataclass, field

from personsvar.loop_thread import off_loop
from personsvar.mailbox.model.ledger import Receipt
from personsvar.mailbox.model.notice import Notice
from personsvar.notifier.outbox.delivery_figures import DeliveryFigures

MOST = 200
"""In one transaction."""

Waiting = tuple[Receipt, asyncio.Future[None]]


@dataclass
class ReceiptBatches:
    """For one event loop: `take` is a `notifier.gateway.TakeReceipt`."""

    write: Callable[[Sequence[Receipt]], Sequence[Notice]]
    """It commits them, in a blocking call, and returns the notices that so ended."""
    threads: Executor
    figures: DeliveryFigures
    _waiting: list[Waiting] = field(default_factory=list, init=False)
    _writer: asyncio.Task[None] | None = field(default=None, init=False)

    async def take(self, receipt: Receipt) -> None:
        """Return when it is committed; raise StoreUnavailableError when it could not be."""
        done = asyncio.get_running_loop().create_future()
        self._waiting.append((receipt, done))
        if self._writer is None or self._writer.done():
            self._writer = asyncio.create_task(self._write_all())
        await done

    async def _write_all(self) -> None:
        while self._waiting:
            batch, self._waiting = self._waiting[:MOST], self._waiting[MOST:]
            await self._write(batch)

    async def _write(self, batch: Sequence[Waiting]) -> None:
        receipts = [receipt for receipt, _ in batch]
        try:
            ended = await off_loop(self.threads, self.write, receipts)
        except Exception as wrong:  # noqa: BLE001 - each gateway that waits is told, and answers for itself
            for _, done in batch:
                if not done.done():
                    done.set_exception(wrong)
            return
        for _, done in batch:
            if not done.done():
                done.set_result(None)
        for notice in ended:
            self.figures.settle(notice.channel, [notice.status])
