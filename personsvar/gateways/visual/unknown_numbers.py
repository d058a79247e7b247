"""The answer to a phone whose number is no subscriber's: it is told so, once.

No row of the outbox is for somebody we don't know, so it is handed over at once and not tried again: the
client asks again when it wants to know. Each number is answered once a minute, and all of them sixty times,
however many ask: the SMS are ours to pay for.
"""

from __future__ import annotations

import asyncio
import logging
import time
from collections.abc import Awaitable, Callable
from contextlib import suppress
from dataclasses import dataclass, field

from personsvar.gateways.sms.sms import Sms
from personsvar.mailbox.model.ids import Number
from personsvar.notifier.delivery_errors import DeliveryError, UndeliverableError
from personsvar.notifier.gateway import Accepted

log = logging.getLogger(__name__)

Submit = Callable[[Sms], Awaitable[Accepted]]

WINDOW_SECONDS = 60.0
MOST = 60
LIFE_SECONDS = 600.0


@dataclass
class UnknownNumbers:
    """Every number is answered on the loop where SMS are handed over."""

    now: Callable[[], float] = time.monotonic
    _submit: Submit | None = field(default=None, init=False)
    _loop: asyncio.AbstractEventLoop | None = field(default=None, init=False)
    _answered: dict[Number, float] = field(default_factory=dict, init=False)
    _under_way: set[asyncio.Task[None]] = field(default_factory=set, init=False)

    def open(self, submit: Submit) -> None:
        self._submit = submit
        self._loop = asyncio.get_running_loop()

    async def close(self) -> None:
        self._loop = None
        for task in tuple(self._under_way):
            task.cancel()
        await asyncio.gather(*self._under_way, return_exceptions=True)

    def answer(self, sms: Sms) -> None:
        """From any thread."""
        loop = self._loop
        if loop is not None:
            with suppress(RuntimeError):  # it is closed: the phone asks again
                loop.call_soon_threadsafe(self._begin, sms)

    def _begin(self, sms: Sms) -> None:
        if not self._may_answer(sms.to):
            log.info("a stranger's request is not answered: too many ask", extra={"pii.from": sms.to})
            return
        task = asyncio.get_running_loop().create_task(self._hand_over(sms))
        self._under_way.add(task)
        task.add_done_callback(self._under_way.discard)

    def _may_answer(self, number: Number) -> bool:
        now = self.now()
        self._answered = {who: at for who, at in self._answered.items() if now - at < WINDOW_SECONDS}
        if number in self._answered or len(self._answered) >= MOST:
            return False
        self._answered[number] = now
        return True

    async def _hand_over(self, sms: Sms) -> None:
        if self._submit is None:
            return
        try:
            await self._submit(sms)
        except (DeliveryError, UndeliverableError) as wrong:
            log.warning("a stranger's request is not answered: %s", wrong, extra={"pii.from": sms.to})
