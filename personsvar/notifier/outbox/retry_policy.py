"""How a try ended, as it is written back: from what a gateway returned or raised to a row's next state."""

from __future__ import annotations

import logging
from collections.abc import Callable
from dataclasses import dataclass
from datetime import datetime, timedelta

from personsvar.backoff import Backoff
from personsvar.mailbox.errors import StoreUnavailableError
from personsvar.mailbox.model.ledger import Attempt, AttemptOutcome, Settlement
from personsvar.mailbox.model.notice import Notice, NoticeStatus
from personsvar.notifier.delivery_errors import (
    DeliveryError,
    GatewayAwayError,
    NotBeforeError,
    OutcomeUnknownError,
    UndeliverableError,
)
from personsvar.notifier.gateway import Accepted

log = logging.getLogger(__name__)

LONGEST_WAIT_SECONDS = 3600.0


@dataclass(frozen=True, slots=True)
class RetryLimits:
    """How long a notice is held, and how often and how long it is tried."""

    lease_seconds: float
    retry_seconds: float
    """The wait before the second try; it doubles with each, up to an hour."""
    attempts: int
    hours: float
    """An older notice is worth nothing any more."""

    @property
    def answer_seconds(self) -> float:
        """A gateway may take so long: the lease is still ours when its answer is written back."""
        return self.lease_seconds / 2


@dataclass(frozen=True, slots=True)
class RetryDecision:
    """What becomes of a notice whose try failed."""

    status: NoticeStatus
    outcome: AttemptOutcome | None
    """How the try ended, as the ledger shows it; None: it counts as no try."""
    error: str
    wait_seconds: float | None = None
    """The next try comes so much later; None: there is none, or its moment is known."""
    next_at: datetime | None = None


@dataclass(frozen=True, slots=True)
class RetryPolicy:
    """`now` is asked at the end of a try; `jitter`, from 0 to 1, spreads the next ones."""

    limits: RetryLimits
    now: Callable[[], datetime]
    jitter: Callable[[], float]

    def decide(self, notice: Notice, wrong: Exception) -> RetryDecision:
        match wrong:
            case UndeliverableError():
                return RetryDecision(NoticeStatus.FAILED, AttemptOutcome.REFUSED, str(wrong))
            case GatewayAwayError() | StoreUnavailableError() | NotBeforeError():
                return _untried(wrong)
            case OutcomeUnknownError() | TimeoutError():
                return self._again(notice, AttemptOutcome.UNKNOWN, str(wrong) or "no answer in time")
            case DeliveryError(wait_seconds=float() | int() as asked):  # no sooner, but for an hour at most
                wait = min(asked * (1 + self.jitter() / 2), LONGEST_WAIT_SECONDS)
                return RetryDecision(NoticeStatus.READY, None, str(wrong), wait)
            case DeliveryError():
                return self._again(notice, AttemptOutcome.LATER, str(wrong))
            case _:  # one notice that can't be handled must not trap those behind it
                log.error("a notice can't be handled", extra={"notice": notice.id}, exc_info=wrong)
                return self._again(notice, AttemptOutcome.UNKNOWN, type(wrong).__name__)

    def accepted(self, notice: Notice, by: Accepted) -> Settlement:
        attempt = Attempt(notice.attempts, self.now(), AttemptOutcome.ACCEPTED, by.gateway, by.ids)
        return _settlement(notice, NoticeStatus.SENT, attempt)

    def failed(self, notice: Notice, wrong: Exception) -> Settlement:
        decision, now = self.decide(notice, wrong), self.now()
        error, wait = decision.error, decision.wait_seconds
        outcome = decision.outcome
        attempt = None if outcome is None else Attempt(notice.attempts, now, outcome, error=error)
        next_at = decision.next_at if wait is None else now + timedelta(seconds=wait)
        return _settlement(notice, decision.status, attempt, next_at=next_at, error=error)

    def too_old(self, notice: Notice) -> Settlement:
        """The notice is given up untried: no try is counted."""
        return _settlement(notice, NoticeStatus.DEAD, None, error="too old")

    def left_alone(self, notice: Notice, *, seconds: float) -> Settlement:
        """The notice is back where it was: nobody is there to take it."""
        later = self.now() + timedelta(seconds=seconds)
        return _settlement(notice, NoticeStatus.READY, None, next_at=later, error=notice.error)

    def _again(self, notice: Notice, outcome: AttemptOutcome, error: str) -> RetryDecision:
        if notice.attempts >= self.limits.attempts:
            return RetryDecision(NoticeStatus.DEAD, outcome, error)
        backoff = Backoff(self.limits.retry_seconds, LONGEST_WAIT_SECONDS, self.jitter)
        return RetryDecision(NoticeStatus.READY, outcome, error, backoff.after(notice.attempts))


def _untried(wrong: Exception) -> RetryDecision:
    """Nothing was handed over: it is due as before, or at a moment that is known."""
    if isinstance(wrong, NotBeforeError):
        return RetryDecision(NoticeStatus.READY, None, str(wrong), next_at=wrong.until)
    return RetryDecision(NoticeStatus.READY, None, str(wrong), 0)


def _settlement(
    notice: Notice,
    status: NoticeStatus,
    attempt: Attempt | None,
    *,
    next_at: datetime | None = None,
    error: str | None = None,
) -> Settlement:
    if notice.lease is None:
        raise ValueError("a notice without a lease is not ours to settle")
    spent = attempt is not None
    return Settlement(notice.id, notice.lease, status, attempt, next_at, error, spent)
