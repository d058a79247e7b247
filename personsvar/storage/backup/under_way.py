"""What was under way as a backup was made: nobody of a restored database is at it any more."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime

from sqlalchemy import Connection, func, or_, select, update

from personsvar.mailbox.model.notice import NoticeStatus
from personsvar.storage.tables import calendars, import_jobs, notices

GIVEN_UP = "it waited when the backup was made, and may have been told since: given up as that was restored"


@dataclass(frozen=True, slots=True)
class Settled:
    """How many notices wait in the restored database, and how many were given up in place of it."""

    waiting: int
    given_up: int


def settle_what_was_under_way(connection: Connection, *, now: datetime, give_up: bool) -> Settled:
    """Leases are released. `give_up`: notices that waited are no longer sent, and stand so in the ledger."""
    connection.execute(update(calendars).values(lease=None))
    connection.execute(update(import_jobs).values(held_until=None))
    leased = update(notices).where(notices.c.status == NoticeStatus.LEASED)
    connection.execute(leased.values(status=NoticeStatus.READY, lease=None, due_at=notices.c.next_at))
    given_up = _give_up(connection, now) if give_up else 0
    waiting = select(func.count()).select_from(notices).where(notices.c.due_at.is_not(None))
    return Settled(int(connection.execute(waiting).scalar_one()), given_up)


def _give_up(connection: Connection, now: datetime) -> int:
    waits = or_(notices.c.status == NoticeStatus.READY, notices.c.due_at.is_not(None))
    over = {"status": NoticeStatus.DEAD, "due_at": None, "finished_at": now, "secret": None}
    return connection.execute(update(notices).where(waits).values(error=GIVEN_UP, **over)).rowcount
