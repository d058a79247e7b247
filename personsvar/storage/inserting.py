"""Adding a row: with its fresh id, or not at all when there is one already.

The values go beside the statement and not into it: a statement built anew for each message costs
twice the CPU of running it.
"""

from __future__ import annotations

from collections.abc import Mapping
from functools import cache
from typing import TYPE_CHECKING, Any

from sqlalchemy import Column, Connection, Executable, Insert, Table, insert
from sqlalchemy.dialects import sqlite

if TYPE_CHECKING:
    from sqlalchemy.dialects import postgresql


def fresh_id(connection: Connection, table: Table, values: Mapping[str, Any]) -> int:
    key = connection.execute(_plain(table), dict(values)).inserted_primary_key
    if key is None:
        raise LookupError(f"{table.name} gave no id")
    return int(key[0])


def unless_there(
    connection: Connection, table: Table, values: Mapping[str, Any], returning: Column[Any]
) -> Any:
    """What the new row has in `returning`, or None when a unique value is taken; the transaction goes on."""
    statement = _unless_there(connection.dialect.name, table, returning)
    return connection.execute(statement, dict(values)).scalar_one_or_none()


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


@cache
def _plain(table: Table) -> Insert:
    return insert(table)


@cache
def _unless_there(dialect: str, table: Table, returning: Column[Any]) -> Executable:
    return _insert(dialect, table).on_conflict_do_nothing().returning(returning)


def _insert(dialect: str, table: Table) -> sqlite.Insert | postgresql.Insert:
    if dialect == "sqlite":
        return sqlite.insert(table)
    from sqlalchemy.dialects import postgresql  # noqa: PLC0415 - 40 ms, and loaded already where it is used

    return postgresql.insert(table)
