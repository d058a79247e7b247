"""Notices that a clock put off which was ahead of ours, or which ours has gone back behind.

What is written by a clock of next year is due next year: once the clock is set right nobody would be told
until then, and no lamp lit. No rule puts a notice off for longer than `LONGEST`, and none is made in the
future: what looks so was written by another clock, and goes out at once, or after its owner's quiet hours.
One that was tried keeps its own wait, so that a clock that went back has no gateway asked more often.

A lease that such a clock gave would last as long. Its worker may have it in hand just now: it is ended only
when the same lease was there a round ago, and a round is longer than a lease.
"""

from __future__ import annotations

from dataclasses import dataclass, field
from datetime import datetime, timedelta

from personsvar.mailbox.local_time import after_quiet
from personsvar.mailbox.model.ids import NoticeId
from personsvar.mailbox.model.notice import Notice, NoticeStatus
from personsvar.mailbox.notices import PINS
from personsvar.mailbox.ports.store import UnitOfWork
from personsvar.mailbox.services import Services

CLOCKS_APART = timedelta(minutes=1)
"""Machines that work together may be so far from each other."""
LONGEST = timedelta(days=3)
"""Quiet hours of a day, and an hour's wait before or behind them."""
BATCH = 500


@dataclass
class Hastening:
    """`once` comes round no sooner than a lease is over."""

    services: Services
    _leases: frozenset[tuple[NoticeId, str | None]] = field(default_factory=frozenset)
    """Those that were there when it was looked last."""

    def once(self) -> int:
        """How many go out sooner than they would have. Each by itself: lanes hold such rows, in any order."""
        now = self.services.clock.now()
        with self.services.store.look() as uow:
            found = uow.outbox.put_off_by_a_clock(
                made_after=now + CLOCKS_APART, due_after=now + LONGEST, limit=BATCH
            )
        late = [it for it in found if it.lease is None or (it.id, it.lease) in self._leases]
        self._leases = frozenset((it.id, it.lease) for it in found if it.status is NoticeStatus.LEASED)
        return sum(self._hasten(it, now) for it in late)

    def _hasten(self, notice: Notice, now: datetime) -> bool:
        with self.services.store.begin() as uow:
            changed = uow.outbox.make_due(notice, at=_due(uow, notice, now))
            uow.commit()
        return changed


def _due(uow: UnitOfWork, notice: Notice, now: datetime) -> datetime:
    subscriber = uow.subscribers.get(notice.to)
    if subscriber is None or notice.facts.urgent or notice.kind in PINS:
        return now
    return after_quiet(subscriber, now)
