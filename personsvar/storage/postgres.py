"""PostgreSQL, through psycopg 3: one pool, no wait without an end, and every text as UTF-8."""

from __future__ import annotations

from math import ceil
from typing import TYPE_CHECKING

from sqlalchemy import URL, Engine, QueuePool, create_engine, event

from personsvar.storage.faults import WrongEncodingError, tell_faults_apart

if TYPE_CHECKING:
    import psycopg

KEEP_ALIVE = {"keepalives_idle": 15, "keepalives_interval": 5, "keepalives_count": 3}
"""A server that vanished without a word is noticed within 30 s."""


def pooled(url: URL, *, connections: int, wait_seconds: float) -> Engine:
    engine = create_engine(
        url,
        connect_args={
            "options": _session(wait_seconds),
            "connect_timeout": max(2, ceil(wait_seconds)),
            "application_name": "personsvar",
            "client_encoding": "utf8",  # whatever the environment or the role would have
            **KEEP_ALIVE,
        },
        poolclass=QueuePool,
        pool_size=connections,
        max_overflow=connections,
        pool_timeout=wait_seconds,
        pool_pre_ping=True,
        hide_parameters=True,
    )
    tell_faults_apart(engine)
    event.listen(engine, "connect", _check_encoding)
    return engine


def _check_encoding(connection: psycopg.Connection, _record: object) -> None:
    """The server tells it as a connection begins, so nothing is asked."""
    encoding = connection.info.parameter_status("server_encoding")
    if encoding == "UTF8":
        return
    name = connection.info.dbname
    connection.close()
    raise WrongEncodingError(
        f"the database's encoding is {encoding}; it should be UTF8: createdb -E UTF8 -T template0 {name}"
    )


def _session(wait_seconds: float) -> str:
    """What holds for each connection (PostgreSQL's manual, "Client Connection Defaults")."""
    wait = int(wait_seconds * 1000)
    settings = {
        "timezone": "UTC",
        "synchronous_commit": "on",
        "lock_timeout": wait,
        "statement_timeout": 3 * wait,
        "idle_in_transaction_session_timeout": 12 * wait,
    }
    return " ".join(f"-c {name}={value}" for name, value in settings.items())
