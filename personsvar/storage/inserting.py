"""Adding a row: with its fresh id, or not at all when there is one already.

The values go beside the statement and not into it, so that it is prepared once.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from functools import cache
from typing import TYPE_CHECKING, Any

from sqlalchemy import Column, Connection, Insert, Table, insert
from sqlalchemy.dialects import sqlite
from sqlalchemy.sql.dml import ReturningInsert

from personsvar.storage.prepared import returned_by

if TYPE_CHECKING:
    from sqlalchemy.dialects import postgresql


def fresh_id(connection: Connection, table: Table, values: Mapping[str, Any]) -> int:
    return int(returned_by(connection, _plain(connection.dialect.name, table), values))


def unless_there(
    connection: Connection, table: Table, values: Mapping[str, Any], returning: Column[Any]
) -> Any:
    """What the new row has in `returning`, or None when a unique value is taken; the transaction goes on."""
    statement = _unless_there(connection.dialect.name, table, returning)
    return returned_by(connection, statement, values)


def new_unless_there(dialect: str, table: Table) -> sqlite.Insert | postgresql.Insert:
    """The statement itself, for who adds to it: nothing is added when a unique value is taken."""
    return _insert(dialect, table).on_conflict_do_nothing()


def upsert(
    connection: Connection,
    table: Table,
    values: Mapping[str, Any],
    unique: Column[Any],
    instead: Mapping[str, Any],
) -> None:
    """Add the row, or change the one that has the same `unique` value."""
    new = _insert(connection.dialect.name, table).values(dict(values))
    connection.execute(new.on_conflict_do_update(index_elements=[unique], set_=dict(instead)))


def add_up(
    connection: Connection, table: Table, rows: Sequence[Mapping[str, Any]], counter: Column[Any]
) -> None:
    """Add each row, or its `counter` to that of the one that has the same primary key."""
    connection.execute(_add_up(connection.dialect.name, table, counter), list(rows))


@cache
def _add_up(dialect: str, table: Table, counter: Column[Any]) -> sqlite.Insert | postgresql.Insert:
    new = _insert(dialect, table)
    total = counter + new.excluded[counter.name]
    return new.on_conflict_do_update(index_elements=list(table.primary_key), set_={counter.name: total})


def upsert_all(
    connection: Connection,
    table: Table,
    rows: Sequence[Mapping[str, Any]],
    unique: Sequence[Column[Any]],
    instead: Column[Any],
) -> None:
    """Add each row, or change `instead` of the one that has the same `unique` values."""
    new = _insert(connection.dialect.name, table)
    changed = {instead.name: new.excluded[instead.name]}
    if rows:
        connection.execute(new.on_conflict_do_update(index_elements=list(unique), set_=changed), list(rows))


@cache
def _plain(dialect: str, table: Table) -> Insert | ReturningInsert[Any]:
    """SQLite undoes all on a full disk, but for a row that was to be given back."""
    return insert(table) if dialect == "sqlite" else insert(table).returning(table.c.id)


@cache
def _unless_there(dialect: str, table: Table, returning: Column[Any]) -> ReturningInsert[Any]:
    return new_unless_there(dialect, table).returning(returning)


def _insert(dialect: str, table: Table) -> sqlite.Insert | postgresql.Insert:
    if dialect == "sqlite":
        return sqlite.insert(table)
    from sqlalchemy.dialects import postgresql  # noqa: PLC0415 - 40 ms, and loaded already where it is used

    return postgresql.insert(table)
