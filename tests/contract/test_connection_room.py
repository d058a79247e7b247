"""A service says at its start how many connections it may open, and whether PostgreSQL has them."""

from __future__ import annotations

import logging
import os
import subprocess
import sys
from collections.abc import Iterator
from contextlib import closing
from pathlib import Path

import psycopg
import pytest
from pydantic import SecretStr

from personsvar.bootstrap import Application
from personsvar.cli.opening import tell_connections
from personsvar.encryption.vault import new_key
from personsvar.settings.all_settings import Settings
from personsvar.storage import SqlStore, upgrade
from personsvar.storage.connection_room import connection_room
from tests.postgres import PostgresCluster, running_cluster

pytestmark = pytest.mark.postgres


@pytest.fixture(scope="module")
def cluster() -> Iterator[PostgresCluster]:
    """Where nobody else is."""
    with running_cluster("max_connections=40", "superuser_reserved_connections=4") as running:
        yield running


@pytest.fixture(scope="module")
def name(cluster: PostgresCluster) -> str:
    return cluster.new_database()


@pytest.fixture(scope="module")
def own_url(cluster: PostgresCluster, name: str) -> str:
    return cluster.url(name)


def test_what_is_reserved_or_taken_is_not_free(own_url: str) -> None:
    with closing(SqlStore(own_url)) as store, psycopg.connect(own_url):
        room = connection_room(store)
    assert (room.allowed, room.in_use) == (36, 1)


def test_the_role_and_the_database_may_have_less(cluster: PostgresCluster, name: str) -> None:
    with closing(SqlStore(cluster.url(name))) as store:
        for limit in ("ROLE personsvar", f"DATABASE {name}"):
            cluster.tell(f"ALTER {limit} CONNECTION LIMIT 7")
            assert connection_room(store).allowed == 7
            cluster.tell(f"ALTER {limit} CONNECTION LIMIT -1")


@pytest.mark.parametrize(
    ("kept", "level", "said"),
    [
        (15, "INFO", "connections to PostgreSQL: up to 31 here, 36 of 36 are free"),
        (18, "WARNING", "PostgreSQL may refuse connections: up to 37 here, 36 of 36 are free"),
    ],
)
def test_a_service_says_whether_its_connections_fit(
    own_url: str, caplog: pytest.LogCaptureFixture, kept: int, level: str, said: str
) -> None:
    settings = Settings(database_url=SecretStr(own_url), database_connections=kept)
    with closing(Application(settings)) as application, caplog.at_level(logging.INFO):
        tell_connections(application, more=1)
    assert [(one.levelname, one.message) for one in caplog.records] == [(level, said)]


def test_who_sets_something_else_wrong_reads_that_line_alone(own_url: str, tmp_path: Path) -> None:
    upgrade(own_url)
    more = {
        "PERSONSVAR_DATABASE_URL": own_url,
        "PERSONSVAR_STATE": str(tmp_path),
        "PERSONSVAR_SECRET_KEY": new_key(),
        "PERSONSVAR_VISUAL_HOST": "localhost",
        "PERSONSVAR_VISUAL_CERTIFICATE": str(tmp_path / "none.pem"),
        "PERSONSVAR_VISUAL_KEY": str(tmp_path / "none.pem"),
    }
    command = [str(Path(sys.executable).with_name("personsvar")), "visual"]
    ran = subprocess.run(command, env=os.environ | more, capture_output=True, text=True, check=False)
    assert ran.returncode == 2
    (line,) = (ran.stdout + ran.stderr).splitlines()
    assert "PERSONSVAR_VISUAL_CERTIFICATE" in line
