"""Whether the far end is there.

The first connection that can't be made takes a gateway out: no notice is given to it. From then on the far
end is probed after pauses that double, until a probe goes well; then the gateway is back. No notice serves as
the probe, and a probe that goes well does not shorten the next row of pauses: behind a port that opens
there may be nobody who answers. Only an answer does (`answered`). Where TLS is spoken a probe speaks it, too:
who shows a wrong certificate is away until it is right.

An SMSC has no such probe: its session is made anew for ever, and is itself the proof (`sms.smpp_session`).
Nor have lamps: a switch is asked all the time if it is there, and what it remembers (`lamps.pilot_lamp`).
"""

from __future__ import annotations

import asyncio
import logging
import ssl
from collections.abc import Awaitable, Callable
from contextlib import suppress
from dataclasses import dataclass

from personsvar.backoff import Backoff
from personsvar.notifier.delivery_errors import GatewayAwayError

log = logging.getLogger(__name__)

FIRST_PAUSE_SECONDS, LONGEST_PAUSE_SECONDS = 1.0, 30.0
PROBE_SECONDS = 5.0
CLOSE_SECONDS = 1.0
"""Who ends TLS more slowly is cut off."""

Probe = Callable[[], Awaitable[None]]
"""It raises OSError or GatewayAwayError when nobody is there, and comes to an end by itself."""
Sleep = Callable[[float], Awaitable[None]]


@dataclass
class Reporter:
    """What the log says of a gateway: when it goes, and when it is back. Some have words of their own."""

    name: str

    def away(self, why: Exception) -> None:  # noqa: ARG002 - others say why
        log.warning("the gateway is away", extra={"gateway": self.name})

    def still_away(self, why: Exception) -> None:
        """One more probe went wrong."""

    def back(self) -> None:
        log.info("the gateway is back", extra={"gateway": self.name})


class Reachability:
    def __init__(
        self,
        probe: Probe,
        backoff: Backoff,
        reporter: Reporter,
        *,
        answer_ends_probing: bool = False,
        failures_kept: int = 0,
        sleep: Sleep = asyncio.sleep,
    ) -> None:
        """`answer_ends_probing`: who answers while he is looked for is there.

        `failures_kept`: so many count in the pauses after an answer.
        """
        self._probe = probe
        self._backoff = backoff
        self._reporter = reporter
        self._answer_ends_probing = answer_ends_probing
        self._failures_kept = failures_kept
        self._sleep = sleep
        self._probing: asyncio.Task[None] | None = None
        self._closed = False

    @classmethod
    def of_http(cls, name: str, probe: Probe, jitter: Callable[[], float], sleep: Sleep) -> Reachability:
        """The usual one of a gateway over HTTP."""
        backoff = Backoff(FIRST_PAUSE_SECONDS, LONGEST_PAUSE_SECONDS, jitter)
        return cls(probe, backoff, Reporter(name), sleep=sleep)

    @property
    def is_up(self) -> bool:
        return self._probing is None and not self._closed

    def probe_at_once(self) -> None:
        """The far end is down until the first probe goes well, which is made without a pause."""
        self._probing = asyncio.create_task(self._until_back(pause=0))

    def lost(self, why: Exception) -> None:
        """A connection could not be made."""
        if self.is_up:
            self._reporter.away(why)
            self._probing = asyncio.create_task(self._until_back(pause=self._backoff.next()))

    def answered(self) -> None:
        """The far end did its work: the pauses begin anew."""
        self._backoff.failures = self._failures_kept
        if self._answer_ends_probing and self._probing is not None:
            self._probing.cancel()
            self._probing = None

    async def close(self) -> None:
        """The far end is down for good, and nobody looks for it any more."""
        self._closed = True
        if self._probing is not None:
            self._probing.cancel()
            await asyncio.wait([self._probing])
            self._probing = None

    async def _until_back(self, *, pause: float) -> None:
        await self._sleep(pause)
        while (wrong := await self._probed()) is not None:
            self._reporter.still_away(wrong)
            await self._sleep(self._backoff.next())
        self._probing = None
        self._reporter.back()

    async def _probed(self) -> Exception | None:
        try:
            await self._probe()
        except (OSError, GatewayAwayError) as wrong:  # TimeoutError is an OSError
            return wrong
        return None


async def connect_once(
    host: str, port: int, *, tls: ssl.SSLContext | None = None, name: str | None = None
) -> None:
    """A probe: a connection is opened and closed. Raise OSError when nobody opens in time, or by TLS can't.

    `name`: whose certificate it has to be; else the host's.
    """
    async with asyncio.timeout(PROBE_SECONDS):
        named = (name or host) if tls else None
        _, writer = await asyncio.open_connection(host, port, ssl=tls, server_hostname=named)
    writer.close()
    with suppress(OSError):  # TimeoutError is one
        async with asyncio.timeout(CLOSE_SECONDS):
            await writer.wait_closed()
    writer.transport.abort()
