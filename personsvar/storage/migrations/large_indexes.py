"""Indexes of tables that may be large: services go on writing while they are made.

A plain CREATE INDEX holds off whoever writes for as long as it takes, seconds for each million of rows. On
PostgreSQL an upgrade of a database in use makes them CONCURRENTLY, which no transaction can do: so what a
migration did before is committed, and what it does here may be done again. One that was killed half way left
an index that is INVALID: it is dropped, and made anew.

Of a ledger that is divided into months each month has its own, which make up the whole one's.

Within one transaction (a new database, a step back with the services stopped) and on SQLite they are plain.
"""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import contextmanager
from typing import Any

from alembic import op
from sqlalchemy import TextClause, text

from personsvar.storage.months.partitions import parts_of

STEP_BY_STEP = "step_by_step"
"""Of Alembic's configuration: each migration is a transaction, and none is around them all."""
TABLES = frozenset(
    {
        "call_backs",
        "caller_names",
        "calls",
        "greetings",
        "messages",
        "notice_attempts",
        "notice_parts",
        "notices",
        "receipts",
        "renditions",
        "sounds",
        "subscribers",
        "transcripts",
    }
)
"""A row for each subscriber, or many."""
_HALF_MADE = text("SELECT NOT indisvalid FROM pg_index WHERE indexrelid = to_regclass(:name)")

_OF_PART = text("""
SELECT relname FROM pg_inherits
JOIN pg_index ON indexrelid = inhrelid JOIN pg_class ON pg_class.oid = indexrelid
WHERE inhparent = to_regclass(:name) AND indrelid = to_regclass(:part)
""")


def create(
    name: str, table: str, columns: list[str], *, unique: bool = False, of: TextClause | None = None
) -> None:
    """`of`: only of these rows."""
    kind: dict[str, Any] = {"unique": unique, "sqlite_where": of, "postgresql_where": of}
    if not _is_step_by_step():
        op.create_index(name, table, columns, **kind)
        return
    with _beside_services():
        parts = parts_of(op.get_bind(), table)
        if not parts:
            _create_concurrently(name, table, columns, **kind)
            return
        made, some = "CREATE UNIQUE INDEX" if unique else "CREATE INDEX", "" if of is None else f" WHERE {of}"
        op.execute(f"{made} IF NOT EXISTS {name} ON ONLY {table} ({', '.join(columns)}){some}")
        for part in parts:
            if _of_part(name, part) is None:  # one of a month that began since has it from the first
                own = _own(name, table, part)
                _create_concurrently(own, part, columns, **kind)
                op.execute(f"ALTER INDEX {name} ATTACH PARTITION {own}")


def _create_concurrently(name: str, table: str, columns: list[str], **kind: Any) -> None:
    if op.get_bind().execute(_HALF_MADE, {"name": name}).scalar():
        op.drop_index(name, table, postgresql_concurrently=True)
    op.create_index(name, table, columns, if_not_exists=True, postgresql_concurrently=True, **kind)


def replace(
    name: str, table: str, columns: list[str], *, unique: bool = False, of: TextClause | None = None
) -> None:
    """One that is there is made anew of other columns, and serves until the new one is whole."""
    if not _is_step_by_step():
        op.drop_index(name, table)
        create(name, table, columns, unique=unique, of=of)
        return
    anew = f"{name}_anew"
    create(anew, table, columns, unique=unique, of=of)
    op.drop_index(name, table)
    op.execute(f"ALTER INDEX {anew} RENAME TO {name}")
    for part in parts_of(op.get_bind(), table):
        op.execute(f"ALTER INDEX {_of_part(name, part)} RENAME TO {_own(name, table, part)}")


def _of_part(name: str, part: str) -> str | None:
    """The index that one part of a table has for the whole one's."""
    found: str | None = op.get_bind().execute(_OF_PART, {"name": name, "part": part}).scalar()
    return found


def _own(name: str, table: str, part: str) -> str:
    """How the index of one month's part is called."""
    return f"{name}{part.removeprefix(table)}"


def _is_step_by_step() -> bool:
    config = op.get_context().config
    return config is not None and bool(config.attributes.get(STEP_BY_STEP))


@contextmanager
def _beside_services() -> Iterator[None]:
    """Nobody waits behind it, so it may wait for transactions that are open, a dump too."""
    with op.get_context().autocommit_block():
        op.execute("SET lock_timeout = 0")
        yield
        op.execute("RESET lock_timeout")
