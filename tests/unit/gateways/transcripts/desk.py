"""A mailbox whose owner wishes transcripts, and the lane that makes them, a round at a time."""

from __future__ import annotations

import asyncio
from collections.abc import Sequence
from concurrent.futures import ThreadPoolExecutor
from dataclasses import dataclass, field, replace

from personsvar.gateways.transcripts.transcript_gateway import TranscriptGateway
from personsvar.mailbox.deposit import take_in
from personsvar.mailbox.model.ids import MessageId, SpoolId
from personsvar.mailbox.model.notice import Channel, Notice
from personsvar.mailbox.model.subscriber import Subscriber, Wishes
from personsvar.mailbox.model.transcript import MessageTranscript
from personsvar.mailbox.ports.takes import Purpose, SpoolHeader
from personsvar.mailbox.rules import Rules
from personsvar.mailbox.services import Services
from personsvar.notifier.outbox.lane import Lane
from personsvar.notifier.outbox.ledger import Ledger
from personsvar.notifier.outbox.load import Load
from personsvar.notifier.outbox.retry_policy import RetryLimits, RetryPolicy
from tests.fakes.clock_and_chance import SetClock
from tests.fakes.listener import FakeListener, judged_by_words
from tests.unit.conftest import KARI, Backend

LIMITS = RetryLimits(lease_seconds=120, retry_seconds=60, attempts=3, hours=6)
SECONDS = 3
SPEECH = b"\x55" * 8000 * SECONDS


@dataclass
class TranscriptDesk:
    services: Services
    clock: SetClock
    owner: Subscriber
    threads: ThreadPoolExecutor
    engine: FakeListener = field(default_factory=FakeListener)

    def __post_init__(self) -> None:
        self.gateway = TranscriptGateway(self.services, self.engine, judged_by_words, self.threads)

    def leave(self, spool_id: str = "1.1", *, longer: float = 1, urgent: bool = False) -> MessageId:
        spool, began_at = SpoolId(spool_id), self.clock.now()
        with self.services.store.look() as uow:
            before = uow.messages.by_spool_id(spool)
        header = SpoolHeader(
            spool,
            Purpose.MESSAGE,
            self.owner.number,
            KARI,
            began_at if before is None else before.received_at,
        )
        take_in(self.services, header, alaw=SPEECH * round(longer), urgent=urgent)
        with self.services.store.look() as uow:
            message = uow.messages.by_spool_id(spool)
        assert message is not None
        return message.id

    def round(self) -> int:
        """How many were taken."""
        policy = RetryPolicy(LIMITS, self.clock.now, lambda: 0.5)
        lane = Lane(Channel.TRANSCRIPT, self.gateway, Ledger(self.services), policy, self.threads, Load(1, 1))
        return asyncio.run(lane.round())

    def kept(self, message: MessageId) -> MessageTranscript | None:
        with self.services.store.look() as uow:
            return uow.transcripts.get(message)

    def notices(self, channel: Channel = Channel.TRANSCRIPT) -> Sequence[Notice]:
        """Oldest first."""
        with self.services.store.look() as uow:
            return uow.outbox.list(channel=channel)[::-1]

    def minutes_today(self) -> float:
        with self.services.store.look() as uow:
            return uow.transcripts.seconds_on(self.clock.now().date()) / 60

    def wish(self, **wishes: bool) -> None:
        with self.services.store.begin() as uow:
            owner = uow.subscribers.need(self.owner.number)
            uow.subscribers.put(replace(owner, wishes=replace(owner.wishes, **wishes)))
            uow.commit()


def desk_of(backend: Backend, threads: ThreadPoolExecutor, rules: Rules) -> TranscriptDesk:
    owner = replace(backend.ola, wishes=Wishes(transcripts=True))
    with backend.services.store.begin() as uow:
        uow.subscribers.put(owner)
        uow.commit()
    return TranscriptDesk(replace(backend.services, rules=rules), backend.clock, owner, threads)
