"""PostgreSQL taken back to a moment by its own tools, by the commands of docker/archive: a real server."""

from __future__ import annotations

import os
import shutil
import subprocess
from collections.abc import Iterator
from datetime import UTC, datetime
from pathlib import Path
from tempfile import TemporaryDirectory

import psycopg
import pytest

from personsvar.storage import SqlStore, upgrade
from tests.contract.stores import KARI, leave, message, subscribe
from tests.postgres import PostgresCluster

pytestmark = pytest.mark.postgres
COMMANDS = Path(__file__).parents[2] / "docker/archive"


class ArchivedCluster(PostgresCluster):
    """One that keeps its log as docker/archive/compose.yml has it do."""

    def begin(self) -> None:
        self.start(
            "archive_mode=on", f"archive_command=ARCHIVE={self.archive} sh {self.folder / 'keep'} %p %f"
        )

    @property
    def archive(self) -> Path:
        return self.folder / "archive"

    def command(self, name: str, *arguments: str) -> subprocess.CompletedProcess[str]:
        user, group = self.runs_as
        return subprocess.run(
            ["sh", str(self.folder / name), *arguments],
            env={
                "PATH": f"{self._programs}:{os.environ['PATH']}",
                "PGDATA": str(self.folder / "data"),
                "PGHOST": str(self.folder),
                "ARCHIVE": str(self.archive),
            },
            user=user,
            group=group,
            cwd=self.folder,
            capture_output=True,
            text=True,
            check=False,
        )


@pytest.fixture
def archived() -> Iterator[ArchivedCluster]:
    with TemporaryDirectory(prefix="personsvar-pg-") as folder:
        cluster = ArchivedCluster(Path(folder))
        cluster.create()
        for command in ("keep", "base", "go-back"):
            cluster.own(COMMANDS / command, (COMMANDS / command).read_bytes())
        cluster.archive.mkdir()
        user, group = cluster.runs_as
        if user is not None and group is not None:
            os.chown(cluster.archive, user, group)
        cluster.begin()
        try:
            yield cluster
        finally:
            cluster.stop()


def now_at(cluster: ArchivedCluster) -> datetime:
    """By the server's own clock, a moment behind all that was committed."""
    with psycopg.connect(cluster.url("postgres"), autocommit=True) as connection:
        (at,) = connection.execute("SELECT clock_timestamp()").fetchone() or (None,)
    assert isinstance(at, datetime)
    return at


def test_a_message_left_before_the_moment_is_there_and_one_after_it_is_not(archived: ArchivedCluster) -> None:
    url = archived.url(archived.new_database())
    upgrade(url)
    store = SqlStore(url)
    subscribe(store, KARI)
    assert archived.command("base").returncode == 0
    done = now_at(archived)
    while now_at(archived).replace(microsecond=0) <= done.replace(microsecond=0):
        pass  # a base leads to moments of the next second on
    leave(store, message("before"))
    moment = now_at(archived)
    leave(store, message("after"))
    store.close()
    archived.tell("SELECT pg_switch_wal()")
    refused = archived.command("go-back", str(moment))
    assert (refused.returncode, refused.stderr) == (1, "go-back: stop the database first\n")
    archived.stop()
    early = archived.command("go-back", "2001-01-01 00:00:00+00")
    assert early.stderr == "go-back: there is no base of before 2001-01-01 00:00:00+00\n"
    assert archived.command("go-back").returncode != 0
    gone = archived.command("go-back", moment.astimezone(UTC).isoformat(sep=" "))
    assert gone.returncode == 0, gone.stderr
    archived.begin()
    store = SqlStore(url)
    wait_until_promoted(archived)
    with store.look() as work:
        assert [it.spool_id for it in work.messages.list(KARI)] == ["before"]
    leave(store, message("behind it"))
    store.close()
    refused = archived.command("base")
    assert "would be copied, too: remove it first" in refused.stderr
    [before] = (archived.folder / "data").glob("before-*")
    shutil.rmtree(before)
    assert archived.command("base").returncode == 0, "on the new line of time"
    assert len(list((archived.archive / "base").iterdir())) == 2


def wait_until_promoted(cluster: ArchivedCluster) -> None:
    with psycopg.connect(cluster.url("postgres"), autocommit=True) as connection:
        connection.execute("SELECT pg_promote(true, 60) WHERE pg_is_in_recovery()")
        assert connection.execute("SELECT pg_is_in_recovery()").fetchone() == (False,)
