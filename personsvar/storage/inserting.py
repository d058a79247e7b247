"""Adding a row: with its fresh id, or not at all when there is one already.

The values go beside the statement and not into it: a statement built anew for each message costs
twice the CPU of running it.
"""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from sqlalchemy import Column, Connection, Table, insert
from sqlalchemy.dialects import postgresql, sqlite


def fresh_id(connection: Connection, table: Table, values: Mapping[str, Any]) -> int:
    key = connection.execute(insert(table), dict(values)).inserted_primary_key
    if key is None:
        raise LookupError(f"{table.name} gave no id")
    return int(key[0])


def unless_there(
    connection: Connection, table: Table, values: Mapping[str, Any], returning: Column[Any]
) -> Any:
    """What the new row has in `returning`, or None when a unique value is taken; the transaction goes on."""
    dialect = postgresql if connection.dialect.name == "postgresql" else sqlite
    statement = dialect.insert(table).on_conflict_do_nothing().returning(returning)
    return connection.execute(statement, dict(values)).scalar_one_or_none()
