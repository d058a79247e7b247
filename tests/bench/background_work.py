"""Work that waits for a notifier in a filled database: messages past their time, reminders that are due."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import UTC, datetime
from typing import NamedTuple

from sqlalchemy import Connection, text

from personsvar.mailbox.model.reckoning import Reckoning
from personsvar.storage import SqlStore
from personsvar.world import uptime
from tests.contract.test_store_size import connection_of

MARKED_A_SECOND = 40
"""Retention gets them done, and goes on to those it removes."""
REMOVED_A_SECOND = 150
REMINDED_A_SECOND = 80
"""Either is more than gets done beside calls."""
NOON = 12
_PAST = """
    UPDATE messages SET since = now() - :kept * interval '1 day' - random() * interval '1 hour'
    WHERE id IN (SELECT id FROM messages WHERE state = :state ORDER BY id % 7919, id LIMIT :most)
"""
_WARNED = """
    WITH chosen AS (
        UPDATE messages SET since = now() - interval '28 days'
        WHERE id IN (
            SELECT id FROM messages WHERE state = 'new' AND since > now() - interval '27 days'
            ORDER BY id % 7907, id LIMIT :most
        )
        RETURNING mailbox
    )
    UPDATE subscribers SET removals_look_at = now() - interval '1 minute', time_zone = :zone
    FROM chosen WHERE number = mailbox
"""
"""Two days before each goes, and by day where its owner is: by night nobody is reminded."""


class WorkLeft(NamedTuple):
    """How much is due."""

    to_mark: int
    to_remove: int
    to_remind: int


@dataclass(frozen=True, slots=True)
class BackgroundWork:
    url: str
    mailboxes: int

    def make_due(self, *, seconds: float) -> None:
        """So much that it lasts for so long, or as much as there is; and the clock is believed.

        What is still there of the last time counts, but for reminders.
        """
        store = SqlStore(self.url).unhurried()
        try:
            with store.begin() as work:
                connection = connection_of(work)
                self._let_pass(connection, "heard", 30, round(MARKED_A_SECOND * seconds))
                self._let_pass(connection, "deleted", 7, round(REMOVED_A_SECOND * seconds))
                most = min(round(REMINDED_A_SECOND * seconds), self.mailboxes // 4)
                connection.execute(text(_WARNED), {"most": most, "zone": _where_it_is_noon()})
                work.upkeep.put(Reckoning(datetime.now(UTC), uptime(), go_on=True))
                work.commit()
        finally:
            store.close()

    def left(self) -> WorkLeft:
        store = SqlStore(self.url).unhurried()
        try:
            with store.begin() as work:
                connection = connection_of(work)
                to_mark, to_remove = _past(connection, "heard", 30), _past(connection, "deleted", 7)
                due = "SELECT count(*) FROM subscribers WHERE removals_look_at < now()"
                return WorkLeft(to_mark, to_remove, connection.execute(text(due)).scalar_one())
        finally:
            store.close()

    def _let_pass(self, connection: Connection, state: str, kept: int, most: int) -> None:
        connection.execute(
            text(_PAST), {"state": state, "kept": kept, "most": min(most, self.mailboxes // 4)}
        )


def _past(connection: Connection, state: str, kept: int) -> int:
    past = "SELECT count(*) FROM messages WHERE state = :state AND since < now() - :kept * interval '1 day'"
    return int(connection.execute(text(past), {"state": state, "kept": kept}).scalar_one())


def _where_it_is_noon() -> str:
    """A zone of whole hours; those east of Greenwich have a minus in their names."""
    east = NOON - datetime.now(UTC).hour
    return f"Etc/GMT{-east:+d}" if east else "Etc/UTC"
