"""A fresh service for each test: production's SQLite store, migrated once and copied."""

from __future__ import annotations

import shutil
from collections.abc import Iterator
from pathlib import Path

import pytest

from personsvar.storage.store import SqlStore
from personsvar.storage.versions import upgrade
from tests.fakes.commits import CommitCounter
from tests.world import World


@pytest.fixture(scope="session")
def migrated(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """An empty database, with all its tables."""
    file = tmp_path_factory.mktemp("migrated") / "empty.db"
    upgrade(f"sqlite:///{file}")
    return file


@pytest.fixture
def commits() -> CommitCounter:
    """How often the world's store committed notices."""
    return CommitCounter()


@pytest.fixture
def world(migrated: Path, tmp_path: Path, commits: CommitCounter) -> Iterator[World]:
    file = tmp_path / "personsvar.db"
    shutil.copy(migrated, file)
    store = SqlStore(f"sqlite:///{file}", durability="normal", after_commit=commits)
    yield World(store, tmp_path / "spool")
    store.close()
