"""Databases for the notifiers of these tests."""

from __future__ import annotations

from collections.abc import Iterator

import pytest

from tests.postgres import PostgresCluster, running_cluster


@pytest.fixture(scope="session")
def cluster() -> Iterator[PostgresCluster]:
    with running_cluster() as running:
        yield running


@pytest.fixture(params=["sqlite", pytest.param("postgres", marks=pytest.mark.postgres)])
def database(request: pytest.FixtureRequest) -> str:
    """The URL of an empty one; none: SQLite, in the mailroom's own folder."""
    if request.param == "sqlite":
        return ""
    running: PostgresCluster = request.getfixturevalue("cluster")
    return running.url(running.new_database())
