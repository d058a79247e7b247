"""How much sound is written down a day (UTC), of all mailboxes together.

A message that does not fit into the rest of the day waits for the next; a shorter one may still fit.
"""

from __future__ import annotations

from datetime import UTC, datetime, timedelta

from personsvar.mailbox.model.notice import Channel
from personsvar.mailbox.services import Services

MINUTE = 60


class TodayIsFullError(Exception):
    """So much is not left of the day; `until`: when the next one begins."""

    def __init__(self, until: datetime) -> None:
        super().__init__("as much was written down today as is allowed (PERSONSVAR_TRANSCRIPT_MINUTES_A_DAY)")
        self.until = until


def count(services: Services, seconds: float) -> None:
    """They count as of today. Raise TodayIsFullError."""
    today, most = _today(services), _most(services)
    with services.store.begin() as uow:
        if most and uow.transcripts.seconds_on(today.date()) + seconds > most:
            raise TodayIsFullError(_tomorrow(today))
        uow.transcripts.add_seconds(today.date(), seconds)
        uow.commit()


def uncount(services: Services, seconds: float) -> None:
    with services.store.begin() as uow:
        uow.transcripts.add_seconds(_today(services).date(), -seconds)
        uow.commit()


def let_go_on(services: Services) -> int:
    """More is allowed than before: what waits for the next day may be taken; how many.

    What does not fit all the same is put off again.
    """
    today, most = _today(services), _most(services)
    with services.store.begin() as uow:
        if most and uow.transcripts.seconds_on(today.date()) >= most:
            return 0
        freed = uow.outbox.let_go(Channel.TRANSCRIPT, until=_tomorrow(today), at=services.clock.now())
        uow.commit()
    return freed


def _most(services: Services) -> float:
    """0: any."""
    return services.rules.transcript_minutes_a_day * MINUTE


def _today(services: Services) -> datetime:
    """When it began."""
    return services.clock.now().astimezone(UTC).replace(hour=0, minute=0, second=0, microsecond=0)


def _tomorrow(today: datetime) -> datetime:
    return today + timedelta(days=1)
