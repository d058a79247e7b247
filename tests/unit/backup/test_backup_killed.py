"""A backup or a restore that is killed at any step leaves what was there before; and neither takes memory."""

from __future__ import annotations

import shutil
from collections.abc import Iterator
from contextlib import closing
from pathlib import Path
from random import Random

import pytest
from sqlalchemy import insert

from personsvar.backup.backup_folder import BackupFolder
from personsvar.backup.checking import damages, strangers
from personsvar.backup.progress import silent
from personsvar.backup.recording_copies import AT_ONCE
from personsvar.storage import SqlStore, is_current
from personsvar.storage.backup.backed_up_tables import LEFT_OUT
from personsvar.storage.backup.restore_target import what_is_in
from personsvar.storage.tables import audit_entries
from tests.contract.conftest import SQL
from tests.contract.filled import rows_in
from tests.contract.stores import KARI, NOON, leave, message, sqlite_url, subscribe
from tests.postgres import PostgresCluster, running_cluster
from tests.unit.backup.killed_work import done

MESSAGES, MOMENTS = 40, 6
MEGABYTE = 1_000_000
MOST = 70 * MEGABYTE


@pytest.fixture(scope="module")
def cluster() -> Iterator[PostgresCluster]:
    with running_cluster() as running:
        yield running


@pytest.fixture
def url(tmp_path: Path) -> str:
    url = sqlite_url(tmp_path)
    with closing(SqlStore(url)) as store:
        subscribe(store, KARI)
        for number in range(MESSAGES):
            leave(store, message(f"m{number}"), f"{number}".encode() * 2000)
    return url


@pytest.fixture
def folder(tmp_path: Path) -> BackupFolder:
    return BackupFolder(tmp_path / "backups")


@pytest.fixture(params=SQL)
def new_url(request: pytest.FixtureRequest, tmp_path: Path) -> str:
    if request.param == "postgres":
        cluster: PostgresCluster = request.getfixturevalue("cluster")
        return cluster.url(cluster.new_database())
    return f"sqlite:///{tmp_path / 'new.db'}"


def is_whole(folder: BackupFolder, *, at_least: int) -> None:
    kept = folder.kept()
    assert len(kept) >= at_least
    assert [line for backup in kept for line in damages(folder, backup, silent)] == []
    assert list(strangers(folder)) == []


def moments(steps: int) -> list[int]:
    """Some of all steps, the same each time, and the last ones, in which it gets its name and old ones go."""
    return sorted({*Random(13).sample(range(1, steps), MOMENTS), steps - 1, steps})


def test_a_backup_killed_at_any_step_leaves_the_ones_before_and_the_next_goes_on(
    url: str, folder: BackupFolder, tmp_path: Path
) -> None:
    for turn in ("a", "b", "c"):
        with closing(SqlStore(url)) as store:
            for number in range(MESSAGES):
                leave(store, message(f"{turn}{number}"), f"{turn}{number}".encode() * 2000)
        if turn != "c":
            done("backup", url, folder.path)
    shutil.copytree(folder.path, tmp_path / "probe")
    steps = done("backup", url, tmp_path / "probe").steps
    for moment in moments(steps):
        here = BackupFolder(tmp_path / f"killed at {moment}")
        shutil.copytree(folder.path, here.path)
        done("backup", url, here.path, killed_at=moment)
        is_whole(here, at_least=2 if moment < steps // 2 else 1)
        copied = len(list(here.recordings.glob("*/[0-9]*.alaw")))
        more = done("backup", url, here.path).copied
        is_whole(here, at_least=2)
        assert not here.partial.exists()
        assert not here.copied.exists()
        assert {it.name[0] == "." for it in here.recordings.rglob("*")} == {False}, (
            "no half of a file is left"
        )
        assert more <= 4 * MESSAGES - copied + AT_ONCE, "what was copied is not copied again"


def test_a_restore_killed_at_any_step_leaves_an_empty_database_and_is_done_again(
    url: str, new_url: str, folder: BackupFolder, tmp_path: Path
) -> None:
    done("backup", url, folder.path)
    steps = done("restore", f"sqlite:///{tmp_path / 'probe.db'}", folder.path).steps
    for moment in moments(steps)[::2]:
        done("restore", new_url, folder.path, killed_at=moment)
        assert what_is_in(new_url) == ()
    done("restore", new_url, folder.path)
    assert is_current(new_url)
    with closing(SqlStore(url)) as old, closing(SqlStore(new_url)) as new:
        assert dict(rows_in(old)) | {name: [] for name in LEFT_OUT} == rows_in(new)


def test_neither_takes_memory_for_rows_and_recordings(url: str, folder: BackupFolder, tmp_path: Path) -> None:
    """120 MB of rows, in texts of one; and as much in recordings of a megabyte."""
    with closing(SqlStore(url)) as store:
        row = {"at": NOON, "actor_kind": "cli", "actor_name": "", "action": "x", "mailbox": KARI}
        for number in range(120):
            with store.writing() as connection:
                long = f"{number:04}" * (MEGABYTE // 4)
                connection.execute(insert(audit_entries), {**row, "detail": long})
                connection.commit()
            leave(store, message(f"long {number}"), number.to_bytes(2, "big") * (MEGABYTE // 2))
    assert done("backup", url, folder.path).grown < MOST
    assert done("restore", f"sqlite:///{tmp_path / 'new.db'}", folder.path).grown < MOST
