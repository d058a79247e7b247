"""`personsvar db …`: a database older or newer than the program, one version back, and after a restore."""

from __future__ import annotations

import io
import sqlite3
from contextlib import closing

import pytest
from alembic.script import ScriptDirectory

from personsvar.storage.versions import newest, scripts
from tests.unit.cli.conftest import OLA, Site

NEWEST = ScriptDirectory.from_config(scripts()).get_revision("head")
BEFORE = NEWEST.down_revision
OLDER = f"personsvar: the database is of an older version ({BEFORE}) than this program ({newest()})"
NEWER = (
    f"personsvar: the database is of a newer version (9999) than this program ({newest()}): start the "
    "program that goes with it, or take the database back with that one's `personsvar db downgrade`\n"
)


def tell(site: Site, statement: str) -> None:
    with closing(sqlite3.connect(site.state / "personsvar.db")) as database, database:
        database.execute(statement)


def test_one_version_back_asks_and_says_what_is_lost(site: Site, monkeypatch: pytest.MonkeyPatch) -> None:
    site.run("subscriber", "add", OLA)
    site.leave_message()
    monkeypatch.setattr("sys.stdin", io.StringIO("n\n"))
    ran = site.run("db", "downgrade")
    assert (ran.code, ran.err) == (1, "personsvar: nothing was changed\n")
    assert f"Lost for good: {NEWEST.module.LOSES}" in " ".join(ran.out.split())
    assert site.run("db", "check").code == 0
    monkeypatch.setattr("sys.stdin", io.StringIO(""))
    assert site.run("db", "downgrade").code == 1
    assert site.run("db", "check").code == 0
    monkeypatch.setattr("sys.stdin", io.StringIO("y\n"))
    ran = site.run("db", "downgrade")
    assert ran.code == 0
    assert ran.out.endswith(
        f"The database is of version {BEFORE} now: start the program of the version before.\n"
    )
    assert site.run("db", "downgrade", "--yes").err == f"{OLDER} already\n"
    assert site.run("db", "upgrade").code == 0
    assert site.run("subscriber", "show", OLA, "--json").json["new"] == 1


def test_an_older_database_is_one_line_that_says_what_to_do(site: Site) -> None:
    assert site.run("db", "downgrade", "--yes").code == 0
    for command in ("subscriber list", "db check", "db restored"):
        ran = site.run(*command.split())
        assert (ran.code, ran.err) == (2, f"{OLDER}: run `personsvar db upgrade`\n"), command


def test_a_newer_database_is_one_line_that_says_what_to_do(site: Site) -> None:
    tell(site, "UPDATE alembic_version SET version_num = '9999'")
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
        ran = site.run(*command.split())
        assert (ran.code, ran.err) == (2, NEWER), command


def test_after_a_restore_ids_are_skipped(site: Site) -> None:
    site.run("subscriber", "add", OLA)
    before = site.leave_message()
    ran = site.run("db", "restored")
    assert ran.out == "1000000 ids are skipped: what comes in now has an id that was never given.\n"
    assert site.leave_message().id == before.id + 1_000_001
    ran = site.run("db", "restored", "--by", 2**32)
    assert (ran.code, ran.out) == (1, "")
    assert "is too much" in ran.err
    assert site.run("db", "restored", "--by", 0).code == 2


def test_sqlite_has_no_partitions_and_says_so(site: Site) -> None:
    ran = site.run("db", "partition")
    assert (ran.code, ran.out) == (1, "")
    assert ran.err.startswith("personsvar: SQLite has no partitions")
