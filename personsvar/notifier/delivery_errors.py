"""Why a notice was not handed over, as a gateway tells it."""

from __future__ import annotations

from datetime import datetime


class DeliveryError(Exception):
    """The notice was not delivered this time; it is tried again.

    `wait_seconds`: how long the gateway asks to be left alone (throttled, queue full).
    """

    def __init__(self, why: str, *, wait_seconds: float | None = None) -> None:
        super().__init__(why)
        self.wait_seconds = wait_seconds


class NotBeforeError(DeliveryError):
    """This notice is not taken before `until`, and no attempt is spent. The others of its channel may go."""

    def __init__(self, why: str, *, until: datetime) -> None:
        super().__init__(why)
        self.until = until


class OutcomeUnknownError(DeliveryError):
    """It was written, and no answer came: it may have arrived. It is tried again, and the ledger says so."""


class GatewayAwayError(DeliveryError):
    """Nobody is there: nothing was handed over, and no attempt is spent. The channel waits."""


class UndeliverableError(Exception):
    """The notice will never be delivered: trying again is of no use."""
