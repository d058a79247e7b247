"""The outbox's worker: takes due notices under a lease, hands them over, and writes back what became of them.

Any number of workers may run, in one process or in many. One that dies loses its lease and another
takes over; one that is too slow finds its lease gone and writes nothing. A notice may so go out twice, but
never not at all.
"""

from __future__ import annotations

import logging
from collections import Counter
from collections.abc import Callable, Mapping
from dataclasses import dataclass, field
from datetime import datetime, timedelta
from typing import Protocol

from personsvar.mailbox.errors import StoreUnavailableError
from personsvar.mailbox.model import Channel, Notice, NoticeStatus, Settlement
from personsvar.mailbox.ports import Office
from personsvar.notifier.errors import DeliveryError, UndeliverableError
from personsvar.notifier.letters import Letter, is_stale, letter_for

log = logging.getLogger(__name__)

LONGEST_WAIT_SECONDS = 3600.0
BATCH = 20


class Delivery(Protocol):
    """One way to a subscriber: a gateway, or the folder of files."""

    def deliver(self, letter: Letter) -> None:
        """Return when it was taken; raise DeliveryError or UndeliverableError."""
        ...


@dataclass(frozen=True, slots=True)
class Patience:
    """How long a notice is held, and how often and how long it is tried."""

    lease_seconds: float = 60
    retry_seconds: float = 10
    attempts: int = 12
    hours: float = 24

    def wait(self, attempts: int, luck: float) -> timedelta:
        """After so many tries: min(base · 2^n, 1 h), times 0.5 to 1.5 so that not all come back at once."""
        doubled = self.retry_seconds * 2 ** min(attempts - 1, 30)
        return timedelta(seconds=min(doubled, LONGEST_WAIT_SECONDS) * (0.5 + luck))


@dataclass(frozen=True, slots=True)
class Outcome:
    status: NoticeStatus
    error: str | None = None
    next_at: datetime | None = None


@dataclass(frozen=True, slots=True)
class OutboxWorker:
    office: Office
    deliveries: Mapping[Channel, Delivery]
    """A channel without one is left alone: its notices wait."""
    luck: Callable[[], float]
    """A number from 0 to 1."""
    patience: Patience = field(default_factory=Patience)
    settled: Counter[tuple[Channel, NoticeStatus]] = field(default_factory=Counter)
    """What became of the notices since the start."""

    def run_once(self) -> int:
        """Deliver what is due; how many. Raise StoreUnavailableError when the store is away."""
        notices = self._claim()
        for notice in notices:
            self._settle(notice, self._handle(notice))
        return len(notices)

    def expire_secrets(self) -> int:
        """Erase the PINs whose time is over."""
        with self.office.store.begin() as uow:
            erased = uow.outbox.expire_secrets(now=self.office.clock.now())
            uow.commit()
        return erased

    def _claim(self) -> list[Notice]:
        with self.office.store.begin() as uow:
            claimed = uow.outbox.claim(
                channels=tuple(self.deliveries),
                now=self.office.clock.now(),
                lease_seconds=self.patience.lease_seconds,
                limit=BATCH,
            )
            uow.commit()
        return list(claimed)

    def _handle(self, notice: Notice) -> Outcome:
        if is_stale(notice, now=self.office.clock.now(), hours=self.patience.hours):
            return Outcome(NoticeStatus.DEAD, "too old")
        try:
            self.deliveries[notice.channel].deliver(letter_for(self.office, notice))
        except UndeliverableError as wrong:
            return Outcome(NoticeStatus.FAILED, str(wrong))
        except DeliveryError as wrong:
            return self._again(notice, str(wrong))
        except StoreUnavailableError:
            raise
        except Exception as wrong:  # a server: one notice that can't be handled must not trap those behind it
            log.exception("a notice can't be handled", extra={"notice": notice.id})
            return self._again(notice, type(wrong).__name__)
        return Outcome(NoticeStatus.SENT)

    def _again(self, notice: Notice, error: str) -> Outcome:
        if notice.attempts >= self.patience.attempts:
            return Outcome(NoticeStatus.DEAD, error)
        wait = self.patience.wait(notice.attempts, self.luck())
        return Outcome(NoticeStatus.READY, error, self.office.clock.now() + wait)

    def _settle(self, notice: Notice, outcome: Outcome) -> None:
        if notice.lease is None:
            raise ValueError("a notice without a lease is not ours to settle")
        with self.office.store.begin() as uow:
            settled = uow.outbox.settle(
                [
                    Settlement(
                        notice.id,
                        notice.lease,
                        outcome.status,
                        next_at=outcome.next_at,
                        error=outcome.error,
                    )
                ],
                now=self.office.clock.now(),
            )
            uow.commit()
        ours = notice.id in settled
        if ours:
            self.settled[notice.channel, outcome.status] += 1
        _tell(notice, outcome, ours=ours)


def _tell(notice: Notice, outcome: Outcome, *, ours: bool) -> None:
    sent = outcome.status is NoticeStatus.SENT and ours
    log.log(
        logging.INFO if sent else logging.WARNING,
        "notice %s" if ours else "notice %s, but its lease was gone",
        outcome.status,
        extra={
            "notice": notice.id,
            "kind": notice.kind,
            "channel": notice.channel,
            "attempt": notice.attempts,
            "error": outcome.error or "",
            "pii.to": notice.to,
        },
    )
