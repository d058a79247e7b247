"""All that is kept, backed up and restored, from each database into each: equal, but for what is told."""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import closing, contextmanager
from datetime import UTC, datetime
from pathlib import Path
from typing import Any

import pytest

from personsvar.backup.backup_folder import BackupFolder
from personsvar.backup.backup_making import BackupMade, BackupMaker
from personsvar.backup.progress import silent
from personsvar.backup.restoring import BackupRestorer, Restored
from personsvar.storage import SqlStore, upgrade
from personsvar.storage.backup.backed_up_tables import LEFT_OUT, shapes_in_order
from personsvar.storage.counters import last_ids
from personsvar.storage.keys import InstallationKeys, MasterKey
from personsvar.storage.tables import calendars, import_jobs, metadata, renditions, sounds
from tests.contract.conftest import SQL
from tests.contract.filled import Rows, fill, named_recordings, rows_in
from tests.contract.stores import sqlite_url
from tests.postgres import PostgresCluster

SKIPPED = 1000


class AnyKey:
    """What these rows hold as keys is made up."""

    def wrap(self, key: bytes) -> bytes:
        return key

    def unwrap(self, wrapped: bytes) -> bytes:
        return wrapped


def backed_up(url: str, folder: Path, keep: int = 7) -> BackupMade:
    return BackupMaker(url, BackupFolder(folder), lambda: datetime.now(UTC), silent).make(keep=keep)


def restored(
    url: str, folder: Path, *, master: MasterKey | None = None, overwrite: bool = False, give_up: bool = False
) -> Restored:
    keys = InstallationKeys(master or AnyKey())
    restorer = BackupRestorer(url, BackupFolder(folder), keys, lambda: datetime.now(UTC), silent)
    return restorer.restore(None, overwrite=overwrite, skip=SKIPPED, give_up=give_up)


@contextmanager
def at(url: str) -> Iterator[SqlStore]:
    with closing(SqlStore(url)) as store:
        yield store


@pytest.fixture(params=SQL)
def filled_url(request: pytest.FixtureRequest, tmp_path: Path) -> str:
    """A database with rows in every table."""
    if request.param == "postgres":
        cluster: PostgresCluster = request.getfixturevalue("cluster")
        url = cluster.url(cluster.new_database())
        upgrade(url)
    else:
        (tmp_path / "full").mkdir()
        url = sqlite_url(tmp_path / "full")
    with at(url) as store:
        fill(store, seed=20261130)
    return url


def test_every_table_is_in_a_backup_or_left_out_with_a_reason() -> None:
    every = {table.name for table in metadata.sorted_tables}
    inside = {shape.name for shape in shapes_in_order()}
    assert inside | LEFT_OUT.keys() == every
    assert inside & LEFT_OUT.keys() == set()
    assert all(reason.strip() for reason in LEFT_OUT.values())


def test_what_was_backed_up_is_there_again(filled_url: str, empty_url: str, tmp_path: Path) -> None:
    made = backed_up(filled_url, tmp_path / "backups")
    with at(filled_url) as store:
        before = rows_in(store)
        with store.reading() as connection:
            ids = last_ids(connection)
    done = restored(empty_url, tmp_path / "backups")
    with at(empty_url) as store:
        assert rows_in(store) == expected(before)
        with store.reading() as connection:
            now = last_ids(connection)
    skipped = {name: last + SKIPPED for name, last in ids.items()}
    assert now.keys() == skipped.keys()
    assert {name for name in now if now[name] < skipped[name]} == set(), "ids are never given again"
    assert {name for name in now if now[name] > skipped[name]} <= {"notices"}, "a month has ids of its own"
    assert done.manifest.name == made.kept.name
    # and from there once more: nothing is copied, nothing differs
    again = backed_up(empty_url, tmp_path / "backups")
    assert (again.copied, made.copied) == (0, made.manifest.recordings.count)
    with at(filled_url) as store:
        assert rows_in(store) == before, "what is backed up is not touched"


def expected(rows: Rows) -> Rows:
    named = named_recordings(rows)
    there = dict(rows) | {name: [] for name in LEFT_OUT}
    there[sounds.name] = [row for row in rows[sounds.name] if row[0] in named]
    there[renditions.name] = [row for row in rows[renditions.name] if row[0] in named]
    there[calendars.name] = without(rows[calendars.name], calendars.columns.keys().index("lease"))
    there[import_jobs.name] = without(rows[import_jobs.name], import_jobs.columns.keys().index("held_until"))
    return there


def without(rows: list[tuple[Any, ...]], column: int) -> list[tuple[Any, ...]]:
    return sorted(((*row[:column], None, *row[column + 1 :]) for row in rows), key=repr)
