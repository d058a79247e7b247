"""The store in a database: SQLite or PostgreSQL. Nothing else imports sqlalchemy.

Alembic is loaded only by who asks for the version: a call needs none of it, and `personsvar agi` is started
for each.
"""

# ruff: noqa: PLC0415 - see above

from __future__ import annotations

from collections.abc import Callable
from datetime import datetime
from pathlib import Path

from personsvar.storage import database_url, postgres, sqlite
from personsvar.storage.keys import InstallationKeys
from personsvar.storage.store import SqlStore

__all__ = [
    "SqlStore",
    "check",
    "current",
    "embedded_file",
    "is_current",
    "raise_ids",
    "settle_role",
    "unsettled",
    "upgrade",
]


def embedded_file(url: str) -> Path:
    """Where a SQLite database is, or would be. Raise ValueError for an address that names none."""
    return database_url.file_of(database_url.address(url))


def check(url: str) -> None:
    """Raise ValueError where no database can be that we could use. Nobody is asked over the network."""
    where = database_url.address(url)
    if database_url.is_sqlite(where):
        sqlite.check_file(database_url.file_of(where))
    else:
        postgres.check_options(where)


def upgrade(url: str, keys_of_new: Callable[[], InstallationKeys | None] = lambda: None) -> None:
    """Make the database (SQLite: its file too) and every table as this version wants them, see `versions`.

    `keys_of_new` is asked for a new database only: what its recordings are encrypted with from the first.
    """
    from personsvar.storage import versions

    versions.upgrade(url, keys_of_new)


def settle_role(direct: str) -> None:
    """Behind a pooler: what holds for each connection is put on our role, at PostgreSQL itself."""
    from personsvar.storage import pooler

    pooler.settle(direct)


def unsettled(pooled: str) -> list[str]:
    """What does not hold through the pooler at `pooled`, as `name=what holds there`."""
    from personsvar.storage import pooler

    return pooler.unsettled(pooled)


def raise_ids(url: str, now: datetime, *, by: int) -> None:
    """After a backup was restored: no id given from now on was given before, see `counters`."""
    from personsvar.storage import counters

    counters.raise_ids(url, now, by=by)


def current(url: str) -> str | None:
    """The version the database is at; None when it has no tables yet."""
    from personsvar.storage import versions

    return versions.current(url)


def is_current(url: str) -> bool:
    """Whether this program and the database agree. Raise StoreUnavailableError when it can't be reached."""
    from personsvar.storage import versions

    return versions.is_current(url)
