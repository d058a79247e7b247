"""An empty database with all its tables, on SQLite: migrated once in a process, and copied for each test.

Migrating costs an eighth of a second of CPU, and a copy nothing. That migrations do what they should has
tests of its own, on databases that are empty.
"""

from __future__ import annotations

from functools import cache
from pathlib import Path
from tempfile import TemporaryDirectory

from alembic import command

from personsvar.storage import upgrade
from personsvar.storage.one_at_a_time import alone
from personsvar.storage.sqlite import create_private
from personsvar.storage.versions import scripts

BEFORE_ENCRYPTION = "0021"
"""The tables' last version that knows of no encryption."""
BEFORE_OBJECTS = "0025"
"""The last one that knows of no object store."""


def migrated_sqlite(file: Path) -> str:
    """Make it there; its URL."""
    create_private(file)
    file.write_bytes(_migrated())
    return f"sqlite:///{file}"


@cache
def _migrated() -> bytes:
    with TemporaryDirectory() as folder:
        file = Path(folder) / "empty.db"
        upgrade(f"sqlite:///{file}")
        assert [it.name for it in Path(folder).iterdir()] == [file.name], "all of it stands in one file"
        return file.read_bytes()


def to_before_encryption(url: str) -> None:
    """As `db downgrade`, so many times. Raise WrongVersionError where it is refused."""
    _back_to(url, BEFORE_ENCRYPTION)


def to_before_objects(url: str) -> None:
    """As well."""
    _back_to(url, BEFORE_OBJECTS)


def _back_to(url: str, version: str) -> None:
    with alone(url) as connection:
        command.downgrade(scripts(connection), version)
