"""Messages that nobody wrote down in time get no transcript any more: what is newer goes first.

It is done wherever notices are tidied, whether or not the engine's service runs.
"""

from __future__ import annotations

from datetime import timedelta

from personsvar.mailbox.model.ledger import Settlement
from personsvar.mailbox.model.notice import Channel, Notice, NoticeStatus
from personsvar.mailbox.services import Services

AT_ONCE = 200
_LEASE_SECONDS = 60.0


def give_up_old(services: Services, *, hours: float) -> int:
    """How many: each ends as given up, untried."""
    now = services.clock.now()
    with services.store.begin() as uow:
        old = uow.outbox.claim(
            channels=(Channel.TRANSCRIPT,),
            now=now,
            lease_seconds=_LEASE_SECONDS,
            limit=AT_ONCE,
            begun_before=now - timedelta(hours=hours),
        )
        if old:
            uow.outbox.settle([_given_up(notice) for notice in old], now=now)
            uow.commit()
    return len(old)


def _given_up(notice: Notice) -> Settlement:
    return Settlement(notice.id, notice.lease or "", NoticeStatus.DEAD, None, error="too old", spent=False)
