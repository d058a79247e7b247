"""Where the database is: `sqlite:////var/lib/personsvar/personsvar.db` or `postgresql://user@host/name`."""

from __future__ import annotations

from pathlib import Path

from sqlalchemy import URL, make_url
from sqlalchemy.exc import ArgumentError


def address(url: str) -> URL:
    """Raise ValueError for an address this store can't use, without repeating its password."""
    try:
        scheme, colon, rest = url.partition(":")
        parsed = make_url(scheme.lower() + colon + rest)
    except (ArgumentError, ValueError):  # ValueError: a port that is no number
        raise ValueError("the database's address is no URL") from None
    if is_sqlite(parsed):
        return _sqlite(parsed)
    if parsed.drivername.partition("+")[0] in ("postgresql", "postgres"):
        return parsed.set(drivername="postgresql+psycopg")
    raise ValueError(f"{parsed.drivername} is no database this store can use: sqlite or postgresql")


def is_sqlite(url: URL) -> bool:
    return url.drivername.partition("+")[0] == "sqlite"


def file_of(url: URL) -> Path:
    return Path(url.database or "")


def _sqlite(url: URL) -> URL:
    if url.database in (None, "", ":memory:"):
        raise ValueError("a mailbox needs a file to be kept in: sqlite:///PATH")
    if url.host is not None or url.query:
        raise ValueError("should be sqlite:/// and the file's path, and nothing behind it")
    return url.set(drivername="sqlite+pysqlite")
