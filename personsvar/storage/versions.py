"""The version of the tables: bringing a database up to date, and telling whether it is."""

from __future__ import annotations

from pathlib import Path

from alembic import command
from alembic.config import Config
from alembic.runtime.migration import MigrationContext
from alembic.script import ScriptDirectory
from sqlalchemy import Connection, Engine

from personsvar.storage import postgres, sqlite
from personsvar.storage.address import address, file_of, is_sqlite

WAIT_SECONDS = 60
"""A migration of a large table takes its time, and a second service may be waiting for it."""
ONE_AT_A_TIME = "SELECT pg_advisory_xact_lock(4747471000)"


def upgrade(url: str) -> None:
    """Make the database (SQLite: its file too) and every table as this version wants them; all or nothing."""
    where = address(url)
    if is_sqlite(where):
        sqlite.create_private(file_of(where))
    engine = _engine(url)
    try:
        with engine.begin() as connection:
            if connection.dialect.name == "postgresql":
                connection.exec_driver_sql(ONE_AT_A_TIME)
            command.upgrade(scripts(connection), "head")
    finally:
        engine.dispose()


def current(url: str) -> str | None:
    """The version the database is at; None when it has no tables yet."""
    engine = _engine(url)
    try:
        with engine.connect() as connection:
            return MigrationContext.configure(connection).get_current_revision()
    finally:
        engine.dispose()


def is_current(url: str) -> bool:
    """Whether this program and the database agree. Raise StoreUnavailableError when it can't be reached."""
    return current(url) == newest()


def newest() -> str | None:
    return ScriptDirectory.from_config(scripts()).get_current_head()


def scripts(connection: Connection | None = None) -> Config:
    folder = Path(__file__).parent / "migrations"
    config = Config(attributes={"connection": connection})
    config.set_main_option("script_location", str(folder).replace("%", "%%"))
    config.set_main_option("path_separator", "os")
    return config


def _engine(url: str) -> Engine:
    where = address(url)
    if is_sqlite(where):
        return sqlite.writers(where, durability="full", wait_seconds=WAIT_SECONDS)
    return postgres.pooled(where, connections=1, wait_seconds=WAIT_SECONDS)
