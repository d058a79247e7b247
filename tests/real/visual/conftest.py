"""One `personsvar visual` for each worker and database; a test has subscribers of its own."""

from __future__ import annotations

from collections.abc import Iterator

import pytest

from tests.postgres import PostgresCluster, running_cluster
from tests.real.visual.service import VisualProcess, visual_service


@pytest.fixture(scope="session")
def cluster() -> Iterator[PostgresCluster]:
    with running_cluster() as running:
        yield running


@pytest.fixture(scope="session")
def visual(tmp_path_factory: pytest.TempPathFactory) -> Iterator[VisualProcess]:
    """On SQLite."""
    with visual_service(tmp_path_factory.mktemp("visual")) as service:
        yield service


@pytest.fixture(scope="session")
def visual_on_postgres(
    cluster: PostgresCluster, tmp_path_factory: pytest.TempPathFactory
) -> Iterator[VisualProcess]:
    url = cluster.url(cluster.new_database())
    with visual_service(tmp_path_factory.mktemp("visual"), url) as service:
        yield service


@pytest.fixture(params=["sqlite", pytest.param("postgres", marks=pytest.mark.postgres)])
def either(request: pytest.FixtureRequest) -> VisualProcess:
    """On each of the two databases."""
    name = "visual" if request.param == "sqlite" else "visual_on_postgres"
    service: VisualProcess = request.getfixturevalue(name)
    return service
