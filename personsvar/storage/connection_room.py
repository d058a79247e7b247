"""How many connections PostgreSQL has for us, and how many are taken."""

from __future__ import annotations

from dataclasses import dataclass

from sqlalchemy import text

from personsvar.storage.store import SqlStore

_ALLOWED = text("""
SELECT least(
    current_setting('max_connections')::int
        - current_setting('superuser_reserved_connections')::int
        - coalesce(current_setting('reserved_connections', true), '0')::int,
    (SELECT NULLIF(rolconnlimit, -1) FROM pg_roles WHERE rolname = current_user),
    (SELECT NULLIF(datconnlimit, -1) FROM pg_database WHERE datname = current_database())
)
""")
_IN_USE = text("SELECT count(datid) FROM pg_stat_activity WHERE pid <> pg_backend_pid()")
"""Whoever else is in a database; of what others do in theirs no more than that is told."""


@dataclass(frozen=True, slots=True)
class ConnectionRoom:
    """`allowed`: for users like ours, together; the role or the database may have a limit of its own."""

    allowed: int
    in_use: int


def connection_room(store: SqlStore) -> ConnectionRoom:
    with store.reading() as connection:
        return ConnectionRoom(
            connection.execute(_ALLOWED).scalar_one(), connection.execute(_IN_USE).scalar_one()
        )
