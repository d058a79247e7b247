"""Where the database is: `sqlite:////var/lib/personsvar/personsvar.db` or `postgresql://user@host/name`."""

from __future__ import annotations

from pathlib import Path

from sqlalchemy import URL, make_url
from sqlalchemy.exc import ArgumentError


def address(url: str, *, of_several: str = "read-write") -> URL:
    """Raise ValueError for an address this store can't use, without repeating its password.

    `of_several`: which of several hosts is meant, unless it is said: the first that answers may be a standby.
    """
    try:
        scheme, colon, rest = url.partition(":")
        parsed = make_url(scheme.lower() + colon + rest)
    except (ArgumentError, ValueError):  # ValueError: a port that is no number
        raise ValueError("the database's address is no URL") from None
    if is_sqlite(parsed):
        return _sqlite(parsed)
    if parsed.drivername.partition("+")[0] in ("postgresql", "postgres"):
        return _postgresql(parsed, of_several)
    raise ValueError(f"{parsed.drivername} is no database this store can use: sqlite or postgresql")


def is_sqlite(url: URL) -> bool:
    return url.drivername.partition("+")[0] == "sqlite"


def file_of(url: URL) -> Path:
    return Path(url.database or "")


def hosts_of(url: URL) -> int:
    """How many PostgreSQL is looked for on: in turn."""
    _, given = url.get_dialect()().create_connect_args(url)
    return len(str(given.get("host", "")).split(","))


def _postgresql(url: URL, of_several: str) -> URL:
    named = url.set(drivername="postgresql+psycopg")
    try:
        several = hosts_of(named) > 1
    except (ArgumentError, ValueError):
        return named  # an option is wrong, which is told by its name
    if not several or "target_session_attrs" in named.query:
        return named
    return named.update_query_dict({"target_session_attrs": of_several})


def _sqlite(url: URL) -> URL:
    if url.database in (None, "", ":memory:"):
        raise ValueError("a mailbox needs a file to be kept in: sqlite:///PATH")
    if url.host is not None or url.query:
        raise ValueError("should be sqlite:/// and the file's path, and nothing behind it")
    return url.set(drivername="sqlite+pysqlite")
