"""Which mailboxes changed, told to every process within a second (`ports.world.MailboxChanges`).

PostgreSQL tells by NOTIFY, apart from the commit. SQLite tells nobody: a transaction writes down which
mailboxes it changed, and one thread in each process that wants to know looks twice a second whether
anything was committed at all (`storage.watching`).
"""

from __future__ import annotations

from collections.abc import Callable, Iterator, Sequence
from collections.abc import Set as AbstractSet

from sqlalchemy import Connection

from personsvar.mailbox.model.ids import Number
from personsvar.storage.database_url import address, is_sqlite
from personsvar.storage.postgres_listener import PostgresChannel
from personsvar.storage.watching import SqliteWatch

MAILBOXES = "personsvar_mailboxes"
"""The channel on which PostgreSQL tells which mailboxes changed."""
NUMBERS_AT_ONCE = 400
"""A payload holds less than 8,000 bytes; a number has 16, and a comma."""
EVERY_MAILBOX = ""
"""In the place of a number: look at all of them."""
_LATEST = """
    INSERT INTO mailbox_changes (mailbox, turn)
    VALUES (?, (SELECT coalesce(max(turn), 0) + 1 FROM mailbox_changes))
    ON CONFLICT (mailbox) DO UPDATE SET turn = excluded.turn
"""
_FORGET = "DELETE FROM mailbox_changes WHERE mailbox = ?"


class SqlMailboxChanges:
    """`ports.world.MailboxChanges` for the database at `url`, SQLite or PostgreSQL."""

    def __init__(self, url: str) -> None:
        self._url = url
        self._listener: PostgresChannel | SqliteWatch | None = None

    def start(self, changed: Callable[[AbstractSet[Number] | None], None]) -> None:
        """`changed` is called with None at first, and after each time the database was away."""
        self._listener = _listener_of(self._url, changed)
        self._listener.start()

    def stop(self) -> None:
        if self._listener is not None:
            self._listener.stop()


def write_down(connection: Connection, mailboxes: AbstractSet[Number]) -> None:
    """Write down the mailboxes on SQLite, in the transaction itself."""
    if connection.dialect.name == "sqlite":
        for mailbox in sorted(mailboxes):
            connection.exec_driver_sql(_LATEST, (mailbox,))


def forget(connection: Connection, mailbox: Number) -> None:
    """Nothing is left of a subscriber who was removed; to look at all of them finds that out."""
    if connection.dialect.name == "sqlite":
        connection.exec_driver_sql(_LATEST, (EVERY_MAILBOX,))  # before the other goes: no turn comes twice
        connection.exec_driver_sql(_FORGET, (mailbox,))


def payloads(mailboxes: AbstractSet[Number]) -> Iterator[str]:
    """The numbers as NOTIFY takes them."""
    numbers = sorted(mailboxes)
    for start in range(0, len(numbers), NUMBERS_AT_ONCE):
        yield ",".join(numbers[start : start + NUMBERS_AT_ONCE])


def _listener_of(
    url: str, changed: Callable[[AbstractSet[Number] | None], None]
) -> PostgresChannel | SqliteWatch:
    if is_sqlite(address(url)):
        return SqliteWatch(url, lambda numbers: changed(_mailboxes(numbers)))

    def hear(payloads: Sequence[str] | None) -> None:
        changed(None if payloads is None else _mailboxes(",".join(payloads).split(",")))

    return PostgresChannel(url, MAILBOXES, hear, of="changes of mailboxes")


def _mailboxes(numbers: Sequence[str] | None) -> frozenset[Number] | None:
    if numbers is None or EVERY_MAILBOX in numbers:
        return None
    return frozenset(map(Number, numbers))
