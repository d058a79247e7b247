"""Counting how often something happened, and what there was of it."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta

from personsvar.mailbox.model.notice import Channel
from personsvar.mailbox.model.tally import Counted, GatewayLook, Occurrence, Stretch
from personsvar.mailbox.ports.store import UnitOfWork
from personsvar.mailbox.services import Services

KEPT_DAYS: Mapping[Stretch, int] = {Stretch.QUARTER: 2, Stretch.HOUR: 400}
"""How long it is known how often something happened."""
_BATCH = 200


@dataclass(frozen=True, slots=True)
class TalliedStretch:
    """How often things happened in one stretch of time."""

    begins_at: datetime
    times: Mapping[Counted, int]


def count_up(services: Services) -> int:
    """Count some of what happened and is not counted yet; how much."""
    with services.store.look() as uow:
        if not uow.tallies.is_behind():
            return 0
    with services.store.begin() as uow:
        counted = uow.tallies.count_up(limit=_BATCH)
        uow.commit()
    return counted


def look_at_gateways(services: Services, are_up: Mapping[Channel, bool]) -> None:
    """Write down which gateways are there at this moment."""
    now = services.clock.now()
    states = [(channel, GatewayLook.LOOKED) for channel in are_up]
    states += [(channel, GatewayLook.UP) for channel, is_up in are_up.items() if is_up]
    looks = [Occurrence(now, Counted.gateway(channel, state)) for channel, state in states]
    with services.store.begin() as uow:
        uow.tallies.add(looks)
        uow.commit()


def tallied(
    services: Services, stretch: Stretch, *, since: datetime, until: datetime, most: int
) -> Sequence[TalliedStretch]:
    """Every stretch between the two that was or is going on since something was counted, the oldest first."""
    end = min(until, services.clock.now())
    with services.store.look(may_be_late=True) as uow:
        first = uow.tallies.first(stretch)
        if first is None:
            return []
        begins = _begins(stretch, max(since, first), end, most)
        found = uow.tallies.sums(stretch, [*begins, begins[-1] + stretch.length]) if begins else []
    return [TalliedStretch(at, times) for at, times in zip(begins, found, strict=True)]


def _begins(stretch: Stretch, since: datetime, end: datetime, most: int) -> list[datetime]:
    at = stretch.begin(since)
    begins: list[datetime] = []
    while at < end and len(begins) < most:
        begins.append(at)
        at += stretch.length
    return begins


def purge_tallies(uow: UnitOfWork, now: datetime, *, limit: int) -> int:
    """Remove those past their time; how many."""
    return sum(
        uow.tallies.purge(stretch, before=now - timedelta(days=days), limit=limit)
        for stretch, days in KEPT_DAYS.items()
    )
