"""SQLite: one file, read by many at once, written by one at a time (https://sqlite.org/wal.html)."""

from __future__ import annotations

import sqlite3
import stat
from collections.abc import Callable
from contextlib import closing
from pathlib import Path
from typing import Literal
from urllib.parse import quote

from sqlalchemy import URL, Engine, PoolProxiedConnection, QueuePool, create_engine

from personsvar.mailbox.errors import StoreUnavailableError
from personsvar.mailbox.ports.subscriber_search import in_small_letters
from personsvar.storage.database_url import file_of
from personsvar.storage.faults import tell_faults_apart

Durability = Literal["full", "normal"]
"""FULL: on the disk when commit returns. NORMAL: a power cut may undo the last commits (never corrupt)."""
OTHERS = stat.S_IRWXO
MAGIC = b"SQLite format 3\0"
"""Each database begins with it (https://sqlite.org/fileformat.html, 1.3.1)."""
PAGE_BYTES = 8192
"""A recording is 160 kB and more: larger pages, shorter chains of them."""


def writers(url: URL, *, durability: Durability, wait_seconds: float) -> Engine:
    """Connections that write: each transaction takes the write lock at its start, never half-way."""
    settings = (
        "journal_mode=WAL",
        f"synchronous={durability.upper()}",
        "foreign_keys=ON",
        "temp_store=MEMORY",  # else each commit makes a file in the temporary folder, and removes it
    )
    return _engine(url, settings, "BEGIN IMMEDIATE", connections=1, wait_seconds=wait_seconds)


def readers(url: URL, *, connections: int, wait_seconds: float) -> Engine:
    """Connections that only read, beside any writer."""
    return _engine(url, ("query_only=ON",), "BEGIN", connections=connections, wait_seconds=wait_seconds)


def watcher(url: URL) -> sqlite3.Connection:
    """A connection of its own that only reads, outside any transaction; raise sqlite3.Error when it can't."""
    return _opener(file_of(url), ("query_only=ON", "busy_timeout=1000"))()


def check_file(file: Path) -> None:
    """Raise ValueError for what is no database; an empty file becomes one, as a missing one does."""
    try:
        if not stat.S_ISREG(file.stat().st_mode):
            raise ValueError(f"{file} is {'a folder' if file.is_dir() else 'no file'}")
        with file.open("rb") as opened:
            start = opened.read(len(MAGIC))
    except FileNotFoundError:
        return
    except OSError as wrong:
        raise ValueError(f"{file} can't be read: {wrong.strerror}") from wrong
    if start not in (b"", MAGIC):
        raise ValueError(f"{file} is no SQLite database")


def create_private(file: Path) -> None:
    """Make the file, readable by its owner only; SQLite gives its -wal and -shm the same mode."""
    try:
        file.parent.mkdir(mode=0o700, parents=True, exist_ok=True)
        file.touch(mode=0o600)
        with closing(sqlite3.connect(file)) as connection:
            connection.execute(f"PRAGMA page_size={PAGE_BYTES}")
            connection.execute("PRAGMA journal_mode=WAL")
    except (OSError, sqlite3.Error) as error:
        why = error.strerror if isinstance(error, OSError) else error
        raise StoreUnavailableError(f"{file}: {why}") from error


def _engine(
    url: URL, settings: tuple[str, ...], begin: str, *, connections: int, wait_seconds: float
) -> Engine:
    engine = create_engine(
        url,
        creator=_opener(file_of(url), (*settings, f"busy_timeout={int(wait_seconds * 1000)}")),
        poolclass=QueuePool,
        pool_size=connections,
        max_overflow=0,
        pool_timeout=wait_seconds,
        hide_parameters=True,
    )

    def do_begin(dbapi_connection: PoolProxiedConnection) -> None:
        dbapi_connection.cursor().execute(begin)

    # the dialect's own hook: a listener to the engine's events would make each question dearer by a fifth
    engine.dialect.do_begin = do_begin  # type: ignore[method-assign]
    tell_faults_apart(engine)
    return engine


def _opener(file: Path, settings: tuple[str, ...]) -> Callable[[], sqlite3.Connection]:
    def opened() -> sqlite3.Connection:
        # mode=rw: a missing file is a fault to tell, not an empty mailbox to make
        address = f"file:{quote(str(file.absolute()))}?mode=rw"
        connection = sqlite3.connect(address, uri=True, isolation_level=None, check_same_thread=False)
        try:
            connection.create_function("in_small_letters", 1, in_small_letters, deterministic=True)
            for setting in reversed(settings):
                connection.execute(f"PRAGMA {setting}")
            _keep_private(file)
        except sqlite3.Error:
            connection.close()
            raise
        return connection

    return opened


def _keep_private(file: Path) -> None:
    """A file that came from elsewhere (a backup, a copy) may be open to others."""
    mode = file.stat().st_mode
    if not mode & OTHERS:
        return
    try:
        file.chmod(stat.S_IMODE(mode) & ~OTHERS)
    except PermissionError as error:
        raise sqlite3.OperationalError(f"{file} is open to others, and not ours to close") from error
