"""Changing tables: one process at a time, and the others wait for it.

On PostgreSQL it is a lock of the session's own, held beside all transactions. Who waits for it asks again and
again: who waited in a statement would hold a snapshot, for whose end an index that is made while services
write (CREATE INDEX CONCURRENTLY) would wait in turn.
"""

from __future__ import annotations

import time
from collections.abc import Callable, Iterator
from contextlib import contextmanager

from sqlalchemy import Connection, Engine, text

from personsvar.mailbox.errors import StoreUnavailableError
from personsvar.storage import postgres, sqlite
from personsvar.storage.database_url import address, is_sqlite
from personsvar.storage.faults import is_held

WAIT_SECONDS = 60
"""So long it waits for a table: services wait behind who waits for one."""
ASKS_AGAIN_SECONDS = 0.2
LOCK_SECONDS = 2.0
"""So long beside services. PostgreSQL's own clearing up (autovacuum) gives way after a second
(`deadlock_timeout`): who gives up before that never has the table."""
LOCK_TRIES = 150
_TURN = text("SELECT pg_try_advisory_lock(4747471000)")


@contextmanager
def in_turn(url: str) -> Iterator[Connection]:
    """A connection without a transaction; nobody else changes tables. A statement has the time it needs."""
    engine = engine_of(url)
    try:
        with engine.connect() as connection:
            if connection.dialect.name == "postgresql":
                _take_turn(connection)
            yield connection
    finally:
        engine.dispose()


@contextmanager
def alone(url: str) -> Iterator[Connection]:
    """A transaction that changes tables: whoever else would do that waits for its end."""
    with in_turn(url) as connection, connection.begin():
        yield connection


def patiently(connection: Connection, change: Callable[[], None]) -> None:
    """In a transaction, beside services: who holds a table is waited for again and again, never for long.

    Raise StoreUnavailableError when it was held each time.
    """
    for tries_left in reversed(range(LOCK_TRIES)):
        try:
            with connection.begin():
                if connection.dialect.name == "postgresql":
                    connection.exec_driver_sql(f"SET LOCAL lock_timeout = '{LOCK_SECONDS}s'")
                change()
        except StoreUnavailableError as refused:
            if not (tries_left and is_held(refused)):
                raise
            time.sleep(LOCK_SECONDS)
        else:
            return


def engine_of(url: str) -> Engine:
    where = address(url)
    if is_sqlite(where):
        return sqlite.writers(where, durability="full", wait_seconds=WAIT_SECONDS)
    return postgres.pooled(where, connections=1, wait_seconds=WAIT_SECONDS, keep_prepared=False)


def _take_turn(connection: Connection) -> None:
    connection.exec_driver_sql("SET statement_timeout = 0")
    while not connection.execute(_TURN).scalar_one():
        connection.commit()
        time.sleep(ASKS_AGAIN_SECONDS)
    connection.commit()
