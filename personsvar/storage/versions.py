"""The version of the tables: bringing a database up to date, one version back, and telling how it stands."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from datetime import UTC, datetime
from enum import StrEnum
from functools import cache
from pathlib import Path

from alembic import command
from alembic.config import Config
from alembic.runtime.migration import MigrationContext
from alembic.script import ScriptDirectory
from sqlalchemy import Connection
from sqlalchemy.exc import InvalidRequestError

from personsvar.mailbox.errors import StoreUnavailableError
from personsvar.storage import sqlite
from personsvar.storage.database_url import address, file_of, is_sqlite
from personsvar.storage.keys import InstallationKeys, make_installation_key
from personsvar.storage.migrations.large_indexes import STEP_BY_STEP
from personsvar.storage.months import dividing
from personsvar.storage.one_at_a_time import alone, engine_of, in_turn


class WrongVersionError(Exception):
    """The database is of a version this can't be done with; the text is one line."""


class Age(StrEnum):
    """How a database's version stands to the program's."""

    EMPTY = "empty"
    OLDER = "older"
    CURRENT = "current"
    NEWER = "newer"


@dataclass(frozen=True, slots=True)
class Standing:
    age: Age
    database: str | None
    program: str | None


@dataclass(frozen=True, slots=True)
class Back:
    """One version back: from where to where, and what is lost by it."""

    now: str
    before: str
    loses: str


def upgrade(url: str, keys_of_new: Callable[[], InstallationKeys | None] = lambda: None) -> None:
    """Make the database (SQLite: its file too) and every table as this version wants them.

    All or nothing; a PostgreSQL in use version by version, each as a whole: what was done is not done again.
    Raise WrongVersionError for a database that a newer program made, MasterKeyError.
    """
    where = address(url)
    if is_sqlite(where):
        sqlite.create_private(file_of(where))
    with in_turn(url) as connection:
        with connection.begin():
            found = standing_of(connection)
        if found.age is Age.NEWER:
            raise WrongVersionError(newer(found))
        if found.age is Age.OLDER and connection.dialect.name == "postgresql":
            _upgrade_step_by_step(connection)
            return
        with connection.begin():
            command.upgrade(scripts(connection), "head")
            if found.age is Age.EMPTY and connection.dialect.name == "postgresql":
                dividing.divide(connection, datetime.now(UTC))
            keys = keys_of_new() if found.age is Age.EMPTY else None
            if keys is not None:
                make_installation_key(connection, keys)


def _upgrade_step_by_step(connection: Connection) -> None:
    try:
        command.upgrade(scripts(connection, step_by_step=True), "head")
    except InvalidRequestError as lost:
        raise StoreUnavailableError("the connection was lost before the end: it may be done again") from lost


def partition(url: str, now: datetime) -> bool:
    """Divide the ledger of a PostgreSQL in use into months (`months`); False: it is divided already.

    Table by table, each as a whole; cut off, or refused a table for too long, it is begun again where it was.
    Raise WrongVersionError, StoreUnavailableError.
    """
    with in_turn(url) as connection:
        with connection.begin():
            found = standing_of(connection)
            if found.age is not Age.CURRENT:
                raise WrongVersionError(newer(found) if found.age is Age.NEWER else older(found))
        return dividing.divide_beside_services(connection, now)


def downgrade(url: str) -> Back:
    """One version back, all or nothing: for the program of the version before.

    Raise WrongVersionError when the database is not of this program's version, or there is none before it.
    """
    with alone(url) as connection:
        back = _back(standing_of(connection))
        command.downgrade(scripts(connection), back.before)
    return back


def way_back(url: str) -> Back:
    """What `downgrade` would do; raises what it would raise."""
    return _back(standing(url))


def standing(url: str) -> Standing:
    """Raise StoreUnavailableError when the database can't be reached."""
    return _compared(current(url))


def older(standing: Standing) -> str:
    return f"the database is of an older version ({standing.database}) than this program ({standing.program})"


def newer(standing: Standing) -> str:
    return (
        f"the database is of a newer version ({standing.database}) than this program ({standing.program}): "
        "start the program that goes with it, "
        "or take the database back with that one's `personsvar db downgrade`"
    )


def current(url: str) -> str | None:
    """The version the database is at; None when it has no tables yet."""
    engine = engine_of(url)
    try:
        with engine.connect() as connection:
            return MigrationContext.configure(connection).get_current_revision()
    finally:
        engine.dispose()


def is_current(url: str) -> bool:
    """Whether this program and the database agree. Raise StoreUnavailableError when it can't be reached."""
    return current(url) == newest()


def newest() -> str | None:
    return _directory().get_current_head()


def scripts(connection: Connection | None = None, *, step_by_step: bool = False) -> Config:
    """`step_by_step`: each migration is a transaction; else the caller's is around all of them."""
    folder = Path(__file__).parent / "migrations"
    config = Config(attributes={"connection": connection, STEP_BY_STEP: step_by_step})
    config.set_main_option("script_location", str(folder).replace("%", "%%"))
    config.set_main_option("path_separator", "os")
    return config


def standing_of(connection: Connection) -> Standing:
    return _compared(MigrationContext.configure(connection).get_current_revision())


def _compared(database: str | None) -> Standing:
    program = newest()
    if database is None:
        return Standing(Age.EMPTY, database, program)
    if database == program:
        return Standing(Age.CURRENT, database, program)
    return Standing(Age.OLDER if database in known() else Age.NEWER, database, program)


def known() -> frozenset[str]:
    """The versions this program can make, or bring to its own."""
    return frozenset(script.revision for script in _directory().walk_revisions())


def _back(standing: Standing) -> Back:
    if standing.age is Age.EMPTY or standing.database is None:
        raise WrongVersionError("the database has no tables yet")
    if standing.age is Age.NEWER:
        raise WrongVersionError(newer(standing))
    if standing.age is Age.OLDER:
        raise WrongVersionError(f"{older(standing)} already")
    script = _directory().get_revision(standing.database)
    if not isinstance(script.down_revision, str):
        raise WrongVersionError(f"there is no version before {standing.database}")
    return Back(standing.database, script.down_revision, str(script.module.LOSES))


@cache
def _directory() -> ScriptDirectory:
    """Read once: every migration is loaded for it, and they are the program's own."""
    return ScriptDirectory.from_config(scripts())
