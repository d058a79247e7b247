"""A PostgreSQL of the tests' own: Debian's programs, a folder of its own, a Unix socket and nothing else."""

from __future__ import annotations

import os
import pwd
import shutil
import signal
import subprocess
import tempfile
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from itertools import count
from pathlib import Path

import psycopg

START_SECONDS = 60
STOP_SECONDS = 30


class PostgresCluster:
    """Made by `initdb`, run as an unprivileged user (as root it refuses to run), ended by its pid."""

    def __init__(self, folder: Path) -> None:
        self._folder = folder
        self._programs = _programs()
        self._user = _unprivileged()
        self._process: subprocess.Popen[bytes] | None = None
        self._names = count(1)
        self._prepared: str | None = None
        self.port = 5432

    def create(self) -> None:
        if self._user is not None:
            os.chown(self._folder, self._user.pw_uid, self._user.pw_gid)
        # fsync is for a power cut; these tests pull no plug
        self._run(
            "initdb", "-D", str(self._data), "-U", "personsvar", "-A", "trust", "-E", "UTF8", "--no-sync"
        )

    def copy(self, other: PostgresCluster) -> None:
        """In place of `create`: a standby of the other, which runs; once started it follows it."""
        if self._user is not None:
            os.chown(self._folder, self._user.pw_uid, self._user.pw_gid)
        where = f"host={other.folder} port={other.port} user=personsvar application_name={self.name}"
        self._names = other._names  # what the one has the other gets, too
        self._run("pg_basebackup", "-D", str(self._data), "-d", where, "-R", "-c", "fast", "--no-sync")

    def start(self, *more: str) -> None:
        """`more`: of the server's settings, as `name=value`."""
        settings = ("listen_addresses=", "fsync=off", "max_connections=200", *more)
        given = [word for setting in settings for word in ("-c", setting)]
        command = ["postgres", "-D", str(self._data), "-k", str(self._folder), *given]
        user, group = self._ids()
        with (self._folder / "log").open("ab") as log:
            self._process = subprocess.Popen(
                self._tied(command), stdout=log, stderr=log, user=user, group=group
            )
        self._wait_until_it_answers(self._process)

    def stop(self) -> None:
        """At once, whoever is connected; without a last checkpoint where that takes too long."""
        if self._process is not None:
            self._process.send_signal(signal.SIGINT)
            if not _ended_within(self._process, seconds=STOP_SECONDS):
                self._process.send_signal(signal.SIGQUIT)
                self._process.wait(STOP_SECONDS)
            self._process = None

    def kill(self) -> None:
        """As if its machine lost power: it says nothing to anybody."""
        if self._process is not None:
            self._process.kill()
            self._process.wait(STOP_SECONDS)
            self._process = None

    def wipe(self) -> None:
        """All that it held is gone; it has to be made anew."""
        shutil.rmtree(self._data)

    @property
    def name(self) -> str:
        """Of its own folder's: by it a standby is known to what it follows."""
        return self._folder.name.replace("-", "_")

    @property
    def folder(self) -> Path:
        """Where its socket is."""
        return self._folder

    @property
    def runs_as(self) -> tuple[int | None, int | None]:
        """User and group; None: as the tests do."""
        return self._ids()

    @property
    def is_running(self) -> bool:
        return self._process is not None

    @property
    def pid(self) -> int:
        """Of the server that runs now."""
        assert self._process is not None
        return self._process.pid

    def url(self, database: str) -> str:
        return f"postgresql://personsvar@/{database}?host={self._folder}&port={self.port}"

    def own(self, file: Path, content: bytes) -> Path:
        """A file of the server's own, closed to others, as it wants a key to be."""
        mine = self._folder / file.name
        mine.write_bytes(content)
        mine.chmod(0o600)
        if self._user is not None:
            os.chown(mine, self._user.pw_uid, self._user.pw_gid)
        return mine

    def new_database(self, options: str = "") -> str:
        """An empty database; its name. `options` of CREATE DATABASE."""
        name = f"tests_{next(self._names)}"
        self.tell(f"CREATE DATABASE {name} TEMPLATE template0 {options}")
        return name

    def prepared(self, prepare: Callable[[str], None]) -> str:
        """A database made ready by `prepare(url)`, once for all who use it in turn; its name."""
        if self._prepared is None:
            name = self.new_database()
            prepare(self.url(name))
            self._prepared = name
        return self._prepared

    def tell(self, statement: str, *, database: str = "postgres") -> None:
        with psycopg.connect(self.url(database), autocommit=True) as connection:
            connection.execute(statement.encode())

    @property
    def _data(self) -> Path:
        return self._folder / "data"

    def _wait_until_it_answers(self, process: subprocess.Popen[bytes]) -> None:
        for _ in range(START_SECONDS * 50):
            try:
                psycopg.connect(self.url("postgres")).close()
            except psycopg.OperationalError:
                if _ended_within(process, seconds=0.02):
                    raise RuntimeError((self._folder / "log").read_text()) from None
            else:
                return
        raise TimeoutError(f"PostgreSQL did not start within {START_SECONDS} s")

    def _run(self, *command: str) -> None:
        user, group = self._ids()
        subprocess.run(self._tied(list(command)), check=True, capture_output=True, user=user, group=group)

    def _ids(self) -> tuple[int | None, int | None]:
        return (None, None) if self._user is None else (self._user.pw_uid, self._user.pw_gid)

    def _tied(self, command: list[str]) -> list[str]:
        """With pdeathsig: a test run that is killed takes its server with it."""
        return ["setpriv", "--pdeathsig", "INT", str(self._programs / command[0]), *command[1:]]


@contextmanager
def running_cluster(*settings: str) -> Iterator[PostgresCluster]:
    """`settings`: of the server's, as `name=value`."""
    # a short path that the unprivileged user may enter: a socket's name holds 107 characters
    with tempfile.TemporaryDirectory(prefix="personsvar-pg-") as folder:
        cluster = PostgresCluster(Path(folder))
        cluster.create()
        cluster.start(*settings)
        try:
            yield cluster
        finally:
            cluster.stop()


def _ended_within(process: subprocess.Popen[bytes], *, seconds: float) -> bool:
    try:
        process.wait(seconds)
    except subprocess.TimeoutExpired:
        return False
    return True


def _programs() -> Path:
    installed = Path("/usr/lib/postgresql").glob("*/bin/initdb")
    newest = max(installed, key=lambda program: int(program.parts[-3]), default=None)
    if newest is None:
        raise RuntimeError("install Debian's package postgresql: its tests need a server of their own")
    return newest.parent


def _unprivileged() -> pwd.struct_passwd | None:
    if os.geteuid() != 0:
        return None
    known = {entry.pw_name: entry for entry in pwd.getpwall()}
    return known.get("postgres") or known["nobody"]
