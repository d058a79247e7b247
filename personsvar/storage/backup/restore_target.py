"""A database that a backup is put into, in one transaction: it is there whole, or nothing has changed."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping, Sequence
from contextlib import contextmanager
from datetime import datetime
from typing import Any

from alembic import command
from sqlalchemy import Connection, exists, inspect, select

from personsvar.mailbox.errors import MailboxError, StoreUnavailableError
from personsvar.storage import sqlite, tables
from personsvar.storage.backup.backed_up_tables import LEFT_OUT, TableShape
from personsvar.storage.backup.copy_text import values_of
from personsvar.storage.backup.sealed_recordings import SealedRecording, put_as_they_lay
from personsvar.storage.backup.under_way import Settled, settle_what_was_under_way
from personsvar.storage.counters import go_on_from, last_ids
from personsvar.storage.database_url import address, file_of, is_sqlite
from personsvar.storage.loose_objects import write_down_all_left
from personsvar.storage.months import dividing, turning
from personsvar.storage.one_at_a_time import alone
from personsvar.storage.versions import (
    Age,
    Standing,
    WrongVersionError,
    newer,
    newest,
    older,
    scripts,
    standing,
    standing_of,
)

AT_ONCE = 1 << 20
"""So many bytes of rows are given to SQLite together, and a row more."""
NOBODYS = {
    table.name
    for table in (
        tables.installation_keys,
        tables.tallies,
        tables.occurrences,
        tables.reckonings,
        tables.warning_terms,
    )
} | set(LEFT_OUT)
"""A new installation that was started, and that nobody uses yet, has rows in these."""


_STAYING = {"alembic_version", tables.loose_objects.name}


class RestoreTarget:
    """The tables, of the backup's version, empty; and what is done once they are filled."""

    def __init__(self, connection: Connection) -> None:
        self._connection = connection

    def load(self, shape: TableShape, pieces: Iterable[bytes]) -> int:
        """How many rows a table has now, that `pieces` of text held."""
        columns = self._columns_of(shape)
        if self._connection.dialect.name == "postgresql":
            return self._copy(f"COPY {shape.name} ({columns}) FROM STDIN", pieces)
        places = ", ".join("?" for _ in shape.columns)
        added = f"INSERT INTO {shape.name} ({columns}) VALUES ({places})"  # noqa: S608 - names of the database's own
        return self._insert(added, shape, _lines_in(pieces))

    def put(self, recordings: Sequence[SealedRecording]) -> None:
        put_as_they_lay(self._connection, recordings)

    def finish(self, ids: Mapping[str, int], *, skip: int, now: datetime, give_up: bool) -> Settled:
        """Brought to this program's version; nothing of the old services' is under way in it any more.

        Raise OverflowError for ids too large to be.
        """
        command.upgrade(scripts(self._connection), "head")
        go_on_from(self._connection, ids, by=skip, may_be_undone=True)
        if self._connection.dialect.name == "postgresql":
            dividing.divide(self._connection, now)
            given = last_ids(self._connection)[tables.notices.name]
            # of this month there may have been some, too
            go_on_from(self._connection, {tables.notices.name: given}, by=skip, may_be_undone=True)
            turning.begin(self._connection, now)
        return settle_what_was_under_way(self._connection, now=now, give_up=give_up)

    def _columns_of(self, shape: TableShape) -> str:
        """Raise WrongVersionError where the database has none of that name."""
        look = inspect(self._connection)
        there = {it["name"] for it in look.get_columns(shape.name)} if look.has_table(shape.name) else set()
        if strange := [name for name in shape.names if name not in there]:
            raise WrongVersionError(f"the backup has {shape.name}.{strange[0]}, which its version does not")
        return ", ".join(f'"{name}"' for name in shape.names)

    def _copy(self, statement: str, pieces: Iterable[bytes]) -> int:
        import psycopg  # noqa: PLC0415 - loaded already where it is the driver

        driver: Any = self._connection.connection.driver_connection
        try:
            with driver.cursor() as cursor:
                with cursor.copy(statement) as rows:
                    for piece in pieces:
                        rows.write(piece)
                return int(cursor.rowcount)
        except psycopg.Error as refused:
            raise StoreUnavailableError(str(refused).partition("\n")[0]) from refused

    def _insert(self, statement: str, shape: TableShape, lines: Iterator[bytes]) -> int:
        done, kinds = 0, shape.kinds
        try:
            for some in _together(lines):
                self._connection.exec_driver_sql(statement, [values_of(line, kinds) for line in some])
                done += len(some)
        except ValueError as strange:
            raise StoreUnavailableError(f"{shape.name} holds what is no row of it") from strange
        return done


@contextmanager
def restoring(url: str, version: str, *, overwrite: bool) -> Iterator[RestoreTarget]:
    """What was done in the block is committed at its end, and undone when it raises.

    Raise MailboxError where somebody's data is and `overwrite` was not said; WrongVersionError.
    """
    where = address(url)
    if is_sqlite(where):
        sqlite.create_private(file_of(where))
    with alone(url) as connection:
        if connection.dialect.name == "sqlite":
            connection.exec_driver_sql("PRAGMA defer_foreign_keys = ON")
        _make_ready(connection, version, overwrite=overwrite)
        yield RestoreTarget(connection)


def what_is_in(url: str) -> Sequence[str]:
    """The tables of a database in which somebody's data is; none, where it has no tables."""
    where = address(url)
    if is_sqlite(where) and not file_of(where).exists():
        return ()
    found = standing(url)
    if found.age is Age.EMPTY:
        return ()
    _must_be_ours(found)
    with alone(url) as connection:
        return _occupied(connection)


def refusal(occupied: Sequence[str]) -> str:
    return (
        f"the database is not empty (it has {', '.join(occupied)}): a backup is restored into an empty one; "
        "--overwrite removes all that is there"
    )


def _must_be_ours(found: Standing) -> None:
    if found.age is Age.NEWER:
        raise WrongVersionError(newer(found))
    if found.age is Age.OLDER:
        raise WrongVersionError(f"{older(found)}: run `personsvar db upgrade`")


def _make_ready(connection: Connection, version: str, *, overwrite: bool) -> None:
    found = standing_of(connection)
    if found.age is Age.EMPTY:
        command.upgrade(scripts(connection), version)
    else:
        _must_be_ours(found)
        if (occupied := _occupied(connection)) and not overwrite:
            raise MailboxError(refusal(occupied))
        _empty(connection)
        dividing.make_whole(connection)  # its months are not those of the backup
        if version != newest():
            command.downgrade(scripts(connection), version)
    _empty(connection)  # a migration may have put something in


def _occupied(connection: Connection) -> Sequence[str]:
    asked = {
        table.name: select(exists().select_from(table))
        for table in tables.metadata.sorted_tables
        if table.name not in NOBODYS
    }
    return [name for name, statement in asked.items() if connection.execute(statement).scalar_one()]


def _empty(connection: Connection) -> None:
    """Every table there is, a version's that is not this program's too."""
    _leave_objects(connection)
    names = [name for name in inspect(connection).get_table_names() if name not in _STAYING]
    if connection.dialect.name == "postgresql":
        every = ", ".join(f'"{name}"' for name in names)
        connection.exec_driver_sql(f"TRUNCATE {every}")
        return
    for name in names:
        connection.exec_driver_sql(f'DELETE FROM "{name}"')  # noqa: S608 - a name of the database's own


def _leave_objects(connection: Connection) -> None:
    """What recordings leave in the object store is written down, to be removed from there."""
    if inspect(connection).has_table(tables.loose_objects.name):
        write_down_all_left(connection)


def _together(lines: Iterable[bytes]) -> Iterator[Sequence[bytes]]:
    some, length = list[bytes](), 0
    for line in lines:
        some.append(line)
        length += len(line)
        if length >= AT_ONCE:
            yield some
            some, length = [], 0
    if some:
        yield some


def _lines_in(pieces: Iterable[bytes]) -> Iterator[bytes]:
    rest = b""
    for piece in pieces:
        *whole, rest = (rest + piece).split(b"\n")
        yield from whole
    if rest:
        raise ValueError("the last line has no end")
