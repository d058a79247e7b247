"""How long messages are kept (docs/call-flow.md, 6): new, heard 30 days, saved 365; settings.

What is past its time goes to the deleted ones first, where its owner finds it for a week more, and what was
there so long is removed for good. Each batch looks at its messages again as it holds them: one that its owner
saves in this moment is not past its time any more.

A round that looks wrong removes nothing, says so, and waits for the operator (`personsvar retention go-on`):
when the clock is not believed (`reckoning`), or when it would take a larger share of all messages than a
setting allows, which a mistaken setting would. What was left, or changed, by a clock that was behind is not
past its time by that: its time counts from no earlier than when the clock was believed last (`Messages.add`).
"""

from __future__ import annotations

import logging
from collections.abc import Callable
from dataclasses import dataclass, replace
from datetime import datetime, timedelta
from enum import StrEnum

from personsvar.mailbox import audit
from personsvar.mailbox.errors import StaleError
from personsvar.mailbox.listening import deleted_now
from personsvar.mailbox.model.audit import Actor, AuditAction
from personsvar.mailbox.model.message import Message, State
from personsvar.mailbox.model.reckoning import Reckoning, Uptime
from personsvar.mailbox.ports.store import UnitOfWork
from personsvar.mailbox.reckoning import is_back, is_believed, is_same_start, may_go_on
from personsvar.mailbox.rules import Rules
from personsvar.mailbox.services import Services

log = logging.getLogger(__name__)

_BATCH = 10
"""So many in one transaction: with SQLite nobody else writes meanwhile, and with PostgreSQL whoever commits
next waits until all that was written is on the disk.
"""
FEW = 100
"""So many go whatever their share is: a small installation's may all be of one day."""


class Doubt(StrEnum):
    FIRST = "first"
    """There was no round before it that the clock could be compared with; the next one goes on."""
    CLOCK = "clock"
    """It says that more time has passed than did, or less."""
    TOO_MANY = "too-many"


@dataclass(frozen=True, slots=True)
class Round:
    """What a round of retention would do."""

    to_mark: int
    """Messages past their time, which go to the deleted ones."""
    to_remove: int
    """Deleted ones that go for good."""
    of: int
    """All messages there are."""
    doubt: Doubt | None
    """Why it takes none of them."""

    @property
    def takes(self) -> int:
        return self.to_mark + self.to_remove

    @property
    def version(self) -> str:
        """The same for what takes the same, whatever else comes meanwhile: who says yes may name it."""
        return f"{self.to_mark}-{self.to_remove}-{self.doubt or 'none'}"


def keep_days(rules: Rules) -> tuple[tuple[State, int], ...]:
    return (
        (State.NEW, rules.keep_new_days),
        (State.HEARD, rules.keep_heard_days),
        (State.SAVED, rules.keep_saved_days),
        (State.DELETED, rules.keep_deleted_days),
    )


@dataclass
class Retention:
    """Rounds of it, in one process; several processes may make them at once."""

    services: Services
    uptime: Callable[[], Uptime]
    rest: Callable[[], None] = lambda: None
    """Called between two batches: others go first. What it raises ends the round."""
    held_up: Doubt | None = None
    """Why the last round took nothing."""

    def once(self) -> int:
        """Take what is past its time, in small transactions; how many messages that were."""
        now, uptime = self.services.clock.now(), self.uptime()
        with self.services.store.begin() as uow:
            planned = plan(uow, self.services.rules, now, uptime)
            if planned.doubt in (None, Doubt.FIRST):
                uow.upkeep.put(Reckoning(now, uptime))
                uow.commit()
        self._report(planned)
        if planned.doubt is not None:
            return 0
        return sum(self._take(state, days, now) for state, days in keep_days(self.services.rules))

    def _take(self, state: State, days: int, now: datetime) -> int:
        before, gone = now - timedelta(days=days), 0
        while batch := _take_batch(self.services, state, before, now):
            gone += batch
            self.rest()
        return gone

    def _report(self, planned: Round) -> None:
        held_up = None if planned.doubt is Doubt.FIRST else planned.doubt
        if held_up is not None:
            facts = {"doubt": held_up, "to_mark": planned.to_mark, "to_remove": planned.to_remove}
            log.error("retention waits for the operator", extra={**facts, "of": planned.of})
        elif self.held_up is not None:
            log.info("retention goes on")
        self.held_up = held_up


def plan(uow: UnitOfWork, rules: Rules, now: datetime, uptime: Uptime) -> Round:
    due = {
        state: uow.messages.count_expired(state, before=now - timedelta(days=days))
        for state, days in keep_days(rules)
    }
    removed = due.pop(State.DELETED)
    of = uow.messages.count() if removed or any(due.values()) else 0
    planned = Round(sum(due.values()), removed, of, None)
    return replace(planned, doubt=_doubt(planned, uow.upkeep.last(), rules, now, uptime))


def next_round(services: Services, uptime: Uptime) -> tuple[Round, Reckoning | None]:
    """What a round would do now; and when the clock was believed last."""
    with services.store.look() as uow:
        return plan(uow, services.rules, services.clock.now(), uptime), uow.upkeep.last()


def go_on(services: Services, uptime: Uptime, *, by: Actor, as_seen: str | None = None) -> Round:
    """The operator says that the clock is right, and the next round may take what is past its time.

    `as_seen` is the version of the round that was seen: raise StaleError when it is another by now.
    """
    now = services.clock.now()
    with services.store.begin() as uow:
        if as_seen is not None and plan(uow, services.rules, now, uptime).version != as_seen:
            raise StaleError("another round is due by now")
        uow.upkeep.put(Reckoning(now, uptime, go_on=True))
        planned = plan(uow, services.rules, now, uptime)
        audit.note(uow, now, by, AuditAction.RETENTION_CONFIRMED)
        uow.commit()
    return planned


def _doubt(
    planned: Round, last: Reckoning | None, rules: Rules, now: datetime, uptime: Uptime
) -> Doubt | None:
    if last is None:
        return Doubt.FIRST
    counts = planned.takes or is_same_start(last, uptime) or is_back(last, now)
    if counts and not is_believed(last, now, uptime):
        return Doubt.CLOCK
    many = planned.takes > FEW and planned.takes * 100 > planned.of * rules.retention_percent
    return Doubt.TOO_MANY if many and not may_go_on(last, now) else None


def _take_batch(services: Services, state: State, before: datetime, now: datetime) -> int:
    with services.store.begin() as uow:
        expired = uow.messages.expired(state, before=before, limit=_BATCH)
        for message in expired:
            _take_one(uow, message, now)
        uow.commit()
    return len(expired)


def _take_one(uow: UnitOfWork, message: Message, now: datetime) -> None:
    if message.state is State.DELETED:
        uow.messages.remove(message.id)
    else:
        uow.messages.put(deleted_now(message, now))
