"""The notices in figures: what waits in the outbox, what became of the rest, which gateways are there."""

from __future__ import annotations

import time
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass, field

from personsvar.bootstrap import House
from personsvar.mailbox.errors import StoreUnavailableError
from personsvar.mailbox.model import ChannelFigures
from personsvar.notifier.metrics import Meter
from personsvar.running.posting import Posting

FRESH_SECONDS = 5.0
"""Counting a large backlog takes some milliseconds: whoever scrapes more often is told the same again."""


@dataclass
class _Backlog:
    house: House
    _told: Sequence[ChannelFigures] = ()
    _at: float | None = None
    now: Callable[[], float] = field(default=time.monotonic)

    def queued(self) -> Mapping[tuple[str, ...], float]:
        return {(it.channel,): float(it.queued) for it in self._figures()}

    def oldest(self) -> Mapping[tuple[str, ...], float]:
        return {(it.channel,): it.oldest_seconds for it in self._figures()}

    def _figures(self) -> Sequence[ChannelFigures]:
        """Nothing while the database is away: a figure that is not known is not told."""
        if self._at is None or self.now() - self._at > FRESH_SECONDS:
            try:
                with self.house.outbox_office.store.look() as uow:
                    self._told = uow.outbox.figures(now=self.house.office.clock.now())
            except StoreUnavailableError:
                return ()
            self._at = self.now()
        return self._told


def meters_of_notices(house: House, posting: Posting) -> list[Meter]:
    backlog, tally = _Backlog(house), posting.tally
    return [
        Meter("notices_queued", "Notices ready or under way.", backlog.queued, ("channel",)),
        Meter(
            "notices_oldest_seconds",
            "How long the notice that is due longest has waited.",
            backlog.oldest,
            ("channel",),
        ),
        Meter(
            "notices_settled",
            "What became of notices in this process: sent, delivered, failed, dead.",
            lambda: {(channel, status): float(n) for (channel, status), n in dict(tally.settled).items()},
            ("channel", "status"),
            counts_up=True,
        ),
        Meter(
            "notice_lane_failures",
            "Rounds of a lane that ended in an error, of ours or of the database.",
            lambda: {(channel,): float(n) for channel, n in dict(tally.failures).items()},
            ("channel",),
            counts_up=True,
        ),
        Meter("gateway_up", "Whether a channel's gateway is there.", lambda: _up(posting), ("channel",)),
    ]


def _up(posting: Posting) -> Mapping[tuple[str, ...], float]:
    return {(channel,): float(gateway.is_up) for channel, gateway in posting.gateways.by_channel.items()}
