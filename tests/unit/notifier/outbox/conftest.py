from __future__ import annotations

import asyncio
from collections.abc import Iterator
from concurrent.futures import ThreadPoolExecutor
from dataclasses import dataclass, field, replace

import pytest

from personsvar.mailbox.model.notice import Channel, Notice
from personsvar.notifier.gateway import Gateway
from personsvar.notifier.outbox.delivery_figures import DeliveryFigures
from personsvar.notifier.outbox.lane import Lane
from personsvar.notifier.outbox.ledger import Ledger
from personsvar.notifier.outbox.load import Load
from personsvar.notifier.outbox.retry_policy import RetryLimits, RetryPolicy
from tests.unit.conftest import Backend

LIMITS = RetryLimits(lease_seconds=60, retry_seconds=10, attempts=12, hours=24)


@dataclass
class Lanes:
    """Makes lanes over the backend's outbox, and runs them a round at a time."""

    backend: Backend
    threads: ThreadPoolExecutor
    figures: DeliveryFigures = field(default_factory=DeliveryFigures)

    def lane(self, gateway: Gateway, channel: Channel = Channel.SMS, **limits: float) -> Lane:
        services = self.backend.services
        policy = RetryPolicy(replace(LIMITS, **limits), services.clock.now, lambda: 0.5)  # type: ignore[arg-type] # attempts is whole in these tests
        return Lane(channel, gateway, Ledger(services), policy, self.threads, Load(), figures=self.figures)

    def round(self, gateway: Gateway, *channels: Channel, **limits: float) -> int:
        """A new worker's first round on each channel: how many it took."""
        lanes = [self.lane(gateway, channel, **limits) for channel in channels or tuple(Channel)]

        async def all_of_them() -> int:
            return sum([await lane.round() for lane in lanes])

        return asyncio.run(all_of_them())

    def notices(self) -> list[Notice]:
        with self.backend.services.store.look() as uow:
            return list(uow.outbox.list())


@pytest.fixture
def lanes(backend: Backend) -> Iterator[Lanes]:
    with ThreadPoolExecutor(4) as threads:
        yield Lanes(backend, threads)
