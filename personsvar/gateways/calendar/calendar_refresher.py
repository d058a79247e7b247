"""Calendars that are due are fetched, many at once, and what comes of each is written back.

A round goes on as long as calendars are due, up to a bound: so a service that is told to stop need not wait.
However slow some servers are, the others are asked meanwhile.
"""

from __future__ import annotations

import asyncio
import logging
from collections import Counter, deque
from collections.abc import Callable
from dataclasses import dataclass, field
from functools import partial
from traceback import format_tb

from personsvar.backoff import no_jitter
from personsvar.gateways.calendar.feed_address import feed_destination
from personsvar.gateways.calendar.feed_errors import FeedFailedError
from personsvar.gateways.calendar.feed_visit import FeedVisit, FeedVisitor
from personsvar.mailbox.calendar_refresh import FeedErrand, FeedOutcome, take_errands, write_back
from personsvar.mailbox.errors import SealBrokenError
from personsvar.mailbox.model.calendar_feed import CalendarFeed, FeedReading, FeedTrouble
from personsvar.mailbox.services import Services

log = logging.getLogger(__name__)

AT_ONCE = 50
CHANGED, UNCHANGED, FAILED = OUTCOMES = ("changed", "unchanged", "failed")
ROUND_SECONDS = 10.0
"""No further calendar is taken after that."""


@dataclass
class CalendarRefresher:
    """Refreshes calendars; one round at a time (`running.chores.Chore`)."""

    services: Services
    make_visitor: Callable[[], FeedVisitor]
    """Called on the event loop of each round."""
    jitter: Callable[[], float] = no_jitter
    round_seconds: float = ROUND_SECONDS
    outcomes: Counter[str] = field(default_factory=Counter)
    """What became of the calendars fetched so far, by OUTCOMES."""

    def once(self) -> int:
        """One round; how many were fetched."""
        return asyncio.run(self._round())

    async def _round(self) -> int:
        until = asyncio.get_running_loop().time() + self.round_seconds
        visitor = self.make_visitor()
        turn = _Round(self, visitor, until)
        workers = [asyncio.ensure_future(turn.work()) for _ in range(AT_ONCE)]
        try:
            return sum(await asyncio.gather(*workers))
        finally:
            for worker in workers:
                worker.cancel()
            await asyncio.gather(*workers, return_exceptions=True)
            await visitor.close()

    async def run_errand(self, errand: FeedErrand, visitor: FeedVisitor) -> CalendarFeed | None:
        """Fetch it, and write back what came of it; None when it is somebody else's by now."""
        outcome = await self._outcome(errand, visitor)
        self.outcomes[_named(outcome)] += 1
        feed = await asyncio.to_thread(write_back, self.services, errand, outcome, jitter=self.jitter)
        if feed is not None and feed.failures == 1:
            told = {"pii.mailbox": feed.mailbox, "pii.host": feed.host, "why": str(feed.trouble)}
            log.warning("a calendar can't be had", extra=told)
        return feed

    async def _outcome(self, errand: FeedErrand, visitor: FeedVisitor) -> FeedOutcome:
        try:
            destination = feed_destination(self.services.vault.open(errand.address))
            visit = FeedVisit(destination, errand.time_zone, errand.word, errand.known)
            return await visitor.visit(visit, self.services.clock.now())
        except FeedFailedError as failed:
            return failed.trouble
        except SealBrokenError:
            return FeedTrouble.SEALED
        except Exception as wrong:  # noqa: BLE001 - a server: one odd feed keeps no other from being fetched
            at = "".join(format_tb(wrong.__traceback__))[-1000:]
            log.error("a calendar's visit failed", extra={"why": type(wrong).__name__, "at": at})
            return FeedTrouble.FAULT


@dataclass
class _Round:
    """Those who fetch beside each other take the next calendar from one heap, which is filled anew."""

    refresher: CalendarRefresher
    visitor: FeedVisitor
    until: float
    _taken: deque[FeedErrand] = field(default_factory=deque)
    _goes_on: bool = True
    """There may be more that are due: the last heap was a full one."""
    _filling: asyncio.Lock = field(default_factory=asyncio.Lock)

    async def work(self) -> int:
        done = 0
        while (errand := await self._next()) is not None:
            await self.refresher.run_errand(errand, self.visitor)
            done += 1
        return done

    async def _next(self) -> FeedErrand | None:
        async with self._filling:
            if not self._taken and self._goes_on and asyncio.get_running_loop().time() < self.until:
                take = partial(take_errands, self.refresher.services, limit=AT_ONCE)
                self._taken.extend(await asyncio.to_thread(take))
                self._goes_on = len(self._taken) == AT_ONCE
            return self._taken.popleft() if self._taken else None


def _named(outcome: FeedOutcome) -> str:
    if isinstance(outcome, FeedTrouble):
        return FAILED
    return CHANGED if isinstance(outcome, FeedReading) else UNCHANGED
