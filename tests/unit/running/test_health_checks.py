"""What has to work: the database that is away or hangs, the spool, the calls."""

from __future__ import annotations

import json
import socket
from collections.abc import Iterator
from pathlib import Path

import pytest
from pydantic import SecretStr

from personsvar import storage
from personsvar.bootstrap import Application
from personsvar.http.health import Fault, Health
from personsvar.running import health_checks
from personsvar.settings.all_settings import Settings


@pytest.fixture
def silent() -> Iterator[int]:
    """The port of a database that takes connections and never says a word."""
    with socket.create_server(("127.0.0.1", 0)) as listener:
        yield int(listener.getsockname()[1])


def at(port: int) -> Application:
    return Application(
        Settings(database_url=SecretStr(f"postgresql://ola:hunter2@127.0.0.1:{port}/mailboxes"))
    )


def test_a_database_that_hangs_is_no_answer_in_time(silent: int, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(health_checks, "SECONDS", 0.2)
    assert health_checks.database(at(silent))() == "no answer within 0 s"


def test_a_database_that_is_away_is_told_without_its_password() -> None:
    fault = health_checks.database(at(1))()
    assert isinstance(fault, Fault)
    assert "hunter2" not in fault.why


def test_whoever_asks_hears_that_the_database_is_away_and_only_the_log_hears_where_it_is(
    caplog: pytest.LogCaptureFixture,
) -> None:
    health = Health({"database": health_checks.database(at(1))}, ())
    body = health.ready().body.decode()
    assert json.loads(body)["faults"] == {"database": "the database is away"}
    (line,) = caplog.records
    assert "127.0.0.1" in line.__dict__["why"]
    assert "127.0.0.1" not in body


def test_the_embedded_one_is_well_once_it_is_made(tmp_path: Path) -> None:
    application = Application(Settings(state=tmp_path))
    assert health_checks.database(application)() is not None
    storage.upgrade(application.settings.database)
    assert health_checks.database(Application(Settings(state=tmp_path)))() is None


def test_the_spool_is_written_to_and_left_as_it_was(tmp_path: Path) -> None:
    application = Application(Settings(state=tmp_path, spool=tmp_path / "spool"))
    assert health_checks.spool(application)() == f"{tmp_path}/spool: No such file or directory"
    (tmp_path / "spool").mkdir()
    assert health_checks.spool(Application(application.settings))() is None
    assert list((tmp_path / "spool").iterdir()) == []


def test_calls_are_taken_from_the_start_to_the_end_of_the_service(tmp_path: Path) -> None:
    application = Application(Settings(state=tmp_path, fastagi_bind="127.0.0.1:0"))
    check = health_checks.calls(application.server)
    assert check() is not None
    application.server.start()
    assert check() is None
    application.server.drain(max_seconds=0)
    assert check() == "no new ones are taken"
    application.close()
