"""The database as it was at one moment, read while calls go on.

PostgreSQL keeps all that was replaced since for as long as a snapshot is open, SQLite lets its journal grow:
so rows are read under one, and recordings, which are a hundred times as much, after it.
"""

from __future__ import annotations

from collections.abc import Collection, Iterator, Mapping, Sequence
from contextlib import contextmanager
from dataclasses import dataclass
from hashlib import sha256
from itertools import groupby
from typing import Any

from sqlalchemy import Connection, Engine, Select, Table, cast, literal, null, select, union_all

from personsvar.mailbox.errors import StoreUnavailableError
from personsvar.storage import postgres, sqlite
from personsvar.storage.backup.backed_up_tables import USERS, TableShape
from personsvar.storage.backup.copy_text import line_of
from personsvar.storage.backup.sealed_recordings import RecordingElsewhere, SealedRecording, read_as_they_lie
from personsvar.storage.columns import Words
from personsvar.storage.counters import last_ids
from personsvar.storage.database_url import address, is_sqlite
from personsvar.storage.keys import ALAW, AMR
from personsvar.storage.objects import NoObjects, Objects
from personsvar.storage.tables import installation_keys, messages, renditions, sounds

WAIT_SECONDS = 60
ROWS_AT_ONCE, LINES_AT_ONCE = 1_000, 20
"""A row may have a megabyte, and to ask for the next twenty costs SQLite nothing."""
OF_DIGITS = 16
TIMES = 3
"""A recording may be moved, out of the object store or within it, in the moment it is looked for."""
_AS_WE_READ = (
    "SET LOCAL statement_timeout = 0",
    "SET LOCAL datestyle = 'ISO'",
    "SET LOCAL bytea_output = 'hex'",
    "SET LOCAL extra_float_digits = 1",
    "SET LOCAL timezone = 'UTC'",
)


@dataclass(frozen=True, slots=True)
class WantedRecording:
    """A recording that a row names."""

    sound: int
    form: str
    key: int | None
    of: str
    """Of what it is, in sixteen digits: an id that is given again for something else has others."""


class Snapshot:
    def __init__(self, connection: Connection) -> None:
        self._connection = connection

    def lines(self, shape: TableShape) -> Iterator[bytes]:
        """The rows of a table, each a line."""
        return self._lines(shape, f"SELECT {_named(shape)} FROM {shape.name}")  # noqa: S608 - names of ours

    def lines_of(self, shape: TableShape, ids: Collection[int]) -> Iterator[bytes]:
        """Of these rows, those that are there."""
        for some in _in_parts(ids):
            which = f"id IN ({', '.join(map(str, some))})"
            asked = f"SELECT {_named(shape)} FROM {shape.name} WHERE {which}"  # noqa: S608 - names of ours
            yield from self._lines(shape, asked)

    def wanted(self) -> Iterator[WantedRecording]:
        """Every recording that something names, by its id; one that nothing does is on its way out."""
        return _wanted(self._connection, _uses())

    def wanted_of(self, sounds: Collection[int]) -> Iterator[WantedRecording]:
        """Of these recordings, those that something names."""
        for some in _in_parts(sounds):
            yield from _wanted(self._connection, _uses(some))

    def wrapped_keys(self) -> Sequence[bytes]:
        """The installation's keys, as the master key wraps them."""
        found = select(installation_keys.c.wrapped).order_by(installation_keys.c.id)
        return [bytes(wrapped) for wrapped in self._connection.execute(found).scalars()]

    def _lines(self, shape: TableShape, asked: str) -> Iterator[bytes]:
        if self._connection.dialect.name == "postgresql":
            return self._copied(asked)
        return self._read(asked, shape)

    def _copied(self, asked: str) -> Iterator[bytes]:
        import psycopg  # noqa: PLC0415 - loaded already where it is the driver

        driver: Any = self._connection.connection.driver_connection
        try:
            with driver.cursor() as cursor, cursor.copy(f"COPY ({asked}) TO STDOUT") as rows:
                for row in rows:
                    yield bytes(row)
        except psycopg.Error as away:
            raise StoreUnavailableError(str(away).partition("\n")[0]) from away

    def _read(self, asked: str, shape: TableShape) -> Iterator[bytes]:
        kinds = shape.kinds
        rows = self._connection.exec_driver_sql(asked, execution_options={"yield_per": LINES_AT_ONCE})
        for row in rows:
            yield line_of(tuple(row), kinds)


class BackupSource:
    """A database that is being backed up, by a connection of its own; and the object store, if it has one."""

    def __init__(self, url: str, objects: Objects | None = None) -> None:
        where = address(url)
        self._objects = objects or NoObjects()
        self._engine: Engine
        if is_sqlite(where):
            self._engine = sqlite.readers(where, connections=1, wait_seconds=WAIT_SECONDS)
        else:
            pooled = postgres.pooled(where, connections=1, wait_seconds=WAIT_SECONDS, keep_prepared=False)
            self._engine = pooled.execution_options(postgresql_readonly=True)

    @contextmanager
    def snapshot(self) -> Iterator[Snapshot]:
        with self._engine.connect() as connection:
            if connection.dialect.name == "postgresql":
                connection.execution_options(isolation_level="REPEATABLE READ")
                for setting in _AS_WE_READ:
                    connection.exec_driver_sql(setting)
            connection.exec_driver_sql("SELECT version_num FROM alembic_version").all()  # it is as of now
            yield Snapshot(connection)

    def recordings(self, form: str, wanted: Sequence[int]) -> Sequence[SealedRecording]:
        """As they lie now, of those that are there still. Raise RecordingsAwayError."""
        read, missed = list[SealedRecording](), wanted
        for _ in range(TIMES):
            with self._engine.connect() as connection:
                found = list(read_as_they_lie(connection, form, missed))
            whole = [
                it.read_from(self._objects) if isinstance(it, RecordingElsewhere) else it for it in found
            ]
            read += [it for it in whole if it is not None]
            missed = [it.row.sound for it in found if isinstance(it, RecordingElsewhere)]
            missed = sorted(set(missed) - {it.sound for it in read})
            if not missed:
                break
        return read

    def last_ids(self) -> Mapping[str, int]:
        with self._engine.connect() as connection:
            return last_ids(connection)

    @property
    def kind(self) -> str:
        """`sqlite` or `postgresql`."""
        return self._engine.dialect.name

    def close(self) -> None:
        self._engine.dispose()


def _in_parts(ids: Collection[int]) -> Iterator[Sequence[int]]:
    """A statement holds a limited number of values."""
    every = sorted(ids)
    return (every[start : start + ROWS_AT_ONCE] for start in range(0, len(every), ROWS_AT_ONCE))


def _named(shape: TableShape) -> str:
    return ", ".join(f'"{name}"' for name in shape.names)


def _uses(only: Sequence[int] | None = None) -> Select[Any]:
    """A row for each that names a recording, by the recording's id; `only`: those of some."""
    named = union_all(*(_named_by(table, only) for table in USERS)).subquery("named")
    theirs = sounds.c.key_id, renditions.c.sound_id.label("amr"), renditions.c.key_id.label("amr_key_id")
    whole = named.join(sounds, sounds.c.id == named.c.sound_id)
    whole = whole.join(renditions, renditions.c.sound_id == named.c.sound_id, isouter=True)
    return select(named, *theirs).select_from(whole).order_by(named.c.sound_id, named.c.kind, named.c.row_id)


def _named_by(table: Table, only: Sequence[int] | None) -> Select[Any]:
    named = select(
        table.c.sound_id,
        literal(table.name, Words).label("kind"),
        table.c.mailbox,
        table.c.id.label("row_id"),
        (table.c.spool_id if table is messages else cast(null(), Words)).label("spool_id"),
        table.c.seconds,
    )
    return named.where(table.c.sound_id.is_not(None) if only is None else table.c.sound_id.in_(only))


def _wanted(connection: Connection, uses: Select[Any]) -> Iterator[WantedRecording]:
    rows = connection.execution_options(yield_per=ROWS_AT_ONCE).execute(uses)
    for sound, several in groupby(rows, key=lambda row: int(row.sound_id)):
        named = list(several)
        what = "\n".join(f"{it.kind} {it.row_id} {it.mailbox} {it.spool_id} {it.seconds}" for it in named)
        of = sha256(what.encode()).hexdigest()[:OF_DIGITS]
        yield WantedRecording(sound, ALAW, named[0].key_id, of)
        if named[0].amr is not None:
            yield WantedRecording(sound, AMR, named[0].amr_key_id, of)
