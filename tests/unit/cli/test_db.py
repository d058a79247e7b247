"""`personsvar db …`: a database older or newer than the program, one version back, and after a restore."""

from __future__ import annotations

import io
import sqlite3
from contextlib import closing

import pytest
from alembic.script import ScriptDirectory

from personsvar.storage.versions import newest, scripts
from tests.unit.cli.conftest import OLA, Machine

NEWEST = ScriptDirectory.from_config(scripts()).get_revision("head")
BEFORE = NEWEST.down_revision
OLDER = f"personsvar: the database is of an older version ({BEFORE}) than this program ({newest()})"
NEWER = (
    f"personsvar: the database is of a newer version (9999) than this program ({newest()}): start the "
    "program that goes with it, or take the database back with that one's `personsvar db downgrade`\n"
)


def tell(machine: Machine, statement: str) -> None:
    with closing(sqlite3.connect(machine.state / "personsvar.db")) as database, database:
        database.execute(statement)


def test_one_version_back_asks_and_says_what_is_lost(
    machine: Machine, monkeypatch: pytest.MonkeyPatch
) -> None:
    machine.run("subscriber", "add", OLA)
    machine.leave_message()
    monkeypatch.setattr("sys.stdin", io.StringIO("n\n"))
    ran = machine.run("db", "downgrade")
    assert (ran.code, ran.err) == (1, "personsvar: nothing was changed\n")
    assert f"Lost for good: {NEWEST.module.LOSES}" in " ".join(ran.out.split())
    assert machine.run("db", "check").code == 0
    monkeypatch.setattr("sys.stdin", io.StringIO(""))
    assert machine.run("db", "downgrade").code == 1
    assert machine.run("db", "check").code == 0
    monkeypatch.setattr("sys.stdin", io.StringIO("y\n"))
    ran = machine.run("db", "downgrade")
    assert ran.code == 0
    assert ran.out.endswith(
        f"The database is of version {BEFORE} now: start the program of the version before.\n"
    )
    assert machine.run("db", "downgrade", "--yes").err == f"{OLDER} already\n"
    assert machine.run("db", "upgrade").code == 0
    assert machine.run("subscriber", "show", OLA, "--json").json["new"] == 1


def test_an_older_database_is_one_line_that_says_what_to_do(machine: Machine) -> None:
    assert machine.run("db", "downgrade", "--yes").code == 0
    for command in ("subscriber list", "db check", "db restored"):
        ran = machine.run(*command.split())
        assert (ran.code, ran.err) == (2, f"{OLDER}: run `personsvar db upgrade`\n"), command


def test_a_newer_database_is_one_line_that_says_what_to_do(machine: Machine) -> None:
    tell(machine, "UPDATE alembic_version SET version_num = '9999'")
    commands = (
        "run",
        "ivr",
        "notifier",
        "subscriber list",
        "db upgrade",
        "db downgrade --yes",
        "db restored",
    )
    for command in commands:
        ran = machine.run(*command.split())
        assert (ran.code, ran.err) == (2, NEWER), command


def test_after_a_restore_ids_are_skipped(machine: Machine) -> None:
    machine.run("subscriber", "add", OLA)
    before = machine.leave_message()
    ran = machine.run("db", "restored")
    assert ran.out == "1000000 ids are skipped: what comes in now has an id that was never given.\n"
    assert machine.leave_message().id == before.id + 1_000_001
    ran = machine.run("db", "restored", "--by", 2**32)
    assert (ran.code, ran.out) == (1, "")
    assert "is too much" in ran.err
    assert machine.run("db", "restored", "--by", 0).code == 2
