from __future__ import annotations

import pytest

from tests.postgres import running_cluster
from tests.unit.cli.conftest import OLA, Machine


@pytest.mark.postgres
def test_on_postgresql_nothing_is_upgraded_unasked(bare: Machine, monkeypatch: pytest.MonkeyPatch) -> None:
    with running_cluster() as cluster:
        monkeypatch.setenv("PERSONSVAR_DATABASE_URL", cluster.url(cluster.new_database()))
        refusal = "personsvar: the database has no tables yet: run `personsvar db upgrade`\n"
        for command in ("run", "ivr", "notifier", "phone", "subscriber list"):
            ran = bare.run(*command.split())
            assert (ran.code, ran.err) == (2, refusal), command
        assert bare.run("db", "upgrade").code == 0
        assert bare.run("subscriber", "add", OLA, "--pin", "274916").code == 0
        bare.leave_message()
        assert bare.run("subscriber", "show", OLA, "--json").json["new"] == 1
        assert bare.run("notice", "list", "--json").json[0]["kind"] == "new-message"
        assert not (bare.state / "personsvar.db").exists()


def test_a_database_that_is_away_is_one_line_without_its_password(
    bare: Machine, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv("PERSONSVAR_DATABASE_URL", "postgresql://ola:hunter2@127.0.0.1:1/personsvar")
    ran = bare.run("subscriber", "list")
    assert ran.code == 2
    assert ran.err.startswith("personsvar: the database can't be reached: ")
    assert "hunter2" not in ran.err
    assert ran.err.count("\n") == 1
