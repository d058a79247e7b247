"""One channel's lane: takes due notices under a lease, hands many over at once, and writes back how it went.

Any number of lanes of a channel may run, in one process or in many. One that dies loses its leases and
another takes over; one that is too slow finds its lease gone and writes nothing. So a notice may go out
twice, but never not at all. A lane whose gateway is down takes nothing: its notices stay due until it is
back.
"""

from __future__ import annotations

import asyncio
import logging
from collections.abc import Awaitable, Callable, Sequence
from concurrent.futures import Executor
from dataclasses import dataclass, field
from functools import partial
from typing import TypeVar

from personsvar.mailbox.errors import StoreUnavailableError
from personsvar.mailbox.model import Channel, Notice, Settlement
from personsvar.notifier.errors import DeliveryError, UndeliverableError
from personsvar.notifier.gateway import Gateway
from personsvar.notifier.letters import Letter, Written, is_stale
from personsvar.notifier.outbox.ledger import Ledger
from personsvar.notifier.outbox.pace import Pace
from personsvar.notifier.outbox.tally import Tally
from personsvar.notifier.outbox.verdict import Judge
from personsvar.notifier.outbox.write_back import WriteBack

log = logging.getLogger(__name__)

T = TypeVar("T")

POLL_SECONDS = 1.0
"""How often it looks, whether or not somebody rings."""
DOWN_SECONDS = 60.0
"""How often a lane whose gateway is down looks for what has grown too old."""
LONGEST_EASE_SECONDS = 5.0
"""After a gateway asked to be left alone, at most so long nothing more is taken."""
LAST_SECONDS = 10.0
"""How long what is under way, and what the last calls left, may take when the service stops."""


@dataclass(frozen=True, slots=True)
class Load:
    """How much of its channel a lane takes upon itself."""

    at_once: int = 20
    """Notices under way."""
    batch: int = 50
    """Taken in one transaction."""

    @property
    def worth_it(self) -> int:
        """Fewer free places than this are not worth a transaction."""
        return max(1, min(self.at_once // 2, self.batch))


@dataclass
class Lane:
    channel: Channel
    gateway: Gateway
    ledger: Ledger
    judge: Judge
    threads: Executor
    """For the ledger, whose calls block."""
    load: Load = field(default_factory=Load)
    pace: Pace = field(default_factory=Pace)
    tally: Tally = field(default_factory=Tally)

    def __post_init__(self) -> None:
        self._under_way: set[asyncio.Task[None]] = set()
        self._written = WriteBack(self.channel, self.ledger, self.threads, self.tally)
        self._woken = asyncio.Event()
        self._stopping = asyncio.Event()
        self._store_away = False
        self._eased_until = 0.0
        """By the loop's clock: the gateway asked for less."""

    def ring(self) -> None:
        """Something may be due. Called on the loop."""
        self._woken.set()

    def stop(self) -> None:
        self._stopping.set()
        self._woken.set()

    async def run(self) -> None:
        """Until it is told to stop; then what is under way, and what the last calls left, goes out."""
        writer = asyncio.create_task(self._write_back())
        try:
            while not self._stopping.is_set():
                await self._safely(self._turn)
            async with asyncio.timeout(LAST_SECONDS):
                await self._safely(self._finish)
        except TimeoutError:
            log.warning("stopped with notices under way", extra={"channel": self.channel})
        finally:
            writer.cancel()

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
        elif (rest := self._eased_until - asyncio.get_running_loop().time()) > 0:
            await asyncio.sleep(rest)
        elif (free := self.load.at_once - len(self._under_way)) < self.load.worth_it:
            await asyncio.wait(self._under_way, return_when=asyncio.FIRST_COMPLETED)
        elif wanted := self.pace.free(min(free, self.load.batch)):
            await self._take(wanted)
        else:
            await asyncio.sleep(self.pace.wait_seconds)

    async def _take(self, wanted: int) -> None:
        notices = await self._claim(wanted)
        self.pace.take(len(notices))
        await self._hand_over(notices)
        if len(notices) < wanted:
            await self._rest(POLL_SECONDS)

    async def _wait_for_gateway(self) -> None:
        await self._give_up_the_old()
        for _ in range(round(DOWN_SECONDS / POLL_SECONDS)):
            if self.gateway.is_up or self._stopping.is_set():
                return
            await asyncio.sleep(POLL_SECONDS / 4)

    async def _hand_over(self, notices: Sequence[Notice]) -> None:
        if not notices:
            return
        written = await self._letters(notices)
        for notice, letter in zip(notices, written, strict=True):
            task = asyncio.create_task(self._handle(notice, letter))
            self._under_way.add(task)
            task.add_done_callback(self._under_way.discard)

    async def _letters(self, notices: Sequence[Notice]) -> Sequence[Written]:
        """They are leased already: a database that goes away just now is waited for, as long as they are."""
        async with asyncio.timeout(self.judge.patience.answer_seconds):
            while True:
                try:
                    return await self._in_thread(partial(self.ledger.letters, notices))
                except StoreUnavailableError as wrong:
                    self._tell_away(wrong)
                    await asyncio.sleep(POLL_SECONDS)

    async def _handle(self, notice: Notice, letter: Written) -> None:
        self._written.put(notice, await self._tried(notice, letter))

    async def _tried(self, notice: Notice, letter: Written) -> Settlement:
        if self._is_stale(notice):
            return self.judge.too_old(notice)
        if isinstance(letter, UndeliverableError):
            return self.judge.failed(notice, letter)
        try:
            return await self._deliver(notice, letter)
        except Exception as wrong:  # noqa: BLE001 - a server: the judge tells apart what it means, and logs it
            self._ease(wrong)
            return self.judge.failed(notice, wrong)

    def _ease(self, wrong: Exception) -> None:
        """Throttled, or a queue is full: the next ones would be too."""
        if isinstance(wrong, DeliveryError) and wrong.wait_seconds is not None:
            seconds = min(wrong.wait_seconds, LONGEST_EASE_SECONDS)
            self._eased_until = asyncio.get_running_loop().time() + seconds

    async def _deliver(self, notice: Notice, letter: Letter) -> Settlement:
        async with asyncio.timeout(self.judge.patience.answer_seconds):
            accepted = await self.gateway.deliver(letter)
        due = notice.next_at if notice.attempts == 1 else notice.created_at
        self.tally.took(self.channel, (self.judge.now() - due).total_seconds())
        return self.judge.accepted(notice, accepted)

    async def _give_up_the_old(self) -> None:
        """While nobody takes them notices grow too old all the same; an MMS then becomes an SMS."""
        while notices := await self._claim(self.load.batch, older_hours=self.judge.patience.hours):
            for notice in notices:
                stale = self._is_stale(notice)  # a PIN has a time of its own
                alone = self.judge.left_alone(notice, seconds=DOWN_SECONDS)
                self._written.put(notice, self.judge.too_old(notice) if stale else alone)
            await self._written.flush()
            if self._stopping.is_set():
                return

    async def _write_back(self) -> None:
        while True:
            await self._written.some()
            await self._safely(self._written.flush)

    async def _finish(self) -> None:
        while self._under_way:
            await asyncio.wait(self._under_way)
        await self._written.flush()
        while self.gateway.is_up and await self.round():
            pass

    async def _safely(self, step: Callable[[], Awaitable[None]]) -> None:
        """A bad step is logged and counted, and does not end the lane."""
        try:
            await step()
        except StoreUnavailableError as wrong:
            self._tell_away(wrong)
        except Exception:  # a server
            self.tally.failures[self.channel] += 1
            log.exception("a lane stumbled", extra={"channel": self.channel})
        else:
            self._store_away = False
            return
        await asyncio.sleep(POLL_SECONDS)

    def _tell_away(self, wrong: StoreUnavailableError) -> None:
        """Once for each time it goes away, not once a second."""
        self.tally.failures[self.channel] += 1
        if not self._store_away:
            self._store_away = True
            log.error("notices wait: the database is away: %s", wrong, extra={"channel": self.channel})

    def _is_stale(self, notice: Notice) -> bool:
        return is_stale(notice, now=self.judge.now(), hours=self.judge.patience.hours)

    async def _claim(self, limit: int, *, older_hours: float | None = None) -> Sequence[Notice]:
        seconds = self.judge.patience.lease_seconds
        claim = partial(self.ledger.claim, self.channel, limit=limit, lease_seconds=seconds)
        return await self._in_thread(partial(claim, older_hours=older_hours))

    async def _rest(self, seconds: float) -> None:
        """Until somebody rings, or for so long."""
        try:
            async with asyncio.timeout(seconds):
                await self._woken.wait()
        except TimeoutError:
            pass

    async def _in_thread(self, work: Callable[[], T]) -> T:
        return await asyncio.get_running_loop().run_in_executor(self.threads, work)
