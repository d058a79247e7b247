"""The gateway of the lamps: each letter becomes a NOTIFY with the counts as they are now.

Counts are absolute, so a lamp told twice is as right as one told once. All lamps are told again (`on_back`)
when the notifier starts, when the switch has forgotten them (see `pilot_lamp`) or was away, and each hour.
"""

from __future__ import annotations

import asyncio
import logging
from collections.abc import Awaitable, Callable
from contextlib import suppress
from dataclasses import dataclass, field
from weakref import WeakValueDictionary

from personsvar.address import Address
from personsvar.gateways.lamps.lamp_names import lamp_of
from personsvar.gateways.lamps.notify import notify
from personsvar.gateways.lamps.pilot_lamp import PilotLamp
from personsvar.gateways.lamps.sip import SipMessage
from personsvar.gateways.lamps.sip_answers import must_be_taken
from personsvar.gateways.lamps.sip_port import SipPort, Timers
from personsvar.mailbox.errors import StoreUnavailableError
from personsvar.mailbox.model.ids import Number
from personsvar.mailbox.model.message import Counts
from personsvar.notifier.delivery_errors import DeliveryError, GatewayAwayError, OutcomeUnknownError
from personsvar.notifier.gateway import Accepted
from personsvar.notifier.words.rendering import LampCounts, Rendered

log = logging.getLogger(__name__)

_FAREWELL_SECONDS = 3.0


@dataclass(frozen=True, slots=True)
class LampOptions:
    switch: str
    """Its SIP address, on UDP: `127.0.0.1:5060`."""
    look_seconds: float = 30
    """The pilot lamp is looked at so often."""
    away_seconds: float = 2
    """A switch that is away is looked for so often."""
    answer_seconds: float = 5
    """A switch that does not answer the pilot's question within this is away."""
    again_seconds: float = 3600
    """All lamps are told again so often without a reason."""
    timers: Timers = field(default_factory=Timers)


class LampGateway:
    """`notifier.gateway.Gateway` for desk phones' lamps."""

    def __init__(self, options: LampOptions, *, on_back: Callable[[], Awaitable[None]]) -> None:
        """`on_back`: make every lamp's notice due again (`mailbox.lamps.light_all`, in a thread)."""
        self._options = options
        self._on_back = on_back
        self._pilot = PilotLamp(options.switch, options.answer_seconds)
        self._port: SipPort | None = None
        self._up = False
        self._all_notified_at: float | None = None
        """When all lamps were told last, by the loop's clock; None: they are to be told."""
        self._locks: WeakValueDictionary[Number, asyncio.Lock] = WeakValueDictionary()
        self._watch: asyncio.Task[None] | None = None

    async def open(self) -> None:
        self._watch = asyncio.create_task(self._look_now_and_then(), name="lamps")

    async def close(self) -> None:
        if self._watch is not None:
            self._watch.cancel()
            await asyncio.wait({self._watch})
        if self._port is not None:
            await self._port.finish(seconds=_FAREWELL_SECONDS)
        self._hang_up()

    @property
    def is_up(self) -> bool:
        return self._up

    async def deliver(self, rendered: Rendered) -> Accepted:
        """One at a time for each lamp: an older NOTIFY that goes out again must not undo a newer one."""
        counts = rendered.content_as(LampCounts).counts
        lock = self._locks.setdefault(rendered.notice.to, asyncio.Lock())
        async with lock:
            must_be_taken(await self._notified(rendered.notice.to, counts))
        return Accepted(gateway=self._options.switch)

    async def _notified(self, number: Number, counts: Counts) -> SipMessage:
        if self._port is None:
            raise GatewayAwayError("the switch is away")
        switch, here = self._options.switch, self._port.here
        request = notify(lamp_of(number), counts, account=number, switch=switch, here=here)
        try:
            return await self._port.request(request)
        except (GatewayAwayError, OutcomeUnknownError):
            self._pilot.found_dark.set()  # have a look at once
            raise

    # ---- is the switch there, and does it remember? -------------------------------------------------------

    async def _look_now_and_then(self) -> None:
        while True:
            try:
                await self._look()
            except (DeliveryError, OSError) as away:  # OSError: a name that can't be found
                self._lose(away)
            except StoreUnavailableError as away:
                log.warning("the lamps can't be told again yet: %s", away)
            await self._pause()

    async def _look(self) -> None:
        port = await self._opened()
        lit = await self._pilot.is_lit(port)
        returned = not self._up
        self._find()
        dark = lit is False and await self._pilot.light(port)
        if dark or (returned and not lit) or self._is_time():
            self._all_notified_at = None
        if self._all_notified_at is None:
            await self._on_back()
            self._all_notified_at = asyncio.get_running_loop().time()

    def _is_time(self) -> bool:
        now = asyncio.get_running_loop().time()
        return (
            self._all_notified_at is not None and now - self._all_notified_at >= self._options.again_seconds
        )

    async def _pause(self) -> None:
        settled = self._up and self._all_notified_at is not None
        with suppress(TimeoutError):
            async with asyncio.timeout(self._options.look_seconds if settled else self._options.away_seconds):
                await self._pilot.found_dark.wait()
        self._pilot.found_dark.clear()

    async def _opened(self) -> SipPort:
        if self._port is None:
            address = Address.parse(self._options.switch)
            asked = self._pilot.receive
            timers = self._options.timers
            self._port = await SipPort.open(address.host, address.port, timers=timers, asked=asked)
        return self._port

    def _find(self) -> None:
        if not self._up:
            log.info("the switch takes lamps", extra={"switch": self._options.switch})
        self._up = True

    def _lose(self, away: Exception) -> None:
        if self._up:
            log.warning("no lamps: %s", away, extra={"switch": self._options.switch})
        self._hang_up()

    def _hang_up(self) -> None:
        """The next look opens a port anew: the switch's name may have got another address."""
        self._up = False
        if self._port is not None:
            self._port.close()
            self._port = None
