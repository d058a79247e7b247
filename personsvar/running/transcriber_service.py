"""Messages written down: the transcripts' lane over its engine, in a process of its own or beside the others.

It shares no lane with what tells subscribers: however long an engine takes, no SMS waits for it.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from concurrent.futures import ThreadPoolExecutor
from contextlib import suppress
from dataclasses import dataclass, field
from functools import cached_property

from personsvar.bootstrap import Application
from personsvar.gateways.transcripts.transcript_gateway import Judge, TranscriptGateway
from personsvar.http.health import Check
from personsvar.http.metrics import Meter
from personsvar.mailbox.errors import StoreUnavailableError
from personsvar.mailbox.model.notice import Channel
from personsvar.mailbox.ports.transcriber import Transcriber
from personsvar.mailbox.transcription.days_minutes import let_go_on
from personsvar.notifier.gateway import Gateway
from personsvar.notifier.outbox.lane import Lane
from personsvar.notifier.outbox.ledger import Ledger
from personsvar.notifier.outbox.outbox_worker import OutboxWorker
from personsvar.notifier.outbox.retry_policy import RetryPolicy
from personsvar.running.bounded_call import Loop
from personsvar.running.chores import Chore
from personsvar.running.health_checks import on_loop
from personsvar.running.lane_limits import LaneLimits
from personsvar.running.transcript_meters import meters_of_transcripts
from personsvar.settings.group import variable
from personsvar.settings.loading import SettingsError
from personsvar.storage.postgres_listener import PostgresListener
from personsvar.world import jitter

THREADS = 4
"""The lane claims and writes back, its gateway reads and keeps."""


@dataclass
class TranscriberService:
    """A `running.service_process.PartService`."""

    application: Application
    engine: Transcriber
    judge: Judge
    chores: Sequence[Chore] = field(default=(), init=False)

    @cached_property
    def gateway(self) -> TranscriptGateway:
        return TranscriptGateway(self.application.services, self.engine, self.judge, self._threads)

    @cached_property
    def worker(self) -> OutboxWorker:
        return OutboxWorker({Channel.TRANSCRIPT: self.gateway}, self._lane)

    @cached_property
    def listener(self) -> PostgresListener | None:
        """As the notifier's."""
        settings = self.application.settings
        return None if settings.embedded else PostgresListener(settings.database, self.worker.ring)

    def start(self) -> None:
        with suppress(StoreUnavailableError):  # then they wait for the day's end
            let_go_on(self.application.services)
        self.application.notices_committed.connect(self.worker.ring)
        try:
            self.worker.start()
        except OSError as wrong:  # as of the notifier's gateways
            ca = self.application.settings.gateway_ca
            raise SettingsError(f"{variable('gateway_ca')} ({ca}): {wrong.strerror}") from wrong
        if self.listener is not None:
            self.listener.start()

    def stop(self) -> None:
        """What the engine has under way is given up, and waits for the next start."""
        if self.listener is not None:
            self.listener.stop()
        self.worker.stop()

    @property
    def checks(self) -> Mapping[str, Check]:
        return {"transcripts": on_loop(lambda: self.worker.loop)}

    @property
    def loops(self) -> Mapping[str, Loop]:
        return {"transcripts": lambda: self.worker.loop}

    def meters(self) -> list[Meter]:
        return meters_of_transcripts(self.application, self.gateway)

    @cached_property
    def _threads(self) -> ThreadPoolExecutor:
        threads = ThreadPoolExecutor(THREADS, thread_name_prefix="transcripts")
        return self.application.until_closed(threads)

    def _lane(self, channel: Channel, gateway: Gateway) -> Lane:
        services, limits = self.application.outbox_services, LaneLimits(self.application.settings)
        return Lane(
            channel,
            gateway,
            Ledger(services),
            RetryPolicy(limits.retries(channel), services.clock.now, jitter),
            self._threads,
            limits.load(channel),
            spans=self.application.spans,
        )
