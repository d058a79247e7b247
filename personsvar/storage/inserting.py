"""Adding a row: with its fresh id, or not at all when there is one already.

The values go beside the statement and not into it: a statement built anew for each message costs
twice the CPU of running it.
"""

from __future__ import annotations

from collections.abc import Mapping
from typing import TYPE_CHECKING, Any

from sqlalchemy import Column, Connection, Table, insert
from sqlalchemy.dialects import sqlite

if TYPE_CHECKING:
    from sqlalchemy.dialects import postgresql


def fresh_id(connection: Connection, table: Table, values: Mapping[str, Any]) -> int:
    key = connection.execute(insert(table), dict(values)).inserted_primary_key
    if key is None:
        raise LookupError(f"{table.name} gave no id")
    return int(key[0])


def unless_there(
    connection: Connection, table: Table, values: Mapping[str, Any], returning: Column[Any]
) -> Any:
    """What the new row has in `returning`, or None when a unique value is taken; the transaction goes on."""
    statement = _insert(connection, table).on_conflict_do_nothing().returning(returning)
    return connection.execute(statement, dict(values)).scalar_one_or_none()


def _insert(connection: Connection, table: Table) -> sqlite.Insert | postgresql.Insert:
    if connection.dialect.name == "sqlite":
        return sqlite.insert(table)
    from sqlalchemy.dialects import postgresql  # noqa: PLC0415 - 40 ms, and loaded already where it is used

    return postgresql.insert(table)
