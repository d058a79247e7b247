"""All lanes and their gateways, on one event loop in a thread of its own."""

from __future__ import annotations

import asyncio
from collections.abc import Awaitable, Callable, Mapping, Sequence
from collections.abc import Set as AbstractSet
from dataclasses import dataclass, field
from functools import partial

from personsvar.loop_thread import LoopThread
from personsvar.mailbox.model.notice import Channel
from personsvar.notifier.gateway import Gateway
from personsvar.notifier.outbox.lane import Lane

STOP_SECONDS = 15.0
"""The lanes' last seconds, the gateways' farewells and the last write-back take less."""


@dataclass
class OutboxWorker:
    """`make_lanes` is called on the loop, where the gateways and lanes then live."""

    gateways: Mapping[Channel, Gateway]
    make_lane: Callable[[Channel, Gateway], Lane]
    at_end: Callable[[], Awaitable[None]] | None = None
    """Called on the loop once the gateways are closed: what they shared is closed, too."""
    _lanes: Sequence[Lane] = field(default=(), init=False)
    _failed: Exception | None = field(default=None, init=False)

    def __post_init__(self) -> None:
        self._thread = LoopThread("notices", self._main)

    def start(self) -> None:
        """Raise what kept a gateway from being opened."""
        self._thread.start()
        if self._failed is not None:
            raise self._failed

    @property
    def loop(self) -> asyncio.AbstractEventLoop | None:
        """The loop that the lanes run on; None before it has begun."""
        return self._thread.loop

    def ring(self, channels: AbstractSet[Channel]) -> None:
        """Something may be due there: those lanes look at once. It may be called from any thread."""
        self._thread.call(partial(self._ring, channels))

    def stop(self) -> None:
        """What the last calls left goes out first, within reason."""
        self._thread.call(self._stop)
        self._thread.join(STOP_SECONDS)

    def _ring(self, channels: AbstractSet[Channel]) -> None:
        for lane in self._lanes:
            if lane.channel in channels:
                lane.ring()

    def _stop(self) -> None:
        for lane in self._lanes:
            lane.stop()

    async def _main(self) -> None:
        self._lanes = [self.make_lane(channel, gateway) for channel, gateway in self.gateways.items()]
        several = list({id(gateway): gateway for gateway in self.gateways.values()}.values())
        try:
            await self._open_all(several)
            if self._failed is None:
                await asyncio.gather(*(lane.run() for lane in self._lanes))
        finally:
            await asyncio.gather(*(gateway.close() for gateway in several))
            await asyncio.gather(*(lane.end() for lane in self._lanes))
            if self.at_end is not None:
                await self.at_end()

    async def _open_all(self, gateways: Sequence[Gateway]) -> None:
        try:
            for gateway in gateways:
                await gateway.open()
        except Exception as wrong:  # noqa: BLE001 - whoever starts us is told
            self._failed = wrong
        self._thread.ready()
