"""How a try ended, as it is written back: from what a gateway returned or raised to a row's next state."""

from __future__ import annotations

import logging
from collections.abc import Callable
from dataclasses import dataclass
from datetime import datetime, timedelta

from personsvar.mailbox.errors import StoreUnavailableError
from personsvar.mailbox.model import Attempt, AttemptOutcome, Notice, NoticeStatus, Settlement
from personsvar.notifier.errors import (
    DeliveryError,
    GatewayAwayError,
    OutcomeUnknownError,
    UndeliverableError,
)
from personsvar.notifier.gateway import Accepted
from personsvar.notifier.outbox.retry_limits import RetryLimits

log = logging.getLogger(__name__)


@dataclass(frozen=True, slots=True)
class RetryPolicy:
    """What becomes of a notice: `now` at the end of the try, `jitter` from 0 to 1 spreads the next ones."""

    patience: RetryLimits
    now: Callable[[], datetime]
    jitter: Callable[[], float]

    def accepted(self, notice: Notice, by: Accepted) -> Settlement:
        attempt = Attempt(notice.attempts, self.now(), AttemptOutcome.ACCEPTED, by.gateway, by.ids)
        return _settlement(notice, NoticeStatus.SENT, attempt)

    def too_old(self, notice: Notice) -> Settlement:
        """Given up untried: so no try is counted."""
        return _settlement(notice, NoticeStatus.DEAD, None, error="too old", spent=False)

    def left_alone(self, notice: Notice, *, seconds: float) -> Settlement:
        """Back where it was: nobody is there to take it."""
        later = self.now() + timedelta(seconds=seconds)
        return _settlement(notice, NoticeStatus.READY, None, next_at=later, spent=False, error=notice.error)

    def failed(self, notice: Notice, wrong: Exception) -> Settlement:
        match wrong:
            case UndeliverableError():
                return self._ended(notice, NoticeStatus.FAILED, AttemptOutcome.REFUSED, str(wrong))
            case GatewayAwayError() | StoreUnavailableError():
                return self._away(notice, str(wrong))
            case OutcomeUnknownError() | TimeoutError():
                why = str(wrong) or "no answer in time"
                return self._again(notice, AttemptOutcome.UNKNOWN, why)
            case DeliveryError(wait_seconds=float() | int() as seconds):
                return self._asked_to_wait(notice, str(wrong), seconds)
            case DeliveryError():
                return self._again(notice, AttemptOutcome.LATER, str(wrong))
            case _:  # one notice that can't be handled must not trap those behind it
                log.error("a notice can't be handled", extra={"notice": notice.id}, exc_info=wrong)
                return self._again(notice, AttemptOutcome.UNKNOWN, type(wrong).__name__)

    def _away(self, notice: Notice, error: str) -> Settlement:
        """Nothing was handed over: no try, and due as before."""
        return _settlement(notice, NoticeStatus.READY, None, next_at=self.now(), error=error, spent=False)

    def _asked_to_wait(self, notice: Notice, error: str, seconds: float) -> Settlement:
        """Throttled, or a queue is full: no try, however often; never again before it asked."""
        wait = timedelta(seconds=seconds * (1 + self.jitter() / 2))
        return _settlement(
            notice, NoticeStatus.READY, None, next_at=self.now() + wait, error=error, spent=False
        )

    def _again(self, notice: Notice, outcome: AttemptOutcome, error: str) -> Settlement:
        if notice.attempts >= self.patience.attempts:
            return self._ended(notice, NoticeStatus.DEAD, outcome, error)
        wait = self.patience.wait(notice.attempts, self.jitter())
        attempt = Attempt(notice.attempts, self.now(), outcome, error=error)
        return _settlement(notice, NoticeStatus.READY, attempt, next_at=self.now() + wait, error=error)

    def _ended(self, notice: Notice, status: NoticeStatus, outcome: AttemptOutcome, error: str) -> Settlement:
        attempt = Attempt(notice.attempts, self.now(), outcome, error=error)
        return _settlement(notice, status, attempt, error=error)


def _settlement(
    notice: Notice,
    status: NoticeStatus,
    attempt: Attempt | None,
    *,
    next_at: datetime | None = None,
    error: str | None = None,
    spent: bool = True,
) -> Settlement:
    if notice.lease is None:
        raise ValueError("a notice without a lease is not ours to settle")
    return Settlement(notice.id, notice.lease, status, attempt, next_at, error, spent)
