"""Whether the mail server is there: once it is not, one probe after the other, ever further apart."""

from __future__ import annotations

import asyncio
import logging
from collections.abc import Awaitable, Callable
from dataclasses import dataclass

from personsvar.gateways.email.smtp_replies import OperatorsMistakeError
from personsvar.notifier.errors import GatewayAwayError

log = logging.getLogger(__name__)


@dataclass(frozen=True, slots=True)
class Pauses:
    """Between probes: from the first, doubling, to the longest; each times 0.5 to 1.5."""

    first_seconds: float = 1
    longest_seconds: float = 30


class Watch:
    def __init__(
        self, name: str, probe: Callable[[], Awaitable[None]], pauses: Pauses, jitter: Callable[[], float]
    ) -> None:
        self._name = name
        self._probe = probe
        self._pauses = pauses
        self._jitter = jitter
        self._down = asyncio.Event()
        self._pause_seconds = 0.0
        """Before the next probe: none before the first of all."""
        self._told: GatewayAwayError | None = None
        self._down.set()

    @property
    def is_up(self) -> bool:
        return not self._down.is_set()

    def worked(self) -> None:
        """A mail was taken: not only does it answer, it does its work."""
        self._pause_seconds = self._pauses.first_seconds
        self._told = None

    def failed(self, why: GatewayAwayError) -> None:
        if self.is_up:
            self._fall(why)

    def stop(self) -> None:
        self._down.set()

    async def run(self) -> None:
        """Until it is cancelled."""
        while True:
            await self._down.wait()
            await asyncio.sleep(self._pause_seconds * (0.5 + self._jitter()))
            try:
                await self._probe()
            except GatewayAwayError as why:
                self._fall(why)
            else:
                self._rise()

    def _fall(self, why: GatewayAwayError) -> None:
        self._down.set()
        doubled = max(self._pause_seconds * 2, self._pauses.first_seconds)
        self._pause_seconds = min(doubled, self._pauses.longest_seconds)
        self._tell(why)

    def _rise(self) -> None:
        self._down.clear()
        if not isinstance(self._told, OperatorsMistakeError):  # that it answers does not mend a mistake
            self._told = None
            log.info("the mail server is there", extra={"gateway": self._name})

    def _tell(self, why: GatewayAwayError) -> None:
        """Once for each new reason, not once for each probe."""
        if str(why) == str(self._told or ""):
            return
        self._told = why
        more = {"gateway": self._name, "why": str(why)}
        if isinstance(why, OperatorsMistakeError):
            log.error(
                "the mail server will have none of us: e-mails wait until this is put right", extra=more
            )
        else:
            log.warning("the mail server is away: e-mails wait", extra=more)
