"""The ids of rows, which the world knows: raised once a backup was restored.

A backup holds the counters as they were. What came in after it is gone from the database, but not from the
world: phones keep messages under their ids (the uids of visual voicemail), e-mails hold signed links to them,
the operator's systems know events by them. So after a restore the counters go on far above all that was
ever given. The limit of those that are uids is IMAP's: 32 bits (RFC 3501, 2.3.1.1).
"""

from __future__ import annotations

from collections.abc import Mapping
from datetime import datetime
from functools import partial

from sqlalchemy import Connection, text

from personsvar.storage.months import turning
from personsvar.storage.months.month import LAST_ID
from personsvar.storage.one_at_a_time import in_turn, patiently
from personsvar.storage.tables import greetings, messages, metadata

LAST_UID = 2**32 - 1
_UIDS = (messages.name, greetings.name)


def raise_ids(url: str, now: datetime, *, by: int) -> None:
    """Of every table whose ids are counted; services may run. Raise OverflowError for ids too large to be.

    Where the ledger is divided into months, its ids go on in the month of `now`: in the months since the
    backup ids were given, too. And where they are then, there is a partition for them.
    """
    with in_turn(url) as connection:
        patiently(connection, partial(turning.begin, connection, now))
        with connection.begin():
            go_on_from(connection, last_ids(connection), by=by)
        patiently(connection, partial(turning.begin, connection, now))


def last_ids(connection: Connection) -> Mapping[str, int]:
    """Of every table whose ids are counted, the highest that was given."""
    return {table: _last(connection, table) for table in _counted()}


def go_on_from(
    connection: Connection, ids: Mapping[str, int], *, by: int, may_be_undone: bool = False
) -> None:
    """So many behind these. Raise OverflowError for ids too large to be.

    `may_be_undone`: the counters are with all else, and held until then; nobody else gives ids meanwhile.
    """
    for table, last in ids.items():
        if last + by > (LAST_UID if table in _UIDS else LAST_ID):
            raise OverflowError(f"the ids of {table} are at {last} already: {by} more is too much")
    for table, last in ids.items():
        _set(connection, table, last + by, may_be_undone=may_be_undone)


def _counted() -> list[str]:
    return [table.name for table in metadata.sorted_tables if table.autoincrement_column is not None]


def _last(connection: Connection, table: str) -> int:
    """The highest that was given."""
    if connection.dialect.name == "postgresql":
        counter = "SELECT last_value - CASE WHEN is_called THEN 0 ELSE 1 END FROM {0}_id_seq"
    else:
        counter = "SELECT seq FROM sqlite_sequence WHERE name = '{0}'"
    found = connection.execute(text(counter.format(table))).scalar()
    return int(found or 0)


def _set(connection: Connection, table: str, last: int, *, may_be_undone: bool) -> None:
    if connection.dialect.name == "postgresql":
        restart = f"ALTER SEQUENCE {table}_id_seq RESTART WITH {last + 1}"
        at_once = f"SELECT setval('{table}_id_seq', {last})"
        connection.exec_driver_sql(restart if may_be_undone else at_once)
        return
    row = {"name": table, "last": last}
    if not connection.execute(
        text("UPDATE sqlite_sequence SET seq = :last WHERE name = :name"), row
    ).rowcount:
        connection.execute(text("INSERT INTO sqlite_sequence (name, seq) VALUES (:name, :last)"), row)
