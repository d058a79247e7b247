"""The store's contract runs over memory, SQLite and PostgreSQL."""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

import pytest

from personsvar.storage.sqlite import create_private
from tests.contract.stores import KARI, OLA, OpenStore, Shop, postgres_url, sqlite_url, subscribe
from tests.postgres import PostgresCluster, running_cluster

SQL = ("sqlite", pytest.param("postgres", marks=pytest.mark.postgres))


@pytest.fixture(scope="session")
def cluster() -> Iterator[PostgresCluster]:
    with running_cluster() as running:
        yield running


@pytest.fixture(params=["memory", *SQL])
def shop(request: pytest.FixtureRequest, tmp_path: Path) -> Iterator[Shop]:
    """Where to get stores of each kind."""
    with _shop(request, tmp_path) as opened:
        yield opened


@pytest.fixture(params=SQL)
def sql_shop(request: pytest.FixtureRequest, tmp_path: Path) -> Iterator[Shop]:
    """Where to get stores in a database."""
    with _shop(request, tmp_path) as opened:
        yield opened


@pytest.fixture(params=SQL)
def empty_url(request: pytest.FixtureRequest, tmp_path: Path) -> str:
    """A database without a single table."""
    if request.param == "postgres":
        cluster: PostgresCluster = request.getfixturevalue("cluster")
        return cluster.url(cluster.new_database())
    create_private(tmp_path / "empty.db")
    return f"sqlite:///{tmp_path}/empty.db"


@pytest.fixture
def store(shop: Shop) -> OpenStore:
    """A store with two subscribers, Kari and Ola."""
    opened = shop.store()
    subscribe(opened, KARI, OLA)
    return opened


@contextmanager
def _shop(request: pytest.FixtureRequest, tmp_path: Path) -> Iterator[Shop]:
    with _database(request, tmp_path) as url:
        opened = Shop(url)
        yield opened
        opened.close()


@contextmanager
def _database(request: pytest.FixtureRequest, tmp_path: Path) -> Iterator[str | None]:
    if request.param == "postgres":
        with postgres_url(request.getfixturevalue("cluster")) as url:
            yield url
    else:
        yield sqlite_url(tmp_path) if request.param == "sqlite" else None
