"""One channel's lane: takes due notices under a lease, hands many over at once, and writes back how it went.

Any number of lanes of a channel may run, in one process or in many. One that dies loses its leases and
another takes over; one that is too slow finds its lease gone and writes nothing. So a notice may go out
twice, but never not at all. A lane whose gateway is down takes nothing: its notices stay due until it is
back.

What has grown too old is given up many at a time and with rests, and what is young goes first: after an hour
in which no notifier ran nobody waits behind what is worth nothing any more, and calls don't feel it.
"""

from __future__ import annotations

import asyncio
import logging
from collections.abc import Awaitable, Callable, Sequence
from concurrent.futures import Executor
from contextlib import suppress
from dataclasses import dataclass, field
from datetime import timedelta
from functools import partial
from typing import TypeVar

from personsvar.loop_thread import off_loop
from personsvar.mailbox.errors import StoreUnavailableError
from personsvar.mailbox.model.ledger import Settlement
from personsvar.mailbox.model.notice import Channel, Notice
from personsvar.notifier.delivery_errors import DeliveryError, OutcomeUnknownError
from personsvar.notifier.gateway import Gateway
from personsvar.notifier.outbox.delivery_figures import DeliveryFigures
from personsvar.notifier.outbox.held_leases import HeldLeases
from personsvar.notifier.outbox.ledger import Ledger
from personsvar.notifier.outbox.load import Load, Pace
from personsvar.notifier.outbox.retry_policy import RetryPolicy
from personsvar.notifier.outbox.store_watch import StoreWatch
from personsvar.notifier.outbox.write_back import WriteBack
from personsvar.notifier.words.rendering import Rendered, is_stale
from personsvar.spans import NO_SPANS, Spans

log = logging.getLogger(__name__)

T = TypeVar("T")

POLL_SECONDS = 1.0
"""How often it looks, whether or not somebody rings."""
GATHER_SECONDS = 0.2
"""After something was taken the next look comes no sooner, unless as much was taken as may be at once: on a
busy evening many go in one transaction, and the first after a pause still goes at once."""
DOWN_SECONDS = 60.0
"""How often a lane whose gateway is down looks for what has grown too old."""
LONGEST_EASE_SECONDS = 5.0
"""After a gateway asked to be left alone, at most so long nothing more is taken."""
GIVEN_UP_AT_ONCE = 200
"""So many of those too old are written back in one transaction."""
LAST_SECONDS = 2.0
"""How long what is under way, and what the last calls left, goes out when the service stops."""
END_SECONDS = 1.0
"""How long its tries may take to end once the gateway is closed."""


@dataclass
class Lane:
    channel: Channel
    gateway: Gateway
    ledger: Ledger
    policy: RetryPolicy
    threads: Executor
    """The ledger's calls block: they are made here."""
    load: Load = field(default_factory=Load)
    pace: Pace = field(default_factory=Pace)
    figures: DeliveryFigures = field(default_factory=DeliveryFigures)
    store: StoreWatch = field(default_factory=StoreWatch)
    spans: Spans = NO_SPANS

    def __post_init__(self) -> None:
        self._under_way: set[asyncio.Task[None]] = set()
        self._held = HeldLeases()
        self._written = WriteBack(
            self.channel, self.ledger, self.threads, self.figures, self.store, self._held
        )
        self._woken = asyncio.Event()
        self._freed = asyncio.Event()
        self._stopping = asyncio.Event()
        self._writer: asyncio.Task[None] | None = None
        self._eased_until = 0.0
        """The gateway asked for less until then, by the loop's clock."""
        self._old_at: float | None = None
        """When the next of those too old are given up, by the loop's clock; None: it is not known of any."""

    def ring(self) -> None:
        """Something may be due: the lane looks at once. It is called on the loop."""
        self._woken.set()

    def stop(self) -> None:
        self._stopping.set()
        self._woken.set()
        self._freed.set()

    async def run(self) -> None:
        """The lane works until `stop`; then what the last calls left goes out, for a moment."""
        self._writer = asyncio.create_task(self._write_back())
        while not self._stopping.is_set():
            if not await self._safely(self._turn):
                await self._pause(POLL_SECONDS)
        await self._safely(self._send_the_last)

    async def end(self) -> None:
        """Once the gateway is closed: who still waits for it knows nothing, and no lease is left behind."""
        if self._under_way:
            await asyncio.wait(self._under_way, timeout=END_SECONDS)
        while self._under_way:
            for task in self._under_way:
                task.cancel()
            await asyncio.wait(self._under_way)
        if self._writer is not None:
            self._writer.cancel()
        if not await self._safely(self._written.flush):
            log.warning("stopped before all was written back", extra={"channel": self.channel})

    async def round(self) -> int:
        """Deliver what is due and write it back; how many were taken."""
        if not self.gateway.is_up:
            await self._give_up_the_old()
            return 0
        notices = await self._claim(self.load.batch)
        await self._hand_over(notices)
        if self._under_way:
            await asyncio.wait(self._under_way)
        await self._written.flush()
        return len(notices)

    async def _turn(self) -> None:
        self._woken.clear()
        if not self.gateway.is_up:
            await self._wait_for_gateway()
        elif self._old_at is not None and self._old_at <= self._now():
            await self._give_up_some()
        elif (rest := self._eased_for) > 0:
            await self._pause(rest)
        elif (free := self.load.at_once - len(self._under_way)) < self.load.worth_it:
            self._freed.clear()
            await self._freed.wait()
        elif wanted := self.pace.free(min(free, self.load.batch)):
            await self._take(wanted)
        else:
            await self._pause(self.pace.wait_seconds)

    async def _take(self, wanted: int) -> None:
        began = self._now()
        notices = await self._claim(wanted, young=self._old_at is not None)
        self.pace.take(len(notices))
        if await self._hand_over(notices) < len(notices):
            self._old_at = self._now() if self._old_at is None else self._old_at
        elif len(notices) < wanted:
            old_in = POLL_SECONDS if self._old_at is None else self._old_at - self._now()
            await self._rest(max(0.0, min(POLL_SECONDS, old_in)))
            if notices:
                await self._pause(began + GATHER_SECONDS - self._now())

    async def _wait_for_gateway(self) -> None:
        await self._give_up_the_old()
        for _ in range(round(DOWN_SECONDS / POLL_SECONDS)):
            if self.gateway.is_up or self._stopping.is_set():
                return
            await self._pause(POLL_SECONDS / 4)

    async def _hand_over(self, notices: Sequence[Notice]) -> int:
        """How many; the others are too old."""
        young = list[Notice]()
        for notice in notices:
            if self._is_stale(notice):
                self._written.put(notice, self.policy.too_old(notice))
            else:
                young.append(notice)
        if young:
            for notice, rendered in zip(young, await self._rendered(young), strict=True):
                task = asyncio.create_task(self._handle(notice, rendered))
                self._under_way.add(task)
                task.add_done_callback(self._over)
        return len(young)

    def _over(self, task: asyncio.Task[None]) -> None:
        self._under_way.discard(task)
        self._freed.set()

    async def _rendered(self, notices: Sequence[Notice]) -> Sequence[Rendered | Exception]:
        """Each ready to go out, or why it can't be. They are leased: the database is waited for a while."""
        until = self._now() + self.policy.limits.answer_seconds
        while True:
            try:
                return await self._ask(partial(self.ledger.rendered, notices))
            except StoreUnavailableError as away:
                if self._stopping.is_set() or self._now() > until:
                    return [away] * len(notices)
            except Exception as wrong:  # noqa: BLE001 - one of them: it must not trap the others
                return [wrong] if len(notices) == 1 else [await self._rendered_one(each) for each in notices]
            await self._pause(POLL_SECONDS)

    async def _rendered_one(self, notice: Notice) -> Rendered | Exception:
        (rendered,) = await self._rendered([notice])
        return rendered

    async def _handle(self, notice: Notice, rendered: Rendered | Exception) -> None:
        what = self.spans.span(
            "notice",
            channel=notice.channel,
            kind=notice.kind,
            notice=notice.id,
            attempt=notice.attempts,
        )
        with what as span:
            try:
                settlement = await self._tried(notice, rendered)
            except asyncio.CancelledError:  # by `end`
                settlement = self.policy.failed(notice, OutcomeUnknownError("the service stopped"))
            span.tell("status", settlement.status)
        self._written.put(notice, settlement)

    async def _tried(self, notice: Notice, rendered: Rendered | Exception) -> Settlement:
        if self._is_stale(notice):
            return self.policy.too_old(notice)
        if isinstance(rendered, Exception):
            return self.policy.failed(notice, rendered)
        try:
            return await self._deliver(notice, rendered)
        except Exception as wrong:  # noqa: BLE001 - a server: the policy tells apart what it means, and logs it
            self._ease(wrong)
            return self.policy.failed(notice, wrong)

    def _ease(self, wrong: Exception) -> None:
        """The gateway throttles, or its queue is full: the next ones would meet the same."""
        if isinstance(wrong, DeliveryError) and wrong.wait_seconds is not None:
            seconds = min(wrong.wait_seconds, LONGEST_EASE_SECONDS)
            self._eased_until = self._now() + seconds

    @property
    def _eased_for(self) -> float:
        return self._eased_until - self._now()

    async def _deliver(self, notice: Notice, rendered: Rendered) -> Settlement:
        async with asyncio.timeout(self.policy.limits.answer_seconds):
            accepted = await self.gateway.deliver(rendered)
        due = notice.next_at if notice.attempts == 1 else notice.created_at
        self.figures.took(self.channel, (self.policy.now() - due).total_seconds())
        return self.policy.accepted(notice, accepted)

    async def _give_up_the_old(self) -> None:
        """Notices grow too old while nobody takes them, too; an MMS then becomes an SMS."""
        await self._give_up_some()
        while self._old_at is not None and not (self.gateway.is_up or self._stopping.is_set()):
            await self._pause(self._old_at - self._now())
            await self._give_up_some()

    async def _give_up_some(self) -> None:
        """If there are any, the next of them come after a rest as long as it took: for an MMS an SMS is sent
        now, so somebody waits for it. A PIN has a time of its own, and may be young.
        """
        began = self._now()
        notices = await self._claim(GIVEN_UP_AT_ONCE, older_hours=self.policy.limits.hours)
        if self.gateway.is_up:
            await self._hand_over(notices)
        else:
            self._put_away(notices)
        await self._written.flush()
        ended = self._now()
        self._old_at = ended + (ended - began) if notices else None

    def _put_away(self, notices: Sequence[Notice]) -> None:
        for notice in notices:
            alone = self.policy.left_alone(notice, seconds=DOWN_SECONDS)
            self._written.put(notice, self.policy.too_old(notice) if self._is_stale(notice) else alone)

    async def _write_back(self) -> None:
        while True:
            await self._written.some()
            if not await self._safely(self._written.flush):
                await asyncio.sleep(POLL_SECONDS)

    async def _send_the_last(self) -> None:
        """While there is time for it: who is called last hears of it as soon as the others."""
        until = self._now() + LAST_SECONDS
        while await self._all_over(until) and self.gateway.is_up and self._eased_for <= 0:
            wanted = self.pace.free(self.load.batch)
            notices = await self._claim(wanted) if wanted else ()
            if not notices:
                return
            self.pace.take(len(notices))
            await self._hand_over(notices)

    async def _all_over(self, until: float) -> bool:
        left = until - self._now()
        if self._under_way and left > 0:
            await asyncio.wait(self._under_way, timeout=left)
        return left > 0 and not self._under_way

    async def _safely(self, step: Callable[[], Awaitable[None]]) -> bool:
        """Whether it went well. A bad step is logged and counted, and does not end the lane."""
        try:
            await step()
        except StoreUnavailableError:
            self.figures.failures[self.channel] += 1
        except Exception:  # a server
            self.figures.failures[self.channel] += 1
            log.exception("a lane stumbled", extra={"channel": self.channel})
        else:
            return True
        return False

    def _is_stale(self, notice: Notice) -> bool:
        return is_stale(notice, now=self.policy.now(), hours=self.policy.limits.hours)

    async def _claim(
        self, limit: int, *, older_hours: float | None = None, young: bool = False
    ) -> Sequence[Notice]:
        """`young`: none that has been due for as long as makes it too old."""
        now, seconds = self.policy.now(), self.policy.limits.lease_seconds
        claim = partial(self.ledger.claim, self.channel, limit=limit, lease_seconds=seconds)
        ours, due_hours = self._held.running_out(now), self.policy.limits.hours if young else None
        notices = await self._ask(partial(claim, older_hours=older_hours, due_hours=due_hours, but_not=ours))
        self._held.take(notices, until=now + timedelta(seconds=seconds))
        return notices

    async def _rest(self, seconds: float) -> None:
        """Nothing is done until somebody rings, or for so long."""
        with suppress(TimeoutError):
            async with asyncio.timeout(seconds):
                await self._woken.wait()

    async def _pause(self, seconds: float) -> None:
        """Nothing is done for so long, or until `stop`."""
        with suppress(TimeoutError):
            async with asyncio.timeout(seconds):
                await self._stopping.wait()

    async def _ask(self, question: Callable[[], T]) -> T:
        with self.store.asked():
            return await off_loop(self.threads, question)

    @staticmethod
    def _now() -> float:
        return asyncio.get_running_loop().time()
