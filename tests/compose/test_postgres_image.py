"""The database image, the official one or its stand-in: what docker-compose.yml and its operators rely on."""

from __future__ import annotations

import time
from collections.abc import Iterator
from pathlib import Path
from uuid import uuid4

import psycopg
import pytest

from tests.compose.bases import POSTGRES
from tests.compose.images import Engine

PASSWORD = "not-in-any-list 'of\\ words"
START_SECONDS = 60


class Database:
    """One container, its data in a volume of its own."""

    def __init__(self, engine: Engine, folder: Path) -> None:
        self.engine = engine
        self.folder = folder
        self.name = f"personsvar-test-{uuid4().hex[:12]}"

    def start(self, *arguments: str) -> None:
        options = (
            "--publish=127.0.0.1::5432",
            f"--volume={self.folder}/password:/run/secrets/password:ro",
            f"--volume={self.folder}/first:/docker-entrypoint-initdb.d:ro",
            f"--volume={self.name}:/var/lib/postgresql/data",
            "--env=POSTGRES_USER=operator",
            "--env=POSTGRES_DB=calls",
            "--env=POSTGRES_PASSWORD_FILE=/run/secrets/password",
        )
        self.engine.call("run", "-d", "--name", self.name, *options, POSTGRES, *arguments)

    def connected(self, password: str = PASSWORD) -> psycopg.Connection:
        """Through the published port; OperationalError when it is not let in."""
        host, _, port = self.engine.call("port", self.name, "5432/tcp").splitlines()[0].rpartition(":")
        return psycopg.connect(
            host=host, port=int(port), user="operator", password=password, dbname="calls", connect_timeout=5
        )

    def ask(self, question: str) -> object:
        """One row's first column."""
        with self.connected() as connection:
            row = connection.execute(question.encode()).fetchone()
            return row[0] if row else None

    def wait(self) -> None:
        deadline = time.monotonic() + START_SECONDS
        while True:
            try:
                self.ask("SELECT 1")
            except psycopg.OperationalError:
                assert time.monotonic() < deadline, self.engine.call("logs", self.name)
                time.sleep(0.1)
            else:
                return

    def remove(self) -> None:
        self.engine.call("rm", "--force", self.name)


@pytest.fixture
def database(engine: Engine, tmp_path: Path) -> Iterator[Database]:
    (tmp_path / "password").write_text(f"{PASSWORD}\n", "utf-8")
    (tmp_path / "first").mkdir()
    (tmp_path / "first/1.sql").write_text("CREATE TABLE shelf AS SELECT 47 AS number;", "utf-8")
    (tmp_path / "first/2.sh").write_text(
        'psql -U "$POSTGRES_USER" "$POSTGRES_DB" -c "INSERT INTO shelf VALUES (48)"'
    )
    database = Database(engine, tmp_path)
    yield database
    database.remove()
    engine.call("volume", "rm", database.name)


def test_it_is_made_as_its_environment_says_and_keeps_what_it_has(database: Database) -> None:
    database.start("-c", "max_connections=37")
    database.wait()
    assert database.ask("SELECT sum(number) FROM shelf") == 95
    assert database.ask("SHOW max_connections") == "37"
    assert str(database.ask("SHOW server_version")).startswith("17.")
    with pytest.raises(psycopg.OperationalError, match="password authentication failed"):
        database.connected("another")

    database.remove()
    (database.folder / "password").write_text("too late", "utf-8")
    database.start("postgres")
    database.wait()
    assert database.ask("SELECT sum(number) FROM shelf") == 95


def test_it_runs_as_its_own_user_and_stops_whoever_is_connected(database: Database) -> None:
    database.start()
    database.wait()
    engine, name = database.engine, database.name
    for whose in ("/proc/1", "/var/lib/postgresql/data"):
        assert engine.call("exec", name, "stat", "-c", "%u", whose) == "999"
    with database.connected():
        engine.call("stop", "--time", "30", name)
    assert engine.call("inspect", "--format", "{{.State.ExitCode}}", name) == "0"
