from __future__ import annotations

from collections.abc import Iterator

import pytest

from tests.bouncer import bouncing
from tests.postgres import PostgresCluster, running_cluster
from tests.unit.cli.conftest import OLA, Site


@pytest.fixture(scope="module")
def cluster() -> Iterator[PostgresCluster]:
    with running_cluster() as running:
        yield running


@pytest.fixture
def machine_on_postgres(bare: Site, cluster: PostgresCluster, monkeypatch: pytest.MonkeyPatch) -> Site:
    """Its database is empty."""
    monkeypatch.setenv("PERSONSVAR_DATABASE_URL", cluster.url(cluster.new_database()))
    return bare


@pytest.mark.postgres
def test_on_postgresql_nothing_is_upgraded_unasked(machine_on_postgres: Site) -> None:
    machine = machine_on_postgres
    refusal = "personsvar: the database has no tables yet: run `personsvar db upgrade`\n"
    for command in ("run", "ivr", "notifier", "phone", "subscriber list"):
        ran = machine.run(*command.split())
        assert (ran.code, ran.err) == (2, refusal), command
    made = machine.run("db", "upgrade")
    assert made.code == 0
    assert "No master key is set" in made.out
    assert machine.run("subscriber", "add", OLA, "--pin", "274916").code == 0
    machine.leave_message()
    assert machine.run("subscriber", "show", OLA, "--json").json["new"] == 1
    assert machine.run("notice", "list", "--json").json[0]["kind"] == "new-message"
    assert not (machine.state / "personsvar.db").exists()


@pytest.mark.postgres
def test_the_ledger_of_an_old_installation_is_divided_when_told_to(machine_on_postgres: Site) -> None:
    machine = machine_on_postgres
    ran = machine.run("db", "partition")
    assert ran.err == "personsvar: the database has no tables yet: run `personsvar db upgrade`\n"
    machine.run("db", "upgrade")
    assert machine.run("db", "partition").out == "The ledger was divided already.\n"
    machine.run("subscriber", "add", OLA, "--pin", "274916")
    machine.leave_message()
    assert machine.run("db", "downgrade", "--yes").code == 0
    ran = machine.run("db", "partition")
    assert (ran.code, "run `personsvar db upgrade`" in ran.err) == (2, True)
    machine.run("db", "upgrade")
    assert machine.run("db", "partition").out == "The ledger is divided into months.\n"
    (notice,) = machine.run("notice", "list", "--json").json
    assert machine.run("notice", "show", notice["id"], "--json").json["kind"] == "new-message"


@pytest.mark.postgres
@pytest.mark.parametrize("encoding", ["SQL_ASCII", "LATIN1"])
def test_a_database_that_can_not_hold_every_text_is_refused_in_one_line(
    bare: Site, cluster: PostgresCluster, monkeypatch: pytest.MonkeyPatch, encoding: str
) -> None:
    name = cluster.new_database(f"ENCODING '{encoding}' LC_COLLATE 'C' LC_CTYPE 'C'")
    monkeypatch.setenv("PERSONSVAR_DATABASE_URL", cluster.url(name))
    refusal = (
        f"personsvar: PERSONSVAR_DATABASE_URL: the database's encoding is {encoding}; "
        f"it should be UTF8: createdb -E UTF8 -T template0 {name}\n"
    )
    for command in (
        "db upgrade",
        "db check",
        "db downgrade",
        "db restored",
        "ivr",
        "notifier",
        "spool list",
    ):
        ran = bare.run(*command.split())
        assert (ran.code, ran.err) == (2, refusal), command


@pytest.mark.postgres
def test_what_the_environment_says_of_encodings_is_nothing_to_us(
    machine_on_postgres: Site, monkeypatch: pytest.MonkeyPatch
) -> None:
    assert machine_on_postgres.run("db", "upgrade").code == 0
    monkeypatch.setenv("PGCLIENTENCODING", "SQL_ASCII")
    assert machine_on_postgres.run("db", "check").code == 0


def test_a_database_that_is_away_is_one_line_without_its_password(
    bare: Site, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv("PERSONSVAR_DATABASE_URL", "postgresql://ola:hunter2@127.0.0.1:1/personsvar")
    ran = bare.run("subscriber", "list")
    assert ran.code == 2
    assert ran.err.startswith("personsvar: the database can't be reached: ")
    assert "hunter2" not in ran.err
    assert ran.err.count("\n") == 1


@pytest.mark.postgres
def test_behind_a_pooler_nothing_starts_before_the_role_has_what_should_hold(
    bare: Site, cluster: PostgresCluster, monkeypatch: pytest.MonkeyPatch
) -> None:
    name = cluster.new_database()
    with bouncing(cluster) as bouncer:
        monkeypatch.setenv("PERSONSVAR_DATABASE_URL", bouncer.url(name))
        monkeypatch.setenv("PERSONSVAR_DATABASE_DIRECT_URL", cluster.url(name))
        assert bare.run("db", "upgrade").code == 0
        assert bare.run("subscriber", "add", OLA, "--pin", "274916").code == 0
        bare.leave_message()
        assert bare.run("subscriber", "show", OLA, "--json").json["new"] == 1
        cluster.tell(f"ALTER ROLE personsvar IN DATABASE {name} RESET lock_timeout")
        bouncer.reconnect()
        ran = bare.run("subscriber", "list")
        assert ran.code == 2
        assert ran.err == (
            "personsvar: behind the pooler lock_timeout=0: `personsvar db upgrade` puts on the role what "
            "should hold; then RECONNECT on the pooler's console\n"
        )
        assert bare.run("db", "upgrade").code == 0
        bouncer.reconnect()
        assert bare.run("subscriber", "list").code == 0


def test_an_address_past_a_pooler_is_for_postgresql(bare: Site, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("PERSONSVAR_DATABASE_DIRECT_URL", "postgresql://db.example.test/personsvar")
    ran = bare.run("settings")
    assert ran.code == 2
    assert "PERSONSVAR_DATABASE_DIRECT_URL is for a pooler of PostgreSQL" in ran.err
