"""The transcripts' lane: a message's recording is read, written down by the engine, judged, and kept.

Nothing of it stands in the log, nor in the ledger, but how long it was and how well it was understood.
"""

from __future__ import annotations

import logging
from collections.abc import Callable
from concurrent.futures import Executor
from dataclasses import dataclass, field
from datetime import datetime
from functools import partial
from typing import TypeVar

from personsvar.gateways.transcripts.transcript_figures import TranscriptFigures
from personsvar.loop_thread import off_loop
from personsvar.mailbox.errors import StoreUnavailableError
from personsvar.mailbox.model.transcript import Transcript, Understanding
from personsvar.mailbox.ports.transcriber import (
    NotTranscribableError,
    Transcriber,
    TranscriberAwayError,
    TranscriberBusyError,
    TranscriberFaultError,
)
from personsvar.mailbox.services import Services
from personsvar.mailbox.transcription.days_minutes import TodayIsFullError
from personsvar.mailbox.transcription.keeping import (
    NotWantedError,
    ToWriteDown,
    give_back,
    keep,
    leave_without,
    take_up,
)
from personsvar.notifier.delivery_errors import (
    DeliveryError,
    GatewayAwayError,
    NotBeforeError,
    UndeliverableError,
)
from personsvar.notifier.gateway import Accepted
from personsvar.notifier.words.rendering import Rendered

log = logging.getLogger(__name__)

T = TypeVar("T")
Judge = Callable[[Transcript, bytes], tuple[Understanding, Transcript]]
"""How well a recording was understood, and the words of it that are kept."""
STORE_SECONDS = 10.0
"""Where recordings can't be read just now, the next try comes so much later."""


@dataclass
class TranscriptGateway:
    """A `notifier.gateway.Gateway` of one at a time."""

    services: Services
    engine: Transcriber
    judge: Judge
    threads: Executor
    """The store's calls block, and to judge takes a while: both are done here."""
    figures: TranscriptFigures = field(default_factory=TranscriptFigures)
    _told_of: datetime | None = field(default=None, init=False)
    """That messages wait until then was told."""

    async def open(self) -> None:
        await self.engine.open()

    async def close(self) -> None:
        await self.engine.close()

    @property
    def is_up(self) -> bool:
        return self.engine.is_up

    async def deliver(self, rendered: Rendered) -> Accepted:
        message = rendered.notice.facts.message
        if message is None:
            raise UndeliverableError("it tells of no message")
        taken = await self._stored(partial(take_up, self.services, message, asked_by=rendered.notice.id))
        heard = await self._heard(taken)
        understanding, judged = await off_loop(self.threads, partial(self.judge, heard, taken.alaw))
        await self._kept(taken, judged, understanding)
        self._tell(taken, heard, understanding)
        return Accepted(self.engine.engine)

    async def _heard(self, taken: ToWriteDown) -> Transcript:
        """Raise as a gateway does."""
        try:
            return await self.engine.transcript(taken.alaw, taken.language)
        except TranscriberAwayError as away:
            self.figures.failures["away"] += 1
            await self._stored(partial(give_back, self.services, taken))
            raise GatewayAwayError(str(away)) from away
        except TranscriberBusyError as busy:
            self.figures.failures["busy"] += 1
            await self._stored(partial(give_back, self.services, taken))
            raise DeliveryError(str(busy), wait_seconds=busy.seconds) from busy
        except TranscriberFaultError as fault:
            self.figures.failures["fault"] += 1
            raise DeliveryError(str(fault)) from fault
        except NotTranscribableError as refused:
            self.figures.failures["refused"] += 1
            await self._stored(partial(leave_without, self.services, taken.message))
            raise UndeliverableError(str(refused)) from refused

    async def _kept(self, taken: ToWriteDown, judged: Transcript, understanding: Understanding) -> None:
        try:
            await self._stored(partial(keep, self.services, taken, judged, understanding))
        except UndeliverableError:
            self.figures.failures["not-kept"] += 1
            raise

    async def _stored(self, ask: Callable[[], T]) -> T:
        """Raise DeliveryError where it can't be asked now, NotBeforeError where the day has no room.

        Raise UndeliverableError where no transcript is wanted: the ledger says why, and not that one is made.
        """
        try:
            return await off_loop(self.threads, ask)
        except NotWantedError as why:
            raise UndeliverableError(str(why)) from why
        except TodayIsFullError as full:
            if self._told_of != full.until:
                self._told_of = full.until
                log.warning("messages wait for the next day", extra={"until": full.until.isoformat()})
            raise NotBeforeError(str(full), until=full.until) from full
        except StoreUnavailableError as away:
            raise DeliveryError(str(away), wait_seconds=STORE_SECONDS) from away

    def _tell(self, taken: ToWriteDown, heard: Transcript, understanding: Understanding) -> None:
        self.figures.kept(understanding, seconds=taken.seconds, cpu_seconds=heard.cpu_seconds)
        more = {
            "message_id": taken.message,
            "understanding": str(understanding),
            "seconds": round(taken.seconds, 1),
            "cpu_seconds": None if heard.cpu_seconds is None else round(heard.cpu_seconds, 1),
        }
        log.info("a message is written down", extra=more)
