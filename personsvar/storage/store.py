"""The store in a database: who opens a unit of work gets a connection, its turn, and one transaction."""

from __future__ import annotations

import time
from collections.abc import Iterator
from contextlib import AbstractContextManager, contextmanager, nullcontext, suppress
from copy import copy
from threading import Lock, local

from sqlalchemy import Connection, Engine
from sqlalchemy.exc import TimeoutError as PoolTimeoutError

from personsvar.mailbox.errors import StoreUnavailableError
from personsvar.mailbox.model.ids import SoundId
from personsvar.mailbox.model.message import NewSound
from personsvar.mailbox.ports.store import UnitOfWork
from personsvar.storage import postgres, sqlite
from personsvar.storage.bringing import Brought, planned
from personsvar.storage.database_url import address, file_of, is_sqlite
from personsvar.storage.keys import ALAW, InstallationKeys, NoMasterKey, SqlMailboxKeys
from personsvar.storage.loose_objects import doom
from personsvar.storage.objects import NoObjects, Objects
from personsvar.storage.replica import LogPlace, Replica, place_of
from personsvar.storage.sounds import content_of, opened, sound_row
from personsvar.storage.sqlite import Durability
from personsvar.storage.turns import Turns, turns_at
from personsvar.storage.unit_of_work import AfterCommit, BeforeCommit, SqlUnitOfWork

WAIT_SECONDS = 10.0
CHORE_STATEMENT_SECONDS = 600


class SqlStore:
    """`ports.store.Store` on SQLite or PostgreSQL; any number of threads may use it at once.

    It never makes a table (see `versions.upgrade`). `durability` is SQLite's: "full" wherever a
    message is committed, "normal" for the outbox's worker, whose last write-backs may be done again.
    `connections` is how many may be open to read (SQLite) or altogether, and as many again in a rush
    (PostgreSQL). Nothing waits longer than `wait_seconds` for a lock or a connection. `before_commit` is
    called in every transaction that changed messages, at its end; `after_commit` once notices are committed.
    `keep_prepared` is PostgreSQL's: a pooler that gives each transaction another connection may not know of
    statements that were prepared before. `through_pooler`: there is one at `url`, and what holds for a
    connection stands on the role (see `pooler`). At `replica_url` is a standby for who may come late, as long
    as it is `replica_seconds` behind at most (see `replica`). Without `keys` it can do with recordings that
    are not encrypted only. `objects` is where recordings are read that were brought there; new ones are, if
    it `keeps_in_objects`.
    """

    def __init__(
        self,
        url: str,
        *,
        durability: Durability = "full",
        connections: int = 10,
        wait_seconds: float = WAIT_SECONDS,
        keep_prepared: bool = True,
        keys: InstallationKeys | None = None,
        through_pooler: bool = False,
        replica_url: str | None = None,
        replica_seconds: float = 5.0,
        objects: Objects | None = None,
        keeps_in_objects: bool = False,
        before_commit: BeforeCommit | None = None,
        after_commit: AfterCommit | None = None,
    ) -> None:
        where = address(url)
        self._open = OpenUnits()
        self._keys = keys or InstallationKeys(NoMasterKey())
        self.objects = objects or NoObjects()
        self._keeps_in_objects = keeps_in_objects
        self._before_commit = before_commit
        self._after_commit = after_commit
        self._wait_seconds = wait_seconds
        self.statement_seconds: int | None = None
        self.may_be_lost = False
        self._turns: Turns | None = None
        if is_sqlite(where):
            self._turns = turns_at(file_of(where))
            self._writers = sqlite.writers(where, durability=durability, wait_seconds=wait_seconds)
            self._readers = sqlite.readers(where, connections=connections, wait_seconds=wait_seconds)
        else:
            self._writers = postgres.pooled(
                where,
                connections=connections,
                wait_seconds=wait_seconds,
                keep_prepared=keep_prepared,
                through_pooler=through_pooler,
            )
            self._readers = self._writers.execution_options(postgresql_readonly=True)
        self._replica: Replica | None = None
        if replica_url is not None:
            self._replica = Replica(
                replica_url,
                connections=connections,
                wait_seconds=wait_seconds,
                seconds=replica_seconds,
                place=self._place,
            )

    @property
    def open_transactions(self) -> int:
        """How many units of work are open now, in any thread."""
        return self._open.everywhere

    @property
    def open_in_this_thread(self) -> int:
        return self._open.in_this_thread

    def unhurried(self, *, may_be_lost: bool = False) -> SqlStore:
        """The same for background work: a statement of it has ten minutes, not what a caller would wait.

        At a size that nobody tried, a chore is slow then, and not given up at every round.

        `may_be_lost`: for what the next round does again. PostgreSQL then says that it is committed before
        it is on the disk (`synchronous_commit`), so that callers' commits need not wait for one more. What
        was committed in the last second before a crash is undone then, the last first; whoever commits
        behind it in the ordinary way has it on the disk with his own.
        """
        twin = copy(self)
        twin.statement_seconds = CHORE_STATEMENT_SECONDS
        twin.may_be_lost = may_be_lost
        return twin

    @contextmanager
    def begin(self, *, bringing: NewSound | None = None) -> Iterator[UnitOfWork]:
        with self._brought(bringing) as brought, self.writing() as connection:
            hooks = self._before_commit, self._after_commit
            yield SqlUnitOfWork(connection, self._keys, *hooks, objects=self.objects, brought=brought)

    @contextmanager
    def look(self, *, may_be_late: bool = False) -> Iterator[UnitOfWork]:
        with self._near(may_be_late=may_be_late) as connection:
            yield SqlUnitOfWork(connection, self._keys, objects=self.objects)
            _end_of_look(connection)

    def sound(self, which: SoundId) -> bytes:
        with self.reading() as connection:
            row = sound_row(connection, which)
            keys = SqlMailboxKeys(connection, self._keys)
            _end_of_look(connection)
        return opened(keys, row, which, ALAW, content_of(row, which, self.objects))

    @contextmanager
    def writing(self) -> Iterator[Connection]:
        """A transaction for the store's own work, in its turn among all others."""
        with self._turn(), self._open.one_open(), self._transaction(self._writers) as connection:
            yield connection

    @contextmanager
    def reading(self) -> Iterator[Connection]:
        with self._open.one_open(), self._transaction(self._readers) as connection:
            yield connection

    @contextmanager
    def _near(self, *, may_be_late: bool) -> Iterator[Connection]:
        """Where there is a replica that is of use, and a moment late is early enough: there."""
        if self._replica is not None and may_be_late:
            with self._open.one_open(), self._replica.reading() as connection:
                if connection is not None:
                    self._give_time(connection)
                    yield connection
                    return
        with self.reading() as connection:
            yield connection

    def _place(self) -> LogPlace:
        with self.reading() as connection:
            return place_of(connection, time.monotonic())

    @property
    def keys(self) -> InstallationKeys:
        return self._keys

    def close(self) -> None:
        """Close the connections; the next unit of work would open new ones."""
        if self._replica is not None:
            self._replica.close()
        self._readers.dispose()
        self._writers.dispose()

    @contextmanager
    def _brought(self, new: NewSound | None) -> Iterator[Brought | None]:
        """What was not kept in the end is taken away again; what is left so is found later (`removing`)."""
        brought = None if new is None or not self._keeps_in_objects else self._plan(new)
        if brought is not None:
            self.objects.put(brought.object_name, brought.content)
        try:
            yield brought
        finally:
            if brought is not None and not brought.is_kept:
                with suppress(StoreUnavailableError):
                    self._take_away(brought)

    def _plan(self, new: NewSound) -> Brought | None:
        with self.writing() as connection:
            brought = planned(connection, SqlMailboxKeys(connection, self._keys), new)
            connection.commit()
        return brought

    def _take_away(self, brought: Brought) -> None:
        """Unless it was kept after all: then its name is crossed out, though nobody could say so here."""
        with self.writing() as connection:
            is_loose = doom(connection, brought.object_name)
            connection.commit()
        if is_loose:
            self.objects.remove(brought.object_name)

    def _turn(self) -> AbstractContextManager[None]:
        return nullcontext() if self._turns is None else _served(self._turns, self._wait_seconds)

    @contextmanager
    def _transaction(self, engine: Engine) -> Iterator[Connection]:
        try:
            connection = engine.connect()
        except PoolTimeoutError as waited:
            raise StoreUnavailableError("no connection came free") from waited
        try:
            connection.begin()
            self._give_time(connection)
            yield connection
        finally:
            # undoes what was not committed; a database that went away has undone it already
            with suppress(StoreUnavailableError):
                connection.close()

    def _give_time(self, connection: Connection) -> None:
        if self.statement_seconds is not None and connection.dialect.name == "postgresql":
            connection.exec_driver_sql(f"SET LOCAL statement_timeout = '{self.statement_seconds}s'")
            if self.may_be_lost:
                connection.exec_driver_sql("SET LOCAL synchronous_commit = off")


class OpenUnits:
    """How many units of work are open: none may be while something is said on the line."""

    def __init__(self) -> None:
        self._mutex = Lock()
        self._everywhere = 0
        self._here = local()

    @property
    def everywhere(self) -> int:
        return self._everywhere

    @property
    def in_this_thread(self) -> int:
        return int(getattr(self._here, "open", 0))

    @contextmanager
    def one_open(self) -> Iterator[None]:
        self._add(1)
        try:
            yield
        finally:
            self._add(-1)

    def _add(self, one: int) -> None:
        self._here.open = self.in_this_thread + one
        with self._mutex:
            self._everywhere += one


@contextmanager
def _served(turns: Turns, wait_seconds: float) -> Iterator[None]:
    if not turns.take(seconds=wait_seconds):
        raise StoreUnavailableError("too many are waiting to write")
    try:
        yield
    finally:
        turns.give()


def _end_of_look(connection: Connection) -> None:
    """By COMMIT, though there is nothing to commit: at a ROLLBACK psycopg forgets all it has prepared."""
    if not connection.invalidated:
        with suppress(StoreUnavailableError):  # all has been read
            connection.commit()
